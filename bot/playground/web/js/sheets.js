// Dialogs: an alert, a new person, a new group, who is in a chat.

import { api } from "./api.js";
import { attempt } from "./actions.js";
import { avatar } from "./avatar.js";
import { h, iconButton } from "./dom.js";
import { chatName, personName } from "./format.js";
import { language, t } from "./i18n.js";
import { store } from "./store.js";

/** A dialog with a title; returns it with the body that takes the content. It is gone when closed. */
export function sheet(title, ...content) {
  const body = h("div", { class: "sheet-body" }, ...content);
  const dialog = h("dialog", { class: "sheet", "aria-label": title },
    h("div", { class: "sheet-head" }, h("h2", { dir: "auto" }, title), iconButton("close", t("close"), () => dialog.close())), body);
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body };
}

export function alertSheet(text) {
  const { dialog, body } = sheet(personName(store.bot), h("p", { class: "strong", dir: "auto" }, text));
  body.append(h("div", { class: "sheet-actions" }, h("button", { class: "button primary", type: "button", autofocus: true, onclick: () => dialog.close() }, t("ok"))));
}

function actionsRow(dialog, label) {
  return h("div", { class: "sheet-actions" },
    h("button", { class: "button", type: "button", onclick: () => dialog.close() }, t("cancel")),
    h("button", { class: "button primary", type: "submit" }, label));
}

/** A form in a dialog; `submit` gets called on Enter or the button, and the dialog closes when it gives something. */
function formSheet(title, fields, submit) {
  const { dialog, body } = sheet(title);
  const form = h("form", { class: "sheet-body", novalidate: true });
  form.style.setProperty("padding", "0");
  form.append(...fields, actionsRow(dialog, t("make")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await submit()) dialog.close();
  });
  body.append(form);
  form.querySelector("input")?.focus();
}

export function newPerson() {
  const name = h("input", { name: "name", maxlength: 64, autocomplete: "off", required: true });
  const speaks = h("select", { name: "language" }, h("option", { value: "en" }, t("english")), h("option", { value: "ru" }, t("russian")));
  speaks.value = language();
  const fields = [h("label", { class: "field" }, t("name"), name), h("label", { class: "field" }, t("personLanguage"), speaks)];
  formSheet(t("newPerson"), fields, async () => {
    if (!name.value.trim()) { name.focus(); return false; }
    const person = await attempt(() => api.addPerson({ name: name.value.trim(), language_code: speaks.value }));
    if (!person) return false;
    store.people.set(person.id, person);
    const chat = await attempt(() => api.addChat({ type: "private", members: [person.id] }));
    if (!chat) return false;
    store.setChat(chat);
    store.emit("go", { chat: chat.id });
    return true;
  });
}

export function newGroup() {
  const title = h("input", { name: "title", maxlength: 128, autocomplete: "off", required: true });
  const boxes = [...store.people.values()].map((person) => ({ person, box: h("input", { type: "checkbox", checked: person.id <= 3 }) }));
  const list = h("div", { class: "people" }, boxes.map(({ person, box }) =>
    h("label", { class: "person" }, avatar(person, "small"), h("span", { class: "who" }, h("b", { dir: "auto" }, personName(person))), box)));
  formSheet(t("newGroup"), [h("label", { class: "field" }, t("title"), title), list], async () => {
    const members = boxes.filter(({ box }) => box.checked).map(({ person }) => person.id);
    if (!title.value.trim()) { title.focus(); return false; }
    if (!members.length) { boxes[0]?.box.focus(); return false; }
    const chat = await attempt(() => api.addChat({ type: "group", title: title.value.trim(), members }));
    if (!chat) return false;
    store.setChat(chat);
    store.emit("go", { chat: chat.id });
    return true;
  });
}

/** Who is in the chat, and what may be changed about it. */
export function chatInfo(chatId) {
  const { dialog, body } = sheet(chatName(store.chats.get(chatId)));
  const change = async (person, status) => {
    const chat = await attempt(() => api.setMember(chatId, person, status, store.me(chatId)), "pressFailed");
    if (chat) { store.setChat(chat); draw(); }
  };
  const mini = (label, run, danger = false) => h("button", { class: `mini${danger ? " danger" : ""}`, type: "button", onclick: run }, label);
  const row = (person, about, ...buttons) => h("div", { class: "person" }, avatar(person, "small"),
    h("span", { class: "who" }, h("b", { dir: "auto" }, personName(person)), h("small", {}, about)), ...buttons);
  const speaks = (person) => t("languageOf", { language: person.language_code === "ru" ? t("russian") : t("english") });

  function draw() {
    const chat = store.chats.get(chatId);
    if (!chat) { dialog.close(); return; }
    const isPrivate = chat.type === "private";
    const bot = store.bot;
    const botRow = isPrivate
      ? row(bot, `@${bot.username}`, chat.bot_member ? mini(t("block"), () => change(bot.id, "kicked"), true) : mini(t("restart"), () => change(bot.id, "member")))
      : row(bot, chat.bot_status === "administrator" ? t("roleAdmin") : `@${bot.username}`,
        chat.bot_member && mini(chat.bot_status === "administrator" ? t("unadmin") : t("admin"), () => change(bot.id, chat.bot_status === "administrator" ? "member" : "administrator")),
        chat.bot_member ? mini(t("leave"), () => change(bot.id, "left"), true) : mini(t("join"), () => change(bot.id, "member")));
    const people = [...store.people.values()];
    const inside = people.filter((person) => chat.members.includes(person.id));
    const outside = people.filter((person) => !chat.members.includes(person.id));
    const rows = inside.map((person) => {
      const isAdmin = chat.administrators?.includes(person.id);
      const about = isAdmin ? `${t("roleAdmin")}, ${speaks(person)}` : speaks(person);
      if (isPrivate) return row(person, about);
      return row(person, about, mini(t(isAdmin ? "unadmin" : "admin"), () => change(person.id, isAdmin ? "member" : "administrator")), mini(t("kick"), () => change(person.id, "left"), true));
    });
    const others = isPrivate ? [] : outside.map((person) => row(person, t("notMember"), mini(t("added"), () => change(person.id, "member"))));
    body.replaceChildren(h("div", { class: "people" }, botRow, rows, others));
  }
  draw();
}
