"""Reckoning: how the points of a window were placed, and who says so."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from retention_rules.evaluation.evidence import Reckoned
from retention_rules.questions.telling import Telling, step_of
from retention_rules.rules import FollowUp, Recurring, Rule
from retention_rules.texts import Citation, Text
from retention_rules.windows import Field, Offset, Point
from retention_rules.words import (
    date_words,
    length_words,
    listed,
    point_words,
)

_CLOSED = {
    "closed": Text("closed", "休息"),
    "clocks skip the opening hours": Text("clocks skip the opening hours", "时钟跳过营业时间"),
    "no such date in this zone": Text("no such date in this zone", "该时区没有这一天"),
}

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_PASSAGES = 3


class Reckoning(Telling):
    """Tells of points, and of what they rest on."""

    def _reckoned(self, one: Reckoned) -> str:
        parts = []
        if one.point is not None:
            parts.append(self._point(one.point, lower=one.end == "opens"))
        if one.instant is not None:
            parts.append(self._when(one.instant))
        if one.end == "opens" and one.instant == self.evidence.trigger.first:
            parts.append(self._in("not before what it is owed for", "不早于起因"))
        told = self._in(", ", "，").join(parts)
        for aside in (self._skipped(one), self._pauses(one)):
            told += self._in(f"; {aside}", f"；{aside}") if aside else ""
        return told

    def _point(self, point: Point, *, lower: bool) -> str:
        """The point that decided; a default that was not needed is not told."""
        anchor = point.anchor
        if isinstance(anchor, Field) and anchor.default is not None:
            point = attrs.evolve(point, anchor=Field(anchor.name))
        return point_words(point, self.language, lower=lower)

    def _skipped(self, one: Reckoned) -> str:
        days = []
        for day, why in one.skipped:
            named = date_words(day, self.language, year=self.year not in (None, day.year))
            reason = _CLOSED[why].in_(self.language) if why in _CLOSED else why
            days.append(named if why in _WEEKDAYS else f"{named} ({reason})")
        some = days if len(days) <= 8 else [*days[:8], "…"]
        told = listed(some, self.language, last="")
        return self._in(f"not counted: {told}", f"不计：{told}") if days else ""

    def _pauses(self, one: Reckoned) -> str:
        spans = []
        for begin, end in one.pauses:
            until = "…" if end is None else self._when(end)
            spans.append(
                self._in(f"{self._when(begin)} to {until}", f"{self._when(begin)}至{until}")
            )
        told = listed(spans, self.language, last="")
        return self._in(f"paused {told}", f"暂停：{told}") if spans else ""

    def _due(self, one: Reckoned) -> str:
        finding = self.finding
        source = self._source()
        aside = f"  {source}" if source else ""
        if finding.paused_since is not None:
            since = self._when(finding.paused_since)
            return self._in(f"the clock stands still since {since}", f"自{since}起暂停计时") + aside
        if one.instant is None and one.point is None:
            return source
        return self._reckoned(one) + aside

    def _source(self) -> str:
        parts = []
        if _is_ours(self.rule, self.finding.part):
            parts.append(self._in("default ours", "默认值由我们定"))
        parts += self._adapted()
        parts += cited_words(self.rule.citations)
        return self._in(f"({'; '.join(parts)})", f"（{'；'.join(parts)}）") if parts else ""

    def _adapted(self) -> list[str]:
        """In what the rule departs from the passages that it cites."""
        if not self.rule.adapted:
            return []
        names = (f"`{name}`" for name in self.rule.adapted)
        told = listed(names, self.language)
        return [self._in(f"adapted in {told}", f"有改动：{told}")]

    def _timing(self) -> str:
        """How early or late it was paid."""
        finding = self.finding
        if finding.ended is None or finding.due is None:
            return ""
        length = length_words(finding.due - finding.ended, self.language)
        if finding.status == "repaired":
            return self._in(f": {length} late", f"：迟了{length}")
        if finding.due == finding.ended:
            return self._in(": at the last moment", "：在最后一刻")
        return self._in(f": {length} to spare", f"：提前{length}")


def cited_words(citations: Iterable[Citation]) -> list[str]:
    """The passages of each document."""
    found: dict[str, list[str]] = {}
    for one in citations:
        found.setdefault(one.document, []).append(f'"{one.section}"')
    return [
        f"{document} {', '.join(sections[:_PASSAGES])}" + (", …" if sections[_PASSAGES:] else "")
        for document, sections in found.items()
    ]


def fields_of(rule: Rule, part: str | None) -> list[str]:
    """The fields that a window is counted from."""
    window = getattr(step_of(rule, part) or rule, "window", None)
    ends = () if window is None or callable(window) else (window.opens, window.due)
    parts = [one for end in ends if end is not None for one in end.parts()]
    return list(dict.fromkeys(one.anchor.name for one in parts if isinstance(one.anchor, Field)))


def _is_ours(rule: Rule, part: str | None) -> bool:
    """Whether it is due at the handbook's own default, which no document gives."""
    from retention_rules.practices import practices
    from retention_rules.practices.parameters import PARAMETERS

    built_in = getattr(practices().get(rule.id), "rule", None)
    default = None if built_in is None else _length(built_in, part)
    if default is None or default != _length(rule, part):
        return False
    ours = (one.value for one in PARAMETERS.values() if one.source == "ours")
    return any(value is default for value in ours)


def _length(rule: Rule, part: str | None) -> Offset | None:
    """The offset by which a rule is due."""
    if isinstance(rule, Recurring):
        return rule.every
    holder = step_of(rule, part) or rule
    window = getattr(holder, "window", None) if not isinstance(rule, FollowUp) else rule.window
    if window is None or not isinstance(window.due, Point):
        return None
    return window.due.offset
