import { h } from "./dom.js";
import { personName } from "./format.js";
import { store } from "./store.js";

export const colour = (id) => (id === store.bot.id ? "bot" : `c${Math.abs(Number(id) || 0) % 7}`);

function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = (word) => [...(word ?? "")][0] ?? "";
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : "")).toUpperCase() || "?";
}

/** The round face of a person, a chat or the bot. */
export function avatar(who, size = "") {
  const id = who?.id ?? 0;
  const isBot = id === store.bot.id;
  return h("span", { class: `avatar ${size} ${colour(id)}`, "aria-hidden": "true" }, isBot ? "" : initials(who?.title ?? personName(who)));
}
