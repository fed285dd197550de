"""The share of obligations that were met on time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, runtime_checkable

import attrs

from retention_rules.errors import DefinitionError, near
from retention_rules.findings import Finding, Tally, named, tally
from retention_rules.measures._history import History
from retention_rules.measures._tables import Table, share
from retention_rules.rulebook import Rulebook

DIMENSIONS = ("practice", "owner", "strategy", "month", "week", "customer")
"""What obligations can be grouped by."""

_COUNTED: Mapping[str, str] = {
    "fulfilled": "on_time",
    "repaired": "late",
    "breached": "missed",
    "lapsed": "missed",
    "open": "waiting",
    "upcoming": "waiting",
    "released": "released",
    "indeterminate": "indeterminate",
}
"""Where an obligation of each status is counted."""


@runtime_checkable
class Tallied(Protocol):
    """Findings that can be counted without being built, as those of `evaluate_frame` can."""

    def tally(self, columns: Sequence[str]) -> Iterable[Tally]:
        """Values of ``rule``, ``customer``, ``trigger``, ``due_on``; a status; how many."""
        ...


@attrs.frozen
class OnTime:
    """How many obligations of a group were met on time.

    Attributes:
        practice: The rule; None if not grouped by it, as for all the following.
        owner: Who made the deal; None also where nobody is named.
        strategy: What the rule serves.
        month: The month in which it was due, such as ``2026-03``; None also without a due date.
        week: The ISO week in which it was due, such as ``2026-W10``.
        customer: Whom it concerned.
        on_time: How many were fulfilled: the numerator.
        n: How many were due and are decided, `on_time`, `late` and `missed`: the denominator.
        share: `on_time` over `n`; None where `n` is 0.
        low: The lower end of the 95 % Wilson interval of the share.
        high: The upper end.
        late: How many were repaired.
        missed: How many are breached or lapsed.
        waiting: How many are open or upcoming: left out, for nothing is decided.
        released: How many are owed no longer: left out, for they came not to apply.
        indeterminate: How many nobody can tell: left out, whatever they lean to.
    """

    practice: str | None
    owner: str | None
    strategy: str | None
    month: str | None
    week: str | None
    customer: str | None
    on_time: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    late: int
    missed: int
    waiting: int
    released: int
    indeterminate: int


def on_time(
    findings: Iterable[Finding] | Tallied,
    *,
    by: str | Sequence[str] = "practice",
    rulebook: Rulebook | None = None,
    history: History | None = None,
) -> Table[OnTime]:
    """The share of obligations met on time, for each group, sorted by group.

    Only obligations are counted: a violation is no duty that one meets, and a stage is none at
    all. Each obligation is counted once, in one row, in one of the columns.

    Args:
        findings: What `evaluate` returned, or `evaluate_frame`.
        by: One of `DIMENSIONS`, or several; none for one row in all.
        rulebook: Which strategy a rule serves; needed by ``strategy``.
        history: Who owns the deal; needed by ``owner``. The owner is that of the event behind the
            obligation, else that of the customer's latest deal before it.

    Raises:
        DefinitionError: there is no such dimension, or what it needs was not given.

    >>> from retention_rules import Event, evaluate
    >>> from retention_rules.practices import handbook
    >>> deal = Event("o-1", "deal.closed", customer="lin", occurred_at="2026-03-02T15:00+08:00")
    >>> found = evaluate(handbook(), [deal], as_of="2026-03-04T09:00+08:00", zone="Asia/Shanghai")
    >>> (row,) = on_time(found.select("thanks.same-day-message"))
    >>> row.on_time, row.n, row.share, row.missed
    (0, 1, 0.0, 1)
    """
    dimensions = (by,) if isinstance(by, str) else tuple(by)
    for name in dimensions:
        if name not in DIMENSIONS:
            raise DefinitionError(f"`{name}` is nothing to group by: {near(name, DIMENSIONS)}")
    read = {name: _reader(name, rulebook, history) for name in dimensions}
    columns = sorted({column for name in dimensions for column in _READ[name]})
    told = findings.tally(columns) if isinstance(findings, Tallied) else tally(findings, columns)
    groups: dict[tuple[str | None, ...], Counter[str]] = {}
    for values, status, count in told:
        one = dict(zip(columns, values, strict=True))
        group = tuple(read[name](one) if name in read else None for name in DIMENSIONS)
        groups.setdefault(group, Counter())[_COUNTED[status]] += count
    ordered = sorted(groups, key=lambda group: [(part is None, part or "") for part in group])
    return Table(_row(group, groups[group]) for group in ordered)


def _row(group: tuple[str | None, ...], counted: Counter[str]) -> OnTime:
    decided = counted["on_time"] + counted["late"] + counted["missed"]
    part = share(counted["on_time"], decided)
    practice, owner, strategy, month, week, customer = group
    return OnTime(
        practice=practice,
        owner=owner,
        strategy=strategy,
        month=month,
        week=week,
        customer=customer,
        on_time=counted["on_time"],
        n=decided,
        share=part.value,
        low=part.low,
        high=part.high,
        late=counted["late"],
        missed=counted["missed"],
        waiting=counted["waiting"],
        released=counted["released"],
        indeterminate=counted["indeterminate"],
    )


_READ: Mapping[str, tuple[str, ...]] = {
    "practice": ("rule",),
    "owner": ("customer", "trigger"),
    "strategy": ("rule",),
    "month": ("due_on",),
    "week": ("due_on",),
    "customer": ("customer",),
}
"""What each dimension reads of a finding."""
_Read = Mapping[str, Any]
_Reader = Callable[[_Read], str | None]


def _reader(name: str, rulebook: Rulebook | None, history: History | None) -> _Reader:
    """What tells the group of a finding."""
    if name == "practice":
        return lambda one: str(one["rule"])
    if name == "customer":
        return lambda one: str(one["customer"])
    if name in ("month", "week"):
        return _month if name == "month" else _week
    if name == "strategy":
        if rulebook is None:
            raise DefinitionError("grouped by strategy without a rulebook: give `rulebook=`")
        served = {rule.id: rule.strategy or None for rule in rulebook}
        return lambda one: served.get(one["rule"])
    if history is None:
        raise DefinitionError("grouped by owner without events: give `history=`")
    return _owners(history)


def _month(one: _Read) -> str | None:
    due: date | None = one["due_on"]
    return None if due is None else f"{due:%Y-%m}"


def _week(one: _Read) -> str | None:
    if one["due_on"] is None:
        return None
    year, week, _ = one["due_on"].isocalendar()
    return f"{year}-W{week:02}"


def _owners(history: History) -> _Reader:
    """Reads the owner of the event behind a finding, or of the latest deal before it."""
    owner: dict[tuple[str, str], str | None] = {}
    latest: dict[str, Any] = {}
    for one in history:
        event = one.event
        own = event.data.get("owner")
        if event.kind == "deal.closed" and own is not None:
            latest[event.customer] = own
        found = own if own is not None else latest.get(event.customer)
        owner[event.customer, named(event.ref)] = found if isinstance(found, str) else None

    def read(one: _Read) -> str | None:
        return owner.get((one["customer"], one["trigger"].rpartition("@")[2].rstrip("+")))

    return read
