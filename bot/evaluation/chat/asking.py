"""The model's answers, how long they took, and how likely it finds the references."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from bot.errors import explain
from bot.evaluation.rows import Fault
from bot.evaluation.telling import Told, told
from bot.llm import Llm
from bot.texts import Speaker
from skills import SkillError

from .likelihood import Likelihood, NoLikelihood, likelihood
from .questions import Question


@dataclass(frozen=True, slots=True)
class Turn:
    """A ChatMessage."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what the model said."""

    question: Question
    answer: str
    response_s: float | None = None
    """From the question to the end of the answer; None where nobody was asked."""
    first_token_s: float | None = None
    """From the question to the first piece of the answer."""
    tokens: int = 0
    """Of the answer, as the server counts."""
    tokens_per_s: float = 0.0
    """0 if the answer is too short to tell."""
    cut: bool = False
    """True if the answer was as long as allowed, so that its end may be missing."""


class Interview:
    """Asks one question after the other. What there is so far is there at any moment."""

    def __init__(self, llm: Llm, say: Speaker, *, num_ctx: int, timeout_s: float) -> None:
        self._llm = llm
        self._num_ctx = num_ctx
        self._timeout_s = timeout_s
        self._say = say
        self.exchanges: list[Exchange] = []
        self.likelihoods: dict[int, Likelihood] = {}
        """By row: of the first reference, or of the text."""
        self.faults: list[Fault] = []
        self.asked = 0
        """Prompts that the model has been given, as far as they came to an end."""
        self.done = 0
        """Rows that have been gone through."""
        self.no_likelihood = False
        """True once the server has shown that it cannot say how likely a text is."""

    async def run(self, questions: Sequence[Question], done: Callable[[], None]) -> None:
        """`done` is called after each. A question that fails is a fault and harms no other."""
        for question in questions:
            if question.prompt:
                await self._ask(question)
                self.asked += 1
            if question.references and not self.no_likelihood:
                await self._weigh(question)
            self.done += 1
            done()

    async def _ask(self, question: Question) -> None:
        started_s = time.monotonic()
        pieces: list[str] = []
        try:
            await self._llm.start_server()  # it may have died with the question before
            async with self._llm.chat.stream(_turns(question)) as answer:
                async for piece in answer:
                    pieces.append(piece)
        except SkillError as error:
            self._fault(question, explain(error, self._say, terminal=True))
            return
        text, finish = "".join(pieces).strip(), answer.finish
        if not text or finish is None:
            self._fault(question, told("row-silence"))
            return
        self.exchanges.append(
            Exchange(
                question,
                text,
                time.monotonic() - started_s,
                finish.first_piece_s,
                finish.answer_tokens,
                finish.tokens_per_s,
                finish.cut,
            )
        )

    async def _weigh(self, question: Question) -> None:
        try:
            await self._llm.start_server()
            self.likelihoods[question.row] = await likelihood(
                self._llm.address(),
                self._llm.chat.model,
                question.references[0],
                _turns(question) if question.prompt else (),
                num_ctx=self._num_ctx,
                timeout_s=self._timeout_s,
            )
        except NoLikelihood:
            self.no_likelihood = True
        except (SkillError, httpx.HTTPError) as error:
            self._fault(question, told("row-no-perplexity", reason=str(error) or type(error).__name__))

    def _fault(self, question: Question, sentence: Told | str) -> None:
        self.faults.append(Fault(question.row, question.prompt or question.references[0], sentence))


def _turns(question: Question) -> list[Turn]:
    system = [Turn("system", question.system)] if question.system else []
    return [*system, Turn("user", question.prompt)]
