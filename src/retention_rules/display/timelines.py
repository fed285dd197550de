"""What came of worked timelines, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text as Styled

from retention_rules.display.words import plain
from retention_rules.testing.timelines import Outcome
from retention_rules.texts import Language, Text

_PASSED = Text("passed", "通过")
_FAILED = Text("failed", "未通过")


def outcomes(given: Sequence[Outcome], language: Language) -> RenderableType:
    """A line for each timeline."""
    headings = Text("Result|Timeline|File", "结果|时间线|文件").in_(language).split("|")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    table.columns[0].no_wrap = True
    for one in given:
        told = (_PASSED if one.passed else _FAILED).in_(language)
        place = f"{Path(one.timeline.path).name}:{one.timeline.line}"
        table.add_row(
            Styled(told, "green" if one.passed else "bold red"),
            plain(one.timeline.title(language)),
            Styled(plain(place), "dim"),
        )
    return table


def failures(given: Sequence[Outcome], language: Language) -> Iterable[Styled]:
    """What failed and why, and in the last line how many passed and failed."""
    failed = [one for one in given if not one.passed]
    for one in failed:
        head, lines = plain(one.told(language)).split("\n", maxsplit=1)
        yield Styled.assemble((head, "bold red"), "\n", lines, "\n")
    good = len(given) - len(failed)
    summary = Text(f"{good} passed, {len(failed)} failed", f"{good}条通过，{len(failed)}条未通过")
    yield Styled(summary.in_(language), "bold red" if failed else "bold green")
