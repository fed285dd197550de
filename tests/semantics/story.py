"""A customer's story as one would write it on paper.

All stories are about `lin` in Shanghai, in the year 2026, unless a date names another or a zone is
given. 2 March 2026 is a Monday.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from retention_rules import Event, Finding, FollowUp, Pause, Window, event, touch

ZONE = "Asia/Shanghai"
LAST = "23:59:59.999999"
"""The last microsecond of a day."""
Q = timedelta(microseconds=1)
"""The resolution of all instants."""


def when(text: str, zone: str = ZONE) -> datetime | date:
    """`03-02 15:00` as an instant in a zone; `03-02` as a day; a year may precede."""
    if "T" in text:
        return datetime.fromisoformat(text)
    if len(text.split()[0]) < 10:
        text = f"2026-{text}"
    if " " in text:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return date.fromisoformat(text)


def instant(text: str | datetime, zone: str = ZONE) -> datetime:
    """`when`, where only an instant will do."""
    found = text if isinstance(text, datetime) else when(text, zone)
    assert isinstance(found, datetime)
    return found


def happened(
    id: str,
    kind: str,
    at: str,
    /,
    *,
    zone: str = ZONE,
    customer: str = "lin",
    source: str = "",
    recorded: str | None = None,
    **data: object,
) -> Event:
    """An event; a `_` at the end of a field's name is dropped, so that `from_` can be written."""
    return Event(
        id,
        kind,
        customer=customer,
        occurred_at=when(at, zone),
        source=source,
        recorded_at=None if recorded is None else instant(recorded, zone),
        data={name.removesuffix("_"): value for name, value in data.items()},
    )


def deal(id: str, at: str, /, **how: object) -> Event:
    """A deal: what most rules of these stories are triggered by."""
    return happened(id, "deal.closed", at, **how)


def touched(id: str, at: str, /, **how: object) -> Event:
    """A touch: what pays in most of them."""
    return happened(id, "touch.made", at, **how)


def follow_up(due: object = None, /, **more: object) -> FollowUp:
    """The rule `call`: after a deal, a touch; window ends and whatever else may be given."""
    ends = {name: more.pop(name) for name in ("opens", "expires", "target") if name in more}
    given = {
        "id": "call",
        "trigger": event("deal.closed"),
        "fulfilled_by": touch(),
        "window": Window(due=due, **ends),
        **more,
    }
    return FollowUp(**given)


WAITING = Pause(begin=event("wait.begun"), end=event("wait.ended"))
"""A pause from `wait.begun` to `wait.ended`."""


def written(at: datetime | None) -> str | None:
    """An instant as one would write it: `2026-03-04 23:59:59.999999`, `2026-03-04 10:00`."""
    if at is None:
        return None
    text = f"{at:%Y-%m-%d %H:%M:%S.%f}".removesuffix(".000000")
    return text.removesuffix(":00") if text.count(":") == 2 else text


def statuses(findings: object) -> dict[str, str]:
    """Status by key, without the rule and the customer."""
    return {one.key.split("/", 2)[2]: one.status for one in findings}


def verdict(one: Finding) -> tuple[str, str | None, str | None]:
    """Status, leaning and reason."""
    return one.status, one.leaning, one.reason
