"""How often customers are touched, and how far their word carries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

import attrs

from retention_rules.measures._history import History
from retention_rules.measures._tables import Table

TOLD: Mapping[str, int] = MappingProxyType({"satisfied": 5, "dissatisfied": 10})
"""How many at least a customer tells (D2 part 2, word of mouth)."""


@attrs.frozen
class Touches:
    """How often a customer was touched in a month.

    Attributes:
        customer: The customer.
        month: The month in the customer's zone, such as ``2026-03``.
        touches: How many ``touch.made`` there were.
    """

    customer: str
    month: str
    touches: int


def touches(history: History) -> Table[Touches]:
    """Touches of each customer in each month (D1 §4 asks for high frequency, without a number).

    Counted are ``touch.made``, not attempts in vain. The months of a customer run from that of
    the first event to that of the history's `as_of`, or else of its last event of all; a month
    without a touch is a row with 0.
    """
    counted: Counter[tuple[str, date]] = Counter()
    first: dict[str, date] = {}
    last: date | None = None
    for one in history:
        month = one.day.replace(day=1)
        first.setdefault(one.event.customer, month)
        first[one.event.customer] = min(first[one.event.customer], month)
        last = month if last is None else max(last, month)
        if one.event.kind == "touch.made":
            counted[one.event.customer, month] += 1
    rows = []
    for customer in sorted(first):
        end = _month_of(history, customer) or last
        assert end is not None
        for month in _months(first[customer], max(end, first[customer])):
            rows.append(Touches(customer, f"{month:%Y-%m}", counted[customer, month]))
    return Table(rows)


def _month_of(history: History, customer: str) -> date | None:
    if history.as_of is None:
        return None
    table = history.table(customer)
    return table.to_date(table.day(table.from_datetime(history.as_of))).replace(day=1)


def _months(first: date, last: date) -> Iterator[date]:
    month = first
    while month <= last:
        yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)


@attrs.frozen
class Reach:
    """How many people hear of us at least, by the rule of thumb of D2.

    Attributes:
        mood: ``satisfied``, ``dissatisfied`` or ``unknown``.
        customers: How many customers last said so.
        tells: How many each of them tells at least, by D2 part 2; None where unknown.
        reach: `customers` times `tells`; None where unknown.
    """

    mood: str
    customers: int
    tells: int | None
    reach: int | None


def word_of_mouth(history: History) -> Table[Reach]:
    """How many people satisfied and dissatisfied customers tell at least, if D2 is right.

    A customer's mood is the last known `satisfied` of any of its events: yes, no, or unknown. The
    5 and the 10 are quoted from D2 part 2; nobody has counted them here.
    """
    mood: dict[str, str] = {}
    for one in history:
        known = one.event.data.get("satisfied")
        mood.setdefault(one.event.customer, "unknown")
        if isinstance(known, bool):
            mood[one.event.customer] = "satisfied" if known else "dissatisfied"
    counted = Counter(mood.values())
    rows = [Reach(name, counted[name], each, counted[name] * each) for name, each in TOLD.items()]
    return Table([*rows, Reach("unknown", counted["unknown"], None, None)])
