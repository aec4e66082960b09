"""Entities: parsed from three markups, found in plain text, always nested and measured in UTF-16."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.playground.entities import (
    Entity,
    FormattedText,
    ParseError,
    clean,
    detect,
    parse_html,
    parse_markdown,
    parse_markdown_v2,
    utf16_length,
)


def marked(formatted: FormattedText) -> list[tuple[str, str]]:
    """Types and what they cover, in order."""
    units = clean(formatted.text, formatted.entities)
    data = units.text.encode("utf-16-le")
    return [(e.type, data[e.offset * 2 : e.end * 2].decode("utf-16-le")) for e in units.entities]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("<b>b</b> <strong>s</strong>", "b s", [("bold", "b"), ("bold", "s")]),
        ("<i>i<u>u</u></i>", "iu", [("italic", "iu"), ("underline", "u")]),
        ("<del>a</del><strike>b</strike><s>c</s>", "abc", [("strikethrough", "abc")]),
        ("<tg-spoiler>x</tg-spoiler> <span class='tg-spoiler'>y</span>", "x y", [("spoiler", "x"), ("spoiler", "y")]),
        ("😀<b>😀я</b>", "😀😀я", [("bold", "😀я")]),
        ("&lt;b&gt; &amp;&quot; &#65;&#x1F600; &nbsp; &", "<b> &\" A😀 &nbsp; &", []),
        ("<pre>x</pre>", "x", [("pre", "x")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", "x")]),
        ("<code>x</code>", "x", [("code", "x")]),
        ("<blockquote>a\nb</blockquote>c", "a\nbc", [("blockquote", "a\nb")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", "a")]),
        ('<a href="http://example.com/?a=1&amp;b=2">l</a>', "l", [("text_link", "l")]),
        ('<A HREF=x>l</A>', "l", []),
        ("<b></b>x", "x", []),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍", [("custom_emoji", "👍")]),
        ("<b>a <code>c</code> d</b>", "a c d", [("bold", "a "), ("code", "c"), ("bold", " d")]),
    ],
)  # fmt: skip
def test_html_is_read_as_telegram_reads_it(source: str, text: str, entities: list[tuple[str, str]]) -> None:
    formatted = parse_html(source)
    assert (formatted.text, marked(formatted)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("я<b", "Unclosed start tag at byte offset 2"),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ('<span class="x">y</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_broken_html_is_refused_with_the_byte(source: str, error: str) -> None:
    with pytest.raises(ParseError) as refusal:
        parse_html(source)
    assert str(refusal.value) == error


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*b* _i_ __u__", "b i u", [("bold", "b"), ("italic", "i"), ("underline", "u")]),
        ("~s~ ||p||", "s p", [("strikethrough", "s"), ("spoiler", "p")]),
        ("*b _i __u__ i_ b*", "b i u i b", [("bold", "b i u i b"), ("italic", "i u i"), ("underline", "u")]),
        ("`a*b_` ```py\nx = 1\n```", "a*b_ x = 1\n", [("code", "a*b_"), ("pre", "x = 1")]),
        ("[t](http://example.com/a\\)b)", "t", [("text_link", "t")]),
        ("1\\.5 \\\\ \\*", "1.5 \\ *", []),
        (">a\n>b\nc", "a\nb\nc", [("blockquote", "a\nb\n")]),
        (">a\n>b||", "a\nb", [("expandable_blockquote", "a\nb")]),
        ("![👍](tg://emoji?id=5368324170671202286)", "👍", [("custom_emoji", "👍")]),
        ("_i_**__u__", "iu", [("italic", "i"), ("underline", "u")]),
    ],
)  # fmt: skip
def test_markdown_v2_is_read_as_telegram_reads_it(
    source: str, text: str, entities: list[tuple[str, str]]
) -> None:
    formatted = parse_markdown_v2(source)
    assert (formatted.text, marked(formatted)) == (text, entities)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("яя *b", "Can't find end of Bold entity at byte offset 5"),
        ("*a _b* c_", "Can't find end of Italic entity at byte offset 8"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
        ("```py\nx", "Can't find end of PreCode entity at byte offset 0"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
        ("![x](http://a.b)", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
def test_broken_markdown_v2_is_refused_with_the_byte(source: str, error: str) -> None:
    with pytest.raises(ParseError) as refusal:
        parse_markdown_v2(source)
    assert str(refusal.value) == error


def test_the_first_markdown_knows_no_nesting() -> None:
    formatted = parse_markdown("*b _x* _i_ `c` ```py\np``` [t](http://a.com) \\_ a.b")
    assert formatted.text == "b _x i c p t _ a.b"
    kinds = [("bold", "b _x"), ("italic", "i"), ("code", "c"), ("pre", "p"), ("text_link", "t")]
    assert marked(formatted) == kinds
    with pytest.raises(ParseError, match="Can't find end of the entity starting at byte offset 3"):
        parse_markdown("я _x")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start@chutko_bot now", [("bot_command", "/start@chutko_bot")]),
        ("a/b </x> 1/2 //c", []),
        ("@you, @ab x@yz.com", [("mention", "@you"), ("email", "x@yz.com")]),
        ("(see https://ru.wikipedia.org/wiki/Кот_(животное)).", [("url", "https://ru.wikipedia.org/wiki/Кот_(животное)")]),
        ("example.com, и сайт.рф! etc.And so", [("url", "example.com"), ("url", "сайт.рф")]),
        ("http://localhost:8080/x 10.5 3.com.x", [("url", "http://localhost:8080/x")]),
        ("#кот #1 #a1 $USD $usd", [("hashtag", "#кот"), ("hashtag", "#a1"), ("cashtag", "$USD")]),
    ],
)  # fmt: skip
def test_plain_text_has_its_own_entities(text: str, found: list[tuple[str, str]]) -> None:
    assert marked(FormattedText(text, tuple(detect(text)))) == found


def test_ends_are_trimmed_and_entities_follow() -> None:
    assert clean(" \n x\0y\r \u200e ", [Entity("bold", 2, 4)]) == FormattedText(
        " x y", (Entity("bold", 0, 4),)
    )
    assert clean("x  ", [Entity("bold", 1, 2)]) == FormattedText("x", ())


STYLES = ["<b>", "</b>", "<i>", "</i>", "<pre>", "</pre>", "<code>", "</code>"]
TAGS = [*STYLES, "</a>", "<blockquote>", "</blockquote>", "&lt;", "&#0;", "||", "__", "```"]
ODD = ["<a href='http://a.com'>", "tg://emoji?id=1", "\ud800", "\0"]
PIECES = st.lists(st.sampled_from([*"*_~`|[]()>!\\\n .-=aя😀", *TAGS, *ODD]))


@pytest.mark.parametrize("parse", [parse_html, parse_markdown, parse_markdown_v2])
@given(pieces=PIECES)
def test_any_text_is_refused_or_gives_entities_that_nest(
    parse: Callable[[str], FormattedText], pieces: list[str]
) -> None:
    try:
        parsed = parse("".join(pieces))
    except ParseError:
        return
    formatted = clean(parsed.text, parsed.entities)
    length = utf16_length(formatted.text)
    formatted.text.encode()
    open_ends: list[int] = []
    for entity in formatted.entities:
        assert entity.offset >= 0
        assert 0 < entity.length <= length - entity.offset
        while open_ends and open_ends[-1] <= entity.offset:
            open_ends.pop()
        assert not open_ends or entity.end <= open_ends[-1]
        open_ends.append(entity.end)


KINDS = ["bold", "italic", "code", "pre", "text_link", "spoiler", "strikethrough", "blockquote"]


@given(
    text=st.text(max_size=40),
    spans=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 45), st.integers(0, 45)), max_size=8),
)
@example(text="000", spans=[("bold", 0, 2), ("italic", 1, 2)])
@example(text="000000", spans=[("blockquote", 0, 5), ("pre", 1, 3), ("strikethrough", 0, 6)])
def test_given_entities_are_mended_until_they_nest(text: str, spans: list[tuple[str, int, int]]) -> None:
    formatted = clean(text, [Entity(kind, offset, length) for kind, offset, length in spans])
    for one in formatted.entities:
        for other in formatted.entities:
            apart = one.end <= other.offset or other.end <= one.offset
            inside = (one.offset <= other.offset and other.end <= one.end) or (
                other.offset <= one.offset and one.end <= other.end
            )
            assert apart or inside


@given(st.text())
def test_finding_never_fails_and_never_overlaps(text: str) -> None:
    end = 0
    for entity in detect(text):
        assert end <= entity.offset
        end = entity.end
    assert end <= utf16_length(text)
