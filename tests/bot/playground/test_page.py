"""The page in a real headless Chromium, against the real server."""

from __future__ import annotations

import io
import re
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
expect = sync_api.expect

from tests.bot.playground.stage import Stage, post  # noqa: E402

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.timeout(120),
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    stage = Stage(tmp_path_factory.mktemp("playground"))
    stage.start()
    yield stage
    stage.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """One visitor with a chat of its own, so that the tests do not see each other's messages."""

    def __init__(self, context: Any, stage: Stage) -> None:
        self.stage = stage
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.person = post(f"{stage.url}/play/people", {"name": "Visitor", "language_code": "en"})["id"]
        post(f"{stage.url}/play/chats", {"type": "private", "members": [self.person]})
        self.page = context.new_page()
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.foreign.append(request.url))
        self.open(self.person)

    def open(self, chat: int) -> None:
        self.page.goto(f"{self.stage.url}/#{chat}")
        expect(self.page.locator("#composer-text")).to_be_visible(timeout=WAIT_MS)

    def say(self, text: str) -> None:
        self.page.fill("#composer-text", text)
        self.page.press("#composer-text", "Enter")

    def message(self, text: str) -> Any:
        return self.page.locator("article.message[data-id]", has_text=text).last

    def attach(self, kind: str, name: str, mime: str, data: bytes) -> None:
        self.page.get_by_role("button", name="Attach").click()
        with self.page.expect_file_chooser() as chosen:
            self.page.get_by_role("menuitem", name=kind, exact=True).click()
        chosen.value.set_files([{"name": name, "mimeType": mime, "buffer": data}])


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    """One for all visits, so that the files stay in its cache. What the page remembers is cleared."""
    context = browser.new_context(viewport=DESKTOP, locale="en-GB", color_scheme="light")
    yield context
    context.close()


@pytest.fixture
def visit(context: Any, stage: Stage) -> Iterator[Visit]:
    stage.failures.clear()
    visit = Visit(context, stage)
    yield visit
    visit.page.evaluate("localStorage.clear()")
    visit.page.close()
    assert visit.errors == []
    assert visit.stage.failures == []
    own = (stage.url, "blob:", "data:")
    assert [url for url in visit.foreign if not url.startswith(own)] == []


def picture(colour: str = "teal", size: tuple[int, int] = (320, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def sound(seconds: float = 1.0, rate_hz: int = 16_000) -> bytes:
    tone = np.sin(np.arange(int(seconds * rate_hz)) * 2 * np.pi * 440 / rate_hz)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((tone * 12_000).astype("<i2").tobytes())
    return out.getvalue()


def clip(path: Path, seconds: float = 2.0, rate: int = 12) -> bytes:
    import av

    with av.open(str(path), "w", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for n in range(int(seconds * rate)):
            frame = np.full((120, 160, 3), n * 8 % 255, np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        out.mux(stream.encode())
    return path.read_bytes()


def test_a_text_is_sent_by_enter_and_answered_with_a_quote_that_leads_back(visit: Visit) -> None:
    visit.say("first words")
    answer = visit.message("echo: first words")
    expect(answer).to_be_visible()
    expect(visit.page.locator("#composer-text")).to_have_value("")
    expect(visit.page.locator("article.message.out", has_text="first words")).to_have_count(1)
    answer.locator(".quote").click()
    expect(visit.page.locator("article.message.out.flash")).to_contain_text("first words")


def test_shift_enter_makes_a_line_and_what_is_typed_outlives_a_reload(visit: Visit) -> None:
    visit.page.locator("#composer-text").press_sequentially("one")
    visit.page.press("#composer-text", "Shift+Enter")
    visit.page.locator("#composer-text").press_sequentially("two")
    visit.page.reload()
    expect(visit.page.locator("#composer-text")).to_have_value("one\ntwo")


def test_a_streamed_answer_grows_and_then_is_one_message(visit: Visit) -> None:
    visit.page.evaluate(
        """() => { window.lengths = []; new MutationObserver(() => {
            const draft = document.querySelector('.draft .text');
            if (draft) window.lengths.push(draft.textContent.length);
        }).observe(document.getElementById('timeline-items'), {subtree: true, childList: true}); }"""
    )
    visit.say("stream")
    expect(visit.page.locator(".draft .stop")).to_be_visible()
    expect(visit.message("until it is whole.")).to_be_visible()
    expect(visit.page.locator(".draft")).to_have_count(0)
    expect(visit.page.locator("article.message.in[data-id]")).to_have_count(1)
    expect(visit.page.locator(".caret")).to_have_count(0)
    lengths = visit.page.evaluate("window.lengths")
    assert len(set(lengths)) > 4
    assert lengths == sorted(lengths)


def test_an_answer_in_the_middle_is_there_again_after_a_reload(visit: Visit) -> None:
    visit.say("stream")
    expect(visit.page.locator(".draft .text")).to_be_visible()
    visit.page.reload()
    expect(visit.message("until it is whole.")).to_be_visible()
    expect(visit.page.locator(".draft")).to_have_count(0)


def test_an_answer_that_grows_by_edits_ends_whole(visit: Visit) -> None:
    visit.say("grow")
    expect(visit.message("one two three").locator(".text")).to_contain_text("one two three")
    expect(visit.page.locator("article.message.in[data-id]")).to_have_count(1)


def test_stopping_a_streamed_answer_reaches_the_server(visit: Visit) -> None:
    visit.say("stream")
    with visit.page.expect_response("**/stop") as response:
        visit.page.locator(".draft .stop").click()
    assert response.value.ok


def test_a_photo_is_sent_with_a_caption_shown_reacted_to_and_opened_large(visit: Visit) -> None:
    visit.attach("Photo", "teal.jpg", "image/jpeg", picture())
    visit.page.fill("#composer-text", "a colour")
    visit.page.press("#composer-text", "Enter")
    expect(visit.message("seen")).to_be_visible()
    mine = visit.message("a colour")
    expect(mine.locator(".reaction")).to_have_text("👍")
    assert mine.locator("img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    mine.get_by_role("button", name="Open the photo").click()
    expect(visit.page.locator("dialog.lightbox img")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.page.locator("dialog.lightbox")).to_have_count(0)


def test_several_photos_are_one_album(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Attach").click()
    with visit.page.expect_file_chooser() as chosen:
        visit.page.get_by_role("menuitem", name="Photo", exact=True).click()
    files = [
        {"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": picture(n)} for n in ("red", "green", "blue")
    ]
    chosen.value.set_files(files)
    visit.page.press("#composer-text", "Enter")
    expect(visit.page.locator("article.message .album")).to_have_attribute("data-count", "3")
    expect(visit.page.locator("article.message.out[data-id]")).to_have_count(1)


def test_a_video_plays_in_its_bubble(visit: Visit, tmp_path: Path) -> None:
    visit.attach("Video", "clip.mp4", "video/mp4", clip(tmp_path / "clip.mp4"))
    visit.page.press("#composer-text", "Enter")
    answer = visit.message("boxed")
    expect(answer.locator(".text b")).to_have_text("boxed")
    answer.locator(".big-play").click()
    handle = answer.locator("video").element_handle()
    visit.page.wait_for_function("video => video.readyState >= 2 && video.currentTime > 0.3", arg=handle)
    assert handle.evaluate("video => [video.videoWidth, video.videoHeight]") == [160, 120]


def test_a_voice_message_has_a_waveform_and_plays(visit: Visit) -> None:
    visit.attach("Voice message", "voice.wav", "audio/wav", sound())
    visit.page.press("#composer-text", "Enter")
    expect(visit.message("heard 1 s")).to_be_visible()
    mine = visit.page.locator("article.message.out", has=visit.page.locator(".wave")).last
    assert mine.locator(".wave rect").count() > 20
    mine.get_by_role("button", name="Play").click()
    audio = mine.locator("audio").element_handle()
    visit.page.wait_for_function("audio => audio.currentTime > 0.1", arg=audio)


def test_a_voice_message_is_recorded_and_sent(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Record a voice message").first.click()
    expect(visit.page.locator(".recording time")).to_have_text("0:01", timeout=WAIT_MS)
    visit.page.get_by_role("button", name="Send the recording").click()
    expect(visit.message("heard")).to_be_visible()
    expect(visit.page.locator("article.message.out .wave")).to_be_visible()


def test_without_a_microphone_a_sentence_says_so(visit: Visit) -> None:
    visit.page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
            throw new DOMException('', 'NotFoundError') } }"""
    )
    visit.page.locator(".send-button").click()
    expect(visit.page.locator(".toast")).to_contain_text("No microphone was found")
    expect(visit.page.locator("#composer-text")).to_be_editable()


def test_buttons_answer_with_a_word_or_an_alert_and_the_message_changes(visit: Visit) -> None:
    visit.say("buttons")
    visit.page.get_by_role("button", name="Alert", exact=True).click()
    expect(visit.page.locator("dialog.sheet")).to_contain_text("pressed alert")
    visit.page.get_by_role("button", name="OK").click()
    link = visit.page.get_by_role("link", name="Site")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    visit.page.get_by_role("button", name="Left", exact=True).click()
    expect(visit.page.locator(".toast")).to_contain_text("pressed left")
    expect(visit.message("chosen: left")).to_be_visible()
    expect(visit.page.locator(".key")).to_have_count(0)


def test_formatting_is_shown_and_hidden_text_waits_for_a_press(visit: Visit) -> None:
    visit.say("markup")
    text = visit.message("after").locator(".text")
    expect(text.locator("b i")).to_have_text("both")
    expect(text.locator("pre code")).to_have_text('print("<b>")')
    expect(text.locator(".pre-head")).to_contain_text("python")
    expect(text.locator("a")).to_have_attribute("href", "https://example.org/")
    text.locator(".spoiler").click()
    expect(text.locator(".spoiler.shown")).to_have_text("secret")
    expect(text.locator("blockquote.collapsed")).to_have_count(1)
    text.locator("blockquote .fold").click()
    expect(text.locator("blockquote.open")).to_have_count(1)


def test_a_reaction_is_given_and_taken_back(visit: Visit) -> None:
    visit.say("quiet please")
    visit.message("quiet please").locator(".bubble").click(button="right")
    visit.page.get_by_role("button", name="🔥").click()
    chip = visit.page.locator(".reaction.mine")
    expect(chip).to_have_text("🔥")
    chip.click()
    expect(visit.page.locator(".reaction")).to_have_count(0)


def test_a_reply_quotes_and_an_own_message_can_be_changed(visit: Visit) -> None:
    visit.say("quiet original")
    visit.message("quiet original").locator(".bubble").click(button="right")
    visit.page.get_by_role("menuitem", name="Reply").click()
    visit.say("quiet reply")
    expect(visit.message("quiet reply").locator(".quote")).to_contain_text("quiet original")
    visit.page.press("#composer-text", "ArrowUp")
    expect(visit.page.locator("#composer-text")).to_have_value("quiet reply")
    visit.say("quiet better reply")
    changed = visit.message("quiet better reply")
    expect(changed.locator(".meta")).to_contain_text("edited")


def test_files_dropped_anywhere_are_sent(visit: Visit) -> None:
    transfer = visit.page.evaluate_handle(
        """() => { const data = new DataTransfer();
            data.items.add(new File(['some words'], 'notes.txt', {type: 'text/plain'})); return data; }"""
    )
    visit.page.dispatch_event("#chat-list", "dragenter", {"dataTransfer": transfer})
    expect(visit.page.locator("#drop")).to_be_visible()
    visit.page.dispatch_event("#chat-list", "drop", {"dataTransfer": transfer})
    expect(visit.page.locator("#drop")).to_be_hidden()
    expect(visit.page.locator(".tray .item")).to_have_count(1)
    visit.page.press("#composer-text", "Enter")
    expect(visit.message("notes.txt").locator("a.file")).to_have_attribute("download", "notes.txt")


def test_a_slash_lists_the_commands_and_enter_sends_the_chosen_one(visit: Visit) -> None:
    visit.page.locator("#composer-text").press_sequentially("/")
    expect(visit.page.get_by_role("option")).to_have_count(2)
    visit.page.locator("#composer-text").press_sequentially("mo")
    expect(visit.page.get_by_role("option")).to_have_count(1)
    visit.page.press("#composer-text", "Enter")
    expect(visit.message("echo: /models")).to_be_visible()


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=window.harmed=1>",
        "<script>window.harmed=1</script>",
        '"><svg onload=window.harmed=1>',
        "javascript:window.harmed=1",
        "\u202e<b>reversed</b>\u0000",
    ],
)
def test_hostile_text_stays_text(visit: Visit, hostile: str) -> None:
    shown = hostile.strip("\u202e\u0000")  # the server takes out what is not to be seen, as Telegram does
    post(f"{visit.stage.url}/play/chats/{visit.person}/messages", {"from": visit.person, "text": hostile})
    expect(visit.message("echo:").locator(".text")).to_contain_text(shown)
    assert visit.page.locator(".text :is(img, script, svg:not(.icon)), .last img").count() == 0
    assert visit.page.evaluate("window.harmed") is None


def test_a_hostile_name_and_link_do_no_harm(visit: Visit) -> None:
    name = "<img src=x onerror=window.harmed=1>"
    person = post(f"{visit.stage.url}/play/people", {"name": name})["id"]
    entities = [{"type": "text_link", "offset": 7, "length": 5, "url": "javascript:window.harmed=1"}]
    chat = post(
        f"{visit.stage.url}/play/chats", {"type": "group", "title": name, "members": [visit.person, person]}
    )
    fields = {"from": person, "text": "quiet: press me", "entities": entities}
    post(f"{visit.stage.url}/play/chats/{chat['id']}/messages", fields)
    visit.open(chat["id"])
    expect(visit.message("press me").locator(".name")).to_contain_text(name)
    assert visit.page.locator('a[href^="javascript"]').count() == 0
    assert visit.page.evaluate("window.harmed") is None


def test_dark_and_light_follow_the_system_and_then_the_choice(visit: Visit) -> None:
    page = visit.page
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Dark or light").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")


def test_the_page_and_the_first_person_change_their_language_together(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Перейти на русский").click()
    expect(visit.page.locator("#composer-text")).to_have_attribute("placeholder", "Сообщение")
    expect(visit.page.locator("html")).to_have_attribute("lang", "ru")
    language = (
        "async () => (await (await fetch('/play/state')).json()).people.find(p => p.id === 1).language_code"
    )
    assert visit.page.evaluate(language) == "ru"
    visit.page.locator("#composer-text").press_sequentially("/h")
    expect(visit.page.get_by_role("option")).to_contain_text("Помощь")
    visit.page.get_by_role("button", name="Switch to English").click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")


def test_a_russian_browser_gets_a_russian_page(browser: Any, stage: Stage) -> None:
    context = browser.new_context(locale="ru-RU")
    expect(Visit(context, stage).page.locator(".welcome h3")).to_contain_text("Чутко")
    context.close()


def test_on_a_phone_list_and_chat_take_turns_and_nothing_is_wider_than_the_screen(
    browser: Any, stage: Stage
) -> None:
    context = browser.new_context(viewport=PHONE, locale="en-GB", has_touch=True, is_mobile=True)
    visit = Visit(context, stage)
    page = visit.page
    expect(page.locator("#sidebar")).to_be_hidden()
    visit.say("x" * 300)
    expect(visit.message("echo:")).to_be_visible()
    page.get_by_role("button", name="Back to the chats").click()
    expect(page.locator("#sidebar")).to_be_visible()
    expect(page.locator("#chat")).to_be_hidden()
    page.locator(f'.chat-row[data-chat="{visit.person}"]').click()
    expect(page.locator("#chat")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert visit.errors == []
    context.close()


def test_a_group_is_made_and_several_people_write_in_it(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="New person or group").click()
    page.get_by_role("menuitem", name="New group").click()
    page.get_by_label("Title").fill("Round table")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator(".chat-title h2")).to_have_text("Round table")
    visit.say("quiet from me")
    page.locator(".as-button").click()
    page.get_by_role("menuitem", name="Guest 2").click()
    visit.say("quiet from a guest")
    expect(page.locator("article.message.out", has_text="quiet from a guest")).to_be_visible()
    expect(page.locator("article.message.in", has_text="quiet from me")).to_be_visible()


def test_a_person_is_made_and_has_a_chat_with_the_bot(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("button", name="New person or group").click()
    page.get_by_role("menuitem", name="New person").click()
    page.get_by_label("Name").fill("Newcomer")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator(".chat-title h2")).to_contain_text("Newcomer")
    visit.say("hello")
    expect(visit.message("echo: hello")).to_be_visible()


def test_what_is_being_fetched_is_shown_while_the_page_works(visit: Visit) -> None:
    visit.stage.models[:] = [
        {"skill": "photo", "model": "mobilenet-v2", "title": "MobileNet v2", "state": "ready",
         "fetched_bytes": 10, "total_bytes": 10, "note": None},
        {"skill": "chat", "model": "qwen", "title": "Qwen", "state": "fetching",
         "fetched_bytes": 250, "total_bytes": 1000,
         "note": {"en": "The connection broke off.", "ru": "Связь прервалась."}},
    ]  # fmt: skip
    try:
        visit.page.reload()
        strip = visit.page.locator("#models-strip")
        expect(strip).to_contain_text("1 of 2 ready")
        expect(strip).to_contain_text("25%")
        strip.click()
        expect(visit.page.locator(".model.fetching [role=progressbar]")).to_have_attribute(
            "aria-valuenow", "25"
        )
        expect(visit.page.locator(".model.fetching .note")).to_have_text("The connection broke off.")
        visit.page.keyboard.press("Escape")
        visit.say("still there?")
        expect(visit.message("echo: still there?")).to_be_visible()
    finally:
        visit.stage.models.clear()


def test_thousands_of_messages_open_at_the_newest_and_page_back(visit: Visit) -> None:
    # Read from the page's own modules: the point is what it draws, not how fast messages can be sent.
    visit.say("quiet start")
    expect(visit.message("quiet start")).to_be_visible()
    visit.page.evaluate(
        """async chat => {
            const { store } = await import('/js/store.js');
            const one = store.last(chat);
            for (let n = 1; n <= 3000; n++)
                store.log(chat).put({ ...one, message_id: one.message_id + n, text: `number ${n}` });
            store.emit('messages', { chat });
        }""",
        visit.person,
    )
    expect(visit.message("number 3000")).to_be_in_viewport()
    drawn = visit.page.locator("article.message[data-id]")
    assert drawn.count() <= 200
    visit.page.evaluate("document.getElementById('timeline').scrollTop = 0")
    expect(visit.page.locator("article.message[data-id]").nth(250)).to_be_attached()


def test_what_happens_while_a_chat_is_read_again_stays(visit: Visit) -> None:
    page = visit.page
    visit.say("quiet first")
    expect(visit.message("quiet first")).to_be_visible()
    held: list[tuple[Any, Any]] = []
    page.route("**/messages?*", lambda route: held.append((route, route.fetch())))
    read = "async chat => { window.read = (await import('/js/store.js')).store.refresh(chat); }"
    page.evaluate(read, visit.person)
    while not held:
        page.wait_for_timeout(10)
    visit.say("quiet second")
    expect(visit.message("quiet second")).to_be_visible()
    ((route, earlier),) = held
    route.fulfill(response=earlier)
    page.evaluate("window.read")
    expect(visit.message("quiet second")).to_be_visible()
    expect(page.locator("article.message.out[data-id]")).to_have_count(2)
    page.unroute("**/messages?*")


def test_the_page_comes_back_by_itself_after_a_restart_with_what_was_typed(visit: Visit) -> None:
    visit.say("before the restart")
    expect(visit.message("echo: before the restart")).to_be_visible()
    visit.page.fill("#composer-text", "half a thou")
    visit.stage.stop()
    try:
        expect(visit.page.locator("#banner")).to_be_visible()
    finally:
        visit.stage.start()
    expect(visit.page.locator("#banner")).to_be_hidden()
    expect(visit.page.locator("#composer-text")).to_have_value("half a thou")
    visit.say("after it")
    expect(visit.message("echo: after it")).to_be_visible()
    expect(visit.page.locator("article.message.out[data-id]")).to_have_count(2)


def test_everything_on_the_page_has_a_name_for_those_who_cannot_see_it(visit: Visit) -> None:
    visit.say("markup")
    expect(visit.message("after")).to_be_visible()
    nameless = visit.page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea, a')]
            .filter(element => !element.hidden)
            .filter(element => !(element.ariaLabel || element.textContent.trim() || element.title))
            .map(element => element.outerHTML)"""
    )
    assert nameless == []


def test_a_link_to_the_bot_starts_it_in_the_private_chat_of_whoever_follows_it(visit: Visit) -> None:
    group = post(
        f"{visit.stage.url}/play/chats", {"type": "group", "title": "Door", "members": [visit.person]}
    )
    visit.open(group["id"])
    visit.say("quiet t.me/chutko_bot?start=mood_1")
    visit.message("quiet").get_by_role("link").click()
    expect(visit.message("echo: /start mood_1")).to_be_visible()
    assert visit.page.url.endswith(f"#{visit.person}")


def test_an_address_that_names_a_chat_opens_it_as_soon_as_the_page_has_heard_of_it(visit: Visit) -> None:
    person = post(f"{visit.stage.url}/play/people", {"name": "Newcomer", "language_code": "en"})["id"]
    visit.open(person)
    post(f"{visit.stage.url}/play/chats", {"type": "private", "members": [person]})
    expect(visit.page.get_by_role("heading", level=2)).to_contain_text("Newcomer")


@pytest.fixture
def group(visit: Visit) -> int:
    """A group of the visitor's, and its chat is open."""
    fields = {"type": "supergroup", "title": "Allotments", "members": [visit.person, 2]}
    chat = int(post(f"{visit.stage.url}/play/chats", fields)["id"])
    visit.open(chat)
    return chat


def test_the_mood_of_a_group_is_shown_beside_its_chat_and_renewed_as_messages_come(
    visit: Visit, group: int
) -> None:
    mood, page = visit.stage.mood, visit.page
    page.get_by_role("button", name="Mood", exact=True).click()
    panel = page.get_by_role("complementary", name="Mood")
    expect(panel.get_by_role("button", name="Close")).to_be_focused()
    panel.get_by_role("button", name="Switch on").click()
    expect(visit.message("/mood@chutko_bot on").first).to_be_visible()
    mood.watched.add(group)
    visit.say("quiet one")
    picture = panel.get_by_role("img", name="A quiet week.")
    expect(picture).to_be_visible()
    expect(panel.locator("p")).to_have_text("A quiet week.")
    mood.mark = "2"
    for word in ("quiet two", "quiet three", "quiet four"):
        visit.say(word)
    expect(picture).to_have_attribute("src", re.compile("mark=2"))
    panel.get_by_role("button", name="Month").click()
    expect(panel.get_by_role("img", name="A quiet month.")).to_be_visible()
    expect(panel.get_by_role("button", name="Month")).to_have_attribute("aria-pressed", "true")
    page.locator("#theme-button").click()
    expect(panel.get_by_role("img")).to_have_attribute("src", re.compile("dark=1"))
    assert mood.drawn[-1] is True
    panel.get_by_role("button", name="Month").focus()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="Mood", exact=True)).to_be_focused()
    asked = len(mood.asked)
    visit.say("quiet five")
    expect(visit.message("quiet five")).to_be_visible()
    assert len(mood.asked) == asked


def test_a_topics_mood_is_chosen_and_only_those_who_lead_a_group_see_it(visit: Visit, group: int) -> None:
    mood, page = visit.stage.mood, visit.page
    mood.watched.add(group)
    topic = post(f"{visit.stage.url}/play/chats/{group}/topics", {"name": "Cats"})["message_thread_id"]
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Mood", exact=True).click()
    panel = page.get_by_role("complementary", name="Mood")
    panel.get_by_role("combobox", name="Topic").select_option("Cats")
    expect(panel.get_by_role("img")).to_have_attribute("src", re.compile(f"thread={topic}"))
    assert round(panel.bounding_box()["width"]) == PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.evaluate("([group]) => localStorage.setItem(`chutko.as.${group}`, '2')", [group])
    page.reload()
    page.get_by_role("button", name="Mood", exact=True).click()
    expect(panel).to_contain_text("Only its administrators")
    page.set_viewport_size(DESKTOP)
