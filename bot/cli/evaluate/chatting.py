"""`chutko evaluate chat`: how well the language model answers, and what people think of the answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from bot.config import ConfigError, Settings
from bot.errors import explain
from bot.evaluation.telling import told
from bot.offline import open_models
from bot.texts import Speaker
from skills import SkillError

from .looking import fetched
from .options import AsJson, Language, Limit, Out, Profile, ready
from .showing import Outcome, nothing, show
from .stopping import unless_stopped

if TYPE_CHECKING:
    from bot.evaluation.chat.questions import Questions
    from bot.llm import Llm


def chat(
    context: typer.Context,
    data: Annotated[
        list[Path],
        typer.Argument(
            help="CSV or JSON lines: prompts with answers, or texts; or answers that people have rated, "
            "a file for each of them.",
            metavar="DATA...",
            exists=True,
            dir_okay=False,
        ),
    ],
    out: Out = None,
    answers: Annotated[
        Path | None, typer.Option(help="Also write the model's answers to this CSV file, for people to rate.")
    ] = None,
    as_json: AsJson = False,
    limit: Limit = 0,
    prompt_column: Annotated[str, typer.Option(help="Column of the prompts.")] = "prompt",
    answer_column: Annotated[str, typer.Option(help="Column of the reference answers.")] = "answer",
    max_tokens: Annotated[
        int, typer.Option(min=0, help="Longest answer, tokens; 0 is as the settings say.")
    ] = 0,
    scale: Annotated[
        str, typer.Option(help="The worst rating and the best, as 1-5.", metavar="WORST-BEST")
    ] = "0-1",
    seed: Annotated[int, typer.Option(help="For servers that draw at random at temperature 0, too.")] = 0,
    language: Language = None,
    profile: Profile = None,
) -> None:
    """The language model: columns prompt and answer (a right one), or text; or answers rated by people."""
    from bot.evaluation.chat.questions import Kind, read_questions, read_scale
    from bot.evaluation.rows import DataError

    settings, say = ready(context.obj, profile, language, [out, answers], data)
    try:
        ends = read_scale(scale)
        files = [read_questions(path, prompt_column, answer_column, limit=limit, scale=ends) for path in data]
    except DataError as error:
        raise ConfigError(error.why.said(say)) from None
    if len(files) > 1 and any(file.kind is not Kind.ANSWERED for file in files):
        raise ConfigError(say("evaluate-several-files"))
    if answers and files[0].kind is not Kind.PROMPTS:
        raise ConfigError(say("evaluate-answers-of-prompts"))

    async def work(progress: Progress) -> Outcome:
        if files[0].kind is Kind.ANSWERED:
            return _rated(data, files, say)
        wish = {"temperature": 0.0} | ({"max_tokens": max_tokens} if max_tokens else {})
        asked = settings.model_copy(update={"chat": settings.chat.model_copy(update=wish)})
        return await _asked(asked, data[0], files[0], seed, answers, progress, say)

    show(data, work, out, as_json, say)


def _rated(data: Sequence[Path], files: Sequence[Questions], say: Speaker) -> Outcome:
    """Answers that are there already: nobody is asked."""
    from bot.evaluation.chat import pictures, sheets
    from bot.evaluation.chat.asking import Exchange
    from bot.evaluation.chat.figures import evaluate
    from bot.evaluation.chat.ratings import item_of, rated

    faults = [
        replace(fault, name=f"{path.name}: {fault.name}") if len(data) > 1 else fault
        for path, file in zip(data, files, strict=True)
        for fault in file.faults
    ]
    if not any(file.items for file in files):
        raise nothing(data[0], [], faults, say)
    ratings = rated([file.items for file in files])
    answered = {item_of(question): question for file in reversed(files) for question in reversed(file.items)}
    figures = evaluate(
        0, [Exchange(q, q.answer or "") for q in reversed(answered.values())], {}, ratings=ratings
    )
    return Outcome(
        skill="chat",
        model=None,
        title=say("evaluate-rated-answers" if ratings else "evaluate-answers-alone"),
        figures=figures.to_json(),
        sheets=sheets.of_chat(figures, say),
        pictures=pictures.of_chat(figures, say),
        faults=faults,
        notes=[
            *(note for file in files for note in file.notes),
            *(() if ratings else (told("not-rated"),)),
        ],
        seconds=0.0,
    )


async def _asked(
    settings: Settings,
    data: Path,
    questions: Questions,
    seed: int,
    answers: Path | None,
    progress: Progress,
    say: Speaker,
) -> Outcome:
    from bot.benchmarking.gauge import Gauge
    from bot.evaluation.chat import pictures, sheets
    from bot.evaluation.chat.asking import Interview
    from bot.evaluation.chat.figures import evaluate
    from bot.evaluation.chat.questions import write_answers
    from bot.llm import Llm

    if not questions.items:
        raise nothing(data, [], questions.faults, say)
    store, _, cards = open_models(settings)
    card = cards["chat"]
    if card.shipped == "files" and not settings.chat.host:
        await fetched(settings, "chat", say)
    llm = Llm(settings, store, card, {"seed": seed})
    interview = Interview(llm, say, num_ctx=settings.chat.num_ctx, timeout_s=settings.chat.timeout_s)
    started_s = time.monotonic()
    try:
        await _wake(llm, say)
        progress.start() if progress.console.is_terminal else None
        row = progress.add_task(llm.chat.model, total=len(questions.items))
        async with Gauge(lambda: [llm.pid] if llm.pid else []) as gauge:
            interrupted = await unless_stopped(interview.run(questions.items, lambda: progress.advance(row)))
        memory_bytes = gauge.memory_bytes or (await llm.chat.probe()).memory_bytes or None
    finally:
        progress.stop()
        await llm.close()
    faults = sorted([*questions.faults, *interview.faults], key=lambda fault: fault.row)
    notes = [*questions.notes, *([told("no-perplexity")] if interview.no_likelihood else [])]
    if interrupted:
        notes.append(told("stopped", done=interview.done, total=len(questions.items)))
    if not (interview.exchanges or interview.likelihoods):
        raise nothing(data, notes, faults, say)
    without = sum(not exchange.question.references for exchange in interview.exchanges)
    if without:
        notes.append(told("without-reference", count=without))
    if answers:
        write_answers(answers, [(exchange.question, exchange.answer) for exchange in interview.exchanges])
    figures = evaluate(interview.asked, interview.exchanges, interview.likelihoods, memory_bytes=memory_bytes)
    return Outcome(
        skill="chat",
        model=llm.chat.model,
        title=say.label("models", card.title) if llm.chat.model == card.id else llm.chat.model,
        figures=figures.to_json(),
        sheets=sheets.of_chat(figures, say),
        pictures=pictures.of_chat(figures, say),
        faults=faults,
        notes=notes,
        seconds=time.monotonic() - started_s,
        interrupted=interrupted,
    )


async def _wake(llm: Llm, say: Speaker) -> None:
    """Raises ConfigError if there is no model to ask."""
    try:
        await llm.start_server()
        await llm.chat.warm_up()
    except SkillError as error:
        raise ConfigError(explain(error, say, terminal=True)) from None
