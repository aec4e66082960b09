// Where messages are written: text, files, a reply, an edit, a recording. What is typed is never lost.

import { $, h, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { api } from "./api.js";
import { attempt } from "./actions.js";
import { attachMenu, listenForFiles, pickFiles, Tray } from "./attach.js";
import { avatar } from "./avatar.js";
import { replyQuote } from "./bubbles.js";
import { CommandMenu } from "./commands.js";
import { personName, summary } from "./format.js";
import { openMenu } from "./menus.js";
import { recall, remember } from "./memory.js";
import { send } from "./outbox.js";
import { startRecording } from "./recorder.js";
import { store } from "./store.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";

let chat = null;
let context = null; // {reply: message} or {edit: message}
let recording = null;

const area = h("textarea", { rows: 1, id: "composer-text", autocomplete: "off", spellcheck: true, enterkeyhint: "send", "aria-controls": "command-list", dir: "auto" });
const tray = new Tray(() => drawButton());
const commands = new CommandMenu((command, complete) => (complete ? insert(`/${command} `) : sendCommand(`/${command}`)));
const contextBar = h("div", { class: "context", hidden: true });
const asButton = h("button", { class: "as-button", type: "button", "aria-haspopup": "menu", hidden: true, onclick: chooseAuthor });
const commandButton = h("button", { class: "icon-button command-button", type: "button", onclick: toggleCommands }, "/");
const attachButton = iconButton("attach", "", () => attachMenu(attachButton, addFiles), { "aria-haspopup": "menu" });
const topics = h("select", { class: "topics", hidden: true });
const sendButton = h("button", { class: "send-button", type: "button", onclick: submit });
const row = h("div", { class: "composer-row" }, asButton, topics, commandButton, area, attachButton);
const card = h("div", { class: "composer-card" }, contextBar, tray.element, row);
const inner = h("div", { class: "composer-inner" }, commands.element, card, sendButton);

// ---- what is shown

function drawButton() {
  const glyph = context?.edit ? "check" : area.value.trim() || tray.items.length ? "send" : "mic";
  const label = t({ check: "done", send: "send", mic: "record" }[glyph]);
  if (sendButton.dataset.glyph !== glyph) sendButton.replaceChildren(icon(glyph));
  sendButton.dataset.glyph = glyph;
  sendButton.title = label;
  sendButton.setAttribute("aria-label", label);
  area.placeholder = t(tray.items.length ? "messageCaption" : "message");
  area.setAttribute("aria-label", area.placeholder);
}

function grow() {
  area.style.setProperty("height", "40px");
  area.style.setProperty("height", `${area.scrollHeight}px`);
  area.style.setProperty("overflow-y", area.scrollHeight > area.clientHeight + 2 ? "auto" : "hidden");
}

function drawContext() {
  contextBar.hidden = !context;
  if (context?.reply) {
    contextBar.replaceChildren(icon("reply"), replyQuote(context.reply), iconButton("close", t("cancel"), () => setContext(null)));
  } else if (context?.edit) {
    const words = h("div", {}, h("b", {}, t("editing")), h("span", { dir: "auto" }, summary(context.edit)));
    contextBar.replaceChildren(icon("edit"), h("div", { class: "quote" }, words), iconButton("close", t("cancel"), () => setContext(null)));
  }
  drawButton();
}

function drawAuthor() {
  const found = store.chats.get(chat);
  asButton.hidden = !found || found.type === "private" || found.members.length < 1;
  commandButton.hidden = !found?.commands?.length;
  if (asButton.hidden) return;
  const me = store.person(store.me(chat));
  const label = t("writeAs", { name: personName(me) });
  asButton.replaceChildren(avatar(me, "small"));
  asButton.title = label;
  asButton.setAttribute("aria-label", label);
}

/** In a forum: which topic the message goes to. */
function drawTopics() {
  const all = store.chats.get(chat)?.topics ?? [];
  topics.hidden = !all.length;
  const before = topics.value;
  topics.replaceChildren(...[{ message_thread_id: "", name: t("general") }, ...all].map((topic) => h("option", { value: topic.message_thread_id }, topic.name)));
  topics.value = [...topics.options].some((option) => option.value === before) ? before : "";
  topics.setAttribute("aria-label", t("topic"));
}

function drawAll() {
  commandButton.title = t("commands");
  commandButton.setAttribute("aria-label", t("commands"));
  attachButton.title = t("attach");
  attachButton.setAttribute("aria-label", t("attach"));
  drawAuthor();
  drawTopics();
  drawContext();
  if (tray.items.length) tray.draw();
}

// ---- what is typed

function setContext(next) {
  const leavesEdit = context?.edit && !next?.edit;
  context = next;
  if (next?.edit) area.value = next.edit.text ?? next.edit.caption ?? "";
  else if (leavesEdit) area.value = recall(`draft.${chat}`, "");
  drawContext();
  grow();
  if (next) area.focus();
}

function typed() {
  if (!context?.edit) remember(`draft.${chat}`, area.value);
  grow();
  drawButton();
  showCommands();
}

function showCommands(all = false) {
  const begun = /^\/([a-z0-9_]*)$/i.exec(area.value);
  if (begun || all) commands.show(chat, begun?.[1] ?? ""); else commands.hide();
}

function insert(text) {
  area.value = text;
  typed();
  area.focus();
}

function clear() {
  area.value = "";
  remember(`draft.${chat}`, "");
  commands.hide();
  context = null;
  drawContext();
  grow();
}

function toggleCommands() {
  if (commands.open) commands.hide();
  else { showCommands(true); area.focus(); }
}

function sendCommand(text) {
  const found = store.chats.get(chat);
  clear();
  send(chat, { text: found?.type === "private" ? text : `${text}@${store.bot.username}` });
}

function addFiles(files, as = null) {
  tray.add(files, as);
  area.focus();
}

// ---- sending

async function submit() {
  const text = area.value.trim();
  if (context?.edit) return edit(context.edit, text);
  if (!text && !tray.items.length) return record();
  const replyTo = context?.reply?.message_id ?? null;
  const thread = context?.reply?.is_topic_message ? context.reply.message_thread_id : Number(topics.value) || null;
  const groups = tray.take();
  clear();
  area.focus();
  if (!groups.length) return void send(chat, { text, replyTo, thread });
  const target = chat;
  for (const [i, group] of groups.entries()) await send(target, { ...group, text: i === 0 ? text : "", replyTo: i === 0 ? replyTo : null, thread });
}

async function edit(message, text) {
  const field = message.text !== undefined ? "text" : "caption";
  if (!text && field === "text") return;
  const target = chat;
  if (text !== (message[field] ?? "")) {
    const changed = await attempt(() => api.edit(target, message.message_id, { from: store.me(target), [field]: text }));
    if (!changed) return;
  }
  if (target === chat) setContext(null);
}

async function record() {
  if (recording) return;
  const target = chat;
  const end = () => { recording = null; row.hidden = false; sendButton.hidden = false; area.focus(); };
  try {
    recording = await startRecording(async () => {
      try {
        const file = await recording.finish();
        send(target, { files: [file], as: "voice", replyTo: context?.reply?.message_id ?? null });
        setContext(null);
      } catch (error) {
        toast(error.message, { bad: true });
      }
      recording.element.remove();
      end();
    }, () => { recording.cancel(); recording.element.remove(); end(); });
  } catch (error) {
    toast(error.message, { bad: true });
    return;
  }
  row.hidden = sendButton.hidden = true;
  card.append(recording.element);
  recording.element.querySelector(".send-recording").focus();
}

function editLast() {
  const mine = store.log(chat).list.findLast((message) => message.from?.id === store.me(chat) && (message.text || message.caption));
  if (mine) setContext({ edit: mine });
}

function chooseAuthor() {
  const found = store.chats.get(chat);
  openMenu(asButton.getBoundingClientRect(), found.members.map((id) => ({
    face: avatar(store.person(id), "small"),
    label: personName(store.person(id)),
    on: id === store.me(chat),
    run: () => { store.writeAs(chat, id); area.focus(); },
  })));
}

function keys(event) {
  if (commands.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (area.value.trim() || tray.items.length) submit();
  } else if (event.key === "Escape" && context) {
    event.preventDefault();
    setContext(null);
  } else if (event.key === "ArrowUp" && !area.value && !context) {
    event.preventDefault();
    editLast();
  }
}

export function openComposer(chatId) {
  if (recording) { recording.cancel(); recording.element.remove(); recording = null; row.hidden = sendButton.hidden = false; }
  chat = chatId;
  context = null;
  commands.hide();
  area.value = recall(`draft.${chat}`, "");
  drawAll();
  grow();
  if (matchMedia("(hover: hover)").matches) area.focus({ preventScroll: true });
}

export function startComposer() {
  $("composer").append(inner);
  area.addEventListener("input", typed);
  area.addEventListener("keydown", keys);
  area.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== area) commands.hide(); }, 150));
  listenForFiles((files) => addFiles(files));
  store.on("chats", () => { drawAuthor(); drawTopics(); if (commands.open) showCommands(); });
  store.on("compose", (wish) => {
    if (wish.reply) setContext({ reply: wish.reply });
    else if (wish.edit) setContext({ edit: wish.edit });
    else if (wish.send) send(chat, { text: wish.send });
    else if (wish.insert) insert(wish.insert);
    else if (wish.pick) pickFiles(wish.pick, addFiles);
    else if (wish.record) record();
  });
  addEventListener("languagechange-page", drawAll);
  addEventListener("resize", grow);
}
