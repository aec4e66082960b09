// What is on its way: shown at once, sent, and kept with "try again" when it did not work.

import { api } from "./api.js";
import { reason } from "./actions.js";
import { store } from "./store.js";

const MOST_TEXT = 4096; // UTF-16 units of one message, and of one caption, as Telegram has it
const MOST_CAPTION = 1024;

let counter = 0;

/** Cuts text into pieces of at most `most` units, at the end of a line or a word where there is one. */
function pieces(text, most) {
  const result = [];
  let rest = text;
  while (rest.length > most) {
    const window = rest.slice(0, most);
    const line = window.lastIndexOf("\n");
    const word = window.lastIndexOf(" ");
    let cut = line > most / 2 ? line : word > most / 2 ? word : most;
    if (/[\uD800-\uDBFF]/.test(rest[cut - 1])) cut--;
    result.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  return [...result, rest].filter(Boolean);
}

/** Sends text, or files with a caption; several files that fit together become one album. */
export function send(chat, { text = "", files = [], as = null, replyTo = null, thread = null }) {
  if (files.length && text.length > MOST_CAPTION) {
    return send(chat, { files, as, replyTo, thread }).then(() => send(chat, { text, thread }));
  }
  if (!files.length && text.length > MOST_TEXT) {
    const all = pieces(text, MOST_TEXT);
    return all.reduce((before, piece, i) => before.then(() => send(chat, { text: piece, replyTo: i ? null : replyTo, thread })), Promise.resolve());
  }
  const from = store.chats.get(chat)?.type === "channel" ? undefined : store.me(chat);
  const fields = { from, reply_to: replyTo ?? undefined, thread: thread ?? undefined };
  if (files.length) Object.assign(fields, { as: as ?? undefined, caption: text || undefined });
  else fields.text = text;
  const waiting = { id: ++counter, chat, fields, files, progress: 0, error: null, stop: new AbortController() };
  store.addPending(chat, waiting);
  return go(waiting);
}

async function go(waiting) {
  const { chat, fields, files } = waiting;
  try {
    const signal = waiting.stop.signal;
    const message = files.length
      ? await api.sendFiles(chat, fields, files, { signal, onprogress: (part) => { waiting.progress = part; store.emit("messages", { chat }); } })
      : await api.sendText(chat, fields);
    store.pending.set(chat, (store.pending.get(chat) ?? []).filter((other) => other !== waiting));
    for (const one of message.album ?? [message]) {
      // What the events have told of it is newer: it may have reactions by now.
      if (!store.log(chat).get(one.message_id)) store.addMessage(chat, one);
    }
    store.emit("messages", { chat, own: true });
    return message;
  } catch (error) {
    if (error.name === "AbortError") store.dropPending(chat, waiting);
    else { waiting.error = reason(error); store.emit("messages", { chat, own: true }); }
    return null;
  }
}

export function resend(waiting) {
  waiting.error = null;
  waiting.progress = 0;
  store.emit("messages", { chat: waiting.chat });
  return go(waiting);
}

export function discard(waiting) {
  waiting.stop.abort();
  store.dropPending(waiting.chat, waiting);
}
