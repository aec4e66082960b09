// Text with entities -> DOM. Offsets are UTF-16 units, as JavaScript strings have them. Nothing here is ever parsed as
// HTML; links lead only where a link may lead.

import { h, announce } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";

const SAFE_LINK = /^(https?|mailto|tel|tg):/i;
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const INLINE = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };
const RANK = { blockquote: 0, expandable_blockquote: 0, pre: 1 }; // blocks hold inline entities, not the other way round

/**
 * A fragment of `text` with its `entities`, cut off after `limit` units (for text that is still growing).
 * `context.oncommand(text)` is called when a bot command is pressed.
 */
export function render(text, entities = [], context = {}, limit = text.length) {
  const spans = usable(text, entities, limit);
  const cuts = [...new Set([0, limit, ...spans.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  const root = document.createDocumentFragment();
  const open = []; // the spans open now, outermost first, with the element that takes their text
  let afterBlock = false;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]];
    const active = spans.filter((span) => span.start <= from && span.end >= to);
    let shared = 0;
    while (shared < open.length && open[shared].span === active[shared]) shared++;
    for (const closed of open.splice(shared)) afterBlock = BLOCKS.has(closed.span.entity.type) || afterBlock;
    for (const span of active.slice(shared)) {
      const inside = text.slice(span.start, span.end);
      const made = make(span.entity, inside, context, Boolean(open.length && open.at(-1).span.entity.type === "pre"));
      (open.at(-1)?.into ?? root).append(made.element);
      open.push({ span, into: made.into ?? made.element });
      if (BLOCKS.has(span.entity.type)) afterBlock = false;
    }
    let piece = text.slice(from, to);
    // The line break that ends a block is already there: the block ends its line itself.
    if (afterBlock && piece.startsWith("\n")) piece = piece.slice(1);
    afterBlock = false;
    if (piece) (open.at(-1)?.into ?? root).append(piece);
  }
  return root;
}

function usable(text, entities, limit) {
  return (entities ?? [])
    .filter((e) => Number.isInteger(e?.offset) && Number.isInteger(e?.length) && e.length > 0 && e.offset >= 0 && e.offset < limit)
    .map((entity, order) => ({ entity, order, start: entity.offset, end: Math.min(entity.offset + entity.length, limit) }))
    .sort((a, b) => rank(a) - rank(b) || a.start - b.start || b.end - a.end || a.order - b.order);
}

const rank = (span) => RANK[span.entity.type] ?? 2;

function make(entity, inside, context, inPre) {
  const { type } = entity;
  if (INLINE[type]) return type === "code" ? { element: code() } : { element: h(INLINE[type]) };
  if (type === "pre") return inPre ? { element: h("span") } : pre(entity);
  if (type === "blockquote" || type === "expandable_blockquote") return quote(type === "expandable_blockquote", inside);
  if (type === "spoiler") return { element: spoiler() };
  if (type === "text_link" || type === "url") return { element: link(type === "url" ? webAddress(inside) : entity.url) };
  if (type === "email") return { element: link(`mailto:${inside}`) };
  if (type === "phone_number") return { element: link(`tel:${inside.replace(/[^+\d]/g, "")}`) };
  if (type === "bot_command" && context.oncommand) {
    return { element: h("button", { class: "tag", type: "button", onclick: () => context.oncommand(inside) }) };
  }
  const coloured = ["mention", "text_mention", "hashtag", "cashtag", "bot_command"].includes(type);
  return { element: h("span", { class: coloured ? "tag" : null }) };
}

const webAddress = (text) => (/^[a-z][a-z\d+.-]*:/i.test(text) ? text : `https://${text}`);

function link(url) {
  if (!SAFE_LINK.test(url ?? "")) return h("span");
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url });
}

function code() {
  const element = h("code", { title: t("copyCode") });
  element.addEventListener("click", () => { if (getSelection().isCollapsed) copyText(element.textContent); });
  return element;
}

function pre(entity) {
  const into = h("code");
  const copy = h("button", { type: "button", onclick: () => copyText(into.textContent) }, icon("copy"), t("copyCode"));
  const head = h("div", { class: "pre-head" }, h("span", {}, entity.language ?? ""), copy);
  return { element: h("div", { class: "pre" }, head, h("pre", { tabindex: "0" }, into)), into };
}

function quote(expandable, inside) {
  const into = h("span", { class: "inside" });
  const long = expandable && (inside.length > 160 || inside.split("\n").length > 3);
  const element = h("blockquote", { class: long ? "expandable collapsed" : null }, into);
  if (long) {
    const fold = h("button", { class: "fold", type: "button", "aria-expanded": "false", "aria-label": t("expand") }, icon("down"));
    element.append(fold);
    element.addEventListener("click", (event) => {
      if (event.target.closest("a, button:not(.fold), code")) return;
      const open = element.classList.toggle("open");
      element.classList.toggle("collapsed", !open);
      fold.setAttribute("aria-expanded", String(open));
      fold.setAttribute("aria-label", t(open ? "collapse" : "expand"));
    });
  }
  return { element, into };
}

function spoiler() {
  const element = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("reveal"), "aria-expanded": "false" });
  const show = (event) => {
    if (element.classList.contains("shown") || (event.key && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    element.classList.add("shown");
    for (const name of ["role", "aria-label", "aria-expanded"]) element.removeAttribute(name);
  };
  element.addEventListener("click", show);
  element.addEventListener("keydown", show);
  return element;
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("copied"));
    announce(t("copied"));
  } catch {
    toast(t("copyFailed"), { bad: true });
  }
}

/** One to three emoji and nothing else: shown large. */
export function isOnlyEmoji(text) {
  const bare = text.replace(/\s/g, "");
  if (!bare || bare.length > 30 || /[\d#*]/.test(bare)) return false;
  const clusters = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(bare)];
  return clusters.length <= 3 && clusters.every(({ segment }) => /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/u.test(segment));
}
