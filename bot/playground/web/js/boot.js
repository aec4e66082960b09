// Runs before the first paint (a classic script), so that the page never flashes in the wrong colours.
(() => {
  let choice = null;
  try { choice = localStorage.getItem("chutko.theme"); } catch { /* storage may be forbidden: follow the system */ }
  const dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
