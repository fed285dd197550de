"""Findings as JSON, JSON Lines and CSV: always UTF-8, every field in every line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from retention_rules.errors import NotExplainable
from retention_rules.findings import Finding, Note
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
)


def row(finding: Finding, language: str) -> dict[str, Any]:
    """A finding with all its fields, in the order of `COLUMNS`; None where there is nothing."""
    form: dict[str, Any] = encode(finding)
    try:
        form["title"] = finding.title(language)
    except NotExplainable:
        form["title"] = None
    form.setdefault("correlation", [])
    return {name: form.get(name) for name in COLUMNS}


def as_json(
    findings: Iterable[Finding], as_of: datetime, notes: Iterable[Note], language: str
) -> str:
    """One object of all findings, with their instant and the notes."""
    form = {
        "as_of": as_of.isoformat(),
        "findings": [row(one, language) for one in findings],
        "notes": [attrs.asdict(note) for note in notes],
    }
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def as_jsonl(findings: Iterable[Finding], language: str) -> str:
    """One finding a line."""
    lines = (json.dumps(row(one, language), ensure_ascii=False) for one in findings)
    return "".join(f"{line}\n" for line in lines)


def as_csv(findings: Iterable[Finding], language: str) -> str:
    """One finding a line, under a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for one in findings:
        form = row(one, language)
        form["correlation"] = "; ".join(f"{name}={value}" for name, value in form["correlation"])
        writer.writerow(form)
    return out.getvalue()
