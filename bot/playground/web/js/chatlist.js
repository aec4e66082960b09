// The list of chats, the newest first.

import { $, h } from "./dom.js";
import { avatar } from "./avatar.js";
import { chatName, personName, senderOf, serviceText, shortTime, summary } from "./format.js";
import { store } from "./store.js";
import { t } from "./i18n.js";
import { liveLine } from "./header.js";

const rows = new Map(); // chat -> {item, button, shown}

/** The row of a chat. Its button stays the same element, so that a press is not lost while answers stream. */
function row(chat) {
  if (!rows.has(chat.id)) {
    const button = h("button", { class: "chat-row", type: "button", data: { chat: String(chat.id) }, onclick: () => store.emit("go", { chat: chat.id }) });
    rows.set(chat.id, { item: h("li", {}, button), button, shown: null });
  }
  const kept = rows.get(chat.id);
  const content = h("div", {}, fill(chat));
  if (!kept.shown?.isEqualNode(content)) {
    kept.shown = content.cloneNode(true);
    kept.button.replaceChildren(...content.childNodes);
  }
  kept.button.setAttribute("aria-current", String(chat.id === store.open));
  return kept.item;
}

function fill(chat) {
  const isPrivate = chat.type === "private";
  const person = isPrivate ? store.person(chat.id) : null;
  const last = store.last(chat.id);
  const unread = chat.id === store.open ? 0 : store.unread(chat.id);
  const face = h("span", { class: "face" }, avatar(isPrivate ? store.bot : chat), isPrivate && avatar(person, "tiny"));
  const title = h("span", { class: "title", dir: "auto" }, chatName(chat), isPrivate && chat.id !== 1 ? h("small", {}, ` ${t("asPerson", { name: personName(person) })}`) : null);
  return [face, h("span", { class: "body" },
    h("span", { class: "line" }, title, last && h("time", {}, shortTime(last.date))),
    h("span", { class: "line" }, preview(chat, last), unread ? h("span", { class: "unread" }, String(unread)) : null))];
}

function preview(chat, last) {
  const live = liveLine(chat.id);
  if (live) return h("span", { class: "last active", dir: "auto" }, live);
  if (!last) return h("span", { class: "last" }, chat.type === "private" ? t("bot") : t("membersCount", { n: chat.members.length + (chat.bot_member ? 1 : 0) }));
  const author = senderOf(last);
  const mine = last.from?.id === store.me(chat.id);
  const prefix = serviceText(last) ? "" : mine ? t("you") : chat.type === "private" ? "" : personName(author);
  return h("span", { class: "last", dir: "auto" }, prefix ? h("b", {}, `${prefix}: `) : null, summary(last));
}

function draw() {
  const time = (chat) => store.last(chat.id)?.message_id ?? 0;
  const order = [...store.chats.values()].sort((a, b) => time(b) - time(a) || b.id - a.id);
  const list = $("chat-list");
  order.map(row).forEach((item, i) => { if (list.children[i] !== item) list.insertBefore(item, list.children[i] ?? null); });
  while (list.childElementCount > order.length) list.lastElementChild.remove();
  const unread = order.reduce((sum, chat) => sum + (chat.id === store.open && !document.hidden ? 0 : store.unread(chat.id)), 0);
  document.title = unread ? `(${unread}) Chutko` : "Chutko";
}

export function startChatList() {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => { waiting = false; draw(); });
  };
  store.on("chats", soon);
  store.on("messages", soon);
  addEventListener("languagechange-page", soon);
  setInterval(soon, 60_000); // "yesterday" comes by itself
}
