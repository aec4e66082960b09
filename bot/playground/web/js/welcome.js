// What an empty chat shows: who the bot is and things to try.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { store } from "./store.js";
import { t } from "./i18n.js";

export function welcome(chatId) {
  const chat = store.chats.get(chatId);
  const group = chat?.type !== "private";
  const say = (text) => () => store.emit("compose", { send: text });
  const pick = (as) => () => store.emit("compose", { pick: as });
  const address = t("tryGroup", { bot: `@${store.bot.username}` });
  const tries = group
    ? [["chat", address, t("tryGroupHint"), say(address)], ["photo", t("tryPhoto"), t("tryPhotoHint"), pick("photo")]]
    : [
      ["send", t("tryStart"), t("tryStartHint"), say("/start")],
      ["heart", t("tryMood"), t("tryMoodHint"), say(t("tryMood"))],
      ["photo", t("tryPhoto"), t("tryPhotoHint"), pick("photo")],
      ["mic", t("tryVoice"), t("tryVoiceHint"), () => store.emit("compose", { record: true })],
      ["video", t("tryVideo"), t("tryVideoHint"), pick("video")],
    ];
  return h("section", { class: "welcome" },
    h("img", { src: "icon.svg", alt: "" }),
    h("h3", {}, t(group ? "welcomeGroupTitle" : "welcomeTitle")),
    h("p", {}, t(group ? "welcomeGroupText" : "welcomeText")),
    h("ul", {}, tries.map(([glyph, title, hint, run]) =>
      h("li", {}, h("button", { class: "try", type: "button", onclick: run }, icon(glyph), h("span", { dir: "auto" }, h("b", {}, title), h("small", {}, hint)))))));
}
