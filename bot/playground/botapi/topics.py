"""Forum topics: https://core.telegram.org/bots/api#createforumtopic"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from bot.playground import messages
from bot.playground.botapi.call import Call, Handler, checked, find_chat, need_right
from bot.playground.errors import bad_request
from bot.playground.members import chat_changed
from bot.playground.records import JSON, Chat, Topic
from bot.playground.world import World

COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def create(world: World, chat: Chat, by: int, name: str, icon_color: int = 0, icon: str = "") -> Topic:
    """Open a topic; its id is that of the service message that tells of it."""
    color = icon_color if icon_color in COLORS else COLORS[0]
    content: JSON = {"forum_topic_created": {"name": name, "icon_color": color}}
    if icon:
        content["forum_topic_created"]["icon_custom_emoji_id"] = icon
    message = messages.post(world, chat, by, content, begins_topic=True)
    topic = Topic(message.id, name, color, icon)
    chat.topics[message.id] = topic
    chat_changed(world, chat)
    return topic


def rename(world: World, chat: Chat, topic: Topic, by: int, name: str, icon: str | None = None) -> bool:
    """Give a topic another name, or another icon; False if that changes nothing."""
    edited: JSON = {"name": name} if name != topic.name else {}
    if icon is not None and icon != topic.icon_custom_emoji_id:
        edited["icon_custom_emoji_id"] = topic.icon_custom_emoji_id = icon
    topic.name = name
    if edited:
        _tell(world, chat, topic, by, {"forum_topic_edited": edited})
    return bool(edited)


def set_closed(world: World, chat: Chat, topic: Topic, by: int, closed: bool) -> bool:
    """Close a topic or open it again; False if it is so already."""
    if topic.closed == closed:
        return False
    topic.closed = closed
    _tell(world, chat, topic, by, {"forum_topic_closed" if closed else "forum_topic_reopened": {}})
    return True


def _tell(world: World, chat: Chat, topic: Topic, by: int, content: JSON) -> None:
    chat_changed(world, chat)
    messages.post(world, chat, by, content, thread=topic.message_thread_id)


def _forum(call: Call) -> Chat:
    chat = find_chat(call)
    checked(chat.is_forum, "the chat is not a forum")
    need_right(call, chat, "can_manage_topics", "not enough rights to create a topic")
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    topic = chat.topics.get(call.params.integer("message_thread_id"))
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


async def create_forum_topic(call: Call) -> JSON:
    chat = _forum(call)
    name = call.params.text("name").strip()
    checked(1 <= len(name) <= 128, "topic name must be non-empty" if not name else "topic name is too long")
    color = call.params.integer("icon_color")
    checked(not color or color in COLORS, "TOPIC_ICON_COLOR_INVALID")
    icon = call.params.text("icon_custom_emoji_id")
    topic = create(call.world, chat, call.world.bot.id, name, color, icon)
    answer: JSON = {
        "message_thread_id": topic.message_thread_id,
        "name": topic.name,
        "icon_color": topic.icon_color,
    }
    if icon:
        answer["icon_custom_emoji_id"] = icon
    return answer


async def edit_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    name = call.params.text("name").strip() or topic.name
    icon = call.params.text("icon_custom_emoji_id") if "icon_custom_emoji_id" in call.params else None
    checked(rename(call.world, chat, topic, call.world.bot.id, name, icon), "TOPIC_NOT_MODIFIED")
    return True


async def _set_closed(call: Call, closed: bool) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    checked(set_closed(call.world, chat, topic, call.world.bot.id, closed), "TOPIC_NOT_MODIFIED")
    return True


async def delete_forum_topic(call: Call) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    ids = call.world.messages_of(chat.id)
    inside = [
        call.world.messages[id_] for id_ in ids if call.world.messages[id_].thread == topic.message_thread_id
    ]
    del chat.topics[topic.message_thread_id]
    chat_changed(call.world, chat)
    messages.remove(call.world, inside)
    return True


async def unpin_all_forum_topic_messages(call: Call) -> bool:
    chat = _forum(call)
    topic = _topic(call, chat)
    chat.pinned = [
        id_
        for id_ in chat.pinned
        if (message := call.world.message(chat.id, id_)) and message.thread != topic.message_thread_id
    ]
    chat_changed(call.world, chat)
    return True


METHODS: Mapping[str, Handler] = {
    "createForumTopic": create_forum_topic,
    "editForumTopic": edit_forum_topic,
    "closeForumTopic": partial(_set_closed, closed=True),
    "reopenForumTopic": partial(_set_closed, closed=False),
    "deleteForumTopic": delete_forum_topic,
    "unpinAllForumTopicMessages": unpin_all_forum_topic_messages,
}
