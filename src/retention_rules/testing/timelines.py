"""Worked timelines: a customer's story with dates, and what is expected at which instant.

A file ``NAME.timeline.yaml`` is written and read by whoever knows the customers; see the page
*timelines* of the documentation for the format. It needs the extra ``yaml``.

>>> print(parse('''
... practice: thanks.handwritten
... zone: Asia/Shanghai
... timelines:
...   - name: an e-mail is no card
...     story:
...       - Mon 2026-03-02 15:00 deal.closed: {amount: 12000}
...       - Tue 2026-03-03 10:12 touch.made: {channel: email, purpose: thanks}
...     expect:
...       - Wed 2026-03-04 end: {status: open, due: 2026-03-04}
...       - Thu 2026-03-05 00:00: fulfilled
... ''')[0].run().told())
an e-mail is no card
  Thu 2026-03-05 00:00 (line 11): thanks.handwritten
    status: expected fulfilled, is breached
    why:
      thanks.handwritten for customer: breached since Wed 4 Mar 2026 24:00 (Asia/Shanghai)
        owed since   deal deal-1, Mon 2 Mar 15:00
        ...
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import attrs

from retention_rules.calendars import Calendar
from retention_rules.customers import Customer
from retention_rules.errors import DecodingError, RetentionRulesError, near
from retention_rules.evaluation import evaluate
from retention_rules.events import Record
from retention_rules.findings import Findings
from retention_rules.interop import read_rulebook
from retention_rules.practices import handbook, practices
from retention_rules.practices.variants import Practice
from retention_rules.rulebook import Rulebook
from retention_rules.testing._clocks import Clock
from retention_rules.testing._expectations import Expectation, expectation, told
from retention_rules.testing._known import known
from retention_rules.testing._nodes import BadTimeline, Node, read_nodes
from retention_rules.testing._stories import Story, field
from retention_rules.texts import Language

__all__ = [
    "BadTimeline",
    "Check",
    "Expectation",
    "Outcome",
    "Timeline",
    "parse",
    "read",
    "whole_handbook",
]

SUFFIX = ".timeline.yaml"
SETTING = (
    "practice",
    "zone",
    "customer",
    "calendar",
    "handbook",
    "rulebook",
    "complete",
    "history_from",
)
"""The keys that a file and each of its timelines may have; a timeline's own come first."""

FILE = (*SETTING, "story", "timelines")
TIMELINE = ("name", *SETTING, "story", "expect")
_CUSTOMER = ("id", "zone", "history_from", "contacts")
_ANYONE = "customer"


@attrs.frozen
class Check:
    """One expectation, and whether it holds.

    Attributes:
        expectation: What was expected.
        findings: All findings at that instant.
    """

    expectation: Expectation
    findings: Findings = attrs.field(repr=False)

    @property
    def passed(self) -> bool:
        """Whether it holds."""
        return self.told() is None

    def told(self, language: Language = "en") -> str | None:
        """What was expected, what is so instead, and why; None if it holds."""
        return told(self.expectation, self.findings, language)


@attrs.frozen
class Outcome:
    """A timeline and its checks, in the order in which it expects."""

    timeline: Timeline
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether all of them hold."""
        return all(one.passed for one in self.checks)

    def told(self, language: Language = "en") -> str:
        """The name, and under it what fails and why."""
        failed = [text for one in self.checks if (text := one.told(language)) is not None]
        lines = "\n".join(failed).splitlines()
        return "\n".join([self.timeline.name, *(f"  {line}" for line in lines)])


@attrs.frozen
class Timeline:
    """A customer's story, and what is expected of it.

    Attributes:
        name: What it shows.
        path: The file.
        line: Where it begins there.
        rulebook: The rules.
        records: What happened.
        customer: To whom.
        expectations: What is expected, and when.
        calendar: Opening hours; None for the default.
        complete: Up to when all records are in; None for always.
    """

    name: str
    path: str
    line: int
    rulebook: Rulebook = attrs.field(repr=False)
    records: tuple[Record, ...]
    customer: Customer
    expectations: tuple[Expectation, ...]
    calendar: Calendar | None = None
    complete: datetime | None = None

    def run(self) -> Outcome:
        """Evaluate at each instant that something is expected at.

        Raises:
            BadTimeline: the records contradict each other.
        """
        asked: dict[Any, Findings] = {}
        checks = []
        for one in self.expectations:
            instant = (one.as_of, one.known_at)
            if instant not in asked:
                asked[instant] = self._evaluated(one)
            checks.append(Check(one, asked[instant]))
        return Outcome(self, tuple(checks))

    def _evaluated(self, what: Expectation) -> Findings:
        try:
            return evaluate(
                self.rulebook,
                self.records,
                as_of=what.as_of,
                customers=[self.customer],
                calendar=self.calendar,
                known_at=what.known_at,
                complete=None if self.complete is None else {"": self.complete},
            )
        except RetentionRulesError as problem:
            raise BadTimeline(self.path, what.line, 1, str(problem)) from None


def read(path: str | Path, *, rulebook: Rulebook | None = None) -> list[Timeline]:
    """The timelines in a file.

    Args:
        path: A YAML file in UTF-8.
        rulebook: The rules of timelines that name none. Default: `whole_handbook`.

    Raises:
        BadTimeline: it is not as the format says; the message gives line and column.
        DecodingError: it is not UTF-8, or YAML cannot be read here.
        OSError: it cannot be opened.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise DecodingError(
            f"`{path}` is not UTF-8 at byte {problem.start + 1}: save it as UTF-8"
        ) from None
    return parse(text, path=str(path), rulebook=rulebook)


def parse(text: str, *, path: str = "", rulebook: Rulebook | None = None) -> list[Timeline]:
    """The timelines in YAML text; `path` is the file's name, for messages and rulebooks.

    Raises:
        BadTimeline: it is not as the format says.
    """
    root = read_nodes(text, path)
    file = root.closed("a file of timelines", FILE)
    if "timelines" not in file:
        raise root.wrong("there is no `timelines:`: write a list of them")
    found: list[Timeline] = []
    for node in file["timelines"].items("timelines"):
        one = _timeline(node, file, path, rulebook)
        if any(one.name == other.name for other in found):
            raise node.wrong(f"two timelines are named `{one.name}`: rename one")
        found.append(one)
    return found


def _timeline(
    node: Node, file: Mapping[str, Node], path: str, rulebook: Rulebook | None
) -> Timeline:
    own = node.closed("a timeline", TIMELINE)
    for name in ("name", "expect"):
        if name not in own:
            raise node.wrong(f"a timeline without `{name}`: write one")
    both = {**file, **own}
    given = {name: both[name] for name in SETTING if name in both}
    for one, other in (("handbook", "rulebook"), ("rulebook", "handbook")):
        if one in own and other not in own:
            given.pop(other, None)
    book = _rulebook(given, path, rulebook)
    calendar = _calendar(given["calendar"]) if "calendar" in given else None
    zone_node, zone = _zone(given, node)
    clock = Clock.of(zone_node, zone, calendar)
    words = known(book)
    customer = _customer(given, zone, clock, words.facts)
    story = Story(customer.id, clock, words)
    for lines in (file.get("story"), own.get("story")):
        story.tell(lines.items("events") if lines is not None else ())
    practice = _practice(given["practice"], book) if "practice" in given else None
    expected = own["expect"].items("expectations")
    if not expected:
        raise own["expect"].wrong("nothing is expected: write `- 2026-03-05 09:00: fulfilled`, say")
    return Timeline(
        name=own["name"].text("name"),
        path=path,
        line=node.line,
        rulebook=book,
        records=tuple(story.records),
        customer=customer,
        expectations=tuple(expectation(one, story, book, practice) for one in expected),
        calendar=calendar,
        complete=_instant(given, "complete", clock),
    )


def _practice(node: Node, book: Rulebook) -> str:
    id, ids = node.text("practice"), [one.id for one in book]
    if id not in ids:
        raise node.wrong(f"the rulebook has no practice `{id}`: {near(id, ids)}")
    return id


def _rulebook(given: Mapping[str, Node], path: str, rulebook: Rulebook | None) -> Rulebook:
    if "handbook" in given and "rulebook" in given:
        raise given["rulebook"].wrong("a `rulebook` beside a `handbook`: keep one of the two")
    if "handbook" in given:
        node = given["handbook"]
        choices = node.closed("the handbook", inspect.signature(handbook).parameters)
        chosen = _choices()
        for name, one in choices.items():
            chosen[name] = None if one.given == "none" else one.plain()
        try:
            return handbook(**chosen)
        except RetentionRulesError as problem:
            raise node.wrong(str(problem)) from None
    if "rulebook" in given:
        node = given["rulebook"]
        return _loaded(node, Path(path).parent / node.text("name of a file"))
    return whole_handbook() if rulebook is None else rulebook


def whole_handbook() -> Rulebook:
    """All built-in practices: both cadences, the examples, and what is optional."""
    return handbook(**_choices())


def _choices() -> dict[str, Any]:
    found = practices().values()
    optional = [one.id for one in found if isinstance(one, Practice) and one.optional]
    return {"cadence": "both", "examples": True, "also": optional}


def _loaded(node: Node, file: Path) -> Rulebook:
    try:
        return read_rulebook(file)
    except OSError as problem:
        raise node.wrong(f"`{file}`: {(problem.strerror or str(problem)).lower()}") from None
    except RetentionRulesError as problem:
        raise node.wrong(str(problem)) from None


def _calendar(node: Node) -> Calendar:
    data = {name: value.plain() for name, _, value in node.pairs("a calendar")}
    try:
        return Calendar.from_dict(data)
    except RetentionRulesError as problem:
        raise node.wrong(str(problem)) from None
    except (TypeError, ValueError, AttributeError):
        raise node.wrong("this is no calendar: write `hours: {mon-fri: 09:00-18:00}`") from None


def _zone(given: Mapping[str, Node], timeline: Node) -> tuple[Node, str]:
    customer = given.get("customer")
    if customer is not None:
        for name, _, value in customer.pairs("the customer"):
            if name == "zone":
                return value, value.text("zone")
    if "zone" not in given:
        raise timeline.wrong("in which zone? Write `zone: Asia/Shanghai`, say, at the top")
    return given["zone"], given["zone"].text("zone")


def _customer(
    given: Mapping[str, Node], zone: str, clock: Clock, facts: frozenset[str]
) -> Customer:
    node = given.get("customer")
    own = {} if node is None else node.closed("the customer", (*_CUSTOMER, *sorted(facts)))
    since = own.get("history_from") or given.get("history_from")
    try:
        return Customer(
            own["id"].text("name") if "id" in own else _ANYONE,
            zone=zone,
            history_from=None if since is None else _day(since, clock),
            contacts=own["contacts"].plain() if "contacts" in own else None,
            facts={
                name: field(name, one, clock) for name, one in own.items() if name not in _CUSTOMER
            },
        )
    except BadTimeline:
        raise
    except RetentionRulesError as problem:
        assert node is not None
        raise node.wrong(str(problem)) from None


def _day(node: Node, clock: Clock) -> date:
    found = clock.moment(node, node.text("day"))
    if isinstance(found, datetime):
        raise node.wrong(f"{node.shown()} is a time: write the day alone")
    return found


def _instant(given: Mapping[str, Node], name: str, clock: Clock) -> datetime | None:
    return clock.instant(given[name], given[name].text("time")) if name in given else None
