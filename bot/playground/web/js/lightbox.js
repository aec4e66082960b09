// Photos in full size: arrows go through the photos of the chat, a press magnifies.

import { h, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { fileUrl } from "./api.js";
import { fullTime, personName, senderOf } from "./format.js";
import { store } from "./store.js";
import { t } from "./i18n.js";

const largest = (message) => message.photo.reduce((a, b) => (b.width > a.width ? b : a));

export function openLightbox(message) {
  const dialog = h("dialog", { class: "lightbox", "aria-label": t("photo") });
  let current = message;
  const photos = () => store.log(message.chat.id).list.filter((one) => one.photo);
  const step = (by) => {
    const all = photos();
    const next = all[all.findIndex((one) => one.message_id === current.message_id) + by];
    if (next) { current = next; draw(); }
  };
  const draw = () => {
    const all = photos();
    const at = all.findIndex((one) => one.message_id === current.message_id);
    const file = largest(current);
    const stage = h("div", { class: "stage" });
    const image = h("img", { src: fileUrl(file.file_id), alt: current.caption || t("photo"), onclick: () => stage.classList.toggle("zoomed") });
    stage.append(image);
    stage.addEventListener("click", (event) => { if (event.target === stage) dialog.close(); });
    const prev = iconButton("back", t("previous"), () => step(-1), { class: "step prev" });
    const next = iconButton("next", t("next"), () => step(1), { class: "step next" });
    prev.hidden = at <= 0;
    next.hidden = at < 0 || at >= all.length - 1;
    dialog.replaceChildren(
      h("header", {}, h("p", { dir: "auto" }, personName(senderOf(current)), h("small", {}, fullTime(current.date))),
        h("a", { class: "icon-button", href: fileUrl(file.file_id, true), download: "", "aria-label": t("download"), title: t("download") }, icon("download")),
        iconButton("close", t("close"), () => dialog.close(), { autofocus: true })),
      stage, h("p", { class: "caption", dir: "auto" }, current.caption ?? ""), prev, next,
    );
  };
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
  });
  dialog.addEventListener("close", () => dialog.remove());
  draw();
  document.body.append(dialog);
  dialog.showModal();
}
