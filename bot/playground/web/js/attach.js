// Files before they are sent: the tray of previews, what each is sent as, drag and drop, paste.

import { $, h } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menus.js";
import { store } from "./store.js";
import { t } from "./i18n.js";
import { toast } from "./toast.js";

const MOST_FILES = 10;
const LARGEST_BYTES = 2_000_000_000;
const NAMES = { photo: "asPhoto", video: "asVideo", animation: "asAnimation", audio: "asAudio", voice: "asVoice", video_note: "asVideoNote", sticker: "asSticker", document: "asDocument" };
const ACCEPTS = { photo: "image/*", video: "video/*", animation: "video/*,image/gif", audio: "audio/*", voice: "audio/*", video_note: "video/*", sticker: "image/*,video/webm", document: "" };
const MENU = [["photo", "photo"], ["video", "video"], ["document", "file"], ["audio", "music"], ["voice", "wave"], ["video_note", "circle"], ["animation", "gif"], ["sticker", "sticker"]];

/** What a file may be sent as, the likeliest first. */
function kinds(file) {
  const type = file.type || "";
  if (type === "image/gif") return ["animation", "photo", "document"];
  if (/^image\/(?!svg)/.test(type)) return ["photo", "document", "sticker"];
  if (type.startsWith("video/")) return ["video", "document", "animation", "video_note", "sticker"];
  if (type.startsWith("audio/")) return ["audio", "voice", "document"];
  return ["document", "photo", "video", "audio", "voice"];
}

export class Tray {
  constructor(onchange) {
    this.onchange = onchange;
    this.items = [];
    this.element = h("div", { class: "tray", role: "list", hidden: true });
  }

  add(files, as = null) {
    const given = [...files];
    for (const file of given.slice(0, MOST_FILES - this.items.length)) {
      if (!file.size) toast(t("emptyFile", { name: file.name }), { bad: true });
      else if (file.size > LARGEST_BYTES) toast(t("tooBig", { name: file.name }), { bad: true });
      else this.items.push({ file, as: as ?? kinds(file)[0], url: URL.createObjectURL(file) });
    }
    if (given.length > MOST_FILES - this.items.length && this.items.length >= MOST_FILES) toast(t("tooMany"));
    this.draw();
  }

  remove(item) {
    URL.revokeObjectURL(item.url);
    this.items = this.items.filter((other) => other !== item);
    this.draw();
  }

  /** Empties the tray; returns what was in it, in groups that are sent together: {files, as}. */
  take() {
    const groups = [];
    for (const { file, as } of this.items) {
      const last = groups.at(-1);
      const joins = last && (as === last.as || (["photo", "video"].includes(as) && ["photo", "video", "media"].includes(last.as))) && ["photo", "video", "media", "document", "audio"].includes(last.as);
      if (!joins) groups.push({ files: [file], as });
      else { last.files.push(file); if (last.as !== as) last.as = "media"; }
    }
    for (const item of [...this.items]) URL.revokeObjectURL(item.url);
    this.items = [];
    this.draw();
    // A mixed album of photos and videos names no kind: the server looks at each file itself.
    return groups.map(({ files, as }) => ({ files, as: as === "media" ? null : as }));
  }

  draw() {
    this.element.hidden = !this.items.length;
    this.element.replaceChildren(...this.items.map((item) => this.tile(item)));
    this.onchange();
  }

  tile(item) {
    const { file, url } = item;
    const thumb = h("div", { class: "thumb" }, file.type.startsWith("image/") ? h("img", { src: url, alt: "" })
      : file.type.startsWith("video/") ? h("video", { src: url, muted: true, preload: "metadata" })
        : [icon(file.type.startsWith("audio/") ? "music" : "file"), h("span", { dir: "auto" }, file.name)]);
    const options = [...new Set([...kinds(file), item.as])].map((kind) => h("option", { value: kind }, t(NAMES[kind])));
    const choice = h("select", { "aria-label": t("sendAs", { name: file.name }), onchange: () => { item.as = choice.value; this.onchange(); } }, options);
    choice.value = item.as;
    return h("div", { class: "item", role: "listitem", title: file.name }, thumb, choice,
      h("button", { class: "remove", type: "button", "aria-label": t("remove", { name: file.name }), onclick: () => this.remove(item) }, icon("close")));
  }
}

/** Opens the browser's file dialog for one kind. */
export function pickFiles(as, onfiles) {
  const input = h("input", { type: "file", id: "file-input", accept: ACCEPTS[as] ?? "", multiple: true, hidden: true });
  input.addEventListener("change", () => { onfiles([...input.files], as); input.remove(); });
  input.addEventListener("cancel", () => input.remove());
  $("file-input")?.remove();
  document.body.append(input);
  input.click();
}

export function attachMenu(button, onfiles) {
  openMenu(button.getBoundingClientRect(), MENU.map(([as, glyph]) => ({ icon: glyph, label: t(NAMES[as]), run: () => pickFiles(as, onfiles) })));
}

/** Files dropped anywhere on the page, and pictures pasted anywhere. */
export function listenForFiles(onfiles) {
  const drop = $("drop");
  let depth = 0;
  const carries = (event) => store.open !== null && [...(event.dataTransfer?.types ?? [])].includes("Files");
  const show = (on) => { drop.hidden = !on; if (!on) depth = 0; };
  addEventListener("dragenter", (event) => { if (carries(event)) { event.preventDefault(); depth++; show(true); } });
  addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
  addEventListener("dragleave", (event) => { if (carries(event) && --depth <= 0) show(false); });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    show(false);
    onfiles([...event.dataTransfer.files]);
  });
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length || store.open === null) return;
    event.preventDefault();
    onfiles(files);
  });
}
