// One message on the screen. A bubble is made once and then changed part by part, so that a playing video goes on
// playing while its caption, buttons or reactions change.

import { announce, h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, colour } from "./avatar.js";
import { clock, fullTime, mediaKind, personName, senderOf, summary } from "./format.js";
import { album, media } from "./media.js";
import { fileUrl } from "./api.js";
import { GrowingText } from "./reveal.js";
import { keyboard } from "./keyboard.js";
import { react } from "./actions.js";
import { openMessageMenu } from "./message_menu.js";
import { store } from "./store.js";
import { t } from "./i18n.js";

const NS = "http://www.w3.org/2000/svg";
const OVER = new Set(["photo", "video", "animation"]); // media that fill the bubble
const GROWING_S = 300; // within this time a bot's edits are the answer being written
const BARE = new Set(["sticker", "video_note", "dice"]); // media without a bubble

function tail() {
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("class", "tail");
  svg.setAttribute("viewBox", "0 0 9 17");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NS, "path");
  path.setAttribute("d", "M9 0c-.2 6.5-3.3 12-8.3 15.2C-.1 15.800.1 17 1.200 17H9z");
  svg.append(path);
  return svg;
}

export class Bubble {
  constructor({ grownFrom = 0, animate = false } = {}) {
    this.parts = new Map();
    this.startAt = grownFrom;
    this.words = new GrowingText({ oncommand: (text) => store.emit("compose", { send: text }) });
    this.face = h("div", { class: "avatar-space" });
    this.body = h("div", { class: "bubble" });
    this.below = h("div", { class: "below" });
    this.column = h("div", { class: "column" }, this.body);
    this.more = h("button", { class: "icon-button more", type: "button", tabindex: "-1" }, icon("more"));
    this.element = h("article", { class: animate ? "message enter" : "message", tabindex: "-1" });
    this.more.addEventListener("click", () => this.menu(this.more.getBoundingClientRect()));
    this.element.addEventListener("contextmenu", (event) => this.context(event));
    this.element.addEventListener("dblclick", (event) => {
      if (event.target.closest("button, a, video, input, .pre, code") || !this.item.messages) return;
      getSelection().removeAllRanges();
      store.emit("compose", { reply: this.item.messages[0] });
    });
  }

  /** Draws `item`: {messages, mine, first, last, group}; with `grow`, added text appears bit by bit. */
  update(item, { grow = false } = {}) {
    const { messages, mine, first, last, group } = item;
    const unchanged = this.item && [mine, first, last, group].join() === [this.item.mine, this.item.first, this.item.last, this.item.group].join()
      && messages.length === this.item.messages.length && messages.every((one, i) => one === this.item.messages[i]) && this.drawnAs === store.me(messages[0].chat.id);
    this.item = item;
    if (unchanged) return;
    this.drawnAs = store.me(messages[0].chat.id);
    const head = messages[0];
    const kind = mediaKind(head);
    const worded = messages.find((one) => one.text || one.caption) ?? head;
    const text = worded.text ?? worded.caption ?? "";
    // In a topic, what answers nobody comes as an answer to the message that the topic began with.
    const reply = head.reply_to_message?.forum_topic_created ? null : head.reply_to_message;
    this.element.dataset.id = head.message_id;
    for (const [name, on] of Object.entries({ in: !mine, out: mine, first, last })) this.element.classList.toggle(name, on);
    const bare = BARE.has(kind) && !text && !head.forward_origin && !reply;
    this.body.classList.toggle("bare", bare);
    this.body.classList.toggle("has-media", OVER.has(kind));
    this.body.classList.toggle("over", OVER.has(kind) && !text);
    this.body.classList.toggle("plain", Boolean(kind) && !OVER.has(kind) && !bare && !text && !head.reactions?.length);

    const who = senderOf(head);
    this.part("face", group && !mine && last ? who?.id : null, () => avatar(who, "small"), this.face);
    this.face.hidden = !group || mine;
    this.part("name", group && !mine && first && !bare ? [who?.id, personName(who)] : null, () => this.name(who));
    const topic = head.is_topic_message && store.chats.get(head.chat.id)?.topics?.find((one) => one.message_thread_id === head.message_thread_id);
    this.part("topic", topic && first ? topic.name : null, () => h("div", { class: "topic", dir: "auto" }, `# ${topic.name}`));
    this.part("forward", head.forward_origin, () => forwarded(head.forward_origin));
    this.part("reply", reply ? [reply, head.quote, document.documentElement.lang] : null, () => replyQuote(reply, head.quote));
    this.part("media", kind ? messages.map((one) => carried(one, mediaKind(one))) : null,
      () => (messages.length > 1 && OVER.has(kind) ? album(messages) : messages.length > 1 ? h("div", {}, messages.map((one) => media(one, mediaKind(one)))) : media(head, kind)));
    // The words under a picture are no wider than the picture.
    this.body.style.setProperty("--media-width", this.parts.get("media")?.element.style.width || "430px");
    this.text(text || (kind ? "" : t("unknownMessage")), worded.entities ?? worded.caption_entities, worded, grow);
    this.part("reactions", head.reactions?.length ? [head.reactions, store.me(head.chat.id)] : null, () => reactions(head));
    if (!this.body.querySelector(":scope > .tail")) this.body.append(tail());
    const buttons = messages.find((one) => one.reply_markup?.inline_keyboard)?.reply_markup.inline_keyboard;
    this.part("keyboard", buttons?.length ? [buttons, head.message_id] : null, () => keyboard(messages.find((one) => one.reply_markup), buttons), this.column);
    this.more.setAttribute("aria-label", t("moreActions"));
    this.element.setAttribute("aria-label", `${personName(who)}, ${clock(head.date)}: ${summary(worded)}`);
    if (!this.element.childElementCount) this.element.append(this.face, this.column, this.more);
  }

  text(text, entities, message, grow) {
    const stamp = meta(message, this.item.mine);
    const content = JSON.stringify([text, entities, this.item.mine, message.edit_date, document.documentElement.lang]);
    if (content === this.parts.get("text")?.content) return;
    this.parts.set("text", { content, element: this.words.element });
    if (!text) {
      this.words.element.remove();
      this.body.querySelector(":scope > .meta")?.remove();
      this.body.append(stamp);
      return;
    }
    this.body.querySelector(":scope > .meta")?.remove();
    this.words.tail = stamp;
    const start = this.startAt;
    this.startAt = 0;
    this.words.set(text, entities ?? [], { grow: grow || start > 0, from: start > 0 ? start : null });
    if (!this.words.element.isConnected || this.words.element.parentElement !== this.body) {
      this.body.insertBefore(this.words.element, this.parts.get("reactions")?.element ?? this.body.querySelector(":scope > .tail"));
    }
  }

  /** Puts a part in its place, anew only when what it shows has changed. */
  part(name, content, make, into = this.body) {
    const key = content === null || content === undefined ? null : JSON.stringify(content);
    const old = this.parts.get(name);
    if ((old?.content ?? null) === key) return;
    const element = key === null ? null : make();
    if (old?.element) { if (element) old.element.replaceWith(element); else old.element.remove(); }
    else if (element) place(into, element, name, this.parts);
    if (key === null) this.parts.delete(name); else this.parts.set(name, { content: key, element });
  }

  name(who) {
    const chat = store.chats.get(this.item.messages[0].chat.id);
    const role = store.isBot(who?.id) ? t("roleBot") : chat?.administrators?.includes(who?.id) ? t("roleAdmin") : "";
    return h("div", { class: `name ${colour(who?.id)}`, dir: "auto" }, personName(who), role && h("small", {}, role));
  }

  context(event) {
    if (event.target.closest("a, input, textarea") || !getSelection().isCollapsed) return;
    event.preventDefault();
    this.menu({ left: event.clientX, top: event.clientY, bottom: event.clientY, right: event.clientX });
  }

  menu(rect) {
    openMessageMenu(this.item.messages, this.item.mine, rect);
  }

  speak() {
    announce(this.element.getAttribute("aria-label"));
  }
}

const ORDER = ["name", "topic", "forward", "reply", "media", "text", "reactions"];

function place(into, element, name, parts) {
  const rank = ORDER.indexOf(name);
  if (rank < 0) { into.append(element); return; }
  const after = ORDER.slice(rank + 1).map((other) => parts.get(other)?.element).find((other) => other?.parentElement === into);
  into.insertBefore(element, after ?? into.querySelector(":scope > .meta, :scope > .tail"));
}

/** What decides how a medium looks: a changed caption must not start a video anew. */
function carried(message, kind) {
  const value = message[kind];
  if (kind === "photo") return value.map((size) => size.file_unique_id);
  return value?.file_unique_id ?? value;
}

function forwarded(origin) {
  const who = origin.sender_user ?? origin.sender_chat ?? origin.chat;
  return h("div", { class: "forwarded" }, t("forwardedFrom"), " ", h("b", { dir: "auto" }, origin.sender_user_name ?? personName(who)));
}

export function replyQuote(message, quote, onclick = () => store.emit("jump", { chat: message.chat.id, id: message.message_id })) {
  const small = message.photo?.[0] ?? message.video?.thumbnail ?? message.animation?.thumbnail;
  return h("button", { class: "quote", type: "button", onclick, "aria-label": t("replyTo", { name: personName(senderOf(message)) }) },
    small && h("img", { src: fileUrl(small.file_id), alt: "" }),
    h("div", {}, h("b", { dir: "auto" }, personName(senderOf(message))), h("span", { dir: "auto" }, quote?.text ?? summary(message))));
}

function meta(message, mine) {
  const time = h("time", { datetime: new Date(message.date * 1000).toISOString(), title: fullTime(message.date) }, clock(message.date));
  const ticks = mine && h("span", { role: "img", "aria-label": t("delivered"), class: "ticks" }, icon("checks"));
  // A bot's answer that grew by edits was not "edited" to its reader.
  const edited = message.edit_date && (!message.from?.is_bot || message.edit_date - message.date > GROWING_S);
  return h("span", { class: "meta" }, edited ? h("span", {}, t("edited")) : null, time, ticks);
}

function reactions(message) {
  const me = store.me(message.chat.id);
  const byEmoji = new Map();
  for (const { from, emoji } of message.reactions) byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), from]);
  const chips = [...byEmoji].map(([emoji, people]) => {
    const mine = people.includes(me);
    const names = people.map((id) => personName(store.person(id) ?? { id })).join(", ");
    return h("button", { class: `reaction${mine ? " mine" : ""}`, type: "button", "aria-pressed": String(mine), title: names, "aria-label": `${emoji} ${names}`, onclick: () => react(message, emoji) },
      h("span", { class: "glyph" }, emoji), people.length > 1 ? String(people.length) : null);
  });
  return h("div", { class: "reactions" }, chips);
}
