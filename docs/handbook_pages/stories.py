"""Worked timelines: those that a practice is shown by, as pictures, and the names of the rest."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from retention_rules.display.pictures import NOTHING, legend, timeline_picture
from retention_rules.display.words import when
from retention_rules.testing.timelines import (
    SUFFIX,
    Expectation,
    Outcome,
    Timeline,
    read,
    whole_handbook,
)
from retention_rules.texts import Language, Text
from retention_rules.words import STATUSES

FOLDER = Path(__file__).parents[2] / "tests" / "timelines"
MOST, LEAST = 4, 3
"""So many pictures at most; they are to be looked at, not to be counted."""
SMALL = 5_000
"""A picture of more bytes is no small one: it is told in words instead."""

HEADING = Text("Worked timelines", "时间线实例")
LEGEND = Text("How to read the pictures", "图例")
MORE = Text("More worked timelines", "更多时间线")


@cache
def stories(practice: str) -> tuple[Timeline, ...]:
    """The timelines of a practice, in the order of their file."""
    file = FOLDER / f"{practice}{SUFFIX}"
    return tuple(read(file)) if file.exists() else ()


@cache
def shown(practice: str) -> tuple[str, ...]:
    """The names of the timelines that are drawn: each shows a status that none before it shows.

    Other readings are left to words, for the entry describes the default one.
    """
    books = [whole_handbook(), *(one.rulebook for one in stories(practice))]
    usual = next(rule for book in books for rule in book if rule.id == practice)
    seen: set[str] = set()
    chosen: list[Timeline] = []
    spare: list[Timeline] = []
    for one in stories(practice):
        if usual not in list(one.rulebook):
            continue
        told = {what.status for what in one.expectations if what.practice == practice}
        (spare if told <= seen else chosen).append(one)
        seen |= told
    few = [*chosen, *spare[: max(0, LEAST - len(chosen))]][:MOST]
    small = {one.name for one in few if len(drawn(one.name, practice, "zh").encode()) <= SMALL}
    return tuple(one.name for one in stories(practice) if one.name in small)


@cache
def _outcome(name: str, practice: str) -> Outcome:
    return next(one for one in stories(practice) if one.name == name).run()


def drawn(name: str, practice: str, language: Language) -> str:
    """The picture of a timeline of a practice."""
    return timeline_picture(_outcome(name, practice), practice, language)


def section(practice: str, language: Language) -> list[str]:
    """The part of an entry that shows timelines."""
    if not stories(practice):
        return []
    lines = [f"**{HEADING.in_(language)}**", ""]
    rest = []
    for one in stories(practice):
        if one.name in shown(practice):
            caption = f"<figcaption>{_named(one, language)}</figcaption>"
            svg = drawn(one.name, practice, language)
            lines += [f'<figure class="story">{svg}{caption}</figure>', ""]
        else:
            rest.append(one)
    return lines + (_folded(rest, practice, language) if rest else [])


def legend_of(language: Language) -> str:
    """How to read the pictures; whoever knows it folds it."""
    summary = f"<summary>{LEGEND.in_(language)}</summary>"
    return f'<details class="stories" open>{summary}{legend(language)}</details>'


def _named(timeline: Timeline, language: Language) -> str:
    foreign = ' lang="en"' if language == "zh" and not timeline.zh else ""
    return f"<span{foreign}>{escape(timeline.title(language))}</span>"


def _folded(rest: list[Timeline], practice: str, language: Language) -> list[str]:
    colon, stop = ("：", "；") if language == "zh" else (": ", "; ")
    items = []
    for one in rest:
        told = [
            _verdict(one, what, language) for what in one.expectations if what.practice == practice
        ]
        items.append(f"<li>{_named(one, language)}{colon}{escape(stop.join(told))}</li>")
    summary = f"<summary>{MORE.in_(language)}</summary>"
    return [f'<details class="stories">{summary}<ul>{"".join(items)}</ul></details>', ""]


def _verdict(timeline: Timeline, what: Expectation, language: Language) -> str:
    at = what.as_of
    if timeline.customer.zone:
        at = at.astimezone(ZoneInfo(timeline.customer.zone))
    status = {**STATUSES, **NOTHING}[what.status].in_(language)
    return f"{when(at, language)} {status}"
