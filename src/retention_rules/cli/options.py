"""What the commands ask for, and what they evaluate with it."""

from __future__ import annotations

import glob
import json
import re
import shlex
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar, get_args

import attrs
import click

from retention_rules.customers import Customer
from retention_rules.errors import DefinitionError, RetentionRulesError
from retention_rules.evaluation import evaluate
from retention_rules.evaluation.arguments import ENGINES
from retention_rules.events import Record, aware
from retention_rules.findings import Findings, Status
from retention_rules.interop import Reject, read_customers, read_events, read_rulebook
from retention_rules.interop._cells import check_zone, localiser
from retention_rules.interop.rulebooks import rule_place
from retention_rules.practices import handbook
from retention_rules.rulebook import Rulebook
from retention_rules.texts import LANGUAGES, Language

_F = TypeVar("_F", bound=Callable[..., Any])
FILE = click.Path(exists=True, dir_okay=False)
FORMATS = ("table", "json", "jsonl", "csv")
_NAMED = re.compile(r"`([^`]+)`")


def _all(*options: Callable[[_F], _F]) -> Callable[[_F], _F]:
    def decorate(command: _F) -> _F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


language = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language."
)
rulebook_options = _all(
    click.option(
        "--rulebook",
        type=FILE,
        metavar="FILE",
        help="A rulebook in YAML or JSON, instead of the built-in handbook.",
    ),
    click.option(
        "--cadence",
        type=click.Choice(["1-3-7", "0-3-10-20", "both", "none"]),
        help="Which cadence of the handbook follows a sale.  [default: 1-3-7]",
    ),
    click.option("--reading", metavar="NAME", help="How the days of 1-3-7 are read."),
)


class Events(click.Path):
    """A file of events, a directory of such, or a pattern that fits some."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The path as it was given."""
        if glob.has_magic(str(value)) and glob.glob(str(value), recursive=True):
            return value
        return super().convert(value, param, ctx)


_ASKED = (
    click.option("--as-of", metavar="TIME", help="The instant to ask about.  [default: now]"),
    click.option(
        "--zone",
        metavar="ZONE",
        help="IANA zone of customers that have none, and of times without an offset, which are "
        "errors otherwise.",
    ),
    click.option(
        "--customers",
        type=FILE,
        metavar="FILE",
        help="Customers: CSV or JSON Lines; beside events of Parquet also Parquet.",
    ),
    click.option("--known-at", metavar="TIME", help="Use only what was recorded by then."),
    click.option("--history-from", metavar="DATE", help="Before it, history is unknown."),
    click.option(
        "--complete",
        multiple=True,
        metavar="SOURCE=TIME",
        help="Up to when a source has handed over everything (repeatable).",
    ),
    click.option(
        "--rejects",
        type=click.Path(dir_okay=False, writable=True),
        metavar="FILE",
        help="Write bad rows there, as JSON Lines, and evaluate the rest.",
    ),
    rulebook_options,
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="python",
        show_default=True,
        help="Who decides; durable-rules (rete) gives equal findings.",
    ),
    language,
)
evaluation_options = _all(
    click.argument("events", type=click.Path(exists=True, dir_okay=False, allow_dash=True)), *_ASKED
)
dataset_options = _all(
    click.argument("events", type=Events(exists=True, allow_dash=True)),
    click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, writable=True),
        metavar="FILE",
        help="Write all findings there, as Parquet, and show how many there are.",
    ),
    *_ASKED,
)
formats = click.option(
    "--format", "style", type=click.Choice(FORMATS), default="table", show_default=True
)
fail_on = click.option(
    "--fail-on",
    multiple=True,
    type=click.Choice(get_args(Status)),
    help="Exit with 1 if a finding has this status (repeatable).",
)


@attrs.frozen
class Asked:
    """What was evaluated, and for whom."""

    findings: Findings
    as_of: datetime
    customers: list[Customer]
    again: str
    """The options that ask the same question again, for a shell."""
    records: list[Record]
    rulebook: Rulebook
    known_at: datetime | None


def the_rulebook(rulebook: str | None, cadence: str | None, reading: str | None) -> Rulebook:
    """The rulebook that the options describe."""
    if rulebook is not None:
        if cadence or reading:
            raise click.UsageError("--cadence and --reading choose from the handbook, not a file")
        return _from_file(rulebook)
    chosen: dict[str, Any] = {}
    if cadence is not None:
        chosen["cadence"] = None if cadence == "none" else cadence
    if reading is not None:
        chosen["reading"] = reading
    return handbook(**chosen)


def _from_file(path: str) -> Rulebook:
    """The rulebook of a file, whose rules refer to nothing that is not there."""
    found = read_rulebook(path)
    try:
        evaluate(found, [], as_of=datetime(2000, 1, 1, tzinfo=UTC))
    except DefinitionError as problem:
        rules = [name for name in _NAMED.findall(str(problem)) if rule_place(path, name)]
        place = rule_place(path, rules[0]) if rules else path
        raise DefinitionError(f"{place}: {problem}") from None
    return found


def ask(given: dict[str, Any]) -> Asked:
    """Read the files, evaluate, and set bad rows aside if asked to."""
    book = the_rulebook(given["rulebook"], given["cadence"], given["reading"])
    return ask_each(given, book)[0]


@attrs.frozen
class Question:
    """What is asked beside rulebook, events and customers."""

    as_of: datetime
    zone: str | None
    known_at: datetime | None
    complete: dict[str, datetime] | None
    history_from: date | None

    def arguments(self) -> dict[str, Any]:
        """The arguments of `evaluate`."""
        return attrs.asdict(self, recurse=False)


def question(given: dict[str, Any]) -> Question:
    """What the options ask."""
    zone: str | None = given["zone"]
    check_zone(zone)
    return Question(
        _instant("--as-of", given["as_of"], zone) or datetime.now().astimezone(),
        zone,
        _instant("--known-at", given["known_at"], zone),
        dict(_completeness(one, zone) for one in given["complete"]) or None,
        _date(given["history_from"]),
    )


def ask_each(given: dict[str, Any], *books: Rulebook) -> list[Asked]:
    """The same question, asked of several rulebooks."""
    put = question(given)
    customers = read_customers(given["customers"]) if given["customers"] else []
    rejects: list[Reject] | None = [] if given["rejects"] else None
    records = read_events(given["events"], zone=put.zone, rejects=rejects, whole=True)
    if rejects is not None:
        _write(given["rejects"], rejects)
        if rejects:
            told = f"{len(rejects)} bad row{'s' * (len(rejects) != 1)}"
            click.echo(f"warning: {told} set aside in {given['rejects']}", err=True)
    arguments = {**put.arguments(), "customers": customers, "engine": given["engine"]}
    return [
        Asked(
            evaluate(book, records, **arguments),
            put.as_of,
            customers,
            _again(given),
            records,
            book,
            put.known_at,
        )
        for book in books
    ]


def _instant(option: str, text: str | None, zone: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return aware(localiser(zone)(text))
    except RetentionRulesError as problem:
        raise RetentionRulesError(f"{option}: {problem}") from None


def _date(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise RetentionRulesError(
            f"--history-from: `{text}` is no date: write 2026-03-02"
        ) from None


def _completeness(text: str, zone: str | None) -> tuple[str, datetime]:
    source, equals, moment = text.rpartition("=")
    found = _instant("--complete", moment, zone)
    if not equals or found is None:
        raise RetentionRulesError(f"--complete: `{text}`: write SOURCE=TIME")
    return source, found


def _write(path: str, rejects: list[Reject]) -> None:
    lines = (json.dumps(attrs.asdict(one), ensure_ascii=False) for one in rejects)
    Path(path).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


_REPEATED = ("as_of", "zone", "customers", "known_at", "history_from", "rulebook", "cadence")


def _again(given: dict[str, Any]) -> str:
    words = []
    for name in (*_REPEATED, "reading", "rejects"):
        if given[name] is not None:
            words += [f"--{name.replace('_', '-')}", given[name]]
    for one in given["complete"]:
        words += ["--complete", one]
    if given["engine"] != "python":
        words += ["--engine", given["engine"]]
    if given["lang"] != "en":
        words += ["--lang", given["lang"]]
    return shlex.join(words)


def chosen(lang: str) -> Language:
    """The language that was chosen."""
    return "zh" if lang == "zh" else "en"
