// What a person does to messages: press, react, vote, stop, delete, forward.

import { api } from "./api.js";
import { alertSheet } from "./sheets.js";
import { store } from "./store.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";

export const reason = (error) => (error.status === 0 ? t("noServer") : error.message);

/** Runs a call; a failure is told in a toast and undefined returned. */
export async function attempt(work, key = "notSent") {
  try {
    return await work();
  } catch (error) {
    toast(t(key, { reason: reason(error) }), { bad: true });
    return undefined;
  }
}

export async function press(message, data) {
  const chat = message.chat.id;
  try {
    const answer = await api.press(chat, store.me(chat), message.message_id, data);
    if (!answer?.text) return;
    if (answer.show_alert) alertSheet(answer.text);
    else toast(answer.text);
  } catch (error) {
    toast(error.status === 504 ? t("pressTimeout") : t("pressFailed", { reason: reason(error) }), { bad: true });
  }
}

// What a call has changed comes with the events, in their order; an answer to it may be older than what has come since.

export async function react(message, emoji) {
  const chat = message.chat.id;
  const me = store.me(chat);
  const given = (message.reactions ?? []).some((one) => one.from === me && one.emoji === emoji);
  await attempt(() => api.react(chat, me, message.message_id, given ? "" : emoji), "pressFailed");
}

export async function vote(message, index) {
  const chat = message.chat.id;
  await attempt(() => api.vote(chat, store.me(chat), message.message_id, [index]), "pressFailed");
}

export const stop = (chat, draftId) => attempt(() => api.stop(chat, store.me(chat), draftId), "pressFailed");

export async function remove(message) {
  const chat = message.chat.id;
  const done = await attempt(() => api.remove(chat, message.message_id, store.me(chat)), "pressFailed");
  if (done) store.removeMessages(chat, [message.message_id]);
}

export async function forward(message, target) {
  const done = await attempt(() => api.forward(target, store.me(target), message.chat.id, [message.message_id]));
  if (done) toast(t("forwardedDone"));
}
