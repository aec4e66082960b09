// Dark and light. The system decides until the person does; the choice is a bare word, which boot.js reads too.

const KEY = "chutko.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

export function isDark() {
  return document.documentElement.dataset.theme === "dark";
}

function apply(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  dispatchEvent(new Event("themechange"));
}

export function toggleTheme() {
  const dark = !isDark();
  try { localStorage.setItem(KEY, dark ? "dark" : "light"); } catch { /* not remembered */ }
  apply(dark);
}

system.addEventListener("change", () => { if (!chosen()) apply(system.matches); });
