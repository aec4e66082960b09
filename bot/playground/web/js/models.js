// What the bot can do right now: the strip under the chat list and the dialog with every skill.

import { $, h } from "./dom.js";
import { icon } from "./icons.js";
import { bytes } from "./format.js";
import { sheet } from "./sheets.js";
import { store } from "./store.js";
import { language, t } from "./i18n.js";

const ICONS = { sentiment: "heart", chat: "chat", sounds: "wave", speech: "mic", photo: "photo", video: "video" };
const USABLE = new Set(["ready", "cold"]);

/** How much of everything that is being fetched is here, 0 to 1; null when nothing is being fetched. */
export function fetchedPart() {
  const coming = store.models.filter((model) => model.state === "fetching");
  const total = coming.reduce((sum, model) => sum + (model.total_bytes || 0), 0);
  if (!coming.length) return null;
  return total ? coming.reduce((sum, model) => sum + (model.fetched_bytes || 0), 0) / total : 0;
}

function bar(part) {
  const fill = h("i");
  if (part !== null) fill.style.setProperty("transform", `scaleX(${Math.min(1, part)})`);
  const now = part === null ? {} : { "aria-valuenow": Math.round(part * 100) };
  return h("div", { class: `bar${part === null ? " unknown" : ""}`, role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, ...now }, fill);
}

function strip() {
  const usable = store.models.filter((model) => USABLE.has(model.state)).length;
  const all = store.models.length;
  const part = fetchedPart();
  const failed = store.models.some((model) => model.state === "failed");
  const state = part !== null ? "fetching" : failed ? "failed" : store.ready && usable === all ? "ready" : "loading";
  const words = !store.ready && !all ? t("starting") : usable === all ? t("allReady") : t("someReady", { n: usable, all });
  const row = h("span", { class: "row" }, h("span", { class: `dot ${state}` }), h("span", {}, words), h("em", {}, part !== null ? `${Math.floor(part * 100)}%` : ""));
  $("models-strip").replaceChildren(row, ...(part !== null ? [bar(part)] : []));
}

function card(model) {
  const title = t(`sk_${model.skill}`);
  const fetching = model.state === "fetching";
  const note = model.note?.[language()];
  const part = model.total_bytes ? (model.fetched_bytes || 0) / model.total_bytes : null;
  return h("div", { class: `model ${model.state}` },
    h("div", { class: "row" }, icon(ICONS[model.skill] ?? "chip"),
      h("div", { class: "who" }, h("b", {}, title.startsWith("sk_") ? model.skill : title), h("small", {}, model.title || model.model || "")),
      h("span", { class: "state" }, h("span", { class: `dot ${model.state}` }), t(`st_${model.state === "cold" ? "ready" : model.state}`))),
    fetching && bar(part),
    fetching && h("div", { class: "amount" }, h("span", {}, model.total_bytes ? t("of", { done: bytes(model.fetched_bytes || 0), all: bytes(model.total_bytes) }) : bytes(model.fetched_bytes || 0)), h("span", {}, part === null ? "" : `${Math.floor(part * 100)}%`)),
    note || model.state === "cold" ? h("p", { class: "note", dir: "auto" }, note || t("st_cold")) : null);
}

export function openModels() {
  const { dialog, body } = sheet(t("modelsTitle"));
  const draw = () => body.replaceChildren(h("p", {}, store.models.length ? t("modelsIntro") : t("modelsNone")), h("div", { class: "models" }, store.models.map(card)));
  draw();
  const redraw = () => { if (dialog.isConnected) draw(); else store.removeEventListener("models", redraw); };
  store.addEventListener("models", redraw);
}

export function startModels() {
  store.on("models", strip);
  addEventListener("languagechange-page", strip);
  $("models-strip").addEventListener("click", openModels);
  $("models-button").addEventListener("click", openModels);
  strip();
}
