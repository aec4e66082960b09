// The mood of the open group beside its chat: the picture that the bot draws, its words, and what to do without one.
// It is renewed as messages come, while the panel is open and the page is looked at.

import { attempt } from "./actions.js";
import { api, moodUrl } from "./api.js";
import { $, announce, h, iconButton } from "./dom.js";
import { language, t } from "./i18n.js";
import { recall, remember } from "./memory.js";
import { store } from "./store.js";
import { isDark } from "./theme.js";

const PERIODS = { day: "moodDay", week: "moodWeek", month: "moodMonth" };
const SOON_MS = 1200; // a message takes a moment to be scored
const PAUSE_MS = 4000; // between two looks
const IDLE_MS = 60_000; // a day goes on without messages, too

let chat = null; // the group that is shown
let viewer = null; // and to whom
let period = recall("mood.period", "week");
let topic = null;
let shown = ""; // what the picture on the screen shows
let timer = 0;
let dueAt = Infinity; // when the timer ends
let drawn = ""; // what the head of the panel shows
let lookedAt = 0;
let turn = 0; // the latest question; answers of older ones are dropped

const panel = () => $("mood");
const isOpen = () => !panel().hidden;
const group = () => {
  const found = store.chats.get(store.open);
  return found && ["group", "supergroup"].includes(found.type) ? found : null;
};

function head() {
  const choose = (name) => h("button", { class: "choice", type: "button", "aria-pressed": String(period === name), onclick: () => setPeriod(name) }, t(PERIODS[name]));
  const topics = group()?.topics ?? [];
  const select = topics.length ? h("select", { "aria-label": t("moodTopic"), onchange: (event) => setTopic(event.target.value) },
    h("option", { value: "" }, t("moodWhole")), topics.map((one) => h("option", { value: one.message_thread_id }, one.name))) : null;
  if (select) select.value = String(topic ?? "");
  return [
    h("div", { class: "mood-head" }, h("h2", {}, t("mood")), iconButton("close", t("close"), () => setOpen(false), { id: "mood-close" })),
    h("div", { class: "mood-choices", role: "group", "aria-label": t("moodPeriod") }, Object.keys(PERIODS).map(choose), select),
  ];
}

/** Draws the head anew if it has changed, and keeps what is below it. */
function drawHead() {
  const now = JSON.stringify([language(), period, topic, group()?.topics]);
  if (now === drawn) return;
  drawn = now;
  const held = document.activeElement?.closest?.("#mood .choice, #mood select");
  const index = held ? [...panel().querySelectorAll(".choice, select")].indexOf(held) : -1;
  panel().replaceChildren(...head(), body());
  if (index >= 0) panel().querySelectorAll(".choice, select")[index]?.focus();
}

const body = () => panel().querySelector(".mood-body") ?? h("div", { class: "mood-body" });

/** Words instead of a picture; what stands there already stays, and with it the focus. */
function say(title, text, ...more) {
  shown = "";
  const inner = h("div", { class: "mood-empty" }, title && h("h3", {}, title), h("p", {}, text), ...more);
  if (!body().firstElementChild?.isEqualNode(inner)) body().replaceChildren(inner);
}

function isAdmin(found) {
  return Boolean(found.administrators?.includes(store.me(found.id)));
}

function switchedOff(found) {
  const on = () => attempt(() => api.sendText(chat, { from: store.me(chat), text: `/mood@${store.bot.username} on` }));
  if (isAdmin(found)) say(t("moodOffTitle"), t("moodOffText"), h("button", { class: "button primary", type: "button", onclick: on }, t("moodOn")));
  else say(t("moodOffTitle"), t("moodAsk"));
}

async function look() {
  const found = group();
  rest();
  if (!isOpen() || !found || document.hidden) return;
  lookedAt = Date.now();
  const mine = ++turn;
  if (!found.bot_member) return say("", t("moodNoBot"));
  const asked = { period, thread: topic, language_code: language(), dark: isDark() ? 1 : 0 };
  let told;
  try {
    told = await api.mood(found.id, asked);
  } catch (error) {
    const starting = error.status === 503;
    if (mine === turn && !shown) say("", t(starting ? "starting" : "moodFailed"));
    if (mine === turn) again(starting ? PAUSE_MS : IDLE_MS);
    return;
  }
  if (mine !== turn) return;
  if (!told.watched) switchedOff(found);
  else if (!isAdmin(found)) say("", t("moodNotAdmin"));
  else await show(found.id, asked, told, mine);
  if (mine === turn) again(told.waiting ? PAUSE_MS : IDLE_MS);
}

/** The new picture takes the place of the old one once it is there. */
async function show(chatId, asked, told, mine) {
  const key = JSON.stringify([chatId, asked, told.mark]);
  if (key === shown) return;
  const image = h("img", { class: "mood-picture", src: moodUrl(chatId, { ...asked, mark: told.mark }), alt: told.text });
  try {
    await image.decode();
  } catch {
    if (mine === turn) say("", told.text || t("moodFailed"));
    return;
  }
  if (mine !== turn) return;
  shown = key;
  const words = h("p", { class: "mood-words", dir: "auto" }, told.text);
  body().replaceChildren(h("a", { href: image.src, target: "_blank", rel: "noopener", title: t("openPhoto") }, image), words);
}

/** Look again in a while, or when that was planned already. */
function again(wait) {
  const due = Math.max(Date.now() + wait, lookedAt + PAUSE_MS);
  if (due >= dueAt) return;
  rest();
  dueAt = due;
  timer = setTimeout(look, due - Date.now());
}

function rest() {
  clearTimeout(timer);
  dueAt = Infinity;
}

function lookNow() {
  drawHead();
  if (!body().childElementCount) body().append(h("p", { class: "mood-wait" }, t("moodLooking")));
  look();
}

function setPeriod(name) {
  period = name;
  remember("mood.period", name);
  lookNow();
}

function setTopic(value) {
  topic = value ? Number(value) : null;
  lookNow();
}

function setOpen(open, { focus = true } = {}) {
  panel().hidden = !open;
  $("app").dataset.mood = open ? "open" : "";
  $("mood-button").setAttribute("aria-expanded", String(open));
  if (!open) {
    rest();
    turn++;
    if (focus) $("mood-button").focus();
    return;
  }
  lookNow();
  if (focus) { $("mood-close").focus(); announce(t("mood")); }
}

/** Another chat is open, somebody else is at the keyboard, or the open chat has changed. */
function follow() {
  const found = group();
  const me = found ? store.me(found.id) : null;
  $("mood-button").hidden = !found || !store.tellsMood;
  if ((found?.id ?? null) !== chat || me !== viewer) {
    if ((found?.id ?? null) !== chat) topic = null;
    chat = found?.id ?? null;
    viewer = me;
    shown = "";
    lookedAt = 0;
    turn++;
    if (isOpen()) body().replaceChildren();
  }
  if (!isOpen()) return;
  if (found && store.tellsMood) { drawHead(); if (!shown) again(0); }
  else setOpen(false, { focus: false });
}

export function startMood() {
  $("mood-button").addEventListener("click", () => setOpen(!isOpen()));
  panel().addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    setOpen(false);
  });
  store.on("chats", follow);
  store.on("messages", ({ chat: where, message }) => { if (isOpen() && where === chat && message) again(SOON_MS); });
  document.addEventListener("visibilitychange", () => { if (isOpen() && !document.hidden) look(); });
  for (const name of ["languagechange-page", "themechange"]) addEventListener(name, () => { if (isOpen()) lookNow(); });
}
