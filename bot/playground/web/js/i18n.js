// The language of the page: the browser's at first, then the person's choice.

import { EN } from "./texts_en.js";
import { RU } from "./texts_ru.js";
import { recall, remember } from "./memory.js";
import { $ } from "./dom.js";
import { icon } from "./icons.js";

const TEXTS = { en: EN, ru: RU };
let current = recall("language") ?? (navigator.languages?.some((l, i) => i < 2 && /^(ru|be|uk|kk)\b/i.test(l)) ? "ru" : "en");
if (!TEXTS[current]) current = "en";

export const language = () => current;

/** The text for a key. `{n}` and other names are filled in; a list of forms is chosen by `n` (few, many, one, other). */
export function t(key, values = {}) {
  let text = TEXTS[current][key] ?? EN[key] ?? key;
  if (typeof text === "object") text = text[new Intl.PluralRules(current).select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function setLanguage(code) {
  current = TEXTS[code] ? code : "en";
  remember("language", current);
  applyTexts();
  dispatchEvent(new Event("languagechange-page"));
}

/** Fills the elements of index.html that name their text by data-i18n, data-i18n-label and their icon by data-icon. */
export function applyTexts() {
  document.documentElement.lang = current;
  for (const element of document.querySelectorAll("[data-i18n]")) element.textContent = t(element.dataset.i18n);
  for (const element of document.querySelectorAll("[data-i18n-label]")) {
    element.setAttribute("aria-label", t(element.dataset.i18nLabel));
    if (element.tagName === "BUTTON") element.title = t(element.dataset.i18nLabel);
  }
  for (const element of document.querySelectorAll("[data-icon]")) {
    if (!element.firstElementChild) element.append(icon(element.dataset.icon));
  }
  $("language-button").textContent = current === "ru" ? "EN" : "RU";
}
