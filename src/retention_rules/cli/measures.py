"""``retention-rules measures``: shares and counts over findings and events."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import click

from retention_rules import measures as figures
from retention_rules.cli import options
from retention_rules.display import measures as shown
from retention_rules.display import terminal

BY = ("practice", "owner", "strategy", "month")


def tables(asked: options.Asked, zone: str | None, by: tuple[str, ...]) -> dict[str, Any]:
    """Every measure by its name, with the class of its rows."""
    history = figures.History(
        asked.records,
        zone=zone,
        customers=asked.customers,
        as_of=asked.as_of,
        known_at=asked.known_at,
    )
    on_time = figures.on_time(asked.findings, by=by, rulebook=asked.rulebook, history=history)
    return {
        "on_time": (figures.OnTime, on_time),
        "churn_reasons": (figures.Reason, figures.churn_reasons(history)),
        "lost_and_won": (figures.Week, figures.lost_and_won(history)),
        "repeat": (figures.Repeat, figures.repeat(history)),
        "win_rate": (figures.WinRate, figures.win_rate(history)),
        "touches": (figures.Touches, figures.touches(history)),
        "word_of_mouth": (figures.Reach, figures.word_of_mouth(history)),
    }


def _written(value: object) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


@click.command()
@options.evaluation_options
@click.option(
    "--by",
    type=click.Choice(BY),
    multiple=True,
    default=("practice",),
    show_default=True,
    help="What the share met on time is grouped by (repeatable).",
)
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def measures(style: str, by: tuple[str, ...], **given: Any) -> None:
    """How much was met on time, who was lost and won and why, and what existing customers bring.

    Each share comes with what it is a share of, and with its 95 % interval; of nothing it is none.
    """
    asked = options.ask(given)
    found = tables(asked, given["zone"], tuple(dict.fromkeys(by)))
    if style == "json":
        form = {name: rows.to_dicts() for name, (_, rows) in found.items()}
        reconfigure = getattr(sys.stdout, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
        click.echo(json.dumps(form, ensure_ascii=False, indent=2, default=_written))
        return
    screen = terminal.console()
    language = options.chosen(given["lang"])
    for kind, rows in found.values():
        screen.print(shown.table(kind, rows, language, by))
        screen.print()
