"""``retention-rules rules export``, ``validate``, ``set`` and ``schema``: rulebooks as files."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import click

from retention_rules.cli import options, output
from retention_rules.display.words import plain
from retention_rules.errors import RetentionRulesError, near
from retention_rules.interop import (
    edit_rulebook,
    read_rulebook,
    rulebook_schema,
    write_rulebook,
)
from retention_rules.interop.rulebooks import read_value
from retention_rules.practices import handbook, practices, readings
from retention_rules.practices.cadences import WINDOWS
from retention_rules.practices.variants import Practice
from retention_rules.rulebook import Rulebook, changed
from retention_rules.rules import Shape
from retention_rules.serialization import encode
from retention_rules.texts import Language, Text

_AMOUNT = re.compile(r"(-?\d+)\s*([a-z][a-z_ ]*)")
_UNITS = {
    "min": "minutes",
    "h": "hours",
    "d": "days",
    "w": "weeks",
    "bd": "business_days",
    "wh": "working_hours",
}
_NAMES = (
    *("minutes", "hours", "days", "weeks", "months", "years", "business_days"),
    *("working_hours", "working_minutes", "seconds"),
)
_TEXTS = ("title", "advice", "reading", "instead")


@click.command()
@options.rulebook_options
@click.option("--format", "style", type=click.Choice(["yaml", "json"]), help="[default: yaml]")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, writable=True),
    metavar="FILE",
    help="Write it there; a name that ends in .json means JSON.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def export(style: Any, target: str | None, force: bool, **given: Any) -> None:
    """The rulebook, written out whole: to be edited, and used with --rulebook."""
    book = options.the_rulebook(**given)
    if target is None:
        output.write(write_rulebook(book, format=style))
        return
    if Path(target).exists() and not force:
        raise RetentionRulesError(f"`{target}` is there already: give another name, or --force")
    write_rulebook(book, target, format=style)
    click.echo(f"{target}: {len(book)} rules, rulebook {book.short_digest}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@options.language
def validate(file: str, lang: str) -> None:
    """Whether FILE is a rulebook; a mistake is told with its line and column (exit code 2)."""
    book = options.the_rulebook(file, None, None)
    language = options.chosen(lang)
    told = Text(
        f"{file}: {len(book)} rules, rulebook {book.short_digest}",
        f"{file}：{len(book)}条规则，规则手册{book.short_digest}",
    )
    click.echo(plain(told.in_(language)))
    for rule in book:
        for line in _notes(rule, language):
            click.echo(plain(f"  {rule.id}: {line}"))


@cache
def _built_in() -> dict[str, set[Shape]]:
    """Every rule of the handbook by its id, under each of its readings."""
    found: dict[str, set[Shape]] = {}
    asked = [{id: name} for id, names in readings().items() for name in names]
    for variants in asked:
        for window in (None, *WINDOWS):
            for rule in handbook(cadence="both", window=window, variants=variants, examples=True):
                found.setdefault(rule.id, set()).add(rule)
    for id, practice in practices().items():
        if isinstance(practice, Practice):
            found.setdefault(id, set()).add(practice.rule)
    return found


def _notes(rule: Shape, language: Language) -> list[str]:
    """What a rule has of its own, and whether it says so."""
    names = ", ".join(rule.adapted)
    found = [Text(f"adapted in {names}", f"有改动：{names}").in_(language)] if names else []
    built_in = _built_in().get(rule.id)
    if built_in and rule.citations:
        differing = min((changed(one, rule) for one in built_in), key=len)
        unmarked = [name for name in differing if name not in rule.adapted]
        listed = ", ".join(unmarked)
        told = Text(
            f"differs from the handbook in {listed}: if you changed it, write "
            f"`adapted: [{', '.join([*rule.adapted, *unmarked])}]`",
            f"与内置手册不同：{listed}；若是您改的，请写"
            f"`adapted: [{', '.join([*rule.adapted, *unmarked])}]`",
        )
        found += [told.in_(language)] if unmarked else []
    return found


@click.command("set")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, writable=True))
@click.argument("id")
@click.argument("changes", nargs=-1, required=True, metavar="KEY=VALUE...")
def set_(file: str, id: str, changes: tuple[str, ...]) -> None:
    """Change one rule in FILE; comments and order stay.

    KEY is due, opens, expires, every, title.en, steps.listen.due, ...; VALUE an amount of time such
    as 3d, 48h, 2w, 1bd (business day) or "3 months", or what the file would have there.
    """
    before = read_rulebook(file)
    raw = Path(file).read_bytes()
    given = dict(_change(one) for one in changes)
    text = edit_rulebook(file, id, given)
    mark = b"\xef\xbb\xbf" if raw.startswith(b"\xef\xbb\xbf") else b""
    Path(file).write_bytes(mark + text.encode("utf-8"))
    after = read_rulebook(file)
    for name in changed(before[id], after[id]):
        click.echo(plain(f"{id}: {name} {_form(before, id, name)} -> {_form(after, id, name)}"))
    click.echo(plain(f"{file}: rulebook {before.short_digest} -> {after.short_digest}"))


def _form(book: Rulebook, id: str, name: str) -> str:
    """A part of a rule as the file has it, on one line."""
    form: Any = encode(book[id])
    if name.startswith("steps."):
        step, _, name = name.removeprefix("steps.").rpartition(".")
        form = next(one for one in form["steps"] if one["name"] == step)
    held = form.get("window", {}) if name in ("opens", "due", "expires", "target") else form
    found = held.get(name, form.get(name))
    return "-" if found is None else json.dumps(found, ensure_ascii=False)


def _change(told: str) -> tuple[str, Any]:
    key, equals, value = told.partition("=")
    if not equals or not key:
        raise RetentionRulesError(f"`{told}` is no change: write KEY=VALUE, such as due=3d")
    if key.split(".")[0] in _TEXTS:
        return key, value if not value.startswith("{") else read_value(value)
    amount = _AMOUNT.fullmatch(value.strip())
    if amount is None:
        return key, read_value(value)
    unit = amount[2].strip().replace(" ", "_")
    unit = _UNITS.get(unit, unit if unit.endswith("s") else f"{unit}s")
    if unit not in _NAMES:
        hint = near(amount[2], (*_UNITS, *_NAMES), most=len(_UNITS) + len(_NAMES))
        raise RetentionRulesError(f"`{value}` has no unit of time: {hint}")
    return key, {unit: int(amount[1])}


@click.command()
def schema() -> None:
    """The JSON Schema of rulebook files, for editors that complete and check."""
    output.write(json.dumps(rulebook_schema(), ensure_ascii=False, indent=1) + "\n")
