"""Lifecycles: small sequential machines over records and time passing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from retention_rules.calendars import DayTable
from retention_rules.evaluation.bits import Bit
from retention_rules.evaluation.happenings import DERIVED, FIRST, Happening
from retention_rules.evaluation.points import Place, Setting, place
from retention_rules.evaluation.program import Life
from retention_rules.events import RESERVED
from retention_rules.findings import Finding, escaped
from retention_rules.windows import Earliest, Field, Point


@attrs.define(eq=False)
class Entry:
    """One stay in a stage.

    Attributes:
        cause: The record that led here, as text; for a timeout the cause before it and a ``+``.
        data: What the event carried that opened the run.
        left: When and by what it was left.
        lost: Whether it was perhaps left.
    """

    stage: str
    first: int
    cause: str
    data: Mapping[str, Any]
    timeout: int | None = None
    left: tuple[int, str] | None = None
    lost: bool = False


class Stages:
    """Where one customer stands in one lifecycle, and was before."""

    def __init__(self, life: Life, table: DayTable) -> None:
        self.life = life
        self.table = table
        self.entries: list[Entry] = []
        self.current: Entry | None = None
        self.lost = False
        self.fresh: list[Entry] = []

    def copy(self) -> Stages:
        """The same present stage, to let time pass over; without what was before."""
        twin = Stages(self.life, self.table)
        twin.lost = self.lost
        if self.current is not None:
            twin.current = attrs.evolve(self.current)
        return twin

    @property
    def stage(self) -> str | None:
        """The present stage; empty if none yet, None if unknown."""
        return None if self.lost else self.current.stage if self.current else ""

    @property
    def timeout(self) -> int | None:
        """The instant at which the present stage ends by itself."""
        return None if self.lost or self.current is None else self.current.timeout

    def time_out(self, at: int) -> list[tuple[Happening, bool]]:
        """Leave the present stage because its time is over."""
        entry = self.current
        assert entry is not None
        to = next(one.to for one in self.life.rule.timeouts if one.source == entry.stage)
        cause = entry.cause + "+"
        root = f"{self.life.rule.id}@{cause}"
        return self._enter(to, (at, at), cause, entry.data, root, FIRST)

    def move(
        self, records: list[tuple[Happening, list[tuple[int, Bit]]]]
    ) -> list[tuple[Happening, bool]]:
        """Make the moves of one instant, in declaration order, each record at most once."""
        moves = self.life.rule.moves
        options = _ranked(records)
        used: set[int] = set()
        derived: list[tuple[Happening, bool]] = []
        for index, order, record, bit in options:
            source = moves[index].source
            if order in used:
                continue
            if self.lost and bit is True and source is not None:
                continue
            if source is not None and (self.current is None or source != self.current.stage):
                continue
            used.add(order)
            derived += self._move(moves[index].to, source, record, sure=bit is True)
        return derived

    def _move(
        self, to: str, source: str | None, record: Happening, *, sure: bool
    ) -> list[tuple[Happening, bool]]:
        span = (record.first, record.last)
        if sure:
            opener = record.data if source is None or self.current is None else self.current.data
            return self._enter(to, span, record.name, opener, record.root, DERIVED)
        opener = record.data if source is None or self.current is None else self.current.data
        found = [
            (self._derived("entered", to, span, record.name, opener, record.root, DERIVED), False)
        ]
        if self.current is not None:
            self.current.lost = True
            self.fresh.append(self.current)
            stage, data = self.current.stage, self.current.data
            found.append(
                (self._derived("left", stage, span, record.name, data, record.root, DERIVED), False)
            )
        self.lost = True
        return found

    def _enter(
        self,
        to: str,
        span: tuple[int, int],
        cause: str,
        data: Mapping[str, Any],
        root: Any,
        rank: int,
    ) -> list[tuple[Happening, bool]]:
        found = []
        before = self.current
        if before is not None and not self.lost:
            before.left = (span[0], cause)
            self.fresh.append(before)
            found.append(
                (self._derived("left", before.stage, span, cause, before.data, root, rank), True)
            )
        entry = Entry(to, span[0], cause, data)
        entry.timeout = self._timeout(entry, span[1])
        self.current, self.lost = entry, False
        self.entries.append(entry)
        self.fresh.append(entry)
        found.append((self._derived("entered", to, span, cause, data, root, rank), True))
        return found

    def _derived(
        self,
        what: str,
        stage: str,
        span: tuple[int, int],
        cause: str,
        data: Mapping[str, Any],
        root: Any,
        rank: int,
    ) -> Happening:
        life = self.life.rule.id
        id = f"{life}:{'-' if what == 'left' else ''}{stage}@{cause}"
        kind = f"{RESERVED}{what}:{life}:{stage}"
        first, last = span
        return Happening(kind, data, first, last, (first, rank, "", id), root)

    def _timeout(self, entry: Entry, last: int) -> int | None:
        for one in self.life.rule.timeouts:
            if one.source == entry.stage:
                found = _placed(one.after, Setting(self.table, entry.first, last, entry.data, {}))
                return max(found.high, entry.first) + 1
        return None

    def findings(self, customer: str, zone: str, origin: Any) -> list[Finding]:
        """A finding for each stay."""
        return [self.finding(entry, customer, zone, origin) for entry in self.entries]

    def finding(self, entry: Entry, customer: str, zone: str, origin: Any) -> Finding:
        """The finding that one stay is."""
        life = self.life.rule.id
        lost = entry.lost
        return Finding(
            key=f"{escaped(life)}/{escaped(customer)}/{entry.stage}@{entry.cause}",
            rule=life,
            nature="stage",
            customer=customer,
            status="indeterminate" if lost else "left" if entry.left else "current",
            trigger=entry.cause,
            zone=zone,
            part=entry.stage,
            opens=entry.first,
            ended=entry.left[0] if entry.left else None,
            ended_by=entry.left[1] if entry.left else None,
            reason="doubtful" if lost else None,
            next_change=None if lost or entry.left else entry.timeout,
            origin=origin,
        )


def _ranked(
    records: list[tuple[Happening, list[tuple[int, Bit]]]],
) -> list[tuple[int, int, Happening, Bit]]:
    """What may move, by declaration and then by order of events."""
    found = [
        (place, order, record, bit)
        for order, (record, hits) in enumerate(records)
        for place, bit in hits
        if bit is not False
    ]
    return sorted(found, key=lambda option: option[:2])


def _placed(after: Point | Earliest, at: Setting) -> Place:
    """Where a timeout lies; a field that holds no date gives way to its default."""
    found = place(after, at)
    if isinstance(found, str):
        parts = [part for part in after.parts() if isinstance(place(part, at), str)]
        bad = {part.anchor.name for part in parts if isinstance(part.anchor, Field)}
        data = {name: value for name, value in at.data.items() if name not in bad}
        found = place(after, attrs.evolve(at, data=data))
    assert isinstance(found, Place)
    return found
