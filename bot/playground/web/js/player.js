// Sounds: a voice message with its waveform, or an audio file with a bar. Only one thing sounds at a time.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { bytes, duration } from "./format.js";
import { fileUrl } from "./api.js";
import { t } from "./i18n.js";

const BARS = 46;
const LARGEST_DECODED_BYTES = 12_000_000;
const SPEEDS = [1, 1.5, 2];
const peaksOf = new Map(); // file id -> promise of BARS numbers from 0 to 1

document.addEventListener("play", (event) => {
  if (event.target.muted) return;
  for (const other of document.querySelectorAll("audio, video")) {
    if (other !== event.target && !other.muted) other.pause();
  }
}, true);

/** The player of a voice message or an audio file. */
export function player(file, { voice }) {
  const audio = h("audio", { preload: "none", src: fileUrl(file.file_id) });
  const toggle = h("button", { class: "toggle", type: "button", "aria-label": t("play") }, icon("play"));
  const time = h("span", {}, duration(file.duration));
  const speed = h("button", { class: "speed", type: "button", hidden: true }, "1×");
  const seek = h("input", { type: "range", min: 0, max: 1000, value: 0, class: voice ? "" : "seek", "aria-label": t("position") });
  const total = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : file.duration || 0);
  const bars = voice ? waveform(file) : null;

  const draw = () => {
    const part = total() ? Math.min(1, audio.currentTime / total()) : 0;
    seek.value = Math.round(part * 1000);
    seek.setAttribute("aria-valuetext", `${duration(audio.currentTime)} / ${duration(total())}`);
    bars?.show(part);
    time.textContent = audio.currentTime > 0 || !audio.paused ? `${duration(audio.currentTime)} / ${duration(total())}` : duration(total());
  };
  const drawState = () => {
    toggle.replaceChildren(icon(audio.paused ? "play" : "pause"));
    toggle.setAttribute("aria-label", t(audio.paused ? "play" : "pause"));
    if (!audio.paused) { speed.hidden = false; tick(); }
  };
  const tick = () => { draw(); if (!audio.paused && audio.isConnected) requestAnimationFrame(tick); };

  toggle.addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
  for (const name of ["play", "pause"]) audio.addEventListener(name, drawState);
  audio.addEventListener("ended", () => { audio.currentTime = 0; draw(); });
  audio.addEventListener("loadedmetadata", draw);
  audio.addEventListener("error", () => { time.textContent = t("broken"); });
  seek.addEventListener("input", () => {
    const go = () => { audio.currentTime = (seek.value / 1000) * total(); draw(); };
    if (audio.readyState >= 1) go();
    else { audio.addEventListener("loadedmetadata", go, { once: true }); audio.load(); }
  });
  speed.addEventListener("click", () => {
    audio.playbackRate = SPEEDS[(SPEEDS.indexOf(audio.playbackRate) + 1) % SPEEDS.length];
    speed.textContent = `${audio.playbackRate}×`;
    speed.setAttribute("aria-label", t("speed", { n: audio.playbackRate }));
  });

  const name = [file.performer, file.title].filter(Boolean).join(" – ") || file.file_name || t("audio");
  const side = voice
    ? h("div", { class: "side" }, h("div", { class: "wave" }, bars.element, seek), h("div", { class: "under" }, time, speed))
    : h("div", { class: "side" }, h("div", { class: "title", title: name, dir: "auto" }, name), seek, h("div", { class: "under" }, time, h("span", {}, bytes(file.file_size)), speed));
  return h("div", { class: "player" }, toggle, side, audio);
}

function waveform(file) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", `0 0 ${BARS * 4 - 2} 26`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const rects = Array.from({ length: BARS }, (_, i) => {
    const rect = document.createElementNS(ns, "rect");
    for (const [k, v] of Object.entries({ x: i * 4, width: 2, rx: 1 })) rect.setAttribute(k, v);
    svg.append(rect);
    return rect;
  });
  const size = (levels) => rects.forEach((rect, i) => {
    const height = Math.max(3, levels[i] * 26);
    rect.setAttribute("height", height.toFixed(1));
    rect.setAttribute("y", ((26 - height) / 2).toFixed(1));
  });
  size(new Array(BARS).fill(0.12));
  peaks(file).then(size).catch(() => {});
  return { element: svg, show: (part) => rects.forEach((rect, i) => rect.classList.toggle("played", i / BARS < part)) };
}

function peaks(file) {
  if (!peaksOf.has(file.file_id)) peaksOf.set(file.file_id, measure(file));
  return peaksOf.get(file.file_id);
}

async function measure(file) {
  if (file.file_size > LARGEST_DECODED_BYTES) throw new RangeError("too long to draw");
  const data = await (await fetch(fileUrl(file.file_id))).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 16000).decodeAudioData(data);
  const samples = sound.getChannelData(0);
  const width = Math.max(1, Math.floor(samples.length / BARS));
  const levels = Array.from({ length: BARS }, (_, bar) => {
    let sum = 0, count = 0;
    const step = Math.max(1, Math.floor(width / 400));
    for (let i = bar * width; i < (bar + 1) * width && i < samples.length; i += step) { sum += samples[i] ** 2; count++; }
    return Math.sqrt(sum / Math.max(1, count));
  });
  const loudest = Math.max(...levels, 1e-4);
  return levels.map((level) => (level / loudest) ** 0.7);
}
