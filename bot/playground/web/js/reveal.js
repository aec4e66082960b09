// Text that grows smoothly: between two frames from the bot the new letters appear a few at a time.

import { h, reducedMotion } from "./dom.js";
import { isOnlyEmoji, render } from "./markup.js";

const CATCH_UP_S = 0.5; // what is waiting is shown within about this time
const LEAST_UNITS_PER_S = 45;
const TICK_MS = 33;

export class GrowingText {
  /** `context` is handed to the markup. `element` is what the bubble shows; `tail` (time, ticks) stays at its end. */
  constructor(context) {
    this.context = context;
    this.element = h("div", { class: "text", dir: "auto" });
    this.shown = 0;
    this.text = "";
    this.entities = [];
    this.tail = null;
    this.live = false;
  }

  /** Shows the text. With `grow`, what follows the part already shown appears bit by bit. */
  set(text, entities = [], { grow = false, live = false, from = null } = {}) {
    const kept = from ?? (grow && text.startsWith(this.text.slice(0, this.shown)) ? this.shown : text.length);
    this.text = text;
    this.entities = entities;
    this.live = live;
    this.shown = grow && !reducedMotion() && !document.hidden ? Math.min(kept, text.length) : text.length;
    this.draw();
    if (this.shown < text.length) this.run();
  }

  run() {
    if (this.frame) return;
    let before = performance.now();
    const step = (now) => {
      this.frame = null;
      if (now - before >= TICK_MS) {
        const waiting = this.text.length - this.shown;
        const speed = Math.max(LEAST_UNITS_PER_S, waiting / CATCH_UP_S);
        this.shown = Math.min(this.text.length, this.shown + Math.max(1, Math.round((speed * (now - before)) / 1000)));
        // Never between the two halves of one character.
        if (/[\uD800-\uDBFF]/.test(this.text[this.shown - 1] ?? "")) this.shown++;
        before = now;
        this.draw();
      }
      if (this.shown < this.text.length && this.element.isConnected) this.frame = requestAnimationFrame(step);
      else if (this.shown < this.text.length) this.shown = this.text.length;
    };
    this.frame = requestAnimationFrame(step);
  }

  draw() {
    const growing = this.live || this.shown < this.text.length;
    this.element.classList.toggle("huge", !growing && !this.entities?.length && isOnlyEmoji(this.text));
    this.element.replaceChildren(render(this.text, this.entities, this.context, this.shown));
    if (growing) this.element.append(h("span", { class: "caret", "aria-hidden": "true" }));
    if (this.tail) this.element.append(this.tail);
  }
}
