"""Take the pictures of the README from a running demo (`chutko demo`, then this script).

Talks to the bot through the people's side of the playground, waits for its answers, and photographs the
page in Chromium: docs/images/playground-{light,dark,phone,group,models,mood,mood-ru}.png.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from neighbours import EN, RU, Neighbours, month
from playwright.sync_api import Browser, sync_playwright

IMAGES = Path(__file__).parent / "images"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
ANSWER_S = 180
WIDE = {"width": 1440, "height": 900}
QUIET_S = 5
SETTLE_MS = 1500
MOOD_OF_A_MONTH = ("#mood-button", ".mood-choices .choice:nth-of-type(3)", "#mood:has(.mood-picture) h2")
"""What is pressed: the last of these waits for the picture."""


class People:
    """Sends messages as a person and waits until the bot has answered."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/play", timeout=90)
        self.bot = self.client.get("/state").json()["bot"]["id"]

    def say(
        self, chat: int, fields: dict[str, Any], file: Path | None = None, *, carries: str = "text"
    ) -> None:
        """Send, and wait for an answer that carries `carries` (text, photo, video; empty waits for none)."""
        path = f"/chats/{chat}/messages"
        if file is None:
            response = self.client.post(path, json=fields)
        else:
            with file.open("rb") as content:
                response = self.client.post(path, data=fields, files={"file": (file.name, content)})
        response.raise_for_status()
        if carries:
            self.wait(chat, response.json()["message_id"], carries)

    def wait(self, chat: int, after: int, carries: str) -> None:
        """Until the bot has answered and then changed nothing for a while."""
        seen: Any = None
        deadline = time.monotonic() + ANSWER_S
        while time.monotonic() < deadline:
            query = {"after": after, "wait": 30}
            messages = self.client.get(f"/chats/{chat}/messages", params=query).json()
            answers = [message for message in messages if message.get("from", {}).get("id") == self.bot]
            there = any(carries in message for message in answers)
            if there and answers == seen:
                return
            seen = answers
            time.sleep(QUIET_S)

    def move_in(self, neighbours: Neighbours, language: str) -> int:
        """A group whose mood has been watched for a month; its chat. It is the same one if it is there already."""
        chats = self.client.get("/state").json()["chats"]
        if known := [chat["id"] for chat in chats if chat.get("title") == neighbours.title]:
            return int(known[0])
        self.client.patch("/people/1", json={"language_code": language}).raise_for_status()
        members = [1]
        for name in neighbours.names:
            person = self.client.post("/people", json={"name": name, "language_code": language})
            members.append(person.json()["id"])
        made = {"type": "supergroup", "title": neighbours.title, "members": members}
        chat = int(self.client.post("/chats", json=made).json()["id"])
        self.say(chat, {"from": 1, "text": "/mood on"})
        for at, person, text in month(neighbours):
            self.say(chat, {"from": members[person], "text": text, "date": at}, carries="")
        for person, text in enumerate(neighbours.now):
            self.say(chat, {"from": members[1 + person], "text": text}, carries="")
        while self.client.get(f"/mood/{chat}").json()["waiting"]:
            time.sleep(1)
        return chat


def talk(people: People, photo: Path | None, voice: Path | None, video: Path | None) -> None:
    people.say(1, {"text": "What a wonderful day, everything worked out!"})
    if voice:
        people.say(1, {"as": "voice"}, voice, carries="photo")
    if video:
        people.say(1, {"as": "video"}, video, carries="video")
    if photo:
        people.say(1, {"as": "photo"}, photo, carries="photo")
        people.say(1, {"text": "Who is in the photo?"})
    people.say(-1001, {"from": 2, "text": "Good morning, everyone!"}, carries="")
    people.say(-1001, {"from": 3, "text": "Morning! Who will write the minutes today?"}, carries="")
    people.say(-1001, {"from": 2, "text": "@chutko_bot who are you, in one sentence?"})


def shoot(
    browser: Browser, url: str, name: str, chat: int, press: Sequence[str] = (), **options: Any
) -> None:
    context = browser.new_context(**{"locale": "en-GB", "device_scale_factor": 1.5, **options})
    page = context.new_page()
    page.goto(f"{url}/#{chat}")
    page.wait_for_selector("article.message, .welcome")
    page.wait_for_timeout(SETTLE_MS)
    for button in press:
        page.click(button)
        page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=IMAGES / f"playground-{name}.png")
    context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--voice", type=Path)
    parser.add_argument("--video", type=Path)
    parser.add_argument("--only-shoot", action="store_true", help="take the chats as they are")
    args = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    people = People(args.url)
    if not args.only_shoot:
        talk(people, args.photo, args.voice, args.video)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        shoot(browser, args.url, "light", 1, viewport=DESKTOP, color_scheme="light")
        shoot(browser, args.url, "dark", 1, viewport=DESKTOP, color_scheme="dark")
        shoot(
            browser,
            args.url,
            "phone",
            1,
            viewport=PHONE,
            color_scheme="light",
            is_mobile=True,
            has_touch=True,
        )
        shoot(browser, args.url, "group", -1001, viewport=DESKTOP, color_scheme="light")
        shoot(browser, args.url, "models", 1, press=["#models-strip"], viewport=DESKTOP, color_scheme="dark")
        for neighbours, language, name in ((EN, "en-GB", "mood"), (RU, "ru-RU", "mood-ru")):
            chat = people.move_in(neighbours, language[:2])
            beside = {"viewport": WIDE, "color_scheme": "light", "locale": language}
            shoot(browser, args.url, name, chat, press=MOOD_OF_A_MONTH, **beside)
        browser.close()


if __name__ == "__main__":
    main()
