"""Three ways to ask: at once, late and backwards, and awake only when something changes."""

from datetime import datetime

import pytest
from tests.semantics.story import ZONE, instant

from retention_rules import Findings, Monitor, Rulebook, evaluate


def _rulebook(rules):
    return rules if isinstance(rules, Rulebook) else Rulebook(rules)


def _applied(state, changes):
    """What a CRM that upserts by key would hold after these changes."""
    for change in changes:
        assert change.before == state.get(change.key)
        if change.after is None:
            del state[change.key]
        else:
            state[change.key] = change.after


def _checked(monitor, state, complete):
    found = monitor.findings(complete)
    assert state == {one.key: one for one in monitor.findings()}, "the changes do not add up"
    return found


def at_once(rules, *records, as_of, complete=None, **how) -> Findings:
    """`evaluate`."""
    return evaluate(_rulebook(rules), records, as_of=as_of, complete=complete, **how)


def backwards(rules, *records, as_of: datetime, complete=None, **how) -> Findings:
    """A monitor whose clock is there already, and that hears of everything late and backwards."""
    monitor, state = Monitor(_rulebook(rules), **how), {}
    _applied(state, monitor.advance(as_of))
    for record in reversed(records):
        _applied(state, monitor.observe(record))
    return _checked(monitor, state, complete)


def awake(rules, *records, as_of: datetime, complete=None, **how) -> Findings:
    """A monitor that knows everything beforehand and sleeps until the next change."""
    monitor, state = Monitor(_rulebook(rules), **how), {}
    for record in records:
        _applied(state, monitor.observe(record))
    for _ in range(1000):
        wake = monitor.next_change_at
        if wake is None or wake > as_of:
            break
        _applied(state, monitor.advance(wake))
    else:
        pytest.fail("it does not stop waking up")
    assert monitor.advance(as_of) == [], "something changed between two wake-ups"
    return _checked(monitor, state, complete)


@pytest.fixture(params=[at_once, backwards, awake], ids=lambda way: way.__name__)
def ask(request):
    """Findings of rules and records, `as_of` an instant written as in a story."""

    def asked(rules, *records, as_of, zone=ZONE, **how):
        if complete := how.get("complete"):
            how["complete"] = {name: instant(text, zone) for name, text in complete.items()}
        return request.param(rules, *records, as_of=instant(as_of, zone), zone=zone, **how)

    return asked
