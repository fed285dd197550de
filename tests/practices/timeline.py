"""A customer's story as one would write it on paper, and what a practice says of it.

All stories are about `lin` in Shanghai, in the year 2026, unless a date names another. 2 March 2026
is a Monday.
"""

from datetime import datetime, timedelta

from retention_rules.customers import Customer
from retention_rules.evaluation import evaluate
from retention_rules.events import Event
from retention_rules.findings import Finding, Findings
from retention_rules.practices import handbook

LAST = "23:59:59.999999"
"""The last microsecond of a day."""


def when(text: str) -> str:
    """`03-02 15:00` as ISO text in Shanghai; `03-02` as a date; a year may precede."""
    text = text if len(text.split()[0]) == 10 else f"2026-{text}"
    return f"{text.replace(' ', 'T')}+08:00" if " " in text else text


def happened(at: str, kind: str, /, **data: object) -> Event:
    """An event, named for what and when it is."""
    name = "-".join([kind, at.replace(" ", "_"), *map(str, data.values())])
    return Event(name, kind, customer="lin", occurred_at=when(at), data=data)


def touched(at: str, channel: str | None = None, **data: object) -> Event:
    """A touch."""
    return happened(at, "touch.made", **({"channel": channel} if channel else {}), **data)


def deal(at: str = "03-02 15:00", **data: object) -> Event:
    """A deal, on Monday afternoon unless it is said."""
    return happened(at, "deal.closed", **data)


def found(*events: Event, as_of: str, rules=None, facts=None) -> Findings:
    """What the handbook finds."""
    lin = Customer("lin", zone="Asia/Shanghai", facts=facts or {})
    book = handbook() if rules is None else rules
    return evaluate(book, events, as_of=when(as_of), customers=[lin])


def the(rule: str, *events: Event, as_of: str, **how) -> Finding:
    """The one finding of a rule; `rule/part` names a step, part or stage."""
    rule, _, part = rule.partition("/")
    one = [
        finding
        for finding in found(*events, as_of=as_of, **how)
        if finding.rule == rule and (not part or finding.part == part)
    ]
    assert len(one) == 1, [finding.key for finding in one]
    return one[0]


def status(rule: str, *events: Event, as_of: str, **how) -> str:
    """The status of the one finding of a rule."""
    return the(rule, *events, as_of=as_of, **how).status


def absent(rule: str, *events: Event, as_of: str, **how) -> bool:
    """Whether a rule finds nothing at all."""
    return not found(*events, as_of=as_of, **how).select(rule)


def due(rule: str, *events: Event, as_of: str, **how) -> str | None:
    """When the one finding of a rule is due, as one would write it: the day, if at its end."""
    at = the(rule, *events, as_of=as_of, **how).due_at
    return None if at is None else written(at)


def written(at: datetime) -> str:
    """`03-04 24:00` for the last microsecond of 4 March, else the instant."""
    if (at + timedelta(microseconds=1)).strftime("%H%M%S%f") == "0" * 12:
        return f"{at:%m-%d} 24:00"
    return f"{at:%m-%d %H:%M}" + (f":{at:%S.%f}" if at.second or at.microsecond else "")
