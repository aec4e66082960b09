// Recording a voice message. Anything that does not work ends in a sentence, not in an exception.

import { h, iconButton } from "./dom.js";
import { duration } from "./format.js";
import { t } from "./i18n.js";

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const LEVELS = 90;

class RecordingError extends Error {}

/** Starts recording; returns {element, finish() -> File, cancel()}. Raises RecordingError with a sentence. */
export async function startRecording(onsend, oncancel) {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) throw new RecordingError(t("microphoneInsecure"));
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  } catch (error) {
    const key = { NotAllowedError: "microphoneDenied", NotFoundError: "noMicrophone" }[error.name] ?? "recordingFailed";
    throw new RecordingError(t(key));
  }
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 48_000 });
  const chunks = [];
  recorder.addEventListener("dataavailable", (event) => { if (event.data.size) chunks.push(event.data); });
  recorder.start(250);
  const started = performance.now();

  const time = h("time", {}, "0:00");
  const canvas = h("canvas", { "aria-hidden": "true", width: 360, height: 60 });
  const element = h("div", { class: "recording", role: "group", "aria-label": t("recording") },
    h("span", { class: "red" }), time, canvas,
    h("button", { class: "cancel", type: "button", onclick: () => oncancel() }, t("cancel")),
    iconButton("send", t("sendVoice"), () => onsend(), { class: "send-recording" }));
  const endMeter = meter(stream, canvas, () => { time.textContent = duration((performance.now() - started) / 1000); });

  const close = () => { endMeter(); stream.getTracks().forEach((track) => track.stop()); };
  return {
    element,
    cancel() { if (recorder.state !== "inactive") recorder.stop(); close(); },
    finish: () => new Promise((resolve, reject) => {
      recorder.addEventListener("stop", () => {
        close();
        const type = (mimeType ?? recorder.mimeType).split(";")[0];
        const ending = { "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a" }[type] ?? "webm";
        if (!chunks.length) reject(new RecordingError(t("recordingEmpty")));
        else resolve(new File(chunks, `voice.${ending}`, { type }));
      }, { once: true });
      recorder.stop();
    }),
  };
}

/** Draws how loud it is now; returns what ends it. */
function meter(stream, canvas, ontick) {
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  analyser.fftSize = 512;
  sound.createMediaStreamSource(stream).connect(analyser);
  const wave = new Uint8Array(analyser.fftSize);
  const levels = new Array(LEVELS).fill(0);
  const pen = canvas.getContext("2d");
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(wave);
    levels.push(Math.min(1, Math.max(...wave.map((value) => Math.abs(value - 128))) / 90));
    levels.shift();
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = getComputedStyle(canvas).getPropertyValue("--accent");
    levels.forEach((level, i) => { const height = Math.max(4, level * canvas.height); pen.fillRect(i * 4, (canvas.height - height) / 2, 2.5, height); });
    ontick();
  }, 60);
  return () => { clearInterval(timer); sound.close(); };
}
