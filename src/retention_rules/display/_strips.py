"""A strip of time in SVG: where an instant lies, which dates to name, where words find room.

Nothing here knows what is drawn; coordinates are rounded to a tenth, so that equal input gives
equal text on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

import attrs

from retention_rules.display.words import day
from retention_rules.texts import Language
from retention_rules.words import date_words

WIDTH = 720
MARGIN = 14
ROW = 20
FONTS = "system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"

_MINUTE = timedelta(minutes=1)
_STEPS = (
    *(timedelta(seconds=count) for count in (10, 30)),
    *(count * _MINUTE for count in (1, 5, 15, 60, 180, 360, 720)),
    *(timedelta(days=count) for count in (1, 2, 7, 14)),
)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_MOST = 9
"""So many dates fit side by side."""


def number(value: float) -> str:
    """A coordinate, as short as it can be written.

    >>> number(12.0), number(3.14159)
    ('12', '3.1')
    """
    return f"{value:.1f}".removesuffix(".0")


def breadth(text: str) -> float:
    """About how wide words are at 12 px; without a font nobody knows it exactly."""
    return sum(12.0 if unicodedata.east_asian_width(one) in "WF" else 6.4 for one in text)


def words(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    """Words as text that can be read out, found and copied."""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{number(x)}" y="{number(y)}"{placed}>{escape(text, quote=False)}</text>'


@attrs.frozen
class Scale:
    """From instants, in microseconds since 1970, to places on the strip."""

    first: int
    last: int
    zone: str

    def x(self, instant: int) -> float:
        """Where an instant lies; beyond the ends, at the end."""
        share = (instant - self.first) / (self.last - self.first)
        return MARGIN + min(1.0, max(0.0, share)) * (WIDTH - 2 * MARGIN)

    def _local(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant / 1_000_000, ZoneInfo(self.zone))

    def ticks(self, language: Language) -> Iterator[tuple[float, str]]:
        """The dates or times to name, and where."""
        span = timedelta(microseconds=self.last - self.first)
        step = next((one for one in _STEPS if span / one <= _MOST), None)
        moments = list(self._months(span) if step is None else self._steps(step))
        midnight = any(moment.hour == moment.minute == moment.second == 0 for moment in moments)
        for moment in moments:
            at = self.x(round(moment.timestamp() * 1_000_000))
            dated = not midnight and moment == moments[0]
            yield at, _named(moment, step, language, dated=dated)

    def _steps(self, step: timedelta) -> Iterator[datetime]:
        # Wall-clock arithmetic: a local midnight stays one where clocks change.
        moment = self._local(self.first).replace(hour=0, minute=0, second=0, microsecond=0)
        if step >= timedelta(days=7):
            moment -= timedelta(days=moment.weekday())
        yield from self._within(moment, step)

    def _within(self, moment: datetime, step: timedelta) -> Iterator[datetime]:
        first, last = self._local(self.first), self._local(self.last)
        if step < timedelta(days=1):
            moment += step * ((first - moment) // step)
        while moment <= last:
            if moment >= first:
                yield moment
            moment += step

    def _months(self, span: timedelta) -> Iterator[datetime]:
        step = next((one for one in _MONTHS if span.days / 30 / one <= _MOST), _MONTHS[-1])
        first, last = self._local(self.first), self._local(self.last)
        count = first.year * 12
        while (moment := _month(count, first)) <= last:
            if moment >= first:
                yield moment
            count += step


def _month(count: int, like: datetime) -> datetime:
    year, month = divmod(count, 12)
    return datetime(year, month + 1, 1, tzinfo=like.tzinfo)


def _named(moment: datetime, step: timedelta | None, language: Language, *, dated: bool) -> str:
    if step is None:
        month = date_words(moment.date(), "en").split()[2]  # `%b` would ask the locale
        return f"{moment.year}年{moment.month}月" if language == "zh" else f"{month} {moment.year}"
    date = day(moment.date(), language)
    if moment.hour == moment.minute == moment.second == 0:
        return date
    clock = f"{moment:%H:%M:%S}" if step < _MINUTE else f"{moment:%H:%M}"
    return f"{date} {clock}" if dated else clock


def extent(x: float, name: str) -> tuple[float, float, str]:
    """From where to where the name of a date goes, and which part of it is at `x`."""
    half = breadth(name) / 2
    if x < half:
        return x, x + 2 * half, "start"
    return (x - 2 * half, x, "end") if x > WIDTH - half else (x - half, x + half, "middle")


def dates(ticks: Iterable[tuple[float, str]]) -> str:
    """The names of those dates that do not run into the one before."""
    free, parts = 0.0, []
    for x, name in ticks:
        left, right, anchor = extent(x, name)
        if left >= free:
            free = right + 6
            parts.append(words(x, 13, name, anchor=anchor))
    return "".join(parts)


@attrs.define
class Rows:
    """Rows of words beside their marks: each takes the first row that has room for it."""

    top: float
    _taken: list[list[tuple[float, float]]] = attrs.field(factory=list)

    def place(self, x: float, text: str) -> tuple[float, float, str]:
        """Where the words go: their x, the row's middle, and which end of them is there."""
        length = breadth(text)
        right, left = (x - 7, x + 12 + length), (x - 12 - length, x + 7)
        sides = [(right, x + 10, "start"), (left, x - 10, "end")]
        fitting = [one for one in sides if one[0][0] >= 0 and one[0][1] <= WIDTH]
        for row in range(len(self._taken) + 1):
            if row == len(self._taken):
                self._taken.append([])
            for room, at, anchor in fitting or sides[:1]:
                if all(room[1] < low or high < room[0] for low, high in self._taken[row]):
                    self._taken[row].append(room)
                    return at, self.top + (row + 0.5) * ROW, anchor
        raise AssertionError("an empty row has room")

    @property
    def bottom(self) -> float:
        """Where the next thing can go."""
        return self.top + len(self._taken) * ROW
