"""Days and times as a timeline writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

import attrs

from retention_rules.calendars import Calendar, DayTable, day_table, instant
from retention_rules.errors import UnknownZone
from retention_rules.testing._nodes import Node

_WHEN = re.compile(
    r"(?:(?P<weekday>[A-Za-z\u4e00-\u9fff]+),?\s+)?"
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:(?:T|\s+)(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?|start\b|end\b))?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CHINESE = "一二三四五六日"
_WEEKDAYS: Mapping[str, int] = {
    **{name[:cut]: at for at, name in enumerate(_ENGLISH) for cut in (2, 3, len(name))},
    **{f"{word}{name}": at for at, name in enumerate(_CHINESE) for word in ("周", "星期")},
}
_MIDNIGHT = ("24:00", "24:00:00")


def is_day(text: str) -> bool:
    """Whether text begins like a day.

    >>> is_day("2026-03-02 15:00"), is_day("deal-1")
    (True, False)
    """
    return _DAY.match(text) is not None


@attrs.frozen
class Clock:
    """Reads days and times in one zone."""

    table: DayTable

    @classmethod
    def of(cls, node: Node, zone: str, calendar: Calendar | None) -> Clock:
        """The clock of a zone that is named at `node`."""
        try:
            return cls(day_table(zone, calendar or Calendar()))
        except UnknownZone as problem:
            raise node.wrong(str(problem)) from None

    def split(self, node: Node, text: str, *, last: bool = False) -> tuple[date | datetime, str]:
        """The day or time that text begins with, and the rest of it.

        Args:
            node: Where the text stands.
            text: The text.
            last: Whether ``24:00`` is the last instant of its day, as explanations write it.
        """
        match = _WHEN.match(text)
        if match is None or (match.end() < len(text) and not text[match.end()].isspace()):
            raise node.wrong(
                f"`{text[:40]}` does not begin with a day: write 2026-03-02, 2026-03-02 15:00, "
                "2026-03-02 start or 2026-03-02 end"
            )
        rest = text[match.end() :].strip()
        day = self._day(node, match["date"], match["weekday"])
        clock = match["clock"]
        if clock is None:
            return day, rest
        number = day.toordinal()
        if clock == "start":
            at = self.table.start(number)
        elif clock == "end" or (last and clock in _MIDNIGHT):
            at = self.table.end(number)
        else:
            at = self._at(node, day, clock, match["offset"])
        return self.table.to_datetime(at), rest

    def _day(self, node: Node, text: str, weekday: str | None) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise node.wrong(f"`{text}` is no day that there is") from None
        if weekday is not None:
            number = _WEEKDAYS.get(weekday.lower())
            right = _ENGLISH[day.weekday()][:3].capitalize()
            if number is None:
                raise node.wrong(f"`{weekday}` is no weekday: write {right}, or leave it out")
            if number != day.weekday():
                raise node.wrong(f"{text} is no `{weekday}`: write {right}, or another day")
        return day

    def _at(self, node: Node, day: date, clock: str, offset: str | None) -> int:
        try:
            if offset:
                return instant(datetime.fromisoformat(f"{day}T{clock:0>5}"))
            hours, minutes, *rest = clock.split(":")
            seconds, _, part = (rest[0] if rest else "0").partition(".")
            if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:
                raise ValueError
        except ValueError:
            raise node.wrong(
                f"`{clock}` is no time of day: write 00:00 to 23:59, or `end` for the last "
                "instant of the day"
            ) from None
        whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        return self.table.wall(day.toordinal(), whole * 1_000_000 + int(f"{part:0<6}" or 0))

    def moment(self, node: Node, text: str, *, last: bool = False) -> date | datetime:
        """The day or time that text is, and nothing else."""
        found, rest = self.split(node, text, last=last)
        if rest:
            raise node.wrong(f"`{rest}` stands after the time: leave it out")
        return found

    def instant(self, node: Node, text: str) -> datetime:
        """The instant that text is, and nothing else."""
        found = self.moment(node, text)
        if not isinstance(found, datetime):
            raise node.wrong(
                f"`{text}` is a whole day: add a time such as 09:00, or `start` or `end`"
            )
        return found
