"""What differs between two rulebooks, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text as Styled

from retention_rules.customers import Customer
from retention_rules.display.terminal import Names, coloured, table, title
from retention_rules.display.words import plain, when
from retention_rules.findings import Change, Finding
from retention_rules.questions.compare import restated
from retention_rules.texts import Language, Text
from retention_rules.words import STATUSES

_NONE = Text("not there", "没有")


def _status(finding: Finding | None, language: Language) -> str:
    return (_NONE if finding is None else STATUSES[finding.status]).in_(language)


def _due(finding: Finding | None, as_of: datetime, language: Language) -> str:
    if finding is None or finding.due_at is None:
        return "–"
    at = finding.due_at
    return when(at, language, year=at.year != as_of.astimezone(at.tzinfo).year)


def comparison(
    changes: Sequence[Change],
    total: int,
    as_of: datetime,
    customers: Iterable[Customer],
    language: Language,
) -> RenderableType:
    """The findings that differ, before and after, and how many go from what to what."""
    head = when(as_of, language, year=True) + f" ({as_of.isoformat()[-6:]})"
    told = Text(
        f"As of {head}: {len(changes)} of {total} findings differ",
        f"截至{head}：{total}项结论中有{len(changes)}项不同",
    ).in_(language)
    if not changes:
        return Styled(told, "green")
    headings = Text("Before|After|For whom, and what", "原来|现在|为谁，什么事").in_(language)
    found = table(*headings.split("|"))
    found.columns[0].no_wrap = found.columns[1].no_wrap = True
    names = Names(customers)
    for change in changes:
        one = change.after or change.before
        assert one is not None
        cells = [
            Styled.assemble(
                coloured(side.status if side else "", _status(side, language)),
                "\n",
                _due(side, as_of, language),
            )
            for side in (change.before, change.after)
        ]
        what = (names.of(one.customer), "bold"), "\n", title(one, language), "\n"
        found.add_row(*cells, Styled.assemble(*what, (plain(one.key), "dim")))
    return Group(found, "", Styled(f"{told}{_moves(changes, language)}", "bold"))


def _moves(changes: Sequence[Change], language: Language) -> str:
    """How many findings go from which status to which, and how many only fall due otherwise."""
    moved = [change for change in changes if restated(change)]
    counted = Counter(
        f"{_status(change.before, language)} → {_status(change.after, language)}"
        for change in moved
    )
    parts = [f"{number} {move}" for move, number in counted.most_common()]
    if len(changes) > len(moved):
        left = len(changes) - len(moved)
        parts.append(Text(f"{left} only in when due", f"{left}项只是期限不同").in_(language))
    return (": " if language == "en" else "：") + (", " if language == "en" else "、").join(parts)
