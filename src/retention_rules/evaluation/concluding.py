"""What conclusions look like to the rest: facts going in, findings and moments coming out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from retention_rules.evaluation.acting import UNKNOWN_CONTACT
from retention_rules.evaluation.chaining import Came, Conclusion, Fact
from retention_rules.evaluation.happenings import DRAWN, Happening
from retention_rules.evaluation.strata import WATCH
from retention_rules.events import CONCLUSION
from retention_rules.findings import Finding

if TYPE_CHECKING:
    from retention_rules.evaluation.found import Viewpoint


def came_at(finding: Finding, trigger: Happening | None, now: int) -> Came:
    """The place of a change among those of its instant."""
    if trigger is not None and finding.rule.startswith(WATCH):
        return (now, 0, *trigger.order)
    return (now, 2 if finding.nature == "conclusion" else 1, finding.key)


def fact_of(
    finding: Finding, trigger: Happening | None, contact: str | None, came: Came, root: Any
) -> Fact:
    """A finding as premises see it; `trigger` and `contact` are what it is owed for, and to."""
    fields: dict[str, Any] = {} if trigger is None else dict(trigger.data)
    if contact is not None and contact != UNKNOWN_CONTACT:
        fields["contact"] = contact
    fields |= dict(finding.correlation)
    name = finding.trigger if finding.rule.startswith(WATCH) else finding.key
    return Fact(finding.key, name, fields, finding.trigger, came, root)


def conclusion(
    key: str, one: Conclusion, view: Viewpoint, complete: int | None, now: int | None
) -> Finding:
    """The finding that a conclusion is at an instant; events are in up to `complete`."""
    ends = complete if one.absent and one.sure else None
    passes = ends is not None and (now is None or now <= ends)
    return Finding(
        key=key,
        rule=one.rule.id,
        nature="conclusion",
        customer=view.customer,
        correlation=tuple(zip(one.rule.correlate_on, one.values, strict=True)),
        status="holds" if one.sure else "indeterminate",
        trigger=one.cause,
        zone=view.zone,
        opens=one.since,
        reason=None if one.sure else "doubtful",
        next_change=ends + 1 if passes and ends is not None else None,
        reasons=one.reasons,
        origin=view.origin,
    )


def no_event(now: int) -> Happening:
    """In place of an event, where something is asked of the customer alone."""
    return Happening("", {}, now, now, (now, DRAWN, "", ""), "")


def moment(what: str, one: Conclusion, now: int) -> Happening:
    """The moment at which a conclusion is drawn or withdrawn."""
    id = one.name if what == "concluded" else f"-{one.name}"
    data = dict(zip(one.rule.correlate_on, one.values, strict=True))
    root = one.root if one.root is not None else id
    kind = f"{CONCLUSION}{what}:{one.rule.id}"
    return Happening(kind, data, now, now, (now, DRAWN, "", id), root)
