// What can be done with one message.

import { fileUrl } from "./api.js";
import { forward, react, remove } from "./actions.js";
import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { chatName, mediaKind, personName } from "./format.js";
import { copyText } from "./markup.js";
import { openMenu } from "./menus.js";
import { store } from "./store.js";
import { t } from "./i18n.js";

const REACTIONS = ["👍", "❤", "🔥", "😁", "🎉", "🤔", "👎", "😢", "👏", "🤯", "🙏", "👌"];

export function openMessageMenu(messages, mine, rect) {
  const message = messages[0];
  const worded = messages.find((one) => one.text || one.caption) ?? message;
  const text = worded.text ?? worded.caption;
  const kind = mediaKind(message);
  const file = kind === "photo" ? message.photo.at(-1) : message[kind];
  const me = store.me(message.chat.id);
  const given = new Set((message.reactions ?? []).filter((one) => one.from === me).map((one) => one.emoji));
  let close = () => {};
  const emojis = h("div", { class: "emojis", role: "group", "aria-label": t("react") }, REACTIONS.map((emoji) =>
    h("button", { type: "button", "aria-label": emoji, "aria-pressed": String(given.has(emoji)), onclick: () => { close(); react(message, emoji); } }, emoji)));
  close = openMenu(rect, [
    emojis,
    { icon: "reply", label: t("reply"), run: () => store.emit("compose", { reply: message }) },
    mine && text && { icon: "edit", label: t("edit"), run: () => store.emit("compose", { edit: worded }) },
    text && { icon: "copy", label: t("copy"), run: () => copyText(text) },
    { icon: "forward", label: t("forward"), run: () => chooseTarget(message, rect) },
    file?.file_id && { icon: "download", label: t("download"), run: () => h("a", { href: fileUrl(file.file_id, true), download: "" }).click() },
    mine && { icon: "trash", label: t("delete"), run: () => messages.forEach(remove) },
  ]);
}

function chooseTarget(message, rect) {
  const entry = (chat) => ({
    face: avatar(chat.type === "private" ? store.bot : chat, "small"),
    label: chatName(chat),
    hint: chat.type === "private" ? t("asPerson", { name: personName(store.person(chat.id)) }) : "",
    run: () => forward(message, chat.id),
  });
  openMenu(rect, [...store.chats.values()].map(entry));
}
