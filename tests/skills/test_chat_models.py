"""Chat with the real lite model: sense, memory, languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import platformdirs
import psutil
import pytest

from bot.texts import Texts
from skills import ModelUnavailable, Store, load_catalog
from skills._prompt import Turn, build_prompt
from skills._tokens import MESSAGE_TOKENS
from skills.chat import ChatSkill
from tests.skills.models.llm_server import llm_server, runner_of, wait_until_idle

# The order is one of languages: the server evaluates the system text anew where it changes.
pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]

MODEL = "qwen2.5-coder-1.5b"
OPTIONS = {"num_ctx": 2048, "num_predict": 40, "temperature": 0}
Server = tuple[str, psutil.Process]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    store = Store(platformdirs.user_cache_path("chutko") / "models", load_catalog())
    try:
        (path,) = store.files(MODEL).values()
    except ModelUnavailable:
        pytest.skip(f"the model {MODEL} has not been fetched: chutko models pull {MODEL}")
    with llm_server({MODEL: Path(path)}) as running:
        yield running


@pytest.fixture
def skill(server: Server) -> ChatSkill:
    return ChatSkill(lambda: server[0], MODEL, OPTIONS, timeout_s=300)


async def ask(skill: ChatSkill, language: str, *turns: Turn, until: str = "") -> str:
    """The answer in lower case: all of it, or up to a word that is waited for."""
    system = Texts().say(language)("chat-system")
    prompt = build_prompt(system, turns, skill.prompt_budget_tokens, skill.count_tokens)
    said = ""
    async with skill.stream(prompt) as answer:
        async for piece in answer:
            said += piece.lower()
            if until and until in said:
                break
    return said


@pytest.mark.parametrize(
    ("language", "note", "question", "expected"),
    [
        ("ru", "[на фото: египетская кошка 94%]", "кто на фото?", "кошк"),
        ("ru", "[на фото: египетская кошка 94%]", "Что ты видишь на картинке?", "кошк"),
        ("ru", "[запись, 5 с: собака 92%, лай 80%]", "кто лает на записи?", "собак"),
        ("en", "[photo: Egyptian cat 94%]", "What is in the picture?", "cat"),
        ("en", "[audio, 5 s: dog 92%, bark 80%]", "What did you hear?", "dog"),
    ],
)
async def test_what_was_seen_and_heard_can_be_asked_about(
    skill: ChatSkill, language: str, note: str, question: str, expected: str
) -> None:
    turns = Turn("memory", note), Turn("user", question)
    assert expected in await ask(skill, language, *turns, until=expected)


async def test_a_story_is_not_refused(skill: ChatSkill) -> None:
    answer = await ask(skill, "en", Turn("user", "Write a story about a dragon."))
    assert "dragon" in answer
    assert "sorry" not in answer


async def test_questions_are_answered_in_their_own_language(skill: ChatSkill) -> None:
    for language, question, expected in (
        ("en", "What is the capital of France?", "paris"),
        ("ru", "Как называется столица Франции?", "париж"),
    ):
        assert expected in await ask(skill, language, Turn("user", question), until=expected)


async def test_people_of_a_group_are_not_mixed_up(skill: ChatSkill) -> None:
    turns = [Turn("user", "Я люблю рыбалку", "Анна"), Turn("user", "А я люблю шахматы", "Борис")]
    turns.append(Turn("user", "Кто из нас любит шахматы?", "Анна"))
    assert "борис" in await ask(skill, "ru", *turns, until="борис")


async def test_a_stopped_answer_frees_the_machine(skill: ChatSkill, server: Server) -> None:
    prompt = build_prompt("", [Turn("user", "Tell a long story.")], 1000, skill.count_tokens)
    async with skill.stream(prompt) as answer:
        await anext(answer)
    wait_until_idle(runner_of(server[1]))


async def test_the_estimate_of_tokens_is_on_the_safe_side(server: Server) -> None:
    skill = ChatSkill(lambda: server[0], MODEL, {**OPTIONS, "num_predict": 1})
    for text in (
        "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 4,
        "The quick brown fox. " * 10,
    ):
        prompt = build_prompt("Be brief.", [Turn("user", text)], 1500, skill.count_tokens)
        estimated = sum(skill.count_tokens(message.content) + MESSAGE_TOKENS for message in prompt)
        async with skill.stream(prompt) as answer:
            async for _ in answer:
                pass
        assert answer.finish is not None
        assert 0.9 * answer.finish.prompt_tokens <= estimated <= 1.5 * answer.finish.prompt_tokens
