// What the page knows: people, chats, messages, drafts, actions. Everything that draws listens to its events:
//   chats (the list or a chat changed), messages {chat}, live {chat} (drafts and actions), models, connection

import { api } from "./api.js";
import { recall, remember } from "./memory.js";
import { language } from "./i18n.js";

export const PAGE = 200; // messages fetched at once

class Log {
  /** One chat's messages, oldest first. */
  list = [];
  loaded = false;
  whole = false; // the first message of the chat is in the list
  loading = null;
  asked = 0; // times the newest messages were asked for
  answered = 0; // the latest of these whose answer is here
  hearing = new Set(); // what has happened since each question that is on its way

  put(message) {
    this.note(message);
    const index = this.find(message.message_id);
    if (index >= 0) { this.list[index] = message; return false; }
    let at = this.list.length;
    while (at > 0 && this.list[at - 1].message_id > message.message_id) at--;
    this.list.splice(at, 0, message);
    return true;
  }

  find(id) {
    let low = 0, high = this.list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.list[middle].message_id;
      if (found === id) return middle;
      if (found < id) low = middle + 1; else high = middle - 1;
    }
    return -1;
  }

  get(id) { return this.list[this.find(id)] ?? null; }

  drop(ids) {
    this.list = this.list.filter((message) => !ids.includes(message.message_id));
    for (const heard of this.hearing) for (const id of ids) heard.set(id, null);
  }

  /** For answers on their way, which may be older than this message. */
  note(message) {
    for (const heard of this.hearing) heard.set(message.message_id, message);
  }
}

class Store extends EventTarget {
  bot = { id: 0, first_name: "Chutko", is_bot: true };
  people = new Map();
  chats = new Map();
  models = [];
  ready = false;
  tellsMood = false; // somebody here knows the mood of groups
  online = true;
  open = null; // id of the chat on the screen
  logs = new Map();
  drafts = new Map(); // chat -> Map(draft_id -> draft)
  actions = new Map(); // chat -> Map(person -> {action, timer})
  pending = new Map(); // chat -> what is being sent
  read = recall("read", {});

  emit(name, detail = {}) { this.dispatchEvent(new CustomEvent(name, { detail })); }
  on(name, listener) { this.addEventListener(name, (event) => listener(event.detail)); }

  // ---- reading

  log(chat) {
    if (!this.logs.has(chat)) this.logs.set(chat, new Log());
    return this.logs.get(chat);
  }

  person(id) { return id === this.bot.id ? this.bot : this.people.get(id) ?? null; }
  isBot(id) { return id === this.bot.id; }
  last(chat) { return this.log(chat).list.at(-1) ?? null; }

  /** Who the person at the keyboard is in this chat. */
  me(chat) {
    const found = this.chats.get(chat);
    if (!found) return 1;
    if (found.type === "private") return chat;
    const chosen = recall(`as.${chat}`);
    return found.members.includes(chosen) ? chosen : found.members.includes(1) ? 1 : found.members[0] ?? 1;
  }

  writeAs(chat, person) {
    remember(`as.${chat}`, person);
    this.emit("chats");
    this.emit("messages", { chat });
  }

  unread(chat) {
    const seen = this.read[chat] ?? 0;
    const me = this.me(chat);
    return this.log(chat).list.filter((m) => m.message_id > seen && m.from?.id !== me).length;
  }

  markRead(chat) {
    const last = this.last(chat)?.message_id ?? 0;
    if ((this.read[chat] ?? 0) >= last) return;
    this.read[chat] = last;
    remember("read", this.read);
    this.emit("chats");
  }

  // ---- loading

  async load() {
    const state = await api.state(language());
    this.bot = state.bot;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.tellsMood = Boolean(state.mood);
    this.status(state);
    this.setDrafts(state.drafts ?? []);
    await Promise.all([...this.chats.keys()].map((chat) => this.refresh(chat)));
    this.emit("chats");
  }

  /** Brings a chat's newest messages up to date; used at the start and after a lost connection. */
  async refresh(chat) {
    const log = this.log(chat);
    const known = log.loaded;
    const limit = known || chat === this.open ? PAGE : 20;
    const heard = new Map();
    const turn = ++log.asked;
    let list;
    log.hearing.add(heard);
    try {
      list = await api.messages(chat, { limit });
    } finally {
      log.hearing.delete(heard);
    }
    if (turn < log.answered) return;
    log.answered = turn;
    const from = list[0]?.message_id ?? 0;
    const older = list.length < limit ? [] : log.list.filter((message) => message.message_id < from);
    const gap = older.length > 0 && known && list.length === limit && !log.list.some((m) => m.message_id >= from);
    log.list = gap ? list : [...older, ...list];
    for (const [id, message] of heard) {
      if (!message) log.drop([id]);
      else if (!(id < from)) log.put(message); // what is older may have others missing before it
    }
    log.whole = list.length < limit || (log.whole && !gap);
    log.loaded = known || limit === PAGE;
    if (!(chat in this.read)) this.read[chat] = list.at(-1)?.message_id ?? 0;
    this.emit("messages", { chat });
  }

  /** Fetches the page before the oldest known message; false when there is none. */
  async older(chat) {
    const log = this.log(chat);
    if (log.whole) return false;
    log.loading ??= (async () => {
      try {
        const before = log.list[0]?.message_id;
        const list = await api.messages(chat, { before, limit: PAGE });
        log.whole = list.length < PAGE;
        for (const message of list.reverse()) log.put(message);
        log.loaded = true;
        return list.length > 0;
      } finally {
        log.loading = null;
      }
    })();
    return log.loading;
  }

  // ---- what happened

  status({ ready, models }) {
    this.ready = Boolean(ready);
    this.models = models ?? [];
    this.emit("models");
  }

  apply(name, data) {
    const chat = data.chat_id;
    if (name === "message") this.addMessage(chat, data.message);
    else if (name === "edit") this.changeMessage(chat, data.message);
    else if (name === "delete") this.removeMessages(chat, data.message_ids);
    else if (name === "reaction") this.setReactions(chat, data.message_id, data.reactions);
    else if (name === "draft") this.setDraft(chat, data);
    else if (name === "action") this.setAction(chat, data);
    else if (name === "chat") this.setChat(data.chat);
    else if (name === "status") this.status(data);
  }

  addMessage(chat, message) {
    if (!this.chats.has(chat)) { this.load().catch(() => {}); return; }
    if (this.isBot(message.from?.id)) {
      const drafts = [...(this.drafts.get(chat)?.values() ?? [])];
      if (drafts.length) message.grownFrom = drafts[0].draft_id;
      drafts.forEach((draft) => clearTimeout(draft.timer));
      this.drafts.delete(chat);
      this.clearAction(chat, message.from.id);
    }
    this.arrived(chat, message);
    const isNew = this.log(chat).put(message);
    this.emit("messages", { chat, message, isNew });
    this.emit("live", { chat });
    this.emit("chats");
  }

  changeMessage(chat, message) {
    const old = this.log(chat).get(message.message_id);
    if (!old) { this.log(chat).note(message); return; }
    message.reactions ??= old.reactions;
    this.log(chat).put(message);
    this.emit("messages", { chat, message });
    if (this.last(chat) === message) this.emit("chats");
  }

  removeMessages(chat, ids) {
    this.log(chat).drop(ids);
    this.emit("messages", { chat });
    this.emit("chats");
  }

  setReactions(chat, id, reactions) {
    const message = this.log(chat).get(id);
    if (message) this.changeMessage(chat, { ...message, reactions });
  }

  /** What is being written now; what else was here is no longer written, such as before a restart of the server. */
  setDrafts(now) {
    for (const [chat, drafts] of this.drafts) {
      for (const id of drafts.keys()) {
        if (!now.some((draft) => draft.chat_id === chat && draft.draft_id === id)) this.setDraft(chat, { draft_id: id, ended: true });
      }
    }
    for (const draft of now) this.setDraft(draft.chat_id, draft);
  }

  setDraft(chat, draft) {
    const drafts = this.drafts.get(chat) ?? new Map();
    clearTimeout(drafts.get(draft.draft_id)?.timer);
    if (draft.ended) drafts.delete(draft.draft_id);
    else {
      const timer = setTimeout(() => this.setDraft(chat, { draft_id: draft.draft_id, ended: true }), (draft.expires_in_s ?? 30) * 1000);
      drafts.set(draft.draft_id, { ...draft, timer });
    }
    this.drafts.set(chat, drafts);
    this.emit("live", { chat });
    this.emit("chats");
  }

  setAction(chat, { from, action, expires_in_s: seconds = 5 }) {
    const actions = this.actions.get(chat) ?? new Map();
    clearTimeout(actions.get(from)?.timer);
    actions.set(from, { action, timer: setTimeout(() => this.clearAction(chat, from), seconds * 1000) });
    this.actions.set(chat, actions);
    this.emit("live", { chat });
    this.emit("chats");
  }

  clearAction(chat, from) {
    const actions = this.actions.get(chat);
    if (!actions?.has(from)) return;
    clearTimeout(actions.get(from).timer);
    actions.delete(from);
    this.emit("live", { chat });
    this.emit("chats");
  }

  setChat(chat) {
    const isNew = !this.chats.has(chat.id);
    // A chat event speaks no particular language: the commands stay as they were fetched for this page.
    this.chats.set(chat.id, chat);
    // Somebody of whom another page was told.
    if (!chat.members.every((id) => this.person(id))) this.load().catch(() => {});
    else if (isNew) this.refresh(chat.id).catch(() => {});
    this.emit("chats");
    this.emit("live", { chat: chat.id });
  }

  setOnline(online) {
    if (this.online === online) return;
    this.online = online;
    this.emit("connection");
  }

  // ---- what is being sent

  /** An own message may come by the events before the call that sent it returns: then it is no longer on its way. */
  arrived(chat, message) {
    const words = message.text ?? message.caption ?? "";
    const waiting = (this.pending.get(chat) ?? []).find((item) => !item.error && item.fields.from === message.from?.id
      && (item.fields.text ?? item.fields.caption ?? "") === words && (!item.files.length || item.progress >= 1));
    if (waiting) this.pending.set(chat, this.pending.get(chat).filter((item) => item !== waiting));
  }

  addPending(chat, item) {
    this.pending.set(chat, [...(this.pending.get(chat) ?? []), item]);
    this.emit("messages", { chat, isNew: true, own: true });
  }

  dropPending(chat, item) {
    this.pending.set(chat, (this.pending.get(chat) ?? []).filter((other) => other !== item));
    this.emit("messages", { chat });
  }
}

export const store = new Store();
