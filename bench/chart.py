"""A chart of wall time per event, as an SVG that needs no library."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import Literal, NamedTuple

_COLOURS = {"ours": "#2f80d0", "other": "#8a8f98", "floor": "#14906c"}
_MEANING = {"ours": "this library", "other": "others", "floor": "a sort, which decides nothing"}
_UNITS = ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_WIDTH, _LEFT, _RIGHT = 860, 300, 90
_ROW, _HEAD = 26, 62


class Bar(NamedTuple):
    """Wall time per event, in seconds."""

    name: str
    seconds: float
    sort: Literal["ours", "other", "floor"]


class Panel(NamedTuple):
    """The bars of one benchmark."""

    title: str
    bars: Sequence[Bar]


def svg(panels: Sequence[Panel]) -> str:
    """Horizontal bars, the least first; one step of the scale is ten times as long."""
    every = [bar.seconds for panel in panels for bar in panel.bars]
    low, high = floor(log10(min(every))), ceil(log10(max(every)))
    low -= log10(min(every)) - low < 0.1  # no bar is too short to be seen
    step = (_WIDTH - _LEFT - _RIGHT) / (high - low)
    parts: list[str] = []
    top = 42
    for panel in panels:
        top += _HEAD
        bottom = top + _ROW * len(panel.bars)
        parts.append(_text(14, top - 26, panel.title, 'font-weight="600" font-size="14"'))
        for power in range(low, high + 1):
            x = _LEFT + (power - low) * step
            parts.append(f'<path d="M{x:.1f} {top - 4}V{bottom}" stroke="#000" opacity=".15"/>')
            parts.append(_text(x, top - 9, told(10.0**power), 'text-anchor="middle" opacity=".6"'))
        for number, bar in enumerate(sorted(panel.bars, key=lambda one: one.seconds)):
            y = top + number * _ROW
            length = (log10(bar.seconds) - low) * step
            parts.append(_text(_LEFT - 10, y + 17, bar.name, 'text-anchor="end"'))
            parts.append(
                f'<rect x="{_LEFT}" y="{y + 3}" width="{length:.1f}" height="{_ROW - 6}" '
                f'fill="{_COLOURS[bar.sort]}"/>'
            )
            weight = 'font-weight="600"' if bar.sort == "ours" else ""
            parts.append(_text(_LEFT + length + 6, y + 17, told(bar.seconds), weight))
        top = bottom
    height = top + 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" '
        'font-family="system-ui,sans-serif" font-size="12">'
        f'<title>Wall time per event</title><rect width="{_WIDTH}" height="{height}" fill="#fff"/>'
        f"{_text(14, 26, 'Wall time per event, each line ten times the one before', _LARGE)}"
        f"{_legend()}{''.join(parts)}</svg>\n"
    )


_LARGE = 'font-size="16" font-weight="600"'


def told(seconds: float) -> str:
    """A time in the unit that suits it, by three digits.

    >>> told(1e-8), told(0.00123456), told(2.5e-7)
    ('10 ns', '1.23 ms', '250 ns')
    """
    seconds = float(f"{seconds:.3g}")
    size, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"


def _legend() -> str:
    found, x = [], 14
    for sort, meaning in _MEANING.items():
        found.append(f'<rect x="{x}" y="40" width="12" height="12" fill="{_COLOURS[sort]}"/>')
        found.append(_text(x + 18, 50, meaning))
        x += 44 + 7 * len(meaning)
    return "".join(found)


def _text(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words, quote=False)}</text>'
