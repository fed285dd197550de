"""Draws one picture from the top down: dates, what happened, windows, verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from html import escape
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from retention_rules.calendars import instant
from retention_rules.display import _strips as strips
from retention_rules.display._shapes import AXIS, Role, bar, mark, pointer, target
from retention_rules.display.events import event_words
from retention_rules.display.words import day, when
from retention_rules.events import Event, Record
from retention_rules.findings import Finding, named
from retention_rules.texts import Language, Text
from retention_rules.words import STATUSES, local

NOTHING = {
    "not owed": Text("not owed", "无此义务"),
    "allowed": Text("allowed", "允许"),
    "nothing": Text("nothing", "无"),
}
_TAGS = {"en": "en", "zh": "zh-CN"}
_DAY = 86_400_000_000
_NAME = 16
"""How high the name of a bar is."""
_REACH = 0.5
"""A tail makes a picture longer by at most this share of it; beyond that it runs off its end."""


@attrs.frozen
class Asked:
    """What was asked, and the answer.

    Attributes:
        as_of: The instant asked about.
        findings: The answer; empty if nothing was owed or forbidden.
        nothing: How to say that: ``not owed``, ``allowed`` or ``nothing``.
        known_at: Whose knowledge was used; None for all.
        about: What it was asked about, if that must be told.
    """

    as_of: datetime
    findings: tuple[Finding, ...] = ()
    nothing: Literal["not owed", "allowed", "nothing"] = "not owed"
    known_at: datetime | None = None
    about: str = ""


Group: TypeAlias = tuple[Finding | None, list[Asked]]


def verdict_words(asked: Asked, zone: str, language: Language = "en") -> str:
    """When it was asked, and the answer."""
    at = when(asked.as_of.astimezone(ZoneInfo(zone)), language)
    told = [STATUSES[one.status] for one in asked.findings[:1]] or [NOTHING[asked.nothing]]
    words = f"{at}{'：' if language == 'zh' else ': '}{told[0].in_(language)}"
    if asked.known_at is not None:
        known = when(asked.known_at.astimezone(ZoneInfo(zone)), language)
        words += f"（所知截至{known}）" if language == "zh" else f" (as known {known})"
    return words


@attrs.define
class Drawing:
    """One picture; `svg` draws it from the top down."""

    records: tuple[Record, ...]
    asked: tuple[Asked, ...]
    zone: str
    language: Language

    def svg(self, name: str) -> str:
        """The picture."""
        groups = self._groups()
        scale = self._scale([one for one, _ in groups if one is not None])
        parts: list[str] = []
        bottom = self._events(parts, scale, groups)
        for finding, asked in groups:
            bottom = self._group(parts, scale, finding, asked, bottom, several=len(groups) > 1)
        height = strips.number(bottom + 4)
        axis = self._axis(scale, bottom)
        return (
            f'<svg class="picture" role="img" xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {strips.WIDTH} {height}" font-family="{strips.FONTS}" font-size="12" '
            f'fill="currentColor" lang="{_TAGS[self.language]}">'
            f"<title>{escape(name, quote=False)}</title>"
            f"<desc>{escape(self._told(groups), quote=False)}</desc>"
            f"{axis}{''.join(parts)}</svg>"
        )

    def _groups(self) -> list[Group]:
        """What was asked by what it is about: findings of one key, or none at all."""
        groups: dict[str, list[Asked]] = {}
        for one in self.asked:
            key = one.findings[0].key if one.findings else f"{one.nothing} {one.about}"
            groups.setdefault(key, []).append(one)
        if len(groups) > 1:
            self._merge(groups)
        return [
            (next((one.findings[0] for one in reversed(asked) if one.findings), None), asked)
            for asked in groups.values()
        ]

    def _merge(self, groups: dict[str, list[Asked]]) -> None:
        """An answer that is nothing belongs to the finding that there was before or after."""
        owed = [key for key, asked in groups.items() if asked[0].findings]
        for key in [one for one in groups if one not in owed]:
            about = groups[key][0].about
            same = [home for home in owed if about in {one.about for one in groups[home]}]
            home = same or (owed if not about else [])
            if len(home) == 1:
                both = groups[home[0]] + groups.pop(key)
                groups[home[0]] = [one for one in self.asked if one in both]

    def _scale(self, findings: Sequence[Finding]) -> strips.Scale:
        ends = [at for record in self.records for at in self._extent(record) or ()]
        ends += [instant(one.as_of) for one in self.asked]
        ends += [
            end
            for one in findings
            for end in (one.opens, one.due, one.ended, one.target)
            if end is not None
        ]
        first, last = min(ends), max(ends)
        if last - first < 1_000_000:
            first, last = first - _DAY // 2, last + _DAY // 2
        reach = last + round((last - first) * _REACH)
        last = max([last, *(min(one.expires, reach) for one in findings if one.expires)])
        rim = (last - first) // 20
        return strips.Scale(first - rim, last + rim, self.zone)

    def _extent(self, record: Record) -> tuple[int, int] | None:
        """From when to when a record lies: the whole day if only that is known."""
        if not isinstance(record, Event) or record.corrects is not None:
            at = record.recorded_at
            return None if at is None else (instant(at), instant(at))
        if isinstance(record.occurred_at, datetime):
            return instant(record.occurred_at), instant(record.occurred_at)
        start = instant(datetime.combine(record.occurred_at, time(), ZoneInfo(self.zone)))
        return start, start + _DAY - 1

    def _axis(self, scale: strips.Scale, bottom: float) -> str:
        ticks = list(scale.ticks(self.language))
        lines = "".join(f"M{strips.number(x)} 20V{strips.number(bottom)}" for x, _ in ticks)
        dates = strips.dates(ticks)
        return f'<path d="{lines}" {AXIS}/><g opacity=".75" font-size="11">{dates}</g>'

    def _events(self, parts: list[str], scale: strips.Scale, groups: Sequence[Group]) -> float:
        rows = strips.Rows(24)
        roles = _roles([one for one, _ in groups if one is not None])
        for record in self.records:
            extent = self._extent(record)
            if extent is None:
                continue
            low, high = scale.x(extent[0]), scale.x(extent[1])
            told = event_words(record, self.language)
            x, y, anchor = rows.place((low + high) / 2, told)
            role = roles.get(named(record.ref), "other")
            if not isinstance(record, Event) or record.corrects is not None:
                role = "amendment"
            parts.append(mark(role, (low + high) / 2, y, half=(high - low) / 2))
            parts.append(strips.words(x, y + 4, told, anchor=anchor))
        return rows.bottom + 4

    def _group(
        self,
        parts: list[str],
        scale: strips.Scale,
        finding: Finding | None,
        asked: Sequence[Asked],
        top: float,
        *,
        several: bool,
    ) -> float:
        if finding is not None and finding.nature != "violation":
            top = self._bar(parts, scale, finding, top, several=several)
        rows = strips.Rows(top)
        for one in asked:
            told = verdict_words(one, self.zone, self.language)
            if one.about and several and finding is None:
                about = self._event(one.about) or one.about
                told += f"（{about}）" if self.language == "zh" else f" ({about})"
            at = scale.x(instant(one.as_of))
            x, y, anchor = rows.place(at, told)
            status = one.findings[0].status if one.findings else "nothing"
            parts.append(pointer(status, at, y))
            parts.append(strips.words(x, y + 4, told, anchor=anchor))
        return rows.bottom + 4

    def _bar(
        self, parts: list[str], scale: strips.Scale, finding: Finding, top: float, *, several: bool
    ) -> float:
        end = finding.paused_since if finding.due is None else finding.due
        if finding.nature == "stage":
            end = finding.ended
        opens = finding.opens if finding.opens is not None else instant(self.asked[0].as_of)
        first, last = scale.x(opens), scale.x(scale.last if end is None else end)
        if several:
            told = self._part(finding)
            rows = strips.Rows(top - 2)
            x, y, anchor = rows.place(first, told)
            parts.append(
                strips.words(x - 10 if anchor == "start" else x, y + 5, told, anchor=anchor)
            )
            top += _NAME
        y = top + 7
        parts.append(bar(first, last, y, **_late(scale, finding)))
        if finding.target is not None:
            parts.append(target(scale.x(finding.target), y))
        return top + 16

    def _part(self, finding: Finding) -> str:
        """What tells a finding from those of the same rule beside it."""
        if finding.part is None:
            return self._event(_root(finding)) or finding.trigger
        if finding.origin is None:
            return finding.part
        between = "：" if self.language == "zh" else ": "
        _, colon, part = finding.title(self.language).rpartition(between)
        return part if colon else finding.part

    def _event(self, name: str) -> str | None:
        """The event of this name in words, with its day; None if there is none."""
        for record in self.records:
            if isinstance(record, Event) and named(record.ref) == name:
                at = local((self._extent(record) or (0,))[0], self.zone)
                return f"{event_words(record, self.language)} · {day(at, self.language)}"
        return None

    def _told(self, groups: Sequence[Group]) -> str:
        """All of it in words, for whoever does not see it."""
        stop, colon = ("。", "：") if self.language == "zh" else (". ", ": ")
        lines = []
        for record in self.records:
            if (extent := self._extent(record)) is not None:
                at = when(local(extent[0], self.zone), self.language)
                lines.append(f"{at}{colon}{event_words(record, self.language)}")
        for finding, asked in groups:
            if finding is not None and finding.due is not None and finding.opens is not None:
                ends = [
                    when(local(end, self.zone), self.language)
                    for end in (finding.opens, finding.due)
                ]
                what = self._part(finding) if len(groups) > 1 else _WINDOW[self.language]
                lines.append(f"{what}{colon}{_BETWEEN[self.language].join(ends)}")
            lines += [verdict_words(one, self.zone, self.language) for one in asked]
        return stop.join(lines) + stop.strip()


_WINDOW = {"en": "to be done", "zh": "应办"}
_BETWEEN = {"en": " to ", "zh": "至"}


def _late(scale: strips.Scale, finding: Finding) -> dict[str, float]:
    """How long the tail of a bar is, and how thick where the picture ends before it."""
    if finding.nature == "stage":
        return {"late": 0 if finding.ended is not None else -1}
    if finding.due is None:
        return {"late": -1}
    until = scale.last if finding.expires is None else finding.expires
    late = scale.x(until) - scale.x(finding.due)
    if finding.expires is None:
        return {"late": late, "thin": 1}
    hidden = max(0, until - scale.last)
    return {"late": late, "thin": hidden / (until - finding.due) if hidden else 0}


def _root(finding: Finding) -> str:
    """The event behind a finding, which may be owed for a stage that began with it."""
    return finding.trigger.rpartition("@")[2].rstrip("+")


def _roles(findings: Iterable[Finding]) -> dict[str, Role]:
    """What each event did, by its name; what an event ended weighs more than what it began."""
    roles: dict[str, Role] = {}
    for one in findings:
        role: Role = "trigger"
        if one.nature == "violation":
            role = "forbidden" if one.status == "violated" else "doubtful"
        roles.setdefault(_root(one), role)
    for one in findings:
        if one.ended_by is not None and one.nature == "obligation":
            roles[one.ended_by] = "released" if one.status == "released" else "paid"
    return roles
