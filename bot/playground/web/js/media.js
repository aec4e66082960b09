// Everything a message carries besides text.

import { h, ring } from "./dom.js";
import { icon } from "./icons.js";
import { bytes, duration, personName } from "./format.js";
import { fileUrl } from "./api.js";
import { t } from "./i18n.js";
import { player } from "./player.js";
import { openLightbox } from "./lightbox.js";
import { vote } from "./actions.js";

const MOST_PX = 430;
const LEAST_PX = 200;

/** The element for what `message` carries (kind as `mediaKind` says). */
export function media(message, kind) {
  const file = message[kind];
  const makers = {
    photo: () => photo(message),
    video: () => video(message),
    animation: () => animation(message),
    video_note: () => roundVideo(file),
    voice: () => player(file, { voice: true }),
    audio: () => player(file, { voice: false }),
    document: () => documentFile(file),
    sticker: () => sticker(file),
    location: () => fact("pin", t("location"), `${file.latitude.toFixed(5)}, ${file.longitude.toFixed(5)}`),
    contact: () => fact("user", personName(file), file.phone_number),
    poll: () => poll(message),
    dice: () => h("div", { class: "sticker" }, h("span", { class: "glyph" }, file.emoji)),
  };
  return makers[kind]();
}

/** Several photos and videos of one album as a grid. */
export function album(messages) {
  const tiles = messages.map((message) => (message.video ? video(message, true) : photo(message, true)));
  return h("div", { class: "album", data: { count: String(messages.length) } }, tiles);
}

/** A frame of the right shape before the bytes are there, so that nothing jumps. */
function frame(width, height, tile) {
  const element = h("div", { class: "media" });
  if (tile) return element;
  const [w, k] = [width || 320, height || 240];
  const scale = Math.min(MOST_PX / w, MOST_PX / k, Math.max(1, LEAST_PX / w));
  element.style.setProperty("width", `${Math.max(LEAST_PX, Math.round(w * scale))}px`);
  element.style.setProperty("max-width", "100%");
  element.style.setProperty("aspect-ratio", `${Math.max(0.45, Math.min(3, w / k))}`);
  return element;
}

function broken(element) {
  element.replaceChildren(h("span", {}, t("broken")));
  element.classList.add("broken");
}

function veil(element, message) {
  if (!message.has_media_spoiler) return;
  element.classList.add("veiled");
  const button = h("button", { class: "unveil", type: "button" }, t("revealMedia"));
  button.addEventListener("click", () => { element.classList.remove("veiled"); button.remove(); });
  element.append(button);
}

const byWidth = (sizes) => [...sizes].sort((a, b) => a.width - b.width);

export function bestPhoto(message) {
  return byWidth(message.photo).at(-1);
}

function photo(message, tile = false) {
  const sizes = byWidth(message.photo);
  const size = sizes.find((one) => one.width >= MOST_PX * 1.5) ?? sizes.at(-1);
  const element = frame(size.width, size.height, tile);
  const image = h("img", { src: fileUrl(size.file_id), alt: message.caption || t("photo"), loading: "lazy", decoding: "async", draggable: "false" });
  image.addEventListener("error", () => broken(element));
  const open = h("button", { class: "open", type: "button", "aria-label": t("openPhoto"), onclick: () => openLightbox(message) });
  element.append(image, open);
  veil(element, message);
  return element;
}

function video(message, tile = false) {
  const file = message.video;
  const element = frame(file.width, file.height, tile);
  const clip = h("video", { playsinline: true, preload: "metadata", src: fileUrl(file.file_id), "aria-label": message.caption || t("video") });
  if (file.thumbnail) clip.poster = fileUrl(file.thumbnail.file_id);
  const badge = h("span", { class: "badge" }, duration(file.duration));
  const play = h("button", { class: "big-play", type: "button", "aria-label": t("play") }, icon("play"));
  const start = () => clip.play().catch(() => {});
  play.addEventListener("click", start);
  clip.addEventListener("play", () => { clip.controls = true; play.hidden = badge.hidden = true; });
  clip.addEventListener("ended", () => { clip.controls = false; play.hidden = badge.hidden = false; clip.currentTime = 0; });
  clip.addEventListener("error", () => broken(element));
  element.append(clip, badge, play);
  veil(element, message);
  return element;
}

function animation(message) {
  const file = message.animation;
  const element = frame(file.width, file.height, false);
  const still = file.mime_type === "image/gif";
  const clip = still
    ? h("img", { src: fileUrl(file.file_id), alt: message.caption || t("animation") })
    : h("video", { src: fileUrl(file.file_id), loop: true, muted: true, playsinline: true, preload: "auto", "aria-label": message.caption || t("animation") });
  if (!still) {
    playWhileSeen(clip);
    clip.addEventListener("click", () => (clip.paused ? clip.play() : clip.pause()));
  }
  clip.addEventListener("error", () => broken(element));
  element.append(clip, h("span", { class: "badge" }, "GIF"));
  veil(element, message);
  return element;
}

/** Silent loops run only while they are on the screen, and not at all where motion is unwelcome. */
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!target.muted) continue;
    if (isIntersecting && !matchMedia("(prefers-reduced-motion: reduce)").matches) target.play().catch(() => {});
    else target.pause();
  }
});
const playWhileSeen = (clip) => watcher.observe(clip);

function roundVideo(file) {
  const clip = h("video", { src: fileUrl(file.file_id), loop: true, muted: true, playsinline: true, preload: "auto", tabindex: "0", role: "button", "aria-label": t("soundOn") });
  const progress = ring(100);
  const badge = h("span", { class: "mute" }, icon("mute"));
  const toggle = () => {
    if (clip.muted) { clip.muted = false; clip.loop = false; clip.currentTime = 0; clip.play().catch(() => {}); badge.hidden = true; }
    else if (clip.paused) clip.play().catch(() => {});
    else clip.pause();
  };
  clip.addEventListener("click", toggle);
  clip.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); } });
  clip.addEventListener("timeupdate", () => progress.set(clip.muted ? 0 : clip.currentTime / (clip.duration || file.duration || 1)));
  clip.addEventListener("ended", () => { clip.muted = clip.loop = true; badge.hidden = false; progress.set(0); clip.play().catch(() => {}); });
  playWhileSeen(clip);
  return h("div", { class: "round" }, clip, progress.element, badge);
}

function sticker(file) {
  const element = h("div", { class: "sticker", title: file.emoji ?? "" });
  const word = () => element.replaceChildren(h("span", { class: "glyph" }, file.emoji ?? "🙂"));
  if (file.is_animated) { word(); return element; }
  const picture = file.is_video
    ? h("video", { src: fileUrl(file.file_id), loop: true, muted: true, playsinline: true })
    : h("img", { src: fileUrl(file.file_id), alt: file.emoji || t("sticker"), loading: "lazy" });
  if (file.is_video) playWhileSeen(picture);
  picture.addEventListener("error", word);
  element.append(picture);
  return element;
}

function documentFile(file) {
  const name = file.file_name || t("document");
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "";
  const mark = h("span", { class: "mark" }, file.thumbnail ? h("img", { src: fileUrl(file.thumbnail.file_id), alt: "" }) : ending || icon("file"));
  const about = h("span", { class: "about" }, h("b", { dir: "auto" }, name), h("span", {}, [bytes(file.file_size), t("download")].filter(Boolean).join(" · ")));
  return h("a", { class: "file", href: fileUrl(file.file_id, true), download: name }, mark, about);
}

function fact(glyph, title, line) {
  return h("div", { class: "file" }, h("span", { class: "mark" }, icon(glyph)), h("span", { class: "about" }, h("b", { dir: "auto" }, title), h("span", {}, line)));
}

function poll(message) {
  const { question, options, total_voter_count: total = 0 } = message.poll;
  const rows = options.map((option, index) => {
    const share = total ? option.voter_count / total : 0;
    const bar = h("i");
    bar.style.setProperty("transform", `scaleX(${share})`);
    return h("button", { class: "person", type: "button", onclick: () => vote(message, index) },
      h("span", { class: "who" }, h("b", { dir: "auto" }, option.text), h("span", { class: "bar" }, bar)), h("small", {}, `${Math.round(share * 100)}%`));
  });
  return h("div", { class: "poll" }, h("b", { dir: "auto" }, question), rows, h("small", {}, t("votes", { n: total })));
}
