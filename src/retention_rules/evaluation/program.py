"""The lowered rulebook: conditions as bits, obligations as races, and who listens to which kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs

from retention_rules.conditions import (
    Prior,
)
from retention_rules.evaluation.bits import Test
from retention_rules.evaluation.history import Fields
from retention_rules.findings import escaped
from retention_rules.rulebook import Rulebook
from retention_rules.rules import (
    ALWAYS,
    Contacts,
    FollowUp,
    Lifecycle,
    Pause,
    Procedure,
    Prohibition,
    Recurring,
    Rule,
)
from retention_rules.windows import (
    Field,
    Point,
    Window,
)

if TYPE_CHECKING:
    from retention_rules.evaluation.strata import Stratum

TRIGGER, PAY, FREE, SKIP, BEGIN, END, OPEN, CLOSE = range(8)
"""The parts that an event may play: CLOSE frees a whole case, SKIP one step that hands on."""

Flow: TypeAlias = Literal["once", "step", "each", "every", "dates"]


@attrs.define(eq=False)
class ByDay:
    """What a window that follows from the local dates of its anchors, and fields, is placed by.

    Attributes:
        opens: Whether it has an opening that is placed so.
        trigger: Whether an end is counted from the trigger.
        business: Whether an end is counted in business days.
        fields: The fields that an end is counted from.
        known: Where it was placed before, by day table, dates and fields: opens, due, expires,
            target, and whether it ends at instants.
    """

    opens: bool
    trigger: bool
    business: bool
    fields: tuple[str, ...]
    known: dict[tuple[Any, ...], tuple[Any, ...]] = attrs.Factory(dict)


@attrs.define(eq=False)
class Race:
    """One obligation's rule: a trigger, then payment, release and time run against each other.

    Attributes:
        index: Its place among the races of its cluster.
        family: The index that the versions of one rule share.
        rule: The rule that people wrote; `part` the step of it.
        flow: How it starts: once per trigger, as a step, for each event of a case, from the last
            touch, or on dates.
        needs: The races that must hand on an anchor before it is born, by the name in points.
        feeds: The races that wait for it.
        early: Whether touches before its birth pay.
        follows: Whether it opens only after what it needs, not with the case.
        id: The rule's id; `name` the same as part of a key.
        timeless: Whether its rule is always in force.
        required: Whether its absence at closing, or at a later step, is a violation.
        by_day: What its window is placed by, if local dates decide.
    """

    index: int
    family: int
    rule: FollowUp | Procedure | Recurring
    part: str | None
    window: Window
    flow: Flow = "once"
    policy: str = "separate"
    needs: tuple[tuple[int, str], ...] = ()
    feeds: tuple[int, ...] = ()
    early: bool = False
    required: bool = False
    survives: bool = False
    differs_on: str | None = None
    same_on: str | None = None
    contacts: Contacts | None = None
    contact_test: Test | None = None
    clock: int | None = None
    by_day: ByDay | None = None

    follows: bool = False
    id: str = attrs.field(init=False)
    name: str = attrs.field(init=False)
    timeless: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.id = self.rule.id
        self.name = escaped(self.rule.id)
        self.timeless = self.rule.in_force is ALWAYS

    def in_force(self, day: int) -> bool:
        """Whether a trigger of that local date starts it."""
        return self.timeless or in_force(self.rule, day)

    def lacking(self, data: Mapping[str, Any]) -> bool:
        """Whether a field is missing by which payments are compared with their trigger."""
        names = (self.differs_on, self.same_on)
        return any(name is not None and data.get(name) is None for name in names)

    @property
    def is_plain(self) -> bool:
        """Whether it stands alone, and is paid by any touch that comes in its window."""
        compared = self.contacts or self.differs_on or self.same_on
        apart = not (self.needs or self.feeds or compared)
        return apart and self.flow == "once" and self.policy in ("separate", "restart")

    @property
    def may_be_fine(self) -> bool:
        """Whether its windows may end at an instant rather than with a local date."""
        ends = (self.window.due, self.window.opens)
        return any(_fine(part) for end in ends if end is not None for part in end.parts())


def in_force(rule: Rule, day: int) -> bool:
    """Whether a rule is in force on a local date."""
    period = rule.in_force
    if period is ALWAYS:
        return True
    after = period.start_on is None or period.start_on.toordinal() <= day
    return after and (period.end_on is None or day < period.end_on.toordinal())


def _fine(part: Point) -> bool:
    if isinstance(part.anchor, Field) or part.offset is None:
        return True
    plain = getattr(part.offset, "clock", 0) is None
    return not plain or bool(getattr(part.offset, "to_closing", False))


@attrs.define(eq=False)
class Cluster:
    """Races that share their groups: one follow-up, a chain of them, or a procedure.

    Attributes:
        index: Its place in the program.
        trigger_keys: The fields that make a group, as triggers name them.
        other_keys: The same, as other events name them.
        clocks: When the clocks of its groups stand still; versions may differ in that, and so
            each race has the `clock` of the first that shares its pauses.
        order: The races in an order in which each comes after what it needs.
        may_be_fine: Whether windows may end at instants, so that dated events raise doubt.
        chained: Whether its races share cases, as steps do.
        hears_stages: Whether stage entries or exits play a part.
        plain: Whether each of its races stands alone, with nothing to pause or compare.
        certain: Whether, without doubt about its events, one run says all there is to say.
        procedure: The procedure that it is, if it is one.
    """

    index: int
    races: list[Race]
    trigger_keys: tuple[str, ...]
    other_keys: tuple[str, ...]
    clocks: tuple[tuple[int, Pause], ...] = ()
    order: tuple[int, ...] = ()
    may_be_fine: bool = False
    chained: bool = False
    hears_stages: bool = False
    plain: bool = False
    certain: bool = attrs.field(init=False)
    procedure: Procedure | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        first = self.races[0]
        self.certain = first.policy not in ("ignore", "queue")
        self.procedure = first.rule if isinstance(first.rule, Procedure) else None

    def starts(self, part: Part) -> bool:
        """Whether a part is that of the trigger, whose own names of the keys then serve."""
        index, role, _ = part
        return role == OPEN or (role == TRIGGER and self.races[index].flow != "each")

    @property
    def delicate(self) -> bool:
        """Whether an event may count only perhaps although its conditions are certain."""
        return self.may_be_fine or any(
            race.contacts or race.differs_on or race.same_on for race in self.races
        )


Part: TypeAlias = tuple[int, int, bool]
"""Race, part played, and whether for certain."""


class Listener:
    """A cluster that listens to one kind of event.

    Attributes:
        roles: The parts that such an event may play there: the test that decides (None: always),
            the part if it is met for certain, and the part if it is met perhaps.
        key: The group that such an event plays them in; None if its data decides.
        passive: Whether it only pays or frees, so that it matters only to what is owed already.
        delicate: Whether doubt may arise from more than a condition.
    """

    __slots__ = ("cluster", "delicate", "key", "passive", "roles")

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.roles: list[tuple[Test | None, Part, Part]] = []
        self.key: tuple[int, tuple[str, ...]] | None = (
            None if cluster.other_keys or cluster.trigger_keys else (cluster.index, ())
        )
        self.passive = cluster.certain
        self.delicate = cluster.delicate

    def add(self, race: int, role: int, test: Test | None) -> None:
        """Let events of the kind play one more part."""
        self.roles.append((test, (race, role, True), (race, role, False)))
        self.passive = self.passive and role in (PAY, FREE, SKIP, CLOSE)


@attrs.define(eq=False)
class Ban:
    """A prohibition, compiled."""

    index: int
    rule: Prohibition
    context: Test | None
    forbids: dict[str, Test | None]
    clears: dict[str, Test | None]
    trigger_keys: tuple[str, ...]
    other_keys: tuple[str, ...]


@attrs.define(eq=False)
class Life:
    """A lifecycle, compiled: for each kind, the moves it may cause and their tests."""

    index: int
    rule: Lifecycle
    moves: dict[str, list[tuple[int, Test | None]]]


@attrs.define(eq=False)
class Route:
    """Everyone who listens to one kind of event.

    Attributes:
        listeners: All clusters that do; `active` those that are not passive.
        passive: By cluster, the passive ones whose groups have no correlation values.
        tied: The passive ones whose groups have, by the names of the fields that hold them.
    """

    listeners: list[Listener] = attrs.Factory(list)
    active: list[Listener] = attrs.Factory(list)
    passive: dict[int, Listener] = attrs.Factory(dict)
    tied: list[tuple[tuple[str, ...], list[Listener]]] = attrs.Factory(list)
    lives: list[tuple[Life, list[tuple[int, Test | None]]]] = attrs.Factory(list)
    priors: list[tuple[int, Test | None]] = attrs.Factory(list)
    forbidden: list[tuple[Ban, Test | None]] = attrs.Factory(list)
    clearing: list[tuple[Ban, Test | None]] = attrs.Factory(list)

    def sort(self) -> None:
        """Sort the listeners, once all are there."""
        tied: dict[tuple[str, ...], list[Listener]] = {}
        for one in self.listeners:
            if not one.passive:
                self.active.append(one)
            elif one.key is not None:
                self.passive[one.cluster.index] = one
            else:
                tied.setdefault(one.cluster.other_keys, []).append(one)
        self.tied = list(tied.items())


@attrs.define(eq=False)
class Program:
    """A rulebook, ready to run.

    Attributes:
        routes: By kind of event, who listens; `relevant` the kinds that anyone listens to.
        priors: The histories that conditions ask for, numbered, and the fields read from each.
        stratum: What is concluded, and from what; None if nothing is.
    """

    rulebook: Rulebook
    clusters: list[Cluster]
    lives: list[Life]
    bans: list[Ban]
    priors: dict[Prior, int]
    fields: list[Fields]
    numbered: list[Prior]
    routes: dict[str, Route]
    relevant: frozenset[str]
    stratum: Stratum | None = None
