"""Eight practices as a developer would write them for one program: no library, plain loops.

It shares no code with the library. Local dates come straight from `zoneinfo`, each date once. It
knows neither doubt nor corrections nor events of which only the day is known, explains nothing, and
to change a rule is to change it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

RULES = (
    "thanks.ever",
    "thanks.after-deal",
    "thanks.handwritten",
    "thanks.same-day-message",
    "cadence.1-3-7.day-1",
    "cadence.1-3-7.day-3",
    "cadence.1-3-7.day-7",
    "promise.kept",
)
Answer: TypeAlias = tuple[str, str, str, str, "int | None", "str | None"]
"""Rule, customer, trigger, status, due, and what ended it."""
Mark: TypeAlias = tuple[int, str]
"""An instant and the id of the event at it."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
NO_FOLLOW_UP = frozenset({"thanks", "greeting", "apology", "invoice", "advertising"})
PERSONAL = frozenset({"call", "card", "letter", "visit"})
NEVER = 2**62


@cache
def midnight(zone: str, day: int) -> int:
    """The first microsecond of a local date."""
    local = datetime.combine(date.fromordinal(day), time(), ZoneInfo(zone))
    return (local - EPOCH) // MICRO


def local(zone: ZoneInfo, at: int) -> datetime:
    return (EPOCH + timedelta(microseconds=at)).astimezone(zone)


def working_day(day: int) -> int:
    """This local date, or the next one that is no Saturday or Sunday."""
    while date.fromordinal(day).weekday() > 4:
        day += 1
    return day


def promised(zone: str, at: int, due: str | None) -> tuple[int, int]:
    """By when a promise of `at` is due, and until when it is still worth keeping."""
    if due is None:
        moment = local(ZoneInfo(zone), at)
        day = moment.toordinal()
        day = working_day(day if moment.hour < 18 else day + 1)
        day = working_day(day + 1)
        return midnight(zone, day + 1) - 1, midnight(zone, working_day(day + 1) + 1) - 1
    if len(due) == 10:
        day = date.fromisoformat(due).toordinal()
        instant = midnight(zone, day + 1) - 1
    else:
        moment = datetime.fromisoformat(due)
        instant = (moment - EPOCH) // MICRO
        day = moment.astimezone(ZoneInfo(zone)).toordinal()
    return instant, midnight(zone, day + 8) - 1


def verdict(
    paid: Mark | None, freed: Mark | None, opens: int, due: int, expires: int, as_of: int
) -> tuple[str, str | None]:
    if paid and paid[0] <= expires and not (freed and freed[0] < paid[0]):
        return "fulfilled" if paid[0] <= due else "repaired", paid[1]
    if freed and freed[0] <= expires:
        return "released" if freed[0] <= due else "lapsed", freed[1]
    if as_of > expires:
        return "lapsed", None
    if as_of > due:
        return "breached", None
    return "upcoming" if as_of < opens else "open", None


def first(marks: list[Mark], at: int) -> Mark | None:
    """The first mark at or after an instant."""
    place = bisect_left(marks, (at,))
    return marks[place] if place < len(marks) else None


def evaluate(rows: Iterable[Any], zones: Mapping[str, str], as_of: int) -> list[Answer]:
    """What is owed to whom, by when, and whether it was done."""
    by_customer: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.at <= as_of:
            by_customer[row.customer].append(row)
    found: list[Answer] = []
    for customer, theirs in by_customer.items():
        theirs.sort(key=lambda row: (row.at, row.id))
        _customer(customer, theirs, zones[customer], as_of, found)
    return found


def _customer(customer: str, rows: list[Any], zone: str, as_of: int, found: list[Answer]) -> None:
    thanks: list[Mark] = []
    personal: list[Mark] = []
    written: list[Mark] = []
    messages: list[Mark] = []
    asked: list[Mark] = []
    calls: list[Mark] = []
    visits: list[Mark] = []
    undone: list[Mark] = []
    deals: list[tuple[int, str, bool]] = []
    promises: dict[str, list[Any]] = {}
    owner: str | None = None
    largest = 0
    by_letter = False
    for row in rows:
        kind, data = row.kind, row.data
        if kind == "touch.made":
            mark = (row.at, row.id)
            channel, purpose = data.get("channel"), data.get("purpose")
            if purpose == "thanks" or data.get("thanked") is True:
                thanks.append(mark)
                actor = data.get("actor")
                if channel in PERSONAL and (actor is None or owner is None or actor == owner):
                    personal.append(mark)
                if channel == "message":
                    messages.append(mark)
                elif channel in ("letter", "card"):
                    by_letter = True
                    if data.get("handwritten") is True:
                        written.append(mark)
            follow_up = purpose not in NO_FOLLOW_UP
            if follow_up or "used" in data or "misused" in data:
                asked.append(mark)
            if follow_up and channel == "call":
                calls.append(mark)
            elif follow_up and channel == "visit":
                visits.append(mark)
        elif kind == "deal.closed":
            amount = data["amount"]
            small = bool(deals) and amount * 10 <= largest and by_letter
            deals.append((row.at, row.id, small))
            owner, largest = data["owner"], max(largest, amount)
        elif kind in ("deal.cancelled", "customer.lost"):
            undone.append((row.at, row.id))
        elif kind.startswith("promise."):
            promises.setdefault(data["promise"], []).append(row)

    info = ZoneInfo(zone)
    for at, id, small in deals:
        day = local(info, at).toordinal()
        freed = first(undone, at)
        # Rule, days to its opening, days to its due, and what pays.
        for rule, early, late, paying in (
            ("thanks.ever", 0, 14, thanks),
            ("thanks.after-deal", 0, 2, personal),
            ("thanks.handwritten", 0, 2, written),
            ("thanks.same-day-message", 0, 0, messages),
            ("cadence.1-3-7.day-1", 1, 1, asked),
            ("cadence.1-3-7.day-3", 2, 3, calls),
            ("cadence.1-3-7.day-7", 4, 7, visits),
        ):
            if small and rule == "thanks.handwritten":
                continue
            opens = midnight(zone, day + early) if early else at
            due = midnight(zone, day + late + 1) - 1
            expires = midnight(zone, day + late + (late or 1) + 1) - 1
            status, by = verdict(first(paying, opens), freed, opens, due, expires, as_of)
            found.append((rule, customer, id, status, due, by))
    for theirs in promises.values():
        _promise(customer, theirs, zone, as_of, found)


def _promise(customer: str, rows: list[Any], zone: str, as_of: int, found: list[Answer]) -> None:
    starts = [
        row
        for row in rows
        if row.kind == "promise.rescheduled"
        or (row.kind == "promise.made" and ("due" in row.data or not row.data.get("while_selling")))
    ]
    kept = [(row.at, row.id) for row in rows if row.kind == "promise.kept"]
    waived = [(row.at, row.id) for row in rows if row.kind == "promise.waived"]
    for place, row in enumerate(starts):
        freed = first(waived, row.at)
        if place + 1 < len(starts):  # a new day replaces the old one
            after = (starts[place + 1].at, starts[place + 1].id)
            freed = min(freed, after) if freed else after
        due, expires = promised(zone, row.at, row.data.get("due"))
        status, by = verdict(first(kept, row.at), freed, row.at, due, expires, as_of)
        found.append(("promise.kept", customer, row.id, status, due, by))
