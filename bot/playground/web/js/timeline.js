// The messages of the open chat: day marks, runs of one sender, albums, drafts that grow, what is being sent.

import { $, h, reducedMotion } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";
import { stop } from "./actions.js";
import { Bubble } from "./bubbles.js";
import { day, dayKey, mediaKind, personName, senderOf, serviceText } from "./format.js";
import { GrowingText } from "./reveal.js";
import { discard, resend } from "./outbox.js";
import { PAGE, store } from "./store.js";
import { t } from "./i18n.js";
import { welcome } from "./welcome.js";

const RUN_S = 600; // messages of one sender within this time belong together
const NEAR_PX = 90; // this close to the end counts as being there
const REST_MS = 900; // after this long without scrolling the floating day goes
const TILES = new Set(["photo", "video"]);

const scroller = $("timeline");
const holder = $("timeline-items");
const nodes = new Map(); // key -> {element, bubble?}
let chat = null;
let shown = PAGE; // how many of the newest messages are in the document
let stuck = true; // the newest message stays in view
let unseen = 0;
let resting = 0; // the timer

// ---- what is to be seen, as a list of keyed items

function items() {
  const log = store.log(chat);
  const group = store.chats.get(chat)?.type !== "private";
  const me = store.me(chat);
  const list = log.list.slice(-shown);
  const result = [];
  let before = null;
  for (const message of list) {
    if (!before || dayKey(before.date) !== dayKey(message.date)) result.push({ key: `day${dayKey(message.date)}`, day: message.date });
    before = message;
    const last = result.at(-1);
    const kind = mediaKind(message);
    if (message.media_group_id && last?.album === message.media_group_id && (TILES.has(kind) === TILES.has(mediaKind(last.messages[0])))) {
      last.messages.push(message);
    } else if (serviceText(message)) {
      result.push({ key: `s${message.message_id}`, service: message });
    } else {
      result.push({ key: `m${message.message_id}`, messages: [message], album: message.media_group_id, mine: message.from?.id === me && !message.sender_chat, group });
    }
  }
  result.forEach((item, i) => {
    if (!item.messages) return;
    item.first = !together(result[i - 1], item);
    item.last = !together(item, result[i + 1]);
  });
  return result;
}

function together(a, b) {
  if (!a?.messages || !b?.messages) return false;
  const [x, y] = [a.messages.at(-1), b.messages[0]];
  return senderOf(x)?.id === senderOf(y)?.id && y.date - x.date < RUN_S;
}

// ---- drawing

function draw({ fresh = null, own = false } = {}) {
  if (chat === null) return;
  const list = items();
  const wanted = new Set();
  const places = new Map([[holder, []]]); // what stands in the holder and in each day's section, in order
  let place = holder;
  const put = (key, make, update) => {
    wanted.add(key);
    if (!nodes.has(key)) nodes.set(key, make());
    const node = nodes.get(key);
    update?.(node);
    places.get(place).push(node.element);
    return node.element;
  };
  for (const item of list) {
    if (item.day) {
      place = holder;
      const section = put(item.key, daySection, ({ element }) => { element.firstChild.firstChild.textContent = day(item.day); });
      places.set(section, [section.firstChild]);
      place = section;
    } else if (item.service) put(item.key, () => ({ element: h("div", { class: "service" }, h("span", { dir: "auto" })) }), ({ element }) => { element.firstChild.textContent = serviceText(item.service); });
    else putMessage(item, put, fresh);
  }
  for (const waiting of store.pending.get(chat) ?? []) put(`p${waiting.id}`, () => pendingNode(waiting), (node) => node.update());
  for (const draft of store.drafts.get(chat)?.values() ?? []) put(`d${draft.draft_id}`, () => draftNode(), (node) => node.update(draft));
  putTyping(put);
  if (!places.get(holder).length && store.log(chat).loaded) put("welcome", () => ({ element: welcome(chat) }));
  for (const [key, node] of nodes) if (!wanted.has(key)) { node.element.remove(); nodes.delete(key); }
  for (const [parent, children] of places) {
    children.forEach((element, i) => { if (parent.children[i] !== element) parent.insertBefore(element, parent.children[i] ?? null); });
  }
  if (own) stuck = true;
  if (stuck) toEnd();
}

/** The messages of one day; its mark stays at the upper edge while they pass. */
function daySection() {
  return { element: h("section", { class: "day-section" }, h("div", { class: "day" }, h("span"))) };
}

function putMessage(item, put, fresh) {
  const message = item.messages[0];
  const isFresh = fresh && item.messages.includes(fresh);
  const draft = isFresh && fresh.grownFrom ? nodes.get(`d${fresh.grownFrom}`) : null;
  put(item.key,
    () => {
      const bubble = new Bubble({ animate: Boolean(isFresh) && !draft && !item.mine, grownFrom: draft?.words.shown ?? 0 });
      return { element: bubble.element, bubble };
    },
    ({ bubble }) => {
      const grow = Boolean(isFresh) && store.isBot(message.from?.id) && bubble.item !== undefined && String(message.text ?? "").length > bubble.words.text.length;
      bubble.update(item, { grow });
      if (isFresh && !item.mine && bubble.spoken !== true) { bubble.spoken = true; bubble.speak(); }
    });
}

function draftNode() {
  const words = new GrowingText({});
  const thinking = h("span", {}, dots(), t("thinking"));
  const body = h("div", { class: "bubble" }, thinking);
  const button = h("button", { class: "stop", type: "button" }, icon("stop"), t("stop"));
  const column = h("div", { class: "column" }, body, button);
  let draftId;
  button.addEventListener("click", () => { button.disabled = true; stop(chat, draftId); });
  return {
    element: h("article", { class: "message in first draft", "aria-busy": "true" }, column),
    words,
    update(draft) {
      draftId = draft.draft_id;
      button.hidden = !draft.can_stop;
      if (draft.text && !words.element.isConnected) body.replaceChildren(words.element);
      if (draft.text && (draft.text !== words.text || draft.entities?.length !== words.entities?.length)) words.set(draft.text, draft.entities ?? [], { grow: true, live: true });
    },
  };
}

export const dots = () => h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));

function putTyping(put) {
  if (store.drafts.get(chat)?.size) return;
  const group = store.chats.get(chat)?.type !== "private";
  for (const [person, { action }] of store.actions.get(chat) ?? []) {
    put(`t${person}`, () => {
      const words = h("span");
      const face = group ? avatar(store.person(person), "small") : null;
      return { element: h("div", { class: "message in first typing-bubble enter" }, face, h("div", { class: "column" }, h("div", { class: "bubble" }, dots(), words))), words };
    }, ({ words }) => { words.textContent = action === "typing" ? "" : `${personName(store.person(person))} ${t(`act_${action}`)}`; });
  }
}

function pendingNode(waiting) {
  const body = h("div", { class: "bubble" });
  const retry = h("button", { class: "retry", type: "button", onclick: () => resend(waiting) }, icon("retry"));
  const element = h("article", { class: "message out first last pending enter" }, h("div", { class: "column" }, body, retry));
  const files = waiting.files.map((file) => h("div", { class: "file" }, h("span", { class: "mark" }, icon("file")), h("span", { class: "about" }, h("b", { dir: "auto" }, file.name), h("span", {}, t("sending")))));
  const cancel = h("button", { class: "icon-button", type: "button", "aria-label": t("cancel"), onclick: () => discard(waiting) }, icon("close"));
  const text = waiting.fields.text ?? waiting.fields.caption ?? "";
  body.append(...files, h("div", { class: "text", dir: "auto" }, text, h("span", { class: "meta" }, h("span", { role: "img", "aria-label": t("sending") }, icon("clock")))));
  const progress = h("i");
  const line = h("div", { class: "bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, progress);
  if (waiting.files.length) body.append(line, cancel);
  return {
    element,
    update() {
      element.classList.toggle("failed", Boolean(waiting.error));
      retry.hidden = !waiting.error;
      retry.replaceChildren(icon("retry"), `${t("notSent", { reason: waiting.error ?? "" })} ${t("retry")}`);
      line.hidden = Boolean(waiting.error);
      progress.style.setProperty("transform", `scaleX(${waiting.progress ?? 0})`);
      line.setAttribute("aria-valuenow", Math.round((waiting.progress ?? 0) * 100));
    },
  };
}

// ---- scrolling

function toEnd(smooth = false) {
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: smooth && !reducedMotion() ? "smooth" : "instant" });
  unseen = 0;
  jumpButton();
}

function jumpButton() {
  const button = $("jump-button");
  button.hidden = stuck;
  if (unseen) button.dataset.count = unseen; else delete button.dataset.count;
}

function seen() {
  if (chat !== null && stuck && !document.hidden) store.markRead(chat);
}

async function showOlder() {
  const height = scroller.scrollHeight;
  const asked = chat;
  if (shown < store.log(chat).list.length) shown += PAGE;
  else if (await store.older(chat).catch(() => false)) shown += PAGE;
  else return;
  if (asked !== chat) return;
  const top = scroller.scrollTop;
  stuck = false;
  draw();
  scroller.scrollTop = top + scroller.scrollHeight - height;
}

/** Scrolls to a message, fetching older ones until it is there. */
async function jump(id) {
  const asked = chat;
  for (let page = 0; page < 50 && !store.log(asked).get(id); page++) {
    if (!(await store.older(asked).catch(() => false))) break;
  }
  const at = store.log(asked).find(id);
  if (asked !== chat || at < 0) return;
  shown = Math.max(shown, store.log(chat).list.length - at + 20);
  stuck = false;
  draw();
  const element = holder.querySelector(`[data-id="${Number(id)}"]`);
  if (!element) return;
  element.scrollIntoView({ block: "center", behavior: reducedMotion() ? "instant" : "smooth" });
  element.classList.remove("flash");
  requestAnimationFrame(() => element.classList.add("flash"));
  setTimeout(() => element.classList.remove("flash"), 1500);
}

export function openTimeline(chatId) {
  chat = chatId;
  shown = PAGE;
  stuck = true;
  unseen = 0;
  nodes.clear();
  holder.replaceChildren();
  draw();
  if (chatId !== null && !store.log(chatId).loaded) store.refresh(chatId).catch(() => {});
  seen();
}

export function startTimeline() {
  let busy = false;
  store.on("messages", ({ chat: changed, message, isNew, own }) => {
    if (changed !== chat) return;
    if (isNew && message && !stuck && message.from?.id !== store.me(chat)) unseen++;
    draw({ fresh: message, own });
    jumpButton();
    seen();
  });
  store.on("live", ({ chat: changed }) => { if (changed === chat) draw(); });
  store.on("jump", ({ chat: target, id }) => { if (target === chat) jump(id); });
  addEventListener("languagechange-page", () => { const id = chat; if (id !== null) openTimeline(id); });
  document.addEventListener("visibilitychange", seen);
  scroller.addEventListener("scroll", async () => {
    scroller.toggleAttribute("data-moving", true);
    clearTimeout(resting);
    resting = setTimeout(() => scroller.removeAttribute("data-moving"), REST_MS);
    stuck = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    if (stuck) { unseen = 0; seen(); }
    jumpButton();
    if (scroller.scrollTop < 300 && !busy && chat !== null && store.log(chat).list.length) {
      busy = true;
      try { await showOlder(); } finally { busy = false; }
    }
  }, { passive: true });
  new ResizeObserver(() => { if (stuck) toEnd(); }).observe(holder);
  new ResizeObserver(() => { if (stuck) toEnd(); }).observe(scroller);
  $("jump-button").addEventListener("click", () => { stuck = true; toEnd(true); });
  scroller.addEventListener("keydown", moveByKeys);
}

/** Arrows go from message to message; Enter opens what can be done with it. */
function moveByKeys(event) {
  const here = event.target.closest?.("article.message");
  if (event.target !== scroller && event.target !== here) return;
  const all = [...holder.querySelectorAll("article.message[data-id]")];
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by) {
    event.preventDefault();
    const at = here ? all.indexOf(here) + by : all.length - 1;
    all[Math.max(0, Math.min(all.length - 1, at))]?.focus();
  } else if (here && (event.key === "Enter" || event.key === "ContextMenu")) {
    event.preventDefault();
    nodes.get(`m${here.dataset.id}`)?.bubble.menu(here.querySelector(".bubble").getBoundingClientRect());
  }
}
