"""Customers lost and won, why they left, and what those who stay are worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

import attrs

from retention_rules.measures._history import Happened, History
from retention_rules.measures._tables import Table, share

DEAL, LOST = "deal.closed", "customer.lost"

SURVEY: Mapping[str, int] = MappingProxyType(
    {
        "died": 1,
        "moved": 3,
        "curiosity": 4,
        "advice": 5,
        "cheaper": 9,
        "long-dissatisfied": 10,
        "neglected": 68,
    }
)
"""Of a hundred customers who leave, how many do so why (D0 "role of after-sales service")."""

OTHER, UNSTATED = "other", "unstated"


@attrs.frozen
class Reason:
    """How many customers were lost for one reason.

    Attributes:
        reason: One of the seven, ``other``, or ``unstated``.
        lost: How many losses have this reason: the numerator.
        n: How many have a reason at all: the denominator. None for ``unstated``, which is no
            reason, and is left out of it.
        share: `lost` over `n`; None where there is none.
        low: The lower end of the 95 % Wilson interval of the share.
        high: The upper end.
        survey: The share that D0 quotes; None for ``other`` and ``unstated``.
    """

    reason: str
    lost: int
    n: int | None
    share: float | None
    low: float | None
    high: float | None
    survey: float | None


def churn_reasons(history: History) -> Table[Reason]:
    """Why customers left, beside the shares that D0 "role of after-sales service" quotes.

    A loss is a ``customer.lost``; its reason is the field ``cause``. The rows are always the same
    nine: the seven of the survey, ``other`` for any other cause, ``unstated`` for none.

    >>> from retention_rules import Event
    >>> lost = Event("x-1", "customer.lost", customer="lin", occurred_at="2026-03-02",
    ...              data={"cause": "neglected"})
    >>> [(row.reason, row.share, row.survey)
    ...  for row in churn_reasons(History([lost], zone="Asia/Shanghai")) if row.lost]
    [('neglected', 1.0, 0.68)]
    """
    counted = Counter(_reason(one) for one in history.of(LOST))
    stated = sum(counted.values()) - counted[UNSTATED]
    rows = []
    for name in (*SURVEY, OTHER):
        part = share(counted[name], stated)
        quoted = SURVEY[name] / 100 if name in SURVEY else None
        rows.append(Reason(name, counted[name], stated, part.value, part.low, part.high, quoted))
    return Table([*rows, Reason(UNSTATED, counted[UNSTATED], None, None, None, None, None)])


def _reason(one: Happened) -> str:
    cause = one.event.data.get("cause")
    if cause is None:
        return UNSTATED
    return cause if cause in SURVEY else OTHER


@attrs.frozen
class Week:
    """Customers lost and won in a week.

    Attributes:
        week: The ISO week, such as ``2026-W10``, in the customers' zones.
        monday: Its first day.
        won: How many became customers.
        lost: How many were lost.
        customers: How many there are at its end, of those seen to be won.
    """

    week: str
    monday: date
    won: int
    lost: int
    customers: int


def lost_and_won(history: History) -> Table[Week]:
    """Customers lost and won, week by week, from the first week in which one was to the last.

    A customer is won by a first ``deal.closed``, and again by the first after a ``customer.lost``.
    Every ``customer.lost`` is a loss, also of somebody who was never seen to be won; but it takes
    away one of `customers` only if somebody was there. A week without either is a row of zeros.
    """
    won: Counter[date] = Counter()
    lost: Counter[date] = Counter()
    change: Counter[date] = Counter()
    there: set[str] = set()
    for one in history.of(DEAL, LOST):
        monday = one.day - timedelta(days=one.day.weekday())
        if one.event.kind == LOST:
            lost[monday] += 1
            change[monday] -= one.event.customer in there
            there.discard(one.event.customer)
        elif one.event.customer not in there:
            won[monday] += 1
            change[monday] += 1
            there.add(one.event.customer)
    rows, total = [], 0
    for monday in _weeks({*won, *lost}):
        year, week, _ = monday.isocalendar()
        total += change[monday]
        rows.append(Week(f"{year}-W{week:02}", monday, won[monday], lost[monday], total))
    return Table(rows)


def _weeks(mondays: set[date]) -> Iterator[date]:
    if mondays:
        number = (max(mondays) - min(mondays)).days // 7 + 1
        yield from (min(mondays) + timedelta(weeks=week) for week in range(number))


@attrs.frozen
class Repeat:
    """What comes from customers who were customers before.

    Attributes:
        measure: ``customers``, ``deals`` or ``value``.
        existing: How much of it comes from existing customers: the numerator.
        n: How much there is in all: the denominator.
        share: `existing` over `n`; None where `n` is 0.
        low: The lower end of the 95 % Wilson interval of the share; None for ``value``, which is
            no count.
        high: The upper end.
        left_out: For ``value``, how many deals have no amount; else 0.
    """

    measure: str
    existing: int | Decimal
    n: int | Decimal
    share: float | None
    low: float | None
    high: float | None
    left_out: int


def repeat(history: History) -> Table[Repeat]:
    """How many customers buy again, and what share of deals and of their value that is.

    ``customers``: those with two ``deal.closed`` or more, of those with one or more. ``deals``: all
    but each customer's first, of all. ``value``: the `amount` of these deals, of the amount of all;
    a deal whose amount is missing or no number is left out of both, and counted. A deal that was
    cancelled counts, since a ``deal.cancelled`` does not say which one it undoes: retract it.
    """
    bought: Counter[str] = Counter()
    value = {True: Decimal(0), False: Decimal(0)}
    without = 0
    for one in history.of(DEAL):
        again = bought[one.event.customer] > 0
        bought[one.event.customer] += 1
        amount = one.event.data.get("amount")
        if isinstance(amount, bool) or not isinstance(amount, int | float | Decimal):
            without += 1
        else:
            value[again] += Decimal(str(amount))
    customers = len(bought)
    deals = sum(bought.values())
    back = sum(1 for number in bought.values() if number > 1)
    total = value[True] + value[False]
    people, orders = share(back, customers), share(deals - customers, deals)
    worth = float(value[True] / total) if total > 0 else None
    return Table(
        [
            Repeat("customers", back, customers, people.value, people.low, people.high, 0),
            Repeat("deals", deals - customers, deals, orders.value, orders.low, orders.high, 0),
            Repeat("value", value[True], total, worth, None, None, without),
        ]
    )


@attrs.frozen
class WinRate:
    """How many orders that were pursued were won.

    Attributes:
        customers: ``new`` or ``existing``.
        won: How many were won: the numerator.
        n: How many were won or lost: the denominator.
        share: `won` over `n`; None where `n` is 0.
        low: The lower end of the 95 % Wilson interval of the share.
        high: The upper end.
    """

    customers: str
    won: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def win_rate(history: History) -> Table[WinRate]:
    """Orders won of all that were pursued and decided, with new customers and existing ones.

    Won and lost are ``opportunity.won`` and ``opportunity.lost``. A customer is existing with a
    ``deal.closed`` at an earlier instant: the deal that a won opportunity becomes does not make
    its own customer an existing one. Those not yet decided have no event, and are not counted.
    """
    first: dict[str, int] = {}
    for one in history.of(DEAL):
        first.setdefault(one.event.customer, one.at)
    counted: Counter[tuple[str, str]] = Counter()
    for one in history.of("opportunity.won", "opportunity.lost"):
        before = first.get(one.event.customer, one.at) < one.at
        counted["existing" if before else "new", one.event.kind] += 1
    rows = []
    for name in ("new", "existing"):
        won = counted[name, "opportunity.won"]
        n = won + counted[name, "opportunity.lost"]
        part = share(won, n)
        rows.append(WinRate(name, won, n, part.value, part.low, part.high))
    return Table(rows)
