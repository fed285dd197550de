"""Findings as JSON, JSON Lines and CSV: always UTF-8, every field in every line."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs
import click

from retention_rules.errors import NotExplainable
from retention_rules.findings import Finding, Note
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import encode

_TIMES = ("opens", "due", "expires", "target", "ended", "paused_since", "next_change")
COLUMNS = (
    "key",
    "rule",
    "nature",
    "customer",
    "correlation",
    "status",
    "title",
    "part",
    "trigger",
    "zone",
    "opens_at",
    "due_at",
    "expires_at",
    "target_at",
    "fulfilled_by",
    "fulfilled_at",
    "ended_by",
    "ended_at",
    "paused_since_at",
    "leaning",
    "reason",
    "next_change_at",
    "rulebook",
)


def write(text: str) -> None:
    """Write text for machines, as UTF-8 whatever the terminal speaks."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8")
    click.echo(text, nl=False)


def row(finding: Finding, language: str, rulebook: str | None = None) -> dict[str, Any]:
    """A finding with all its fields, in the order of `COLUMNS`; None where there is nothing.

    Its `rulebook` is the short digest of the one that it comes from.
    """
    form: dict[str, Any] = encode(finding)
    try:
        form["title"] = finding.title(language)
    except NotExplainable:
        form["title"] = None
    form.setdefault("correlation", [])
    form["rulebook"] = rulebook
    return {name: form.get(name) for name in COLUMNS}


def as_json(
    findings: Iterable[Finding],
    as_of: datetime,
    notes: Iterable[Note],
    language: str,
    rulebook: Rulebook,
) -> str:
    """One object of all findings, with their instant, their rulebook's digest and the notes."""
    short = rulebook.short_digest
    form = {
        "as_of": as_of.isoformat(),
        "rulebook": rulebook.digest,
        "findings": [row(one, language, short) for one in findings],
        "notes": [attrs.asdict(note) for note in notes],
    }
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def as_jsonl(findings: Iterable[Finding], language: str, rulebook: Rulebook) -> str:
    """One finding a line."""
    short = rulebook.short_digest
    lines = (json.dumps(row(one, language, short), ensure_ascii=False) for one in findings)
    return "".join(f"{line}\n" for line in lines)


def as_csv(findings: Iterable[Finding], language: str, rulebook: Rulebook) -> str:
    """One finding a line, under a header."""
    short = rulebook.short_digest
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in findings:
        form = row(one, language, short)
        form["correlation"] = "; ".join(f"{name}={value}" for name, value in form["correlation"])
        writer.writerow(form)
    return out.getvalue()
