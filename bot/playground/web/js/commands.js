// The bot's commands: the list over the composer, opened by `/` or the button.

import { h } from "./dom.js";
import { store } from "./store.js";
import { t } from "./i18n.js";

export class CommandMenu {
  /** `onpick(command, complete)`: a command was chosen; with `complete` it is only written, not sent. */
  constructor(onpick) {
    this.onpick = onpick;
    this.element = h("div", { class: "commands", id: "command-list", role: "listbox", "aria-label": t("commands"), hidden: true });
    this.rows = [];
    this.at = 0;
  }

  get open() { return !this.element.hidden; }

  /** Shows the commands that begin with `prefix` (without the slash); hides when none does. */
  show(chat, prefix = "") {
    const all = store.chats.get(chat)?.commands ?? [];
    const fitting = all.filter(({ command }) => command.startsWith(prefix.toLowerCase()));
    if (!fitting.length) { this.hide(); return; }
    this.element.setAttribute("aria-label", t("commands"));
    this.rows = fitting;
    this.at = Math.min(this.at, fitting.length - 1);
    this.element.hidden = false;
    this.draw();
  }

  hide() {
    this.element.hidden = true;
    this.at = 0;
  }

  draw() {
    this.element.replaceChildren(...this.rows.map(({ command, description }, i) =>
      h("button", { type: "button", role: "option", id: `command-${i}`, tabindex: "-1", "aria-selected": String(i === this.at), onpointerdown: (event) => event.preventDefault(), onclick: () => this.onpick(command, false) },
        h("b", {}, `/${command}`), h("span", { dir: "auto" }, description))));
    this.element.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  /** Keys while the list is open; true when the key was meant for it. */
  key(event) {
    if (!this.open) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) { this.at = (this.at + by + this.rows.length) % this.rows.length; this.draw(); }
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.onpick(this.rows[this.at].command, false);
    else if (event.key === "Tab") this.onpick(this.rows[this.at].command, true);
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
