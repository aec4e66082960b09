import { $, h } from "./dom.js";

/** A short word at the lower edge; goes by itself. */
export function toast(text, { bad = false } = {}) {
  const element = h("div", { class: `toast${bad ? " bad" : ""}`, dir: "auto" }, String(text));
  const all = $("toasts");
  while (all.childElementCount >= 3) all.firstElementChild.remove();
  all.append(element);
  setTimeout(() => element.remove(), Math.min(9000, 2600 + String(text).length * 45));
}
