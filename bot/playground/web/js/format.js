// Times, sizes, names: how things are said.

import { language, t } from "./i18n.js";
import { store } from "./store.js";

const locale = () => (language() === "ru" ? "ru-RU" : "en-GB");

export const clock = (unix) => new Date(unix * 1000).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
export const fullTime = (unix) => new Date(unix * 1000).toLocaleString(locale(), { dateStyle: "long", timeStyle: "medium" });

const startOfDay = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
export const dayKey = (unix) => startOfDay(new Date(unix * 1000));

function daysAgo(unix) {
  return Math.round((startOfDay(new Date()) - dayKey(unix)) / 86_400_000);
}

export function day(unix) {
  const ago = daysAgo(unix);
  if (ago === 0) return t("today");
  if (ago === 1) return t("yesterday");
  const date = new Date(unix * 1000);
  const year = date.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(locale(), { day: "numeric", month: "long", year });
}

/** For the chat list: the time today, the weekday this week, else the date. */
export function shortTime(unix) {
  const ago = daysAgo(unix);
  if (ago <= 0) return clock(unix);
  const options = ago < 7 ? { weekday: "short" } : { day: "2-digit", month: "2-digit", year: "2-digit" };
  return new Date(unix * 1000).toLocaleDateString(locale(), options);
}

export function duration(seconds) {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.round(seconds)) : 0;
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, i) => (i ? String(part).padStart(2, "0") : String(part))).join(":");
}

export function bytes(size) {
  if (!Number.isFinite(size)) return "";
  const units = language() === "ru" ? ["Б", "КБ", "МБ", "ГБ"] : ["B", "KB", "MB", "GB"];
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) { size /= 1000; unit++; }
  return `${size.toLocaleString(locale(), { maximumFractionDigits: size < 10 && unit ? 1 : 0 })} ${units[unit]}`;
}

/** Whether a person is the visitor, still under a name that nobody chose. */
export const isUnnamed = (person) => person.id === 1 && ["You", "Guest", "Гость"].includes(person.first_name);

export function personName(person) {
  if (!person) return "?";
  if (isUnnamed(person)) return t("you");
  return [person.first_name, person.last_name].filter(Boolean).join(" ") || person.title || person.username || String(person.id);
}

export function chatName(chat) {
  if (chat.type !== "private") return chat.title || String(chat.id);
  return personName(store.bot);
}

/** Who wrote: a person, the bot, or the chat itself. */
export const senderOf = (message) => message.sender_chat ?? message.from ?? message.chat;

const MEDIA = ["voice", "video_note", "animation", "video", "audio", "sticker", "photo", "document", "location", "contact", "poll", "dice"];
export const mediaKind = (message) => MEDIA.find((kind) => message[kind]) ?? null;

/** One line about a message: for the chat list, replies and screen readers. */
export function summary(message) {
  if (!message) return "";
  const text = (message.text ?? message.caption ?? "").replace(/\s+/g, " ").slice(0, 160);
  const kind = mediaKind(message);
  if (!kind) return text || serviceText(message) || t("unknownMessage");
  const glyph = { sticker: message.sticker?.emoji, dice: message.dice?.emoji }[kind];
  const name = kind === "document" ? message.document.file_name : kind === "poll" ? message.poll.question : null;
  return [glyph, text || name || t(kind)].filter(Boolean).join(" ");
}

/** What a service message says, or "" when it is an ordinary message. */
export function serviceText(message) {
  const name = personName(message.from);
  if (message.new_chat_members) return t("svc_joined", { names: message.new_chat_members.map(personName).join(", ") });
  if (message.left_chat_member) return t("svc_left", { name: personName(message.left_chat_member) });
  if (message.new_chat_title) return t("svc_title", { title: message.new_chat_title });
  if (message.pinned_message) return t("svc_pinned", { name });
  if (message.group_chat_created || message.supergroup_chat_created || message.channel_chat_created) return t("svc_created");
  if (message.new_chat_photo || message.delete_chat_photo) return t("svc_photo");
  if (message.forum_topic_created) return t("svc_topic", { name: message.forum_topic_created.name });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("svc_migrated");
  const ordinary = message.text !== undefined || message.caption !== undefined || mediaKind(message);
  const service = Object.keys(message).some((key) => /^(forum_topic|general_forum|video_chat|message_auto_delete|write_access|chat_|boost_)/.test(key));
  return !ordinary && service ? t("svc_other") : "";
}
