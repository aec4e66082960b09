"""The only place where objects are put together.

A component with a life of its own has up to two lines where it is made: its `run` goes into `background` and works
while the bot answers; its `close` goes onto the stack, and is called before what it leans on is closed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx
from telegram.error import TelegramError

from skills import Registry, Runtime, load_catalog
from storage.database import Database
from storage.history import History
from storage.inbox import Inbox
from storage.mood_groups import MoodGroups
from storage.moods import Moods
from storage.preferences import Preferences

from .access import Access
from .bot import Background, Bot
from .chat_choice import ChatChoice
from .config import Settings
from .connecting import connect
from .conversation import Conversation
from .dispatch import Dispatcher
from .downloads import Downloads
from .fetching import Fetching
from .folder import take_folder
from .handlers.commands import Commands
from .handlers.front import Front
from .handlers.media import MediaHandler
from .handlers.memory import Memory
from .handlers.models import Models
from .handlers.models_pages import ModelPages
from .handlers.models_screen import Screen
from .handlers.models_switching import Switching
from .handlers.models_waking import Waking
from .handlers.mood import Mood
from .handlers.mood_desk import Desk
from .handlers.mood_keeping import MoodKeeping
from .handlers.mood_me import MoodMe
from .handlers.mood_opting import MoodOpting
from .handlers.mood_seeing import MoodSeeing
from .handlers.mood_settings import MoodSettingsPages
from .handlers.mood_showing import Showing
from .handlers.mood_side_by_side import MoodSideBySide
from .handlers.mood_switch import MoodSwitch
from .handlers.mood_telling import MoodTelling
from .handlers.newcomers import Newcomers
from .handlers.privacy import Privacy
from .handlers.spectrogram import Spectrograms
from .handlers.stats import Stats
from .handlers.text import TextHandler
from .housekeeping import Housekeeping
from .intake import Intake, Polling
from .lanes import chosen_models, lane_configs, not_yet
from .llm import Llm
from .model_states import ModelStates
from .model_store import open_store
from .model_work import Works
from .mood.alerts import Alerts
from .mood.analyst import Analyst
from .mood.clockwork import Clockwork
from .mood.digests import Digests
from .mood.key_change import heed_another_key
from .mood.letters import Post
from .mood.listening import Listening
from .mood.live import LiveMood
from .mood.pseudonyms import Pseudonyms
from .mood.readers import Audience
from .mood.rights import Rights
from .mood.scoring import Scoring
from .mood.watcher import Watcher
from .painter import Painter
from .receiving import Receiving
from .replies import Replies
from .texts import Texts
from .unfinished import Unfinished

log = logging.getLogger(__name__)


@asynccontextmanager
async def running_bot(
    settings: Settings,
    token: str,
    api_url: str,
    data_dir: Path,
    *,
    now: Callable[[], float] = time.time,
) -> AsyncIterator[Bot]:
    """Everything that a bot is made of, taken apart again in the end.

    `now` is the clock by which moods are watched, shown and told; a simulation has its own.

    Raises ConfigError for what its owner must mend: a wrong token, a folder in use.
    """
    async with AsyncExitStack() as stack:
        background: list[Background] = []
        take_folder(stack, data_dir)
        texts = Texts(settings.bot.language)
        catalog = load_catalog()
        store = open_store(settings, catalog)
        cards = chosen_models(settings, catalog)
        if without := not_yet(cards):
            log.warning(
                "This version cannot run the chosen models of %s yet. Choose others, or the profile lite.",
                ", ".join(without),
            )
        # The model of a server that the owner runs is the server's affair.
        elsewhere = {"chat"} if settings.chat.host else set()
        fetching = Fetching(
            store, {skill: card.id for skill, card in cards.items() if skill not in elsewhere}
        )
        if settings.models.fetch:
            background.append(fetching.run)

        url = settings.storage.database_url or f"sqlite+aiosqlite:///{data_dir / 'chutko.sqlite3'}"
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        history, inbox = History(database), Inbox(database)
        background.append(Housekeeping(database, history, inbox, settings.storage.history_days).run)
        unfinished = Unfinished(inbox)

        registry = Registry.find()
        runtime = Runtime(registry, lane_configs(settings, store, cards), data_dir / "work")
        stack.push_async_callback(runtime.close)
        painter = Painter()
        stack.push_async_callback(painter.close)
        llm = Llm(settings, store, cards["chat"])
        stack.push_async_callback(llm.close)
        background.append(lambda: llm.run(fetching))
        states = ModelStates(fetching, runtime, llm)

        telegram, me = await connect(token, api_url, unfinished.note)
        stack.push_async_callback(telegram.shutdown)
        client = await stack.enter_async_context(httpx.AsyncClient(timeout=60))
        downloads = Downloads(telegram, data_dir / "tmp", settings.limits.download_mb, client)
        downloads.sweep()

        groups, moods = MoodGroups(database), Moods(database)
        preferences, pseudonyms = Preferences(database), Pseudonyms.load(data_dir)
        await heed_another_key(pseudonyms, groups, preferences, me.id)
        scoring = Scoring(runtime.run, data_dir / "work", moods, settings.mood.queue)
        listening = Listening(runtime.run, downloads, scoring.put)
        watcher = Watcher(me, groups, pseudonyms, scoring, listening, now)
        stack.push_async_callback(watcher.close)
        analyst = Analyst(url, settings.mood.least_people, now=now)
        stack.push_async_callback(analyst.close)
        live = LiveMood(groups, analyst, painter, texts, settings.mood.least_people, watcher.busy, now)

        access = Access(settings.access)
        replies = Replies(telegram, painter, settings.limits.upload_mb)
        conversation = Conversation(history, llm.chat, settings.chat.system, settings.chat.history_tokens)
        text = TextHandler(telegram, settings, replies, runtime, registry, llm.chat, fetching, conversation)
        media = MediaHandler(
            telegram, me, replies, downloads, runtime.run, registry, fetching, conversation, text, settings
        )
        memory = Memory(
            telegram, replies, history, inbox, lambda chat, person: dispatcher.cancel(chat, person)
        )
        specs = {name: skill.spec for name, skill in registry.items()}

        def stop(chat_id: int, person_id: int | None) -> int:
            """End answers with what has been said, and drop the rest."""
            ended = text.stop(chat_id, person_id)
            return len(ended) + dispatcher.cancel(chat_id, person_id, spare=ended)

        choice = ChatChoice(preferences, me.id, llm)
        await choice.restore()
        works = Works()
        stack.push_async_callback(works.close)
        pages = ModelPages(texts, specs, store, states, runtime, llm, works, settings.profile)
        screen = Screen(pages)
        stack.push_async_callback(screen.close)
        waking = Waking(pages, screen, works, fetching, runtime, llm)
        switching = Switching(choice, screen, works)
        models = Models(telegram, replies, access, pages, screen, waking, switching)
        spectrograms = Spectrograms(replies, media)
        stats = Stats(replies, specs, inbox.count, runtime.stats, llm.chat, watcher.stats)
        rights, audience = Rights(telegram, access), Audience(telegram, texts, preferences)
        desk = Desk(
            telegram,
            me,
            replies,
            groups,
            moods,
            rights,
            audience,
            pseudonyms,
            watcher,
            analyst,
            settings.mood,
            now,
        )
        opting, showing = MoodOpting(desk), Showing(desk, painter)
        mood = Mood(
            desk,
            MoodSwitch(desk),
            opting,
            MoodSeeing(desk, showing),
            MoodSettingsPages(desk),
            MoodKeeping(desk, downloads),
            MoodMe(desk, showing, opting, downloads),
            MoodSideBySide(desk, showing),
        )
        post, least_people = Post(telegram, painter, replies), settings.mood.least_people
        digests = Digests(post, groups, moods, analyst, audience, least_people)
        alerts = Alerts(post, groups, moods, analyst, audience, least_people)
        clockwork = Clockwork(groups, moods, digests, alerts, now)
        stack.push_async_callback(clockwork.close)
        background.append(clockwork.run)
        privacy = Privacy(replies, groups, settings, llm, api_url, data_dir, url)
        commands = Commands(
            telegram,
            me,
            replies,
            memory,
            models,
            stats,
            spectrograms,
            mood,
            privacy,
            specs,
            settings,
            stop,
        )
        front = Front(
            telegram,
            me,
            texts,
            settings,
            access,
            replies,
            text,
            media,
            commands,
            memory,
            models,
            spectrograms,
            mood,
            MoodTelling(desk),
            Newcomers(telegram, groups, pseudonyms, preferences),
            (history.migrate_chat, preferences.migrate_chat, watcher.migrate_chat),
            inbox.answer_to,
            unfinished,
        )
        dispatcher = Dispatcher(inbox, front.handle, front.give_up, settings.bot.at_once)
        stack.push_async_callback(dispatcher.close)
        intake = Intake(inbox, dispatcher, me, channel_posts=settings.bot.channel_posts, hear=watcher.hear)
        polling = Polling(f"{api_url}/bot{token}", intake.take)
        background.append(Receiving(settings.bot, telegram, intake, polling).run)
        try:
            await commands.register(texts)
        except TelegramError as error:
            log.warning("the menus of commands could not be registered: %s", error)
        await runtime.start()
        await watcher.start()
        yield Bot(
            me,
            intake,
            dispatcher,
            fetching,
            llm,
            states,
            texts,
            background,
            live,
            clockwork,
            fetch=settings.models.fetch,
        )
