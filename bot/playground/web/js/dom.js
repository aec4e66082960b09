// Making elements. Data enters the document only as text nodes and attributes, never as markup.

import { icon } from "./icons.js";

/** h("button", {class: "x", type: "button", onclick: f, "aria-label": t}, child, "text", null) */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = value;
  else if (name === "data") Object.assign(element.dataset, value);
  else if (name === "style") for (const [key, v] of Object.entries(value)) element.style.setProperty(key, v);
  else if (["muted", "checked", "value", "disabled"].includes(name)) element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

export function iconButton(name, label, onclick, extra = {}) {
  const { class: more = "", ...rest } = extra;
  return h("button", { class: `icon-button ${more}`, type: "button", "aria-label": label, title: label, onclick, ...rest }, icon(name));
}

export const $ = (id) => document.getElementById(id);

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Says something to screen readers without showing it. */
export function announce(text) {
  $("announcer").textContent = text;
}

/** A ring that fills from 0 to 1, as an SVG; returns the element and its setter. */
export function ring(size = 100) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("class", "ring");
  svg.setAttribute("aria-hidden", "true");
  const circle = document.createElementNS(ns, "circle");
  const radius = size / 2 - 2;
  const round = 2 * Math.PI * radius;
  for (const [k, v] of Object.entries({ cx: size / 2, cy: size / 2, r: radius, "stroke-dasharray": round, "stroke-dashoffset": round })) circle.setAttribute(k, v);
  svg.append(circle);
  return { element: svg, set: (part) => circle.setAttribute("stroke-dashoffset", round * (1 - Math.min(1, Math.max(0, part)))) };
}
