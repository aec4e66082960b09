"""A report as one HTML file that needs nothing else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2733; background: #fff;
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { line-height: 1.2 } h2 { margin-top: 2.5rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem 1.4rem .3rem 0; border-bottom: 1px solid #e3e9ef; vertical-align: top }
th, td { white-space: nowrap }
td.long { white-space: pre-line; overflow-wrap: anywhere; min-width: 8rem }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(27rem, 100%), 1fr)); gap: 0 2rem }
figure { margin: 2.5rem 0 0 } figure h2 { margin: 0 0 .8rem }
h1, p { overflow-wrap: anywhere }
img { max-width: 100% } .faint { color: #5b6a79; font-size: .9rem }
@media (max-width: 30rem) { table { font-size: .9rem } th, td { padding-right: .9rem }
  h1 { font-size: 1.5rem } h2 { font-size: 1.2rem } }
@media (prefers-color-scheme: dark) { body { background: #17212b; color: #f2f5f8 }
  th, td { border-color: #2c3a48 } img { background: #fff; border-radius: 6px } .faint { color: #9fb0c1 } }
"""


LONG_CELL = 16
"""Letters from which a cell may be broken: texts and paths, but no figures."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: in a terminal, and on the page."""

    title: str
    heading: tuple[str, ...]
    rows: Sequence[Sequence[str]]


def page(
    title: str, sheets: Sequence[Sheet], pictures: Mapping[str, bytes], notes: Sequence[str], about: str,
    language: str = "en",
) -> str:  # fmt: skip
    """The first sheet comes first, then pictures (PNG), then the others that have rows; `about` is the small print."""
    first, *others = (_table(sheet) for sheet in sheets if sheet.rows)
    parts = [
        f"<h1>{escape(title)}</h1>",
        *(f"<p>{escape(note)}</p>" for note in notes),
        first,
        '<div class="pictures">',
        *(_figure(name, png) for name, png in pictures.items()),
        "</div>",
        *others,
        f'<p class="faint">{escape(about)}</p>',
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _figure(name: str, png: bytes) -> str:
    title = escape(name)
    data = b64encode(png).decode()
    return f'<figure><h2>{title}</h2>\n<img alt="{title}" src="data:image/png;base64,{data}"></figure>'


def _table(sheet: Sheet) -> str:
    heading = "".join(f"<th>{escape(name)}</th>" for name in sheet.heading)
    rows = ("".join(map(_cell, row)) for row in sheet.rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    table = f"<table><thead><tr>{heading}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    return f'<h2>{escape(sheet.title)}</h2>\n<div class="wide">{table}</div>'


def _cell(cell: str) -> str:
    kind = ' class="long"' if len(cell) > LONG_CELL else ""
    return f"<td{kind}>{escape(cell)}</td>"
