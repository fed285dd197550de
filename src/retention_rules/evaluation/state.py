"""State as plain data: what a timeline needs to go on without the events behind it.

Only what may still matter is written: obligations that have not ended, the cases they belong to,
running histories, present stages, and facts. It is how a horizon bounds memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from retention_rules.evaluation.bans import Wrong
from retention_rules.evaluation.happenings import Happening
from retention_rules.evaluation.history import Tally
from retention_rules.evaluation.lanes import BIRTH, PAYMENT, RELEASE
from retention_rules.evaluation.lifecycles import Entry
from retention_rules.evaluation.obligations import Act, Case, Obligation
from retention_rules.evaluation.present import NEVER
from retention_rules.evaluation.races import Group
from retention_rules.evaluation.timeline import Timeline
from retention_rules.evaluation.verdicts import Identity, identity
from retention_rules.serialization._values import (
    decode_data,
    decode_value,
    encode_data,
    encode_value,
)

_OWN: tuple[str, ...] = ("contact", "day", "born", "anchor", "opens", "due", "expires")
_OWN += ("target", "fine", "paused", "reason", "skipped", "handed", "doubtful", "seq")
_FLAGS = ("was_open", "running", "serial", "count", "last_day")


class Writer:
    """Writes a timeline; happenings are numbered, so that what shares one still does."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.pool: dict[int, int] = {}
        self.happenings: list[Any] = []

    def state(self) -> dict[str, Any]:
        """The timeline as plain data."""
        one = self.timeline
        groups = []
        for group in one.groups.values():
            kept = _alive(group, one.done)
            if group.twin is not None:
                kept |= _alive(group.twin, one.done)
            if _matters(group, kept):
                groups.append(self._group(group, kept))
        wrongs = [
            [wrong.ban.index, list(wrong.values), self._happening(wrong.happening), wrong.sure]
            for wrong in one.wrongs
            if wrong.happening.last > one.done or not wrong.sure
        ]
        return {
            "done": one.done,
            "facts": encode_data(one.facts),
            "contacts": encode_value(one.known_contacts),
            "tallies": [
                [
                    [[encode_value(part) for part in same], _tally(tally, self)]
                    for same, tally in some.items()
                ]
                for some in one.tallies
            ],
            "stages": [self._stages(stages) for stages in one.stages],
            "groups": groups,
            "cleared": [[*key, *ends] for key, ends in one.cleared.items()],
            "wrongs": wrongs,
            "happenings": self.happenings,
        }

    def _happening(self, one: Happening) -> int:
        number = self.pool.get(id(one))
        if number is None:
            number = self.pool[id(one)] = len(self.happenings)
            root = list(one.root) if isinstance(one.root, tuple) else one.root
            data = encode_data(one.data)
            self.happenings.append(
                [one.kind, data, one.first, one.last, list(one.order), root, one.derived]
            )
        return number

    def _stages(self, stages: Any) -> Any:
        entry = stages.current
        if entry is None:
            return [None, stages.lost]
        data = encode_data(entry.data)
        fields = [entry.stage, entry.first, entry.cause, data, entry.timeout, entry.lost]
        return [fields, stages.lost]

    def _group(self, group: Group, wanted: set[Identity]) -> dict[str, Any]:
        kept = [one for one in group.obligations if identity(one) in wanted]
        place = {id(one): index for index, one in enumerate(kept)}
        cases = [case for case in group.cases if any(id(one) in place for one in case.steps)]
        cases += [case for case in group.closing if case not in cases]
        found: dict[str, Any] = {
            "cluster": group.cluster.index,
            "values": list(group.values),
            "doubt": list(group.doubt.items()),
            "dated": list(group.dated.items()),
            "lacks": list(group.lacks),
            "flags": [getattr(group, name) for name in _FLAGS],
            "obligations": [self._obligation(one, cases) for one in kept],
            "live": [[place[id(one)] for one in lane if id(one) in place] for lane in group.live],
            "waiting": [
                [[at, seq, place[id(one)]] for at, seq, one in lane if id(one) in place]
                for lane in group.waiting
            ],
            "cases": [
                [
                    self._happening(case.trigger),
                    [None if one is None else place.get(id(one)) for one in case.steps],
                    self._instant(case.closed),
                    case in group.closing,
                ]
                for case in cases
            ],
            "timers": [timer for timer in (self._timer(t, place) for t in group.timers) if timer],
            "recent": [self._act(act) for act in group.recent],
            "pauses": [[clock, list(some)] for clock, some in group.pauses.items()],
            "pausing": [[_unpair(key), at] for key, at in group.pausing.items()],
            "used": [[list(order), contact] for order, contact in group.used],
            "start": None if group.start is None else self._happening(group.start),
        }
        if group.twin is not None:
            found["twin"] = self._group(group.twin, wanted)
        return found

    def _obligation(self, one: Obligation, cases: list[Case]) -> list[Any]:
        own = {name: getattr(one, name) for name in _OWN if name in one.__dict__}
        ends = [self._instant(one.paid), self._instant(one.freed)]
        case = cases.index(one.case) if one.case in cases else None
        return [one.race.index, self._happening(one.trigger), own, *ends, case]

    def _instant(self, end: tuple[int, Happening] | None) -> list[int] | None:
        return None if end is None else [end[0], self._happening(end[1])]

    def _act(self, act: Act) -> list[Any]:
        return [
            self._happening(act.happening),
            act.roles,
            act.contacts and list(act.contacts.items()),
        ]

    def _timer(self, timer: Any, place: Mapping[int, int]) -> list[Any] | None:
        at, what, serial, payload = timer
        if what == BIRTH:
            return [at, what, serial, place[id(payload)]] if id(payload) in place else None
        if what == PAYMENT:
            one, act = payload
            return (
                [at, what, serial, [place[id(one)], self._act(act)]] if id(one) in place else None
            )
        if what == RELEASE:
            one, e, skip = payload
            known = id(one) in place
            return [at, what, serial, [place[id(one)], self._happening(e), skip]] if known else None
        key, began = payload
        return [at, what, serial, [_unpair(key), began]]


def _alive(group: Group, at: int) -> set[Identity]:
    """What has not ended in one run, with the steps of its case."""
    alive = [one for one in group.unended() if not one.ended(at)]
    cases = {id(one.case) for one in alive if one.case is not None}
    cases |= {id(case) for case in group.closing}
    alive += [one for one in group.obligations if id(one.case) in cases]
    return {identity(one) for one in alive}


def _matters(group: Group, kept: set[Identity]) -> bool:
    """Whether anything may still come of a group."""
    for run in (group, group.twin):
        if run is not None and (run.running or run.was_open or run.recent or run.pausing):
            return True
    doubtful = group.doubt or group.dated
    lasting = bool(doubtful) and group.cluster.races[0].policy in ("ignore", "queue")
    return bool(kept) or lasting


def _tally(tally: Tally, writer: Writer) -> dict[str, Any]:
    entries = tally.entries
    return {
        "certain": tally.certain,
        "possible": tally.possible,
        "entries": entries and [[f, sure, writer._happening(e)] for f, sure, e in entries],
        "fields": {
            name: [encode_value_list(getattr(field, slot)) for slot in sorted(field.__slots__)]
            for name, field in tally.fields.items()
        },
    }


def encode_value_list(value: Any) -> Any:
    """A number, flag or list of values as plain data; None stays."""
    if isinstance(value, list):
        return [None if one is None else encode_value(one) for one in value]
    return value


def read(timeline: Timeline, state: Mapping[str, Any]) -> None:
    """Put a fresh timeline into a state that was written."""
    pool = [
        Happening(
            kind,
            decode_data(data, "state")._items,
            first,
            last,
            tuple(order),
            tuple(root) if isinstance(root, list) else root,
            derived,
        )
        for kind, data, first, last, order, root, derived in state["happenings"]
    ]
    timeline.done = state["done"]
    timeline.known_contacts = decode_value(state["contacts"], "state")
    timeline.facts = decode_data(state["facts"], "state")._items
    for number, some in enumerate(state["tallies"]):
        for same, written in some:
            key = tuple(decode_value(part, "state") for part in same)
            timeline.tallies[number][key] = _read_tally(written, pool)
    for stages, (fields, lost) in zip(timeline.stages, state["stages"], strict=True):
        stages.lost = lost
        if fields is not None:
            stage, first, cause, data, timeout, gone = fields
            entry = Entry(stage, first, cause, decode_data(data, "state")._items, timeout)
            entry.lost = gone
            stages.current = entry
            stages.entries.append(entry)
    timeline.timeout = min(
        (one.timeout for one in timeline.stages if one.timeout is not None), default=NEVER
    )
    timeline.cleared = {(ban, tuple(values)): (a, b) for ban, values, a, b in state["cleared"]}
    for ban, values, e, sure in state["wrongs"]:
        timeline.wrongs.append(Wrong(timeline.program.bans[ban], tuple(values), pool[e], sure))
    for written in state["groups"]:
        group = _read_group(timeline, written, pool)
        key = (group.cluster.index, group.values)
        timeline.groups[key] = group
        timeline._note(key, group)
        if group.cluster.hears_stages:
            timeline.hearing[key] = group
        if group.timed():
            timeline.timed[key] = group


def _read_tally(written: Mapping[str, Any], pool: list[Happening]) -> Tally:
    from retention_rules.evaluation.history import _FieldTally

    tally = Tally(written["entries"] is not None)
    tally.certain, tally.possible = written["certain"], written["possible"]
    if written["entries"] is not None:
        tally.entries = [(first, sure, pool[e]) for first, sure, e in written["entries"]]
    for name, slots in written["fields"].items():
        field = tally.fields[name] = _FieldTally()
        for slot, value in zip(sorted(field.__slots__), slots, strict=True):
            if isinstance(value, list):
                value = [None if one is None else decode_value(one, "state") for one in value]
            setattr(field, slot, value)
        field.sums = [Decimal(part) for part in field.sums]
    return tally


def _read_group(timeline: Timeline, written: Mapping[str, Any], pool: list[Happening]) -> Group:
    cluster = timeline.program.clusters[written["cluster"]]
    group = Group(cluster, timeline.table, tuple(written["values"]))
    for name, value in zip(_FLAGS, written["flags"], strict=True):
        setattr(group, name, value)
    group.doubt, group.dated = dict(written["doubt"]), dict(written["dated"])
    group.lacks = frozenset(written["lacks"])
    for index, trigger, own, paid, freed, _ in written["obligations"]:
        one = Obligation(cluster.races[index], pool[trigger], 0, None)
        for name, value in own.items():
            setattr(one, name, tuple(value) if isinstance(value, list) else value)
        one.paid = None if paid is None else (paid[0], pool[paid[1]])
        one.freed = None if freed is None else (freed[0], pool[freed[1]])
        group.obligations.append(one)
    known = group.obligations
    group.live = [[known[place] for place in lane] for lane in written["live"]]
    group.waiting = [
        [(at, seq, known[place]) for at, seq, place in lane] for lane in written["waiting"]
    ]
    for trigger, steps, closed, closing in written["cases"]:
        case = Case(pool[trigger], [None if step is None else known[step] for step in steps])
        case.fresh = False
        case.closed = None if closed is None else (closed[0], pool[closed[1]])
        group.cases = [*group.cases, case]
        if closing:
            group.closing = [*group.closing, case]
    for one, kept in zip(known, written["obligations"], strict=True):
        one.case = None if kept[-1] is None else group.cases[kept[-1]]
    group.timers = [_read_timer(timer, known, pool) for timer in written["timers"]]
    group.recent = [_read_act(act, pool) for act in written["recent"]]
    group.pauses = {
        clock: [(begin, end) for begin, end in some] for clock, some in written["pauses"]
    }
    group.pausing = {_pair(key): at for key, at in written["pausing"]}
    group.used = frozenset((tuple(order), contact) for order, contact in written["used"])
    group.start = None if written["start"] is None else pool[written["start"]]
    if "twin" in written:
        group.twin = _read_group(timeline, written["twin"], pool)
        group.twin.maybe = True
    return group


def _unpair(key: tuple[Any, ...]) -> list[Any]:
    return [key[0], *(list(part) for part in key[1:])]


def _pair(key: list[Any]) -> tuple[Any, ...]:
    return (key[0], *(tuple(part) for part in key[1:]))


def _read_act(written: list[Any], pool: list[Happening]) -> Act:
    number, roles, contacts = written
    fans = None
    if contacts is not None:
        fans = {index: [(name, sure) for name, sure in some] for index, some in contacts}
    return Act(pool[number], [(race, role, sure) for race, role, sure in roles], fans)


def _read_timer(
    written: list[Any], known: list[Obligation], pool: list[Happening]
) -> tuple[int, int, int, Any]:
    at, what, serial, payload = written
    if what == BIRTH:
        return at, what, serial, known[payload]
    if what == PAYMENT:
        return at, what, serial, (known[payload[0]], _read_act(payload[1], pool))
    if what == RELEASE:
        return at, what, serial, (known[payload[0]], pool[payload[1]], payload[2])
    return at, what, serial, (_pair(payload[0]), payload[1])
