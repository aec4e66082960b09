"""Who may do what in a chat."""

from __future__ import annotations

from bot.playground.records import JSON, Chat

PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info",
    "can_invite_users", "can_pin_messages", "can_manage_topics",
)  # fmt: skip
GROUP_RIGHTS = (
    "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
    "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
SUPERGROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")

_SEND = {
    "text": "can_send_messages", "location": "can_send_messages", "venue": "can_send_messages",
    "contact": "can_send_messages", "photo": "can_send_photos", "voice": "can_send_voice_notes",
    "audio": "can_send_audios", "video": "can_send_videos", "video_note": "can_send_video_notes",
    "document": "can_send_documents", "animation": "can_send_other_messages", "poll": "can_send_polls",
    "sticker": "can_send_other_messages", "dice": "can_send_other_messages",
}  # fmt: skip


def all_permissions(allowed: bool = True) -> JSON:
    return dict.fromkeys(PERMISSIONS, allowed)


def administrator_rights(chat_type: str, allowed: bool = True) -> JSON:
    """Every right an administrator can have in a chat of this type."""
    further = CHANNEL_RIGHTS if chat_type == "channel" else SUPERGROUP_RIGHTS
    return {name: allowed and name != "is_anonymous" for name in (*GROUP_RIGHTS, *further)}


def may(chat: Chat, person: int, right: str) -> bool:
    """Whether somebody has a right or permission in a chat."""
    member = chat.members.get(person)
    if member is None or not member.inside:
        return False
    if chat.type == "private" or member.status == "creator":
        return True
    if member.status == "administrator":
        return bool(member.rights.get(right, right in PERMISSIONS and right.startswith("can_send")))
    allowed = bool(chat.permissions.get(right, False))
    return allowed and (member.status != "restricted" or bool(member.rights.get(right, False)))


def may_send(chat: Chat, person: int, field: str) -> bool:
    """Whether somebody may send this kind of content."""
    if chat.type == "channel":
        return may(chat, person, "can_post_messages")
    return may(chat, person, _SEND.get(field, "can_send_messages"))
