"""What is said about a mood: two sentences that claim no more than the numbers do."""

from __future__ import annotations

from bot.mood.view import Estimate, MoodView, Shift, Topic
from bot.mood.wording import change, changed, day_words, points, shortened, signed, verdict
from bot.texts import Speaker

_TOPIC_CHARS = 40


def sentences(view: MoodView, say: Speaker, *, own: bool = False) -> str:
    """How the mood was and how sure that is; what has changed, since when, and where. Plain text, one paragraph.

    `own` is for a person who looks at their own mood. Where there is no average, one sentence says why.
    """
    whose = "own" if own else "group"
    if view.whole is None:
        if view.messages:
            return say("mood-said-too-few", messages=view.messages)
        if view.points and all(point.gap for point in view.points):
            return say("mood-said-away")
        if not own and len(view.points) > 1 and all(point.gap for point in view.points[:-1]):
            return say("mood-said-begun")
        return say("mood-said-nothing", whose=whose, unknown=_unknown(view, say))
    return f"{_state(view, view.whole, say, whose)} {_news(view, view.whole, say)}"


def _state(view: MoodView, whole: Estimate, say: Speaker, whose: str) -> str:
    score = points(whole.mean)
    return say(
        "mood-said",
        whose=whose,
        word=verdict(whole, say),
        score=signed(score),
        low=signed(points(whole.low)),
        high=signed(points(whole.high)),
        people=view.people,
        messages=view.messages,
        unknown=_unknown(view, say),
    )


def _unknown(view: MoodView, say: Speaker) -> str:
    """That the average is not of the whole period, where that is so."""
    gaps = sum(point.gap for point in view.points)
    if not gaps:
        return ""
    return say("mood-said-unknown", buckets=view.period.buckets, gaps=gaps, all=len(view.points))


def _news(view: MoodView, whole: Estimate, say: Speaker) -> str:
    found = [_compared(view, whole, say)]
    if odd := _odd_topic(view.topics, whole):
        topic, by = odd
        name = shortened(topic.name, _TOPIC_CHARS)
        level = signed(points(whole.mean) + by)
        found.append(say("mood-said-topic", topic=name, direction=_direction(by), score=level))
    return f"{'; '.join(found)}."


def _compared(view: MoodView, whole: Estimate, say: Speaker) -> str:
    """With the period before, and with what was before the last shift."""
    by = changed(view)
    shift = view.shifts[-1] if view.shifts else None
    if not by:
        if shift:
            return say(
                "mood-said-shift",
                direction="up" if shift.after > shift.before else "down",
                date=_day_of(shift, view, say),
                before=signed(points(shift.before)),
                after=signed(points(shift.after)),
            )
        return say("mood-said-same") if view.before_whole else say("mood-said-first")
    agreeing = shift and (shift.after > shift.before) == (by > 0)
    return say(
        "mood-said-change",
        direction=_direction(by),
        by=abs(by),
        turn="yes" if agreeing else "no",
        date=_day_of(shift, view, say) if shift else "",
    )


def _odd_topic(topics: tuple[Topic, ...], whole: Estimate) -> tuple[Topic, int] | None:
    """The topic that lies farthest from the whole, and by how many points; None if that may be chance."""
    looked_at = [topic for topic in topics if topic.estimate and topic.name]
    found = [(topic, change(topic.estimate, whole, among=len(looked_at))) for topic in looked_at]
    return max(((topic, by) for topic, by in found if by), key=lambda odd: abs(odd[1]), default=None)


def _direction(by: int) -> str:
    return "up" if by > 0 else "down"


def _day_of(shift: Shift, view: MoodView, say: Speaker) -> str:
    return day_words(shift.at, view.period.zone, say)
