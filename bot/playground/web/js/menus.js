// Small menus at a place on the screen: arrows move, Escape and a press elsewhere close.

import { h } from "./dom.js";
import { icon } from "./icons.js";

let closeOpen = null;

/** `entries`: {icon?, face?, label, hint?, on?, run} or an element or null; `rect`: where the menu belongs. */
export function openMenu(rect, entries) {
  closeOpen?.();
  const before = document.activeElement;
  const items = entries.filter(Boolean).map((entry) => (entry instanceof Node ? entry : item(entry)));
  const menu = h("div", { class: "menu", role: "menu" }, items);
  function item({ icon: glyph, face, label, hint, on, run }) {
    return h("button", { class: `item${on ? " on" : ""}`, type: "button", role: "menuitem", onclick: () => { close(); run(); } },
      face ?? (glyph ? icon(glyph) : null), h("span", { dir: "auto" }, label, hint && h("small", {}, hint)), on && icon("check"));
  }
  const close = () => {
    menu.remove();
    closeOpen = null;
    removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", close);
    if (before?.isConnected && document.activeElement === document.body) before.focus({ preventScroll: true });
  };
  const outside = (event) => { if (!menu.contains(event.target)) close(); };
  menu.addEventListener("keydown", (event) => {
    const focusable = [...menu.querySelectorAll("button")];
    const at = focusable.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by) { event.preventDefault(); focusable.at((at + by) % focusable.length)?.focus(); }
    if (event.key === "Escape" || event.key === "Tab") { event.preventDefault(); event.stopPropagation(); close(); before?.focus?.({ preventScroll: true }); }
  });
  document.body.append(menu);
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.min(Math.max(8, rect.left), innerWidth - width - 8);
  const below = rect.bottom + 6 + height <= innerHeight - 8;
  const top = below ? rect.bottom + 6 : Math.max(8, rect.top - height - 6);
  menu.style.setProperty("left", `${Math.max(8, left)}px`);
  menu.style.setProperty("top", `${top}px`);
  menu.style.setProperty("transform-origin", below ? "20% 0" : "20% 100%");
  addEventListener("pointerdown", outside, true);
  addEventListener("resize", close);
  menu.querySelector("button")?.focus({ preventScroll: true });
  closeOpen = close;
  return close;
}
