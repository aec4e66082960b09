"""The pictures of moods, by what is drawn in them."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection, PathCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from PIL import Image

from bot.charts import DARK, LIGHT, draw
from bot.charts.canvas import styled
from bot.charts.mood import mood
from bot.charts.mood_groups import mood_groups
from bot.charts.mood_marks import inks, shades
from bot.mood.picture import MOST_GROUPS, groups_chart, mood_chart, own_chart
from bot.mood.view import MoodView
from bot.mood.wording import period_words
from bot.texts import Texts
from skills import Chart
from tests.bot.mood.views import EMPTY, NOBODY, about, made

TEXTS = Texts()
RU, EN = TEXTS.say("ru"), TEXTS.say("en")
YEAR = "2025-10-19..2026-11-22"
VIEWS: Mapping[str, MoodView] = {
    "no time at all": EMPTY,
    "nothing but a gap": made("week", gaps=range(7)),
    "too few people": made("week", few=range(7), before=None),
    "one point": made("2026-11-20..2026-11-20", gaps=[hour for hour in range(24) if hour != 9]),
    "24 hours": made("day", few=(3, 4), before=None),
    "three days": made("2026-11-20..2026-11-22", level=-0.99),
    "a week": made("week", level=-0.04),
    "a month": made(gaps=(5, 6, 7), few=(12, 20), shifts=(15,)),
    "two months": made("2026-09-20..2026-11-20", shifts=(3, 5, 8), level=0.97),
    "400 days": made(YEAR, gaps=range(40, 60), few=(100,), shifts=(0, 1, 2, 399)),
}
LONG = "🌿 Очень длинное название группы, которое никогда не кончается 🏠" * 3
TITLES = ["Соседи", LONG, "群组", "شباب الحي", "$x$\n\u202e{}", ""]


def figure_of(chart: Chart, *, dark: bool = False) -> Figure:
    palette = DARK if dark else LIGHT
    with styled(palette), warnings.catch_warnings():
        warnings.simplefilter("error")
        return (mood_groups if chart.kind == "mood-groups" else mood)(chart.data, palette)


def texts_of(figure: Figure) -> list[Text]:
    """All but the labels of ticks, which are switched off."""
    return [
        text
        for text in [*figure.texts, *(text for axes in figure.axes for text in axes.texts)]
        if text.get_text()
    ]


def words_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in texts_of(figure)]


def plots_of(figure: Figure) -> tuple[Axes, Axes]:
    """Of the mood, and of the messages."""
    return figure.axes[0], figure.axes[1]


def assert_readable(figure: Figure) -> None:
    """No words on other words, none over the edge, none too small for a phone."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
    for words, box in boxes:
        assert box.x0 >= 0, words
        assert box.y0 >= 0, words
        assert box.x1 <= figure.bbox.width, words
        assert box.y1 <= figure.bbox.height, words
    for (one, a), (other, b) in combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        along = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or along <= 1, f"{one!r} and {other!r}"
    assert min(text.get_fontsize() for text in texts_of(figure)) * 100 / 72 >= 19


@cache
def shown(name: str, language: str = "en") -> Figure:
    """The picture of one of the views."""
    return figure_of(mood_chart(VIEWS[name], TEXTS.say(language), "Соседи"))


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", VIEWS)
def test_no_words_overlap_or_are_cut_or_leave_the_picture(name: str, language: str) -> None:
    figure = shown(name, language)
    assert_readable(figure)
    assert not any("…" in words for words in words_of(figure))


def test_of_a_long_topic_the_period_is_still_read() -> None:
    topic = "Ремонт и всё, что с ним связано"
    for view in (VIEWS["24 hours"], VIEWS["400 days"]):
        figure = figure_of(mood_chart(view, RU, LONG, topic=topic))
        assert_readable(figure)
        assert words_of(figure)[1].startswith("«Ремонт и")
        period = period_words(view.period, RU).replace("\N{NO-BREAK SPACE}", " ")
        assert words_of(figure)[1].endswith(f"…», {period}")


def test_a_persons_own_mood_speaks_of_nobody_else() -> None:
    figure = figure_of(own_chart(made(before=None), EN, "Chess"))
    assert_readable(figure)
    assert words_of(figure)[1].startswith("Your own mood, ")
    assert not any("people" in words for words in words_of(figure))


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_shown_as_far_as_letters_go(title: str) -> None:
    figure = figure_of(mood_chart(made("week"), RU, title))
    assert_readable(figure)
    shown = words_of(figure)[0]
    assert shown
    assert title.strip() not in ("", "群组") or shown == "Группа"
    assert not set("🌿🏠\n\u202e") & set(shown)


def test_it_is_a_portrait_for_a_phone_and_dark_where_asked() -> None:
    chart = mood_chart(VIEWS["a month"], RU, "Соседи")
    light, dark = (Image.open(io.BytesIO(draw(chart, dark=dark))) for dark in (False, True))
    assert light.format == "PNG"
    assert light.width == 1080
    assert 1200 <= light.height <= 1450
    assert light.size == dark.size
    assert np.array(light.convert("L"))[:4].mean() > 240
    assert np.array(dark.convert("L"))[:4].mean() < 60


def test_the_headline_says_how_it_is_and_what_has_changed() -> None:
    words = words_of(figure_of(mood_chart(made(level=0.24, before=-0.04), EN, "Chess")))
    assert words[0] == "Chess"
    assert {"+24", "rather good", "↗ +28", "before: −4", "28 people"} <= {
        part for w in words for part in (w, *w.split(" · "))
    }
    assert "no clear change" in words_of(figure_of(mood_chart(made(level=0.24, before=0.23), EN, "Chess")))
    assert "↘ −34" in words_of(figure_of(mood_chart(made(level=-0.3, before=0.04), EN, "Chess")))


def test_days_without_a_mood_break_the_line_and_leave_hollow_bars_or_hatching() -> None:
    figure = figure_of(mood_chart(made(gaps=(5, 6, 7), few=(12,)), EN, "Chess"))
    plot, volume = plots_of(figure)
    lines = [piece for piece in plot.collections if isinstance(piece, LineCollection)]
    ends = [(line.get_segments()[0][0][0], line.get_segments()[-1][-1][0]) for line in lines]
    assert ends == [(0.5, 4.5), (8.5, 11.5), (13.5, 29.5)]
    bars = [bar for bar in volume.patches if not bar.get_hatch()]
    hollow = [bar.get_x() + bar.get_width() / 2 for bar in bars if bar.get_facecolor()[3] == 0]
    assert hollow == [pytest.approx(12.5)]
    assert len(bars) == 27
    for axes in (plot, volume):
        (gap,) = hatched(axes)
        assert (gap.get_x(), gap.get_width()) == (5, 3)
    assert {"no data", "fewer than 3 people"} <= set(words_of(figure))


def test_what_is_not_in_the_picture_is_not_explained() -> None:
    words = words_of(figure_of(own_chart(replace(made(), grid=NOBODY), EN, "Chess")))
    assert not {"no data", "fewer than 3 people", "7-day average"} & set(words)


def test_a_single_known_hour_is_a_dot_with_its_interval() -> None:
    plot, _ = plots_of(shown("one point"))
    (dots,) = (piece for piece in plot.collections if isinstance(piece, PathCollection))
    assert dots.get_offsets()[:, 0].tolist() == [9.5]
    (interval,) = (p for p in plot.collections if isinstance(p, LineCollection) and len(p.get_segments()))
    low, high = interval.get_segments()[0][:, 1]
    assert high - low == pytest.approx(20, abs=0.2)


def test_of_a_long_period_that_is_hardly_known_the_known_days_are_dots() -> None:
    view = made(YEAR, few=[day for day in range(400) if day % 10])
    plot, _ = plots_of(figure_of(mood_chart(view, EN, "Chess")))
    (dots,) = (piece for piece in plot.collections if isinstance(piece, PathCollection))
    assert len(dots.get_offsets()) == 40


def test_a_shift_is_a_thin_line_at_its_day_with_a_label() -> None:
    figure = figure_of(mood_chart(made(shifts=(15,)), EN, "Chess"))
    plot, _ = plots_of(figure)
    upright = [line for line in plot.lines if len(set(line.get_xdata())) == 1]
    assert [list(line.get_xdata()) for line in upright] == [[15, 15]]
    assert "Nov 8: −2 → +26" in words_of(figure)


def test_every_mood_lies_within_the_scale_and_zero_is_always_on_it() -> None:
    for name, view in VIEWS.items():
        plot, _ = plots_of(shown(name))
        low, high = plot.get_ylim()
        means = [100 * point.estimate.mean for point in view.points if point.estimate]
        assert low < min([0, *means])
        assert high > max([0, *means])


def test_a_long_period_has_the_average_of_the_week_around_each_day() -> None:
    view = VIEWS["400 days"]
    plot, _ = plots_of(shown("400 days"))
    segments = [
        segment for p in plot.collections if isinstance(p, LineCollection) for segment in p.get_segments()
    ]
    means = [100 * point.estimate.mean for point in view.points[:4] if point.estimate]
    assert segments[0][0][1] == pytest.approx(np.mean(means), abs=0.1)


def test_the_grid_has_a_cell_for_each_hour_that_is_known_and_a_hollow_one_where_few_wrote() -> None:
    view = made()
    figure = figure_of(mood_chart(view, RU, "Шахматы"))
    (mesh,) = figure.findobj(QuadMesh)
    cells = mesh.get_array()
    assert cells.shape == (7, 24)
    assert cells.mask.sum() == 7 * 6
    assert cells[0, 9] == pytest.approx(100 * (view.grid[0][9].mean or 0), abs=0.06)
    assert mesh.norm.vmin == -mesh.norm.vmax
    hollow = [p for p in figure.findobj(PatchCollection) if p.axes is mesh.axes]
    assert [len(squares.get_paths()) for squares in hollow] == [7 * 3]
    assert {"пн", "вс", "0", "21"} <= set(words_of(figure))


def test_a_day_and_a_group_of_few_have_no_grid() -> None:
    for view in (made("day"), made("month", few=range(30))):
        assert not figure_of(mood_chart(view, EN, "Chess")).findobj(QuadMesh)
    assert EMPTY.grid == NOBODY


def test_the_shares_are_as_wide_as_they_are_and_their_per_cent_make_a_hundred() -> None:
    figure = figure_of(mood_chart(made(before=0.1), EN, "Chess"))
    bars = [patch for patch in figure.artists + figure.patches if isinstance(patch, Rectangle)]
    bars = [bar for bar in bars if bar.get_height() * figure.bbox.height == pytest.approx(42)]
    assert len(bars) == 6
    widths = [bar.get_width() for bar in bars[3:]]
    assert widths[1] / widths[0] == pytest.approx(40 / 30, abs=0.03)
    shown = [int(word[:-1]) for word in words_of(figure) if word.endswith("%")]
    assert sum(shown[:3]) == sum(shown[3:]) == 100
    assert shown[3:] == [38, 50, 12]


def test_orange_and_blue_stay_apart_for_those_who_see_no_red_or_no_green() -> None:
    # Machado, Oliveira, Fernandes 2009: full protanopia and deuteranopia, on linear light.
    kinds = [
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ]
    for palette in (LIGHT, DARK):
        for colours in (shades(palette), inks(palette)):
            low, high = (np.array(colours(end)[:3]) ** 2.2 for end in (0.0, 1.0))
            for kind in kinds:
                assert np.abs(np.array(kind) @ (low - high)).max() > 0.25


def test_groups_side_by_side_have_a_row_each_on_one_scale() -> None:
    groups = [
        ("Соседи", made()),
        ("🏃 Бег", made(level=-0.4)),
        ("Работа", made(gaps=range(30), before=None)),
        ("群组", made(few=range(30), before=None)),
    ]
    figure = figure_of(groups_chart(groups, RU))
    assert_readable(figure)
    words = words_of(figure)
    assert {"Соседи", "Бег", "Работа", "Группа", "+10", "↗ +14", "−40", "↘ −36"} <= set(words)
    lines = [axes for axes in figure.axes if axes.collections or hatched(axes)]
    assert len({axes.get_ylim() for axes in lines}) == 1
    assert len(hatched(lines[2])) == 1


def test_no_group_and_very_many_groups_with_any_titles_make_a_picture() -> None:
    assert_readable(figure_of(groups_chart([], EN)))
    many = figure_of(groups_chart([(title, made(level=0.9)) for title in TITLES * 3], RU), dark=True)
    assert_readable(many)
    assert sum("…" in words for words in words_of(many)) == MOST_GROUPS // len(TITLES)


def test_numbers_of_any_size_have_room() -> None:
    view = made(level=-1.0, before=1.0)
    assert_readable(figure_of(mood_chart(view, RU, "x")))
    assert view.whole == about(-1.0)


def hatched(axes: Axes) -> list[Any]:
    return [patch for patch in axes.patches if patch.get_hatch()]
