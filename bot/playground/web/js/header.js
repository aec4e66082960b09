// The head of the open chat: who, and what is going on.

import { $, h } from "./dom.js";
import { avatar } from "./avatar.js";
import { chatName, personName } from "./format.js";
import { fetchedPart } from "./models.js";
import { chatInfo } from "./sheets.js";
import { store } from "./store.js";
import { t } from "./i18n.js";

/** What someone is doing in the chat just now, or "". */
export function liveLine(chat) {
  const group = store.chats.get(chat)?.type !== "private";
  if (store.drafts.get(chat)?.size) return t("act_typing");
  const [first] = store.actions.get(chat) ?? [];
  if (!first) return "";
  const words = t(`act_${first[1].action}`);
  return group ? `${personName(store.person(first[0]))} ${words}` : words;
}

function stateLine(chat) {
  if (chat.type !== "private") {
    const names = chat.members.map((id) => personName(store.person(id) ?? { id }));
    return `${t("membersCount", { n: chat.members.length + (chat.bot_member ? 1 : 0) })}: ${names.join(", ")}${chat.bot_member ? `, ${personName(store.bot)}` : ""}`;
  }
  if (!chat.bot_member) return t("botAbsent");
  const part = fetchedPart();
  if (part !== null) return `${t("bot")} · ${t("fetchingModels", { percent: Math.floor(part * 100) })}`;
  return `${t("bot")} · ${t(store.ready ? "online" : "starting")}`;
}

function draw() {
  const chat = store.chats.get(store.open);
  if (!chat) return;
  const live = liveLine(chat.id);
  const isPrivate = chat.type === "private";
  const who = isPrivate && chat.id !== 1 ? ` (${t("asPerson", { name: personName(store.person(chat.id)) })})` : "";
  const dots = live ? h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")) : null;
  $("chat-title").replaceChildren(
    avatar(isPrivate ? store.bot : chat),
    h("div", { class: "names" }, h("h2", { dir: "auto" }, chatName(chat) + who), h("p", { class: live ? "active" : "", dir: "auto" }, dots, live || stateLine(chat))));
}

function drawConnection() {
  const banner = $("banner");
  banner.hidden = store.online;
  banner.textContent = store.online ? "" : t("offline");
}

export function startHeader() {
  for (const name of ["chats", "live", "models"]) store.on(name, draw);
  store.on("connection", drawConnection);
  addEventListener("languagechange-page", () => { draw(); drawConnection(); });
  $("info-button").addEventListener("click", () => chatInfo(store.open));
}

export { draw as drawHeader };
