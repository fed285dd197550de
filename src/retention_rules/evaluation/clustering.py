"""Clustering: races that share their groups, in the order in which one needs the other."""

from __future__ import annotations

from retention_rules.errors import DefinitionError
from retention_rules.evaluation.program import (
    ByDay,
    Cluster,
    Flow,
    Race,
)
from retention_rules.rules import (
    FollowUp,
    Pause,
)
from retention_rules.validation import Key
from retention_rules.windows import (
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Field,
    Point,
    StepEnd,
    Trigger,
    Window,
)


def counts_from_step(point: Point | Earliest | None) -> bool:
    """Whether a point is counted from an earlier step."""
    parts = () if point is None else point.parts()
    return any(isinstance(part.anchor, StepEnd) for part in parts)


def fits_chain(first: FollowUp, rule: FollowUp, versions: bool) -> None:
    """Refuse a chain whose rules do not go together.

    Raises:
        DefinitionError: they differ in what a chain shares.
    """
    same = (
        "trigger",
        "correlate_on",
        "on_retrigger",
        "paused_by",
        "for_each",
        "in_force",
        "unless_forbidden",
    )
    for name in same:
        if getattr(rule, name) != getattr(first, name):
            raise DefinitionError(
                f"`{rule.id}` is chained to `{first.id}`, but their `{name}` differ: make it equal"
            )
    if versions:
        raise DefinitionError(f"`{rule.id}` is chained, and so cannot have versions")
    if rule.on_retrigger not in ("separate", "restart", "ignore"):
        raise DefinitionError(f"`{rule.id}` is chained, and so cannot be a queue")


def cluster_of(
    index: int, races: list[Race], correlate_on: tuple[Key, ...], pauses: list[Pause | None]
) -> Cluster:
    """The cluster that races make.

    Raises:
        DefinitionError: each needs another, in a circle.
    """
    for race in races:
        race.by_day = by_day(race.window, race.flow)
        race.feeds = tuple(
            other.index for other in races if race.index in [need for need, _ in other.needs]
        )
    order: list[int] = []
    while len(order) < len(races):
        ready = [
            race.index
            for race in races
            if race.index not in order and all(need in order for need, _ in race.needs)
        ]
        if not ready:
            raise DefinitionError(f"`{races[0].rule.id}` is chained in a circle: break it")
        order += ready
    fine = any(race.may_be_fine for race in races)
    for race, pause in zip(races, pauses, strict=True):
        race.clock = None if pause is None else pauses.index(pause)
    clocks = [(at, one) for at, one in enumerate(pauses) if one and pauses.index(one) == at]
    cluster = Cluster(index, races, *keys_of(correlate_on), tuple(clocks), tuple(order), fine)
    cluster.plain = not clocks and all(race.is_plain for race in races)
    cluster.plain = cluster.plain and cluster.trigger_keys == cluster.other_keys
    return cluster


def keys_of(correlate_on: tuple[Key, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that tie a case, as triggers name them, and as other events do."""
    pairs = [key if isinstance(key, tuple) else (key, key) for key in correlate_on]
    return tuple(one for one, _ in pairs), tuple(other for _, other in pairs)


def by_day(window: Window, flow: Flow) -> ByDay | None:
    """What a window is placed by, if local dates and fields decide."""
    bare = isinstance(window.opens, Point) and isinstance(window.opens.anchor, StepEnd)
    bare = bare and window.opens.offset is None  # type: ignore[union-attr]
    ends = [window.due, window.expires, window.target, None if bare else window.opens]
    parts = [part for end in ends if isinstance(end, Point | Earliest) for part in end.parts()]
    dates = (CalendarDays, BusinessDays)
    if flow == "dates" or not all(
        isinstance(part.anchor, Field | Due) or isinstance(part.offset, dates) for part in parts
    ):
        return None
    return ByDay(
        opens=window.opens is not None and not bare,
        trigger=any(isinstance(part.anchor, Trigger) for part in parts),
        business=any(isinstance(part.offset, BusinessDays) for part in parts),
        fields=tuple({part.anchor.name for part in parts if isinstance(part.anchor, Field)}),
    )
