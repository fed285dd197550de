"""All evaluators in one registry, and what each of them cannot do yet.

A new evaluator is one more line here. What it lacks is named in `lacks`, with the reason: questions
that need it are not put to it, and the tests of that capability are expected to fail. They must
fail, as long as it is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import attrs
import pytest
from tests.agreement import worker
from tests.oracle import denote

from retention_rules.calendars import instant
from retention_rules.conditions import CustomerField, History, InStage, Pattern, walk
from retention_rules.errors import RetentionRulesError
from retention_rules.evaluation import Monitor, evaluate
from retention_rules.evaluation.mentions import parts_of
from retention_rules.events import RESERVED, Event, aware
from retention_rules.findings import Finding
from retention_rules.knowledge import recorded, resolve
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Procedure
from retention_rules.testing import Evaluation
from retention_rules.windows import Window

# ---- evaluators --------------------------------------------------------------------------------


@attrs.frozen
class Evaluator:
    """An evaluator, and how it is tested.

    Attributes:
        name: What tests call it.
        ask: It takes what `evaluate` takes.
        beside: The evaluator that it is held against.
        lacks: What it cannot do yet, and why.
        missing: Why it cannot be asked here at all; None if it can.
        marks: Marks of its tests.
        times: How many times as many examples it is given before a release.
        few: How many are enough otherwise; None for as many as any test has.
        silent: Why it tells no notes yet; None if it does.
    """

    name: str
    ask: Callable[..., Sequence[Finding]]
    beside: Callable[..., Sequence[Finding]]
    lacks: Mapping[str, str] = attrs.Factory(dict)
    missing: Callable[[], str | None] = lambda: None
    marks: tuple[Any, ...] = ()
    times: int = 1
    few: int | None = None
    silent: str | None = None

    def can(self, asked: Evaluation) -> bool:
        """Whether it lacks nothing that a question needs."""
        return not any(CAPABILITIES[name](asked) for name in self.lacks)


def observed(
    rulebook: Rulebook,
    records: Sequence[Any],
    *,
    as_of: Any,
    known_at: Any = None,
    complete: Any = None,
    **given: Any,
) -> Sequence[Finding]:
    """A monitor that was told the records one by one, the last of them first."""
    resolve(records, known_at)  # what it refuses, the monitor may wait for
    cut = None if known_at is None else instant(aware(known_at))
    monitor = Monitor(rulebook, **given)
    known = [one for one in records if cut is None or recorded(one) <= cut]
    for record in reversed(known):
        monitor.observe(record)
    monitor.advance(as_of)
    return monitor.findings(complete)


def columns(rulebook: Rulebook, records: Sequence[Any], **given: Any) -> Sequence[Finding]:
    """The batch evaluator, told the records as a frame."""
    from tests.agreement.batch import batch  # here, since what it needs is optional

    return batch(rulebook, records, **given)


def without_batch() -> str | None:
    """Why the batch evaluator cannot be asked here; None if it can."""
    lacking = [one for one in ("narwhals", "numba", "pyarrow") if find_spec(one) is None]
    return f"`{lacking[0]}` is not installed: it comes with the extra `batch`" if lacking else None


THOROUGH = 2000
"""From so many examples on, nothing is left out."""
_WORKER = worker.Worker()

EVALUATORS = (
    Evaluator("evaluate", evaluate, denote),
    Evaluator("monitor", observed, denote),
    Evaluator(
        "batch",
        columns,
        evaluate,
        missing=without_batch,
        few=15,
        silent="frames come without notes",
    ),
    Evaluator(
        "rete",
        _WORKER.ask,
        evaluate,
        missing=worker.missing,
        marks=(pytest.mark.rete,),
        times=6,
    ),
)


def every(*, but: Sequence[str] = ()) -> list[Any]:
    """The evaluators as parameters of a test; those that cannot be asked here are skipped."""
    return [
        pytest.param(one, id=one.name, marks=one.marks) for one in EVALUATORS if one.name not in but
    ]


def asking(evaluator: Evaluator) -> Evaluator:
    """The same evaluator, if it can be asked here; else the test is skipped, with the reason."""
    reason = evaluator.missing()
    if reason is not None:
        pytest.skip(reason)
    return evaluator


# ---- capabilities ------------------------------------------------------------------------------


def _shape(name: str) -> Callable[[Evaluation], bool]:
    return lambda asked: any(type(rule).__name__ == name for rule in asked.rulebook)


def _follow_ups(test: Callable[[FollowUp], Any]) -> Callable[[Evaluation], bool]:
    return lambda asked: any(test(rule) for rule in asked.rulebook if isinstance(rule, FollowUp))


def _policy(name: str) -> Callable[[Evaluation], bool]:
    return _follow_ups(lambda rule: rule.on_retrigger == name)


def _nodes(kind: type) -> Callable[[Evaluation], bool]:
    return lambda asked: any(
        isinstance(node, kind)
        for rule in asked.rulebook
        for part in parts_of(rule)
        for node in walk(part)
    )


def _hears_stages(asked: Evaluation) -> bool:
    return any(
        kind.startswith(RESERVED)
        for rule in asked.rulebook
        for part in parts_of(rule)
        for node in walk(part)
        if isinstance(node, Pattern)
        for kind in node.kinds
    )


def _windows(rule: Any) -> list[Window]:
    steps = rule.steps if isinstance(rule, Procedure) else ()
    return [
        one.window for one in (rule, *steps) if isinstance(getattr(one, "window", None), Window)
    ]


CAPABILITIES: Mapping[str, Callable[[Evaluation], bool]] = {
    "follow-up": _shape("FollowUp"),
    "procedure": _shape("Procedure"),
    "recurring": _shape("Recurring"),
    "lifecycle": _shape("Lifecycle"),
    "prohibition": _shape("Prohibition"),
    "derivation": _shape("Derivation"),
    "ignore": _policy("ignore"),
    "restart": _policy("restart"),
    "queue": _policy("queue"),
    "pauses": lambda asked: any(getattr(rule, "paused_by", None) for rule in asked.rulebook),
    "contacts": _follow_ups(lambda rule: rule.for_each),
    "compared fields": _follow_ups(lambda rule: rule.differs_on or rule.same_on),
    "chains": lambda asked: any(
        window.steps() for rule in asked.rulebook for window in _windows(rule)
    ),
    "history": _nodes(History),
    "facts": _nodes(CustomerField),
    "contact fields": _follow_ups(
        lambda rule: rule.for_each is not None and rule.for_each.where is not None
    ),
    "stage conditions": _nodes(InStage),
    "stage events": _hears_stages,
    "days only": lambda asked: any(
        isinstance(one, Event) and one.at is None for one in asked.records
    ),
    "amendments": lambda asked: any(one.amends is not None for one in asked.records),
    "known_at": lambda asked: asked.known_at is not None,
    "complete": lambda asked: asked.complete is not None,
    "history_from": lambda asked: asked.history_from is not None,
}
"""What a question may need, by name."""


def answers(asked: Evaluation) -> bool:
    """Whether a question has an answer with findings."""
    try:
        return bool(asked.ask())
    except RetentionRulesError:
        return False
