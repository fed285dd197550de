"""Whose verdicts change when a rulebook does."""

from __future__ import annotations

from collections.abc import Iterable

from retention_rules.findings import Change, Finding


def differences(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Change, ...]:
    """The findings that differ in status or due instant, or that only one of both has.

    Args:
        before: The findings under one rulebook.
        after: Those under another, for the same records and the same instant.

    Returns:
        A change for each key: first those of status, then those of the due instant alone; each in
        the order of `after`, and what is gone last.

    >>> one = Finding(key="a/lin/o-1", rule="a", nature="obligation", customer="lin", trigger="o-1",
    ...               status="open", zone="Asia/Shanghai", due=1_772_639_999_999_999)
    >>> differences([one], [one]), differences([one], [])[0].after
    ((), None)
    """
    old = {one.key: one for one in before}
    new = {one.key: one for one in after}
    keys = dict.fromkeys((*new, *old))
    pairs = ((key, old.get(key), new.get(key)) for key in keys)
    found = [Change(*pair) for pair in pairs if _verdict(pair[1]) != _verdict(pair[2])]
    return tuple(sorted(found, key=lambda change: not restated(change)))


def restated(change: Change) -> bool:
    """Whether the status is another one, or there is a finding on one side only."""
    before, after = change.before, change.after
    return before is None or after is None or before.status != after.status


def _verdict(finding: Finding | None) -> object:
    return None if finding is None else (finding.status, finding.due)
