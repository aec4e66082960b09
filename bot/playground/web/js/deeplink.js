// Links to the bot itself (https://t.me/chutko_bot?start=...) stay on the page: they open the private chat of whoever
// follows them and start the bot there with what the link carries. https://core.telegram.org/bots/features#deep-linking

import { attempt } from "./actions.js";
import { api } from "./api.js";
import { store } from "./store.js";

const PAYLOAD = /^[\w-]{1,64}$/;

/** What a link to the bot carries, "" when nothing; null for any other link. */
function payloadOf(link) {
  let url;
  try { url = new URL(link); } catch { return null; }
  const known = url.protocol === "tg:"
    ? url.host === "resolve" && url.searchParams.get("domain")
    : /^https?:$/.test(url.protocol) && /^(www\.)?(t|telegram)\.me$/.test(url.host) && url.pathname.slice(1).replace(/\/$/, "");
  if (!known || known.toLowerCase() !== String(store.bot.username).toLowerCase()) return null;
  const payload = url.searchParams.get("start") ?? "";
  return PAYLOAD.test(payload) ? payload : "";
}

async function follow(payload) {
  const person = store.me(store.open);
  const chat = store.chats.get(person) ?? await attempt(() => api.addChat({ type: "private", members: [person] }));
  if (!chat) return;
  store.setChat(chat);
  store.emit("go", { chat: person });
  if (payload) await attempt(() => api.sendText(person, { from: person, text: `/start ${payload}` }));
}

export function startDeepLinks() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    const payload = link && payloadOf(link.href);
    if (typeof payload !== "string") return;
    event.preventDefault();
    follow(payload);
  });
}
