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

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from retention_rules.calendars import Calendar
from retention_rules.customers import Customer
from retention_rules.errors import DecodingError, RetentionRulesError
from retention_rules.evaluation import evaluate
from retention_rules.events import Record
from retention_rules.findings import Findings
from retention_rules.rulebook import Rulebook
from retention_rules.testing._clocks import Clock
from retention_rules.testing._expectations import Expectation, expectation, told
from retention_rules.testing._known import known
from retention_rules.testing._nodes import BadTimeline, Node, read_nodes
from retention_rules.testing._settings import (
    SETTING,
    calendar_of,
    customer_of,
    instant_of,
    practice_of,
    rulebook_of,
    whole_handbook,
    zone_of,
)
from retention_rules.testing._stories import Story
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

FILE = (*SETTING, "story", "timelines")
TIMELINE = ("name", "zh", *SETTING, "story", "expect")


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
        return "\n".join([self.timeline.title(language), *(f"  {line}" for line in lines)])


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
        zh: What it shows, in Chinese; empty if nobody said so.
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
    zh: str = ""

    def title(self, language: Language = "en") -> str:
        """What it shows, in Chinese if that is wanted and given."""
        return self.zh if language == "zh" and self.zh else self.name

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
    book = rulebook_of(given, path, rulebook)
    calendar = calendar_of(given["calendar"]) if "calendar" in given else None
    zone_node, zone = zone_of(given, node)
    clock = Clock.of(zone_node, zone, calendar)
    words = known(book)
    customer = customer_of(given, zone, clock, words.facts)
    story = Story(customer.id, clock, words)
    for lines in (file.get("story"), own.get("story")):
        story.tell(lines.items("events") if lines is not None else ())
    practice = practice_of(given["practice"], book) if "practice" in given else None
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
        complete=instant_of(given, "complete", clock),
        zh=own["zh"].text("zh") if "zh" in own else "",
    )
