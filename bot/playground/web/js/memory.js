// What the browser remembers between visits. Storage may be full or forbidden: then nothing is remembered.

const PREFIX = "chutko.";

export function recall(key, fallback = null) {
  try {
    const raw = localStorage.getItem(PREFIX + key);
    return raw === null ? fallback : JSON.parse(raw);
  } catch {
    return fallback;
  }
}

export function remember(key, value) {
  try {
    if (value === null || value === undefined || value === "") localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch { /* nothing to be done, and nothing is lost but comfort */ }
}
