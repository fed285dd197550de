"""Findings, changes and notes. Instants are ISO times with the customer's offset."""

from __future__ import annotations

from typing import Any, get_args

import attrs

from retention_rules.calendars import instant
from retention_rules.findings import (
    Change,
    Finding,
    Findings,
    Nature,
    Note,
    Status,
    moment,
)
from retention_rules.serialization._codec import (
    NAMES,
    TEXT,
    Codec,
    Record,
    codec,
    inside,
    made,
    many,
    mapping,
    shown,
    unknown,
    wrong,
)
from retention_rules.serialization._values import INSTANT, decode_instant

_TIMES = ("opens", "due", "expires", "target", "ended", "paused_since", "next_change")
_NAMES = tuple(f.name for f in attrs.fields(Finding) if f.name not in (*_TIMES, "origin"))
DERIVED = ("fulfilled_by", "fulfilled_at", "title", "rulebook")
"""Keys that are written for readers of the JSON, and passed over when decoding."""

_KEYS = (*_NAMES, *(f"{name}_at" for name in _TIMES), *DERIVED)
_NATURES = get_args(Nature)


def encode_finding(finding: Finding) -> dict[str, Any]:
    """A finding, without what it leaves empty.

    >>> one = Finding(key="a/lin/o-1", rule="a", nature="obligation", customer="lin", trigger="o-1",
    ...               status="open", zone="Asia/Shanghai", due=1_772_639_999_999_999)
    >>> encode_finding(one)["due_at"]
    '2026-03-04T23:59:59.999999+08:00'
    """
    out: dict[str, Any] = {}
    for field in attrs.fields(Finding):
        value = getattr(finding, field.name)
        if field.name == "origin" or value is None or value == ():
            continue
        if field.name in _TIMES:
            at = made("", moment, value, finding.zone)
            out[f"{field.name}_at"] = at.isoformat()
        elif field.name == "correlation":
            out[field.name] = [list(pair) for pair in value]
        elif field.name == "reasons":
            out[field.name] = list(value)
        else:
            out[field.name] = value
    if finding.fulfilled_by is not None:
        out["fulfilled_by"] = finding.fulfilled_by
    if finding.fulfilled_at is not None:
        out["fulfilled_at"] = finding.fulfilled_at.isoformat()
    return out


def decode_finding(data: Any, path: str) -> Finding:
    """The finding that an object describes; it carries no evidence."""
    data = mapping(data, path, "a finding")
    fields: dict[str, Any] = {}
    for key, value in data.items():
        if key not in _KEYS:
            raise unknown(key, _KEYS, path)
        place = inside(path, key)
        if value is None or key in DERIVED:
            continue
        if key.removesuffix("_at") in _TIMES:
            fields[key.removesuffix("_at")] = instant(decode_instant(value, place))
        elif key == "correlation":
            fields[key] = tuple(_pair(pair, place) for pair in many(NAMES).decode(value, place))
        elif key == "reasons":
            fields[key] = NAMES.decode(value, place)
        else:
            fields[key] = TEXT.decode(value, place)
    for field in attrs.fields(Finding):
        if field.default is attrs.NOTHING and field.name not in fields:
            raise wrong(path, f"`{field.name}` is missing")
    for key, known in (("status", get_args(Status)), ("nature", _NATURES)):
        if fields[key] not in known:
            choices = ", ".join(known)
            raise wrong(inside(path, key), f"{shown(fields[key])}: choose one of {choices}")
    return made(path, Finding, **fields)  # type: ignore[no-any-return]


def _pair(value: tuple[str, ...], path: str) -> tuple[str, str]:
    if len(value) != 2:
        raise wrong(path, f"{shown(value)} is not a pair of field and text")
    return value[0], value[1]


FINDING = Codec(encode_finding, decode_finding)
NOTE = codec(
    Record(Note, {"kind": ("kind", TEXT), "text": ("text", TEXT), "events": ("events", NAMES)})
)


def _encode_change(change: Change) -> dict[str, Any]:
    ends = {"before": change.before, "after": change.after}
    found = {name: None if one is None else encode_finding(one) for name, one in ends.items()}
    return {"key": change.key, **found}


def _decode_change(data: Any, path: str) -> Change:
    data = mapping(data, path, "a change")
    for key in data:
        if key not in ("key", "before", "after"):
            raise unknown(key, ("key", "before", "after"), path)
    ends = [
        None if data.get(name) is None else decode_finding(data[name], inside(path, name))
        for name in ("before", "after")
    ]
    return Change(TEXT.decode(data.get("key"), inside(path, "key")), *ends)


CHANGE = Codec(_encode_change, _decode_change)


def encode_findings(findings: Findings) -> dict[str, Any]:
    """All findings of one evaluation, with its instant and notes."""
    out: dict[str, Any] = {}
    if findings.as_of is not None:
        out["as_of"] = INSTANT.encode(findings.as_of)
    out["findings"] = [encode_finding(one) for one in findings]
    if findings.notes:
        out["notes"] = many(NOTE).encode(findings.notes)
    return out


def decode_findings(data: Any, path: str) -> Findings:
    """What `encode_findings` wrote."""
    data = mapping(data, path, "findings")
    for key in data:
        if key not in ("as_of", "findings", "notes"):
            raise unknown(key, ("as_of", "findings", "notes"), path)
    as_of = data.get("as_of")
    return Findings(
        many(FINDING).decode(data.get("findings"), inside(path, "findings")),
        as_of=None if as_of is None else decode_instant(as_of, inside(path, "as_of")),
        notes=many(NOTE).decode(data.get("notes", []), inside(path, "notes")),
    )


FINDINGS = Codec(encode_findings, decode_findings)
