from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.markup import MESSAGE_UNITS, preview, render, split_html, split_text, split_thinking, utf16_length
from bot.playground.entities import parse_html

MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            ["**", "*", "_", "`", "```", "```python\n", "\n```\n", "\n\n", "\n", "# ", "- ", "1. ", "> ",
             "~~", "[", "](", ")", "](http://a.b/c)", "![", "| a | b |\n|---|---|\n| 1 | 2 |\n", "<b>",
             "</think>", "<think>", "&amp;", "\\(", "\\)", "$x_1$", "---\n", "    ", "\t", "<", ">", "&",
             '"', "🐈\u200d⬛", "👍🏽", "é", "Привет", "word ", "\x00", "\ud83d"]
        ),
        st.text(max_size=20),
    ),
    max_size=60,
).map("".join)  # fmt: skip


def html(source: str) -> str:
    parts = render(source)
    assert len(parts) == 1
    return parts[0].html


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plain & <simple> text", "plain &amp; &lt;simple&gt; text"),
        ("**bold** and *italic* and ~~gone~~", "<b>bold</b> and <i>italic</i> and <s>gone</s>"),
        ("***both***", "<i><b>both</b></i>"),
        ("a `<b>` c", "a <code>&lt;b&gt;</code> c"),
        ("**a `code` b**", "<b>a </b><code>code</code><b> b</b>"),
        ("# Title *x*\ntext", "<b>Title <i>x</i></b>\n\ntext"),
        (
            "```python\nif a < b:\n    pass\n```",
            '<pre><code class="language-python">if a &lt; b:\n    pass</code></pre>',
        ),
        ("```\nx\n```", "<pre>x</pre>"),
        ("```\nnever closed", "<pre>never closed</pre>"),
        ('```py"><b>\nx\n```', '<pre><code class="language-py">x</code></pre>'),
        ("[a](https://x.y/?a=1&b=2)", '<a href="https://x.y/?a=1&amp;b=2">a</a>'),
        ("[a](tg://resolve?domain=x)", "a (tg://resolve?domain=x)"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("- one\n- two\n  - three\n- four", "• one\n• two\n\u2003◦ three\n• four"),
        ("3. c\n4. d", "3. c\n4. d"),
        ("> quoted\n> **more**", "<blockquote>quoted\n<b>more</b></blockquote>"),
        ("| a | bb |\n|---|---|\n| ccc | **d** |", "<pre>a   | bb\n----+---\nccc | d</pre>"),
        ("snake_case_name and 2*3*4=24", "snake_case_name and 2<i>3</i>4=24"),
        (r"\(x_1 * y_2\) and $a_1 + b_1$ and \[ z^{*} \]", r"\(x_1 * y_2\) and $a_1 + b_1$ and \[ z^{*} \]"),
        ("it costs $5 and then $6", "it costs $5 and then $6"),
        ("line one\nline two", "line one\nline two"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a\n\n---\n\nb", "a\n\n———\n\nb"),
        ("![cat](http://x/y.png)", '<a href="http://x/y.png">cat</a>'),
        ("**unclosed", "**unclosed"),
    ],
)
def test_the_markdown_of_models_becomes_telegrams_html(source: str, expected: str) -> None:
    assert html(source) == expected


def test_what_the_model_thought_is_a_collapsed_quote() -> None:
    expected = "<blockquote expandable>hm, 1 &lt; 2</blockquote>\n\n<b>Yes</b>"
    assert html("<think>\nhm, 1 < 2\n</think>\n\n**Yes**") == expected
    assert html("hm, 1 < 2\n</think>\n**Yes**") == expected
    assert html("<think></think>Yes") == "Yes"
    assert split_thinking("<think>not done") == ("not done", "")
    assert split_thinking("a < b, no tags") == ("", "a < b, no tags")


def test_a_mark_stands_after_the_answer_even_inside_open_code() -> None:
    part = render("```\nprint(", mark="⏹ Stopped.")[0]
    assert part.html == "<pre>print(</pre>\n\n<i>⏹ Stopped.</i>"
    assert render("", mark="⏹ Stopped.")[0].html == "<i>⏹ Stopped.</i>"


@pytest.mark.parametrize("source", ["", "  \n\n ", "\x00", "<think> </think>", "# ", "```\n\n```"])
def test_nothing_makes_no_message(source: str) -> None:
    assert render(source) == []


@settings(max_examples=300)
@given(MARKDOWN)
def test_any_markdown_is_html_that_telegram_takes(source: str) -> None:
    for part in render(source):
        parsed = parse_html(part.html)
        assert bare(parsed.text) == bare(part.text)
        assert part.text.strip()
        assert part.html.encode()


@settings(max_examples=300)
@given(MARKDOWN, st.integers(4, 200))
def test_splitting_loses_nothing_and_keeps_to_the_limit(source: str, limit: int) -> None:
    whole = "".join(part.text for part in render(source, 10**9))
    parts = render(source, limit)
    assert bare("".join(part.text for part in parts)) == bare(whole)
    for part in parts:
        assert 0 < utf16_length(part.text) <= limit
        assert bare(parse_html(part.html).text) == bare(part.text)


def test_paragraphs_stay_whole_where_they_can() -> None:
    paragraphs = [f"{n} " + "word " * 60 for n in range(30)]
    parts = render("\n\n".join(paragraphs), 1000)
    assert len(parts) > 3
    for part in parts:
        assert re.match(r"\d+ ", part.text)


def test_code_moves_whole_to_the_next_message_if_it_fits_there() -> None:
    code = "\n".join(f"line {n}" for n in range(60))
    parts = render("text " * 120 + f"\n\n```python\n{code}\n```\n\nend", 700)
    assert [part.text for part in parts][1].startswith(code)
    assert all(part.html.count("<pre>") == part.html.count("</pre>") for part in parts)


def test_code_that_is_too_long_is_cut_between_lines_and_stays_code() -> None:
    code = "\n".join(f"    line {n}" for n in range(1000))
    parts = render(f"```python\n{code}\n```")
    assert len(parts) > 2
    for part in parts:
        assert part.html.startswith('<pre><code class="language-python">    line')
        assert part.html.endswith("</code></pre>")
    assert "\n".join(part.text for part in parts) == code


def test_emoji_are_counted_as_telegram_counts_and_never_torn() -> None:
    parts = render("👩‍👩‍👧" * 2000)
    assert all(utf16_length(part.text) <= MESSAGE_UNITS for part in parts)
    assert all(not part.text.startswith("\u200d") for part in parts)
    assert "".join(part.text for part in parts) == "👩‍👩‍👧" * 2000


def test_html_of_our_own_is_split_the_same_way() -> None:
    source = "<b>Title</b>\n\n" + "<i>word &amp; </i>" * 600
    parts = split_html(source, 1000)
    assert len(parts) > 3
    assert bare("".join(parse_html(part).text for part in parts)) == bare(parse_html(source).text)
    assert split_html("short <b>one</b>") == ["short <b>one</b>"]


@given(st.text(max_size=300), st.integers(2, 50))
def test_plain_text_is_split_without_losing_letters(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(0 < utf16_length(part) <= limit for part in parts)
    assert bare("".join(parts)) == bare(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", text))


@given(MARKDOWN, st.integers(10, 100))
def test_a_preview_always_fits_one_message(source: str, limit: int) -> None:
    assert utf16_length(preview(source, limit)) <= limit


def test_a_preview_shows_the_newest_end() -> None:
    assert preview("word " * 2000 + "the end").endswith("the end")
    assert preview("<think>let me see").startswith("💭")
    assert preview("<think>let me see</think>Yes") == "Yes"


@pytest.mark.parametrize("opening", ["*", "[", "> ", "- ", "`", "$", "\\(", "_a", "|", "!["])
def test_hostile_markdown_costs_no_more_than_its_length(opening: str) -> None:
    parts = render(opening * 10_000)
    assert all(utf16_length(part.text) <= MESSAGE_UNITS for part in parts)
