"""Colours of the pictures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    paper: str
    ink: str
    faint: str
    """Second-rank words."""
    rail: str
    """What a bar runs on."""
    heat: tuple[str, ...]
    """From nothing to the most."""
    moods: tuple[str, str, str]
    """Negative, neutral, positive: orange and blue are told apart by every eye."""
    colours: tuple[str, ...]
    """In the order of rank: the first stands out, and the same rank always has the same colour."""


LIGHT = Palette(
    paper="#ffffff",
    ink="#1c2733",
    faint="#6b7a89",
    rail="#eef2f6",
    heat=("#ffffff", "#d3e4fb", "#7fb1f4", "#2f80ed", "#1d4fa0", "#141f4a"),
    moods=("#d4601c", "#dde4eb", "#2672d9"),
    colours=("#2f80ed", "#27ae8f", "#f2a33a", "#9b6ddb", "#e5677f", "#56b4d9"),
)
DARK = Palette(
    paper="#17212b",
    ink="#f2f5f8",
    faint="#8fa1b3",
    rail="#24313f",
    heat=("#17212b", "#1d3c66", "#2f6fc4", "#5aa2ff", "#b9dcff", "#ffffff"),
    moods=("#ff9a5c", "#3b4a59", "#6aabff"),
    colours=("#5aa2ff", "#41c9a8", "#ffbe62", "#b893f0", "#ff8a9e", "#7fd0f0"),
)
