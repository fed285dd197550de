"""A customer's story: what happened, line by line, as records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs

from retention_rules.errors import RetentionRulesError, near
from retention_rules.events import CUSTOMER_CHANGED, Event, Record, Retraction
from retention_rules.practices.vocabulary import FIELDS
from retention_rules.testing._clocks import Clock, is_day
from retention_rules.testing._known import Known
from retention_rules.testing._nodes import BadTimeline, Node

OWN = ("recorded_at", "source")
"""The keys of a line that are no fields of the event's data."""

AMENDMENTS = ("correct", "retract")
_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "boolean": ((bool,), "yes or no"),
    "amount": ((int, Decimal), "a number such as 1200.50, without separators"),
    "integer": ((int,), "a whole number such as 3"),
    "date": ((date,), "a day such as 2026-03-02"),
    "instant": ((date,), "a day or time such as 2026-03-02 15:00"),
}


def single(node: Node, what: str) -> tuple[Node, str, Node | None]:
    """The head of a line, as node and text, and what stands after its colon."""
    if node.kind != "mapping":
        return node, node.text(what), None
    pairs = list(node.pairs(f"an {what}"))
    if len(pairs) != 1:
        key = pairs[1][1] if pairs else node
        raise key.wrong(f"one {what} has one line: begin the next with `-`, and put fields in {{}}")
    name, key, value = pairs[0]
    return key, name, None if value.empty else value


@attrs.define
class Story:
    """What happened so far; `add` takes one line more.

    Attributes:
        customer: Whose story it is.
        clock: How its days and times are read.
        known: The words that mean something.
    """

    customer: str
    clock: Clock
    known: Known
    records: list[Record] = attrs.field(factory=list)
    _named: dict[str, Record] = attrs.field(factory=dict)
    _now: dict[str, Event] = attrs.field(factory=dict)

    def tell(self, lines: Iterable[Node]) -> None:
        """Take the lines of a story, in their order."""
        for line in lines:
            self._add(line)

    def event(self, node: Node, id: str) -> Event | Retraction:
        """What bears this id.

        Raises:
            BadTimeline: nothing does.
        """
        if id not in self._named:
            raise node.wrong(f"nothing in the story is named `{id}`: {near(id, self._named)}")
        return self._named[id]

    def on(self, day: date) -> list[Event]:
        """The events of a day."""
        zone = self.clock.table.to_datetime(0).tzinfo
        return [
            one
            for one in self.records
            if isinstance(one, Event)
            and (one.occurred_at if one.dated else _local(one.occurred_at, zone)) == day
        ]

    def _add(self, line: Node) -> None:
        node, head, fields = single(line, "event")
        when, rest = self.clock.split(node, head)
        words = rest.split()
        if not 1 <= len(words) <= 2:
            raise node.wrong(
                f"`{head[:60]}` is no event: write a day or time, a kind, and a name if it needs "
                "one, such as `2026-03-02 15:00 deal.closed big`"
            )
        try:
            if words[0] in AMENDMENTS:
                record = self._amend(node, when, words, fields)
            else:
                record = self._happened(node, when, words, fields)
        except RetentionRulesError as problem:
            told = problem if isinstance(problem, BadTimeline) else node.wrong(str(problem))
            raise told from None
        if record.id in self._named:
            hint = "give this one another name" if len(words) == 2 else "name this one yourself"
            raise node.wrong(f"`{record.id}` is the name of an event before: {hint}")
        self._named[record.id] = record
        self.records.append(record)

    def _count(self, kind: str) -> str:
        """The name of an event that was given none: the how manieth of its sort it is."""
        sort = kind.split(".")[0]
        before = [
            one
            for one in self.records
            if isinstance(one, Event) and not one.amends and one.kind.split(".")[0] == sort
        ]
        return f"{sort}-{len(before) + 1}"

    def _happened(
        self, node: Node, when: date | datetime, words: list[str], fields: Node | None
    ) -> Event:
        kind = words[0]
        if kind not in self.known.kinds:
            hint = near(kind, sorted(self.known.kinds))
            raise node.wrong(f"neither a rule nor the handbook knows the kind `{kind}`: {hint}")
        data, own = self._data(fields, kind)
        event = Event(
            words[1] if len(words) == 2 else self._count(kind),
            kind,
            customer=self.customer,
            occurred_at=when,
            data=data,
            **own,
        )
        self._now[event.id] = event
        return event

    def _amend(
        self, node: Node, when: date | datetime, words: list[str], fields: Node | None
    ) -> Record:
        if len(words) != 2:
            raise node.wrong(f"{words[0]} what? Write the name of an event, such as `deal-1`")
        if not isinstance(when, datetime):
            raise node.wrong(f"when on that day was it typed in? Write a time, or `{when} end`")
        target = self.event(node, words[1])
        number = sum(1 for one in self.records if one.amends is not None) + 1
        id = f"amendment-{number}"
        if words[0] == "retract":
            if fields is not None:
                raise fields.wrong("a retraction has no fields: leave them out")
            return Retraction(
                id, self.customer, source=target.source, retracts=target.ref, recorded_at=when
            )
        if not isinstance(target, Event) or target.amends is not None:
            raise node.wrong(f"`{words[1]}` is itself an amendment: correct the event it is about")
        return self._corrected(node, target, id, when, fields)

    def _corrected(
        self, node: Node, target: Event, id: str, when: datetime, fields: Node | None
    ) -> Event:
        """The event with some fields changed, taken away by an empty value, or moved by `at`."""
        before = self._now[target.id]
        if fields is None:
            raise node.wrong("what is corrected? Write the new fields, such as `: {amount: 900}`")
        changes: dict[str, Any] = {}
        gone: list[str] = []
        kept = []
        for name, key, value in fields.pairs("a correction"):
            if name == "at":
                changes["occurred_at"] = self.clock.moment(value, value.text("time"))
            elif name in OWN:
                raise key.wrong(f"a correction has no `{name}`: its line begins with when it came")
            elif value.empty:
                gone.append(name)
            else:
                kept.append((key, value))
        new, _ = self._data(attrs.evolve(fields, given=tuple(kept)), target.kind)
        changes["data"] = {
            name: value for name, value in {**before.data, **new}.items() if name not in gone
        }
        after = attrs.evolve(before, id=id, corrects=target.ref, recorded_at=when, **changes)
        self._now[target.id] = attrs.evolve(before, **changes)
        return after

    def _data(self, fields: Node | None, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
        data: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for name, key, value in fields.pairs("the fields of an event") if fields else ():
            if name == "recorded_at":
                own[name] = self.clock.instant(value, value.text("time"))
            elif name in OWN:
                own[name] = value.text(name)
            else:
                words = self.known.facts if kind == CUSTOMER_CHANGED else self.known.fields
                if name.isdigit():
                    raise key.wrong("a comma parts two fields: write numbers without it")
                if name not in words:
                    hint = near(name, sorted(words))
                    raise key.wrong(f"no rule reads the field `{name}`: {hint}")
                data[name] = field(name, value, self.clock)
        return data, own


def _local(moment: date | datetime, zone: Any) -> date:
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def field(name: str, node: Node, clock: Clock) -> Any:
    """The value of a field; days and times are those of the clock.

    Raises:
        BadTimeline: the vocabulary gives the field another type.
    """
    value = node.plain()
    kind = FIELDS.get(name)
    if kind == "text":
        return str(node.given) if node.kind == "text" else value
    timely = kind in ("date", "instant") or not node.quoted
    if node.kind == "text" and timely and is_day(node.given):
        value = clock.moment(node, node.given)
    if kind in _TYPES:
        types, hint = _TYPES[kind]
        wrong = not isinstance(value, types) or (isinstance(value, bool) and bool not in types)
        if wrong or (kind == "date" and isinstance(value, datetime)):
            raise node.wrong(f"the field `{name}` is {node.shown()}: write {hint}")
    return value
