"""An invented CRM: about 15 events a customer over 90 days, the same for the same arguments.

Everything is made as plain rows first. The hand-written loop and durable-rules read those rows; the
library reads `Event` objects built from them, by `events`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

SEED = 20260302
ZONES = ("Asia/Shanghai", "Europe/Berlin")  # one without and one with a change of clocks
START = datetime(2026, 1, 12, tzinfo=UTC)  # the span holds 29 March, when Berlin changes
SPAN = 90
AS_OF = START + timedelta(days=SPAN)
BUSY = 48  # events a day of the one busy account

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400_000_000
HOUR = DAY // 24
NOISE = ("page.viewed", "email.opened", "email.clicked", "usage.recorded", "login.seen")
SMALL_TALK = ("care", "greeting", "advertising", "invoice", "information", "offer")
CHATTY = ("email", "message", "call", "card", "gift")
STEPS = ("apologise", "listen", "solution", "compensate", "follow-up")
KINDS_OF_CUSTOMER = ("person", "company", "company", "government")


class Row(NamedTuple):
    """An event as a plain row; `at` is microseconds since 1970 in UTC."""

    id: str
    kind: str
    customer: str
    at: int
    data: dict[str, Any]


class World(NamedTuple):
    """Rows in time order, the zone and the kind of each customer, and the instant asked about."""

    rows: list[Row]
    zones: dict[str, str]
    kinds: dict[str, str]
    as_of: datetime

    def mix(self) -> str:
        """How many of the rows are of which sort."""
        kinds = Counter(row.kind for row in self.rows)
        groups = {
            "touches": kinds["touch.made"],
            "deals": kinds["deal.closed"],
            "promises": sum(kinds[kind] for kind in kinds if kind.startswith("promise.")),
            "complaints": sum(kinds[kind] for kind in kinds if kind in COMPLAINTS),
            "use, deliveries": sum(kinds[kind] for kind in kinds if kind in PRODUCTS),
            "unrelated": sum(kinds[kind] for kind in NOISE),
        }
        groups["other"] = len(self.rows) - sum(groups.values())
        return ", ".join(f"{name} {n / len(self.rows):.0%}" for name, n in groups.items())


COMPLAINTS = (
    "complaint.received",
    "case.closed",
    "step.recorded",
    "step.skipped",
    "solution.offered",
    "compensation.given",
)
PRODUCTS = ("product.issued", "product.first-used", "installation.completed", "product.ended")


class _Teller:
    """Tells the stories of customers, one after the other."""

    def __init__(self, seed: int, unstated: float) -> None:
        self.draw = random.Random(seed)
        self.unstated = unstated
        self.serial = count(1)
        self.rows: list[Row] = []
        self.end = micro(START) + SPAN * DAY

    def chance(self, share: float) -> bool:
        return self.draw.random() < share

    def add(self, kind: str, customer: str, at: float, **data: Any) -> None:
        if at < self.end:
            self.rows.append(Row(f"e{next(self.serial)}", kind, customer, int(at), data))

    def touch(self, customer: str, at: float, channel: str, purpose: str, **data: Any) -> None:
        if self.chance(self.unstated):
            data.pop("thanked", None)
        else:
            data["purpose"] = purpose
        if channel in ("card", "letter"):
            data["handwritten"] = self.chance(0.75)
        self.add("touch.made", customer, at, channel=channel, direction="outbound", **data)

    def story(self, customer: str, zone: str, begin: int) -> None:
        """What one customer goes through in 90 days."""
        draw, uniform = self.draw, self.draw.uniform
        if self.chance(0.25):
            kind = draw.choice(("lead.created", "inquiry.received"))
            self.add(kind, customer, begin + uniform(0, 3) * DAY)
        for number in range(draw.choice((1, 1, 1, 2))):
            self.deal(customer, zone, begin + uniform(3, 88) * DAY, small=number > 0)
        if self.chance(0.14):
            self.complaint(customer, begin + uniform(5, 70) * DAY)
        for _ in range(draw.choice((0, 0, 1))):
            self.promise(customer, zone, begin + uniform(1, 80) * DAY)
        for _ in range(draw.randint(0, 2)):
            at = begin + uniform(0, SPAN) * DAY
            channel, purpose = draw.choice(CHATTY), draw.choice(SMALL_TALK)
            self.touch(customer, at, channel, purpose, actor=draw.choice("abc"))
        for _ in range(draw.randint(2, 7)):
            at = begin + uniform(0, SPAN) * DAY
            self.add(draw.choice(NOISE), customer, at, page=f"/p/{draw.randint(1, 500)}")
        if self.chance(0.015):
            self.add("customer.lost", customer, begin + uniform(40, SPAN) * DAY, cause="moved")

    def deal(self, customer: str, zone: str, at: float, small: bool) -> None:
        draw, uniform, owner = self.draw, self.draw.uniform, self.draw.choice("abc")
        amount = draw.randint(20, 200) if small else draw.randint(200, 5_000)
        self.add("deal.closed", customer, at, amount=amount, owner=owner, order=f"o{draw.random()}")

        def by() -> dict[str, str]:
            chosen = owner if self.chance(0.85) else draw.choice("abc")
            return {"actor": chosen} if self.chance(0.8) else {}

        if self.chance(0.04):
            self.add("deal.cancelled", customer, at + uniform(0, 6) * DAY)
        if self.chance(0.5):
            self.touch(customer, at + uniform(0, 18) * HOUR, "message", "thanks", **by())
        if self.chance(0.45):
            self.touch(customer, at + uniform(0, 4) * DAY, "call", "thanks", **by())
        if self.chance(0.4):
            channel = draw.choice(("card", "card", "letter"))
            self.touch(customer, at + uniform(0, 4) * DAY, channel, "thanks", **by())
        if self.chance(0.5):
            later = at + uniform(0.5, 2) * DAY
            more = {"used": self.chance(0.6)} if self.chance(0.4) else {}
            self.touch(customer, later, "call", "use", thanked=self.chance(0.2), **by(), **more)
        if self.chance(0.45):
            asked = {"question": draw.choice(("open", "closed"))} if self.chance(0.2) else {}
            self.touch(customer, at + uniform(2, 5) * DAY, "call", "satisfaction", **by(), **asked)
        if self.chance(0.3):
            self.touch(customer, at + uniform(4, 10) * DAY, "visit", "follow-up", **by())
        if self.chance(0.5):
            self.add("product.issued", customer, at + uniform(0, 4) * DAY)
        if self.chance(0.35):
            self.add("installation.completed", customer, at + uniform(1, 8) * DAY)
        if self.chance(0.4):
            self.add("product.first-used", customer, at + uniform(1, 20) * DAY)
        if self.chance(0.3):
            self.promise(customer, zone, at - uniform(0, 2) * DAY, while_selling=True)

    def promise(self, customer: str, zone: str, at: float, **mark: bool) -> None:
        name = {"promise": f"p{next(self.serial)}", **mark}
        due, length = self._due(at, zone)
        self.add("promise.made", customer, at, **name, **due)
        if self.chance(0.15):
            at += length * self.draw.random()
            due, length = self._due(at, zone)
            self.add("promise.rescheduled", customer, at, **name, **due)
        fate = self.draw.random()
        if fate < 0.75:
            self.add("promise.kept", customer, at + length * self.draw.uniform(0.3, 1.4), **name)
        elif fate < 0.82:
            self.add("promise.waived", customer, at + length * self.draw.random(), **name)

    def _due(self, at: float, zone: str) -> tuple[dict[str, str], float]:
        """A date, an instant, or nothing; and about how long that is."""
        length = self.draw.uniform(1, 9) * DAY
        moment = EPOCH + timedelta(microseconds=int(at + length))
        how = self.draw.random()
        if how < 0.6:
            return {"due": moment.astimezone(ZoneInfo(zone)).date().isoformat()}, length
        return ({"due": moment.isoformat()}, length) if how < 0.9 else ({}, 1.5 * DAY)

    def complaint(self, customer: str, at: float) -> None:
        case = {"case": f"c{next(self.serial)}"}
        self.add("complaint.received", customer, at, **case, about="quality")
        for step in STEPS:
            at += self.draw.uniform(0.05, 2.5) * DAY
            if self.chance(0.85):
                kind = "step.recorded" if self.chance(0.93) else "step.skipped"
                self.add(kind, customer, at, **case, step=step)
        if self.chance(0.8):
            self.add("case.closed", customer, at + self.draw.uniform(0, 1) * DAY, **case)


def world(n: int, *, seed: int = SEED, unstated: float = 0.0) -> World:
    """Many customers, `n` events.

    Args:
        n: How many events.
        seed: Another seed, another world.
        unstated: The share of touches that name no purpose, and so leave verdicts in doubt.
    """
    teller = _Teller(seed, unstated)
    zones: dict[str, str] = {}
    kinds: dict[str, str] = {}
    while len(teller.rows) < n:
        name = f"cust-{len(zones)}"
        zones[name] = ZONES[teller.chance(0.4)]
        kinds[name] = teller.draw.choice(KINDS_OF_CUSTOMER)
        teller.story(name, zones[name], micro(START))
    return World(_sorted(teller.rows[:n]), zones, kinds, AS_OF)


def account(n: int, *, seed: int = SEED) -> World:
    """One busy customer with `n` events, `BUSY` of them a day, for years on end."""
    teller = _Teller(seed, 0.0)
    teller.end = 2**62
    begin = micro(START) - round(40 * 365.25) * DAY
    told = 0
    while len(teller.rows) < n * 1.1 + 1_000:
        teller.story("busy", ZONES[1], begin + told * 15 * DAY // BUSY)
        told += 1
    rows = _sorted(teller.rows)[:n]
    as_of = EPOCH + timedelta(microseconds=rows[-1].at) + timedelta(days=1)
    return World(rows, {"busy": ZONES[1]}, {"busy": "company"}, as_of)


def hourly(given: World) -> World:
    """The same world, its events recorded by the hour, so that many share an instant."""
    rows = [row._replace(at=row.at // HOUR * HOUR) for row in given.rows]
    return given._replace(rows=_sorted(rows))


def _sorted(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.at, row.id))


def micro(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def events(given: World, *, dated: float = 0.0) -> list[Any]:
    """The rows as events of the library; a share of them may bear a day instead of an instant."""
    from retention_rules import Event

    draw = random.Random(1)

    def moment(row: Row) -> datetime | date:
        at = EPOCH + timedelta(microseconds=row.at)
        if dated and draw.random() < dated:
            return at.astimezone(ZoneInfo(given.zones[row.customer])).date()
        return at

    return [
        Event(row.id, row.kind, customer=row.customer, occurred_at=moment(row), data=row.data)
        for row in given.rows
    ]


def customers(given: World) -> list[Any]:
    """The customers of the library."""
    from retention_rules import Customer

    return [
        Customer(name, zone=zone, facts={"kind": given.kinds[name]})
        for name, zone in given.zones.items()
    ]


def arrivals(happened: Iterable[Any], late: float, end: datetime) -> list[tuple[datetime, Any]]:
    """Events with the instants at which they come in, a share of them late, in that order."""
    draw = random.Random(2)
    found = []
    for event in happened:
        delay = draw.uniform(0.1, 48) if draw.random() < late else 0
        found.append((min(event.occurred_at + timedelta(hours=delay), end), event))
    return sorted(found, key=lambda pair: pair[0])
