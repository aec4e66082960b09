// The stream of events: EventSource resumes by Last-Event-ID on its own after a short break; after a longer one, or
// when the server refuses, it is opened anew and everything is read again.

import { store } from "./store.js";

const NAMES = ["message", "edit", "draft", "delete", "reaction", "action", "chat", "status"];
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 5000;

let lastId = "";
let retryMs = FIRST_RETRY_MS;
let wasLost = false;

export function connect() {
  const source = new EventSource("/play/events" + (lastId ? `?last_event=${encodeURIComponent(lastId)}` : ""));
  for (const name of NAMES) {
    source.addEventListener(name, (event) => {
      if (event.lastEventId) lastId = event.lastEventId;
      let data;
      try { data = JSON.parse(event.data); } catch { return; }
      store.apply(name, data);
    });
  }
  source.addEventListener("reset", () => reload());
  source.addEventListener("open", () => {
    retryMs = FIRST_RETRY_MS;
    if (wasLost) reload();
    wasLost = false;
    store.setOnline(true);
  });
  source.addEventListener("error", () => {
    wasLost = true;
    store.setOnline(false);
    source.close();
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  });
}

export function startFrom(eventId) {
  lastId = String(eventId ?? "");
}

async function reload() {
  try { await store.load(); } catch { /* the next event or connection reads it again */ }
}
