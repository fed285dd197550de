"""Comparing answers, with messages that show the first difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from retention_rules.findings import Change, Finding


def lines(finding: Finding | None) -> str:
    """The fields of a finding that say something, in one line."""
    if finding is None:
        return "nothing"
    shown = {
        name: value
        for name, value in attrs.asdict(finding, recurse=False).items()
        if value not in (None, ()) and name not in ("key", "rule", "nature", "customer", "origin")
    }
    return ", ".join(f"{name}={value}" for name, value in shown.items())


def same(
    one: Sequence[Finding] | str, other: Sequence[Finding] | str, what: str, *also: object
) -> None:
    """Raise an error that names the first finding in which two answers differ."""
    if isinstance(one, str) or isinstance(other, str):
        if one != other:
            raise AssertionError(f"{what}: {_brief(one)} against {_brief(other)}{_also(also)}")
        return
    first, second = ({finding.key: finding for finding in found} for found in (one, other))
    if len(first) < len(one) or len(second) < len(other):
        keys = [finding.key for finding in (one if len(first) < len(one) else other)]
        double = sorted(key for key in set(keys) if keys.count(key) > 1)
        raise AssertionError(f"{what}: two findings have the key `{double[0]}`{_also(also)}")
    for key in sorted(first.keys() | second.keys()):
        if first.get(key) != second.get(key):
            raise AssertionError(
                f"{what}: `{key}`\n  is     {lines(first.get(key))}"
                f"\n  and is {lines(second.get(key))}{_also(also)}"
            )


def _brief(found: Sequence[Finding] | str) -> str:
    return found if isinstance(found, str) else f"{len(found)} findings"


def _also(also: tuple[object, ...]) -> str:
    return "".join(f"\n  {one}" for one in also)


def same_changes(
    before: Sequence[Finding], after: Sequence[Finding], changes: Iterable[Change], what: str
) -> None:
    """Raise an error unless the reported changes are what changed."""
    old, new = ({one.key: one for one in found} for found in (before, after))
    expected = {
        key: (old.get(key), new.get(key))
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key)
    }
    told = {one.key: (one.before, one.after) for one in changes}
    for key in sorted(expected.keys() | told.keys()):
        if expected.get(key) != told.get(key):
            is_, said = (
                "nothing" if pair is None else f"{lines(pair[0])} -> {lines(pair[1])}"
                for pair in (expected.get(key), told.get(key))
            )
            raise AssertionError(f"changes, {what}: `{key}`\n  is       {is_}\n  reported {said}")
