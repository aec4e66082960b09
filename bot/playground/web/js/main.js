// Puts the page together.

import { $ } from "./dom.js";
import { icon } from "./icons.js";
import { api } from "./api.js";
import { startChatList } from "./chatlist.js";
import { openComposer, startComposer } from "./composer.js";
import { startDeepLinks } from "./deeplink.js";
import { connect, startFrom } from "./events.js";
import { drawHeader, startHeader } from "./header.js";
import { applyTexts, language, setLanguage, t } from "./i18n.js";
import { isUnnamed } from "./format.js";
import { openMenu } from "./menus.js";
import { recall, remember } from "./memory.js";
import { startModels } from "./models.js";
import { startMood } from "./mood.js";
import { newGroup, newPerson } from "./sheets.js";
import { store } from "./store.js";
import { isDark, toggleTheme } from "./theme.js";
import { openTimeline, startTimeline } from "./timeline.js";

const RETRY_MS = 800;
const wide = matchMedia("(min-width: 761px)");

/** The open chat is in the address, so that the phone's back button works. */
function go(chat) {
  const hash = chat === null ? "" : `#${chat}`;
  if (location.hash === hash) show();
  else location.hash = hash;
}

const asked = () => Number(location.hash.slice(1));

function show() {
  const chat = store.chats.has(asked()) ? asked() : wide.matches ? fallback() : null;
  $("app").dataset.view = chat === null ? "list" : "chat";
  if (chat === store.open) return;
  store.open = chat;
  $("chat").hidden = chat === null;
  if (chat !== null) {
    remember("open", chat);
    openTimeline(chat);
    openComposer(chat);
    drawHeader();
  }
  store.emit("chats");
}

function fallback() {
  const last = recall("open");
  return store.chats.has(last) ? last : store.chats.has(1) ? 1 : [...store.chats.keys()][0] ?? null;
}

/** The first person speaks the language of the page, so that the bot answers in it, and is a guest by a name of
 * that language until given another. Told once and at every switch. */
async function tellLanguage() {
  const you = store.people.get(1);
  remember("told", language());
  if (!you) return;
  const change = { language_code: language(), first_name: isUnnamed(you) ? t("guest") : you.first_name };
  if (Object.keys(change).every((key) => change[key] === you[key])) return;
  store.people.set(1, await api.changePerson(1, change));
}

function themeIcon() {
  $("theme-button").replaceChildren(icon(isDark() ? "sun" : "moon"));
}

function createMenu() {
  openMenu($("new-button").getBoundingClientRect(), [
    { icon: "user", label: t("newPerson"), hint: t("newPersonHint"), run: newPerson },
    { icon: "users", label: t("newGroup"), hint: t("newGroupHint"), run: newGroup },
  ]);
}

function listen() {
  $("new-button").addEventListener("click", createMenu);
  $("back-button").addEventListener("click", () => go(null));
  $("theme-button").addEventListener("click", toggleTheme);
  $("language-button").addEventListener("click", async () => {
    setLanguage(language() === "ru" ? "en" : "ru");
    await tellLanguage().catch(() => {});
    await store.load().catch(() => {}); // the commands come in the new language
  });
  addEventListener("themechange", themeIcon);
  addEventListener("hashchange", show);
  // A chat may be made, and asked for, before this page has heard of it.
  store.on("chats", () => store.chats.has(asked()) && store.open !== asked() && show());
  wide.addEventListener("change", show);
  store.on("go", ({ chat }) => go(chat));
}

async function start() {
  applyTexts();
  themeIcon();
  for (const begin of [startModels, startHeader, startChatList, startTimeline, startComposer, startDeepLinks, startMood, listen]) begin();
  for (;;) {
    try {
      const { last_event: last } = await api.state();
      startFrom(last);
      await store.load();
      break;
    } catch {
      store.setOnline(false);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  connect();
  // A world that was just made has not been told, whatever this browser remembers of an earlier one.
  if (!recall("told") || store.people.get(1)?.first_name === "You") tellLanguage().catch(() => {});
  show();
}

start();
