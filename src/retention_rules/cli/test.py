"""``retention-rules test``: worked timelines, run outside of any test suite.

What runs them is imported only then: it may bring Hypothesis along, which no other command needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retention_rules.cli import options
from retention_rules.display import terminal
from retention_rules.errors import RetentionRulesError
from retention_rules.rulebook import Rulebook

if TYPE_CHECKING:
    from retention_rules.testing.timelines import Timeline


class BadFiles(RetentionRulesError):
    """Files of timelines that cannot be read.

    Attributes:
        problems: What is wrong with each.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def files(given: Iterable[str]) -> Iterator[Path]:
    """The files of timelines that are named, or lie somewhere in a folder that is.

    Raises:
        RetentionRulesError: a folder holds none.
    """
    from retention_rules.testing.timelines import SUFFIX

    for name in given:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.rglob(f"*{SUFFIX}"))
        if not found:
            raise RetentionRulesError(f"`{path}` holds no timelines: name them `NAME{SUFFIX}`")
        yield from found


def _all(given: Iterable[str], rulebook: Rulebook | None) -> list[Timeline]:
    from retention_rules.testing.timelines import read

    found: list[Timeline] = []
    problems: list[str] = []
    for path in dict.fromkeys(files(given)):
        try:
            found += read(path, rulebook=rulebook)
        except RetentionRulesError as problem:
            problems.append(" ".join(str(problem).split()))
    if problems:
        raise BadFiles(problems)
    return found


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True), metavar="FILE...")
@click.option(
    "--rulebook",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="The rulebook of timelines that name none.  [default: the whole handbook]",
)
@options.language
def test(paths: tuple[str, ...], rulebook: str | None, lang: str) -> None:
    """Run worked timelines: what a customer's story should come to.

    FILE is a file of timelines, or a folder that holds files named NAME.timeline.yaml. Exit 1 if an
    expectation fails, 2 if a file cannot be read.
    """
    from retention_rules.display.timelines import failures, outcomes

    book = None if rulebook is None else options.the_rulebook(rulebook, None, None)
    found = [one.run() for one in _all(paths, book)]
    language = options.chosen(lang)
    screen = terminal.console()
    screen.print(outcomes(found, language))
    screen.print()
    for line in failures(found, language):
        screen.print(line, soft_wrap=True)
    if not all(one.passed for one in found):
        raise click.exceptions.Exit(1)
