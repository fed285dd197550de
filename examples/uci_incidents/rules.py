"""What this service desk owes the people who call it: rules of our own, not of the log's owner."""

from retention_rules import FollowUp, Pause, Rulebook, Window, days, due, event, hours, never

OPENED = event("incident.opened")
TAKEN_UP = event("incident.taken-up")
RESOLVED = event("incident.resolved")
REOPENED = event("incident.reopened")
CLOSED = event("incident.closed")

WAITING = Pause(
    begin=event("incident.wait-began"), end=event("incident.wait-ended"), paired_on="incident"
)

take_up = FollowUp(
    id="desk.take-up",
    title="Take the incident up",
    trigger=OPENED,
    fulfilled_by=TAKEN_UP,
    released_by=RESOLVED,  # resolved with nobody's name on it: nothing is left to take up
    window=Window(due=hours(1)),
    correlate_on="incident",
)


def resolve(name: str, priority: str, within: int) -> FollowUp:
    """Resolve incidents of a priority within so many hours in which we do not wait for the user."""
    return FollowUp(
        id=f"desk.resolve-{name}",
        title=f"Resolve the incident ({name})",
        trigger=event("incident.opened", priority=priority),
        fulfilled_by=RESOLVED,
        released_by=CLOSED,
        window=Window(due=hours(within), expires=never),
        correlate_on="incident",
        paused_by=WAITING,
    )


resolve_again = FollowUp(
    id="desk.resolve-again",
    title="Resolve the reopened incident",
    trigger=REOPENED,
    fulfilled_by=RESOLVED,
    released_by=CLOSED,
    window=Window(due=hours(24), expires=due + days(7)),
    correlate_on="incident",
    paused_by=WAITING,
)

close = FollowUp(
    id="desk.close",
    title="Close the resolved incident",
    trigger=RESOLVED,
    fulfilled_by=CLOSED,
    released_by=REOPENED,
    window=Window(due=days(6)),
    correlate_on="incident",
)

RULEBOOK = Rulebook(
    [
        take_up,
        resolve("critical", "1", within=4),
        resolve("high", "2", within=24),
        resolve("moderate", "3", within=120),
        resolve("low", "4", within=240),
        resolve_again,
        close,
    ]
)
