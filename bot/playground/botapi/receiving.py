"""How updates reach the bot: long polling, or a webhook."""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx

from bot.playground.botapi.call import Answer, Call, Handler, checked
from bot.playground.errors import bad_request, conflict
from bot.playground.media import Upload
from bot.playground.records import JSON
from bot.playground.updates import TERMINATED_BY_WEBHOOK, WEBHOOK_IS_SET

_POLL_S = 50


def _allow(call: Call) -> None:
    """Remember `allowed_updates`, where it is given; what is no list changes nothing."""
    types = call.params.json("allowed_updates", "allowed updates")
    if isinstance(types, list):
        call.world.updates.allow([str(kind) for kind in types])


async def get_updates(call: Call) -> list[JSON]:
    if call.world.profile.webhook:
        raise conflict(WEBHOOK_IS_SET)
    _allow(call)
    return await call.world.updates.poll(
        call.params.integer("offset"),
        call.params.integer("limit", 100, 1, 100),
        call.params.integer("timeout", 0, 0, _POLL_S),
    )


async def set_webhook(call: Call) -> Answer:
    url = call.params.text("url").strip()
    if not url:
        return await delete_webhook(call)
    url = url if "://" in url else f"https://{url}"
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        raise bad_request("invalid webhook URL specified") from None
    if address.scheme not in ("http", "https") or not address.host:
        raise bad_request("invalid webhook URL specified")
    secret = call.params.text("secret_token")
    checked(len(secret) <= 256, "secret token is too long")
    checked(re.fullmatch(r"[A-Za-z0-9_-]*", secret), "secret token contains unallowed characters")
    certificate = ""
    upload = call.params.file("certificate")
    if isinstance(upload, Upload):
        certificate = upload.file.read(64 * 1024).decode("utf-8", "replace")
    if call.params.boolean("drop_pending_updates"):
        call.world.updates.clear()
    _allow(call)
    wanted: JSON = {
        "url": url,
        "secret_token": secret,
        "max_connections": call.params.integer("max_connections", 40, 1, 100),
        "certificate": certificate,
        "ip_address": call.params.text("ip_address"),
    }
    known = call.world.profile.webhook
    if known and all(known.get(name) == value for name, value in wanted.items()):
        return Answer(True, "Webhook is already set")
    call.world.profile.webhook = wanted
    call.world.save_profile()
    call.world.updates.end_poll(TERMINATED_BY_WEBHOOK)
    call.world.webhook_changed()
    return Answer(True, "Webhook was set")


async def delete_webhook(call: Call) -> Answer:
    if call.params.boolean("drop_pending_updates"):
        call.world.updates.clear()
    if not call.world.profile.webhook:
        return Answer(True, "Webhook is already deleted")
    call.world.profile.webhook = {}
    call.world.save_profile()
    call.world.webhook_changed()
    return Answer(True, "Webhook was deleted")


async def get_webhook_info(call: Call) -> JSON:
    webhook = call.world.profile.webhook
    info: JSON = {
        "url": webhook.get("url", ""),
        "has_custom_certificate": bool(webhook.get("certificate")),
        "pending_update_count": len(call.world.updates),
    }
    if webhook:
        info["max_connections"] = webhook["max_connections"]
    for name in ("ip_address", "last_error_date", "last_error_message"):
        if webhook.get(name):
            info[name] = webhook[name]
    if call.world.updates.allowed:
        info["allowed_updates"] = call.world.updates.allowed
    return info


METHODS: Mapping[str, Handler] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
