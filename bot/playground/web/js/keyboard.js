// Inline buttons under a message.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { press } from "./actions.js";
import { copyText } from "./markup.js";
import { store } from "./store.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";

export function keyboard(message, rows) {
  return h("div", { class: "keyboard", role: "group" }, rows.map((row) => h("div", { class: "keys" }, row.map((button) => key(message, button)))));
}

function key(message, button) {
  const style = ["primary", "success", "danger"].includes(button.style) ? button.style : "";
  if (button.url && /^(https?|tg):/i.test(button.url)) {
    return h("a", { class: `key ${style}`, href: button.url, target: "_blank", rel: "noopener noreferrer", title: button.url }, button.text, icon("link"));
  }
  const element = h("button", { class: `key ${style}`, type: "button", dir: "auto" }, button.text);
  if (button.copy_text) element.append(icon("copy"));
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-busy") === "true") return;
    if (button.copy_text) return void copyText(button.copy_text.text);
    if (button.switch_inline_query_current_chat !== undefined) {
      return void store.emit("compose", { insert: `@${store.bot.username} ${button.switch_inline_query_current_chat}` });
    }
    if (button.callback_data === undefined) return void toast(t("buttonUnsupported"));
    element.setAttribute("aria-busy", "true");
    await press(message, button.callback_data);
    element.removeAttribute("aria-busy");
  });
  return element;
}
