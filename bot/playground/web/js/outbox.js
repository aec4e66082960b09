// What is on its way: shown at once, sent, and kept with "try again" when it did not work.

import { api } from "./api.js";
import { reason } from "./actions.js";
import { store } from "./store.js";

let counter = 0;

/** Sends text, or files with a caption; several files that fit together become one album. */
export function send(chat, { text = "", files = [], as = null, replyTo = null, thread = null }) {
  const fields = { from: store.me(chat), reply_to: replyTo ?? undefined, thread: thread ?? undefined };
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
    for (const one of message.album ?? [message]) store.addMessage(chat, one);
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
