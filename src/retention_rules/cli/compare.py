"""``retention-rules compare``: whose verdicts change under another rulebook."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

import click

from retention_rules.cli import options, output
from retention_rules.display import terminal
from retention_rules.display.comparison import comparison
from retention_rules.findings import Change
from retention_rules.questions.compare import differences

COLUMNS = (
    "key",
    "rule",
    "customer",
    "title",
    "status_before",
    "status_after",
    "due_at_before",
    "due_at_after",
    "against",
    "rulebook",
)


@click.command()
@options.evaluation_options
@click.option(
    "--against",
    type=options.FILE,
    metavar="FILE",
    help="The rulebook to compare with.  [default: the built-in handbook]",
)
@options.formats
def compare(style: str, against: str | None, **given: Any) -> None:
    """Whose verdicts change: the findings that differ in status or due date.

    What --rulebook (or --cadence, --reading) asks for is compared with --against.
    """
    old, new = options.ask_each(
        given,
        options.the_rulebook(against, None, None),
        options.the_rulebook(given["rulebook"], given["cadence"], given["reading"]),
    )
    lang = options.chosen(given["lang"])
    changes = differences(old.findings, new.findings)
    if style == "table":
        total = len({one.key for one in (*old.findings, *new.findings)})
        screen = terminal.console()
        screen.print(comparison(changes, total, new.as_of, new.customers, lang))
        return
    names = {"against": old.rulebook.short_digest, "rulebook": new.rulebook.short_digest}
    rows = [{**_row(change, lang), **names} for change in changes]
    if style == "json":
        form = {
            "as_of": new.as_of.isoformat(),
            "against": old.rulebook.digest,
            "rulebook": new.rulebook.digest,
            "differences": rows,
        }
        output.write(json.dumps(form, ensure_ascii=False, indent=2) + "\n")
    elif style == "jsonl":
        output.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    else:
        output.write(_csv(rows))


def _row(change: Change, lang: str) -> dict[str, Any]:
    """A difference with all its fields; None where there is nothing."""
    sides = {
        name: None if one is None else output.row(one, lang)
        for name, one in (("before", change.before), ("after", change.after))
    }
    one = sides["after"] or sides["before"] or {}
    found = {name: one.get(name) for name in ("key", "rule", "customer", "title")}
    for field in ("status", "due_at"):
        for name, side in sides.items():
            found[f"{field}_{name}"] = None if side is None else side[field]
    return found


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
