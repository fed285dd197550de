"""All practices and their readings in one place; `handbook` chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType

from retention_rules.errors import DefinitionError
from retention_rules.practices import (
    accounts,
    after_sale,
    attitudes,
    complaints,
    conduct,
    coverage,
    delivery,
    gifts,
    giving,
    growth,
    letters,
    measures,
    occasions,
    one_three_seven,
    preferences,
    promises,
    purchases,
    recovery,
    requests,
    risks,
    service,
    six_point,
    stages,
    stepping_in,
    thanks,
    visits,
    zero_three_ten_twenty,
)
from retention_rules.practices.cadences import WINDOWS, Figures
from retention_rules.practices.listing import IDS, ROWS
from retention_rules.practices.variants import Guidance, Practice, Reading, choose
from retention_rules.premises import Found
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Derivation, FollowUp, Shape
from retention_rules.texts import Text

_DEFINED: tuple[Practice | Guidance, ...] = (
    *thanks.PRACTICES,
    *one_three_seven.PRACTICES,
    *zero_three_ten_twenty.PRACTICES,
    *after_sale.PRACTICES,
    *after_sale.GUIDANCE,
    *visits.PRACTICES,
    *occasions.PRACTICES,
    *preferences.PRACTICES,
    *coverage.PRACTICES,
    *accounts.PRACTICES,
    *accounts.GUIDANCE,
    *risks.PRACTICES,
    *complaints.PRACTICES,
    *six_point.PRACTICES,
    *recovery.PRACTICES,
    *attitudes.GUIDANCE,
    *stepping_in.PRACTICES,
    *promises.PRACTICES,
    *requests.PRACTICES,
    *service.PRACTICES,
    *delivery.PRACTICES,
    *delivery.GUIDANCE,
    *stages.PRACTICES,
    *conduct.PRACTICES,
    *giving.PRACTICES,
    *gifts.PRACTICES,
    *letters.PRACTICES,
    *growth.PRACTICES,
    *purchases.PRACTICES,
    *measures.GUIDANCE,
)
_BY_ID = {one.id: one for one in _DEFINED}

PRACTICES: Mapping[str, Practice | Guidance] = MappingProxyType(
    {id: _BY_ID[id] for id in IDS if id in _BY_ID}
)
"""Every practice by its id, in the order of the list."""

CADENCES: Mapping[str, Callable[[Mapping[str, str], str | None], list[FollowUp]]] = {
    "1-3-7": one_three_seven.rules,
    "0-3-10-20": zero_three_ten_twenty.rules,
}
_FIGURES: Mapping[str, Mapping[str, Figures]] = {
    "cadence.1-3-7": one_three_seven.READINGS,
    "cadence.0-3-10-20": zero_three_ten_twenty.READINGS,
}
_SELECTED: Mapping[str | None, tuple[str, ...]] = {
    "1-3-7": ("1-3-7",),
    "0-3-10-20": ("0-3-10-20",),
    "both": ("1-3-7", "0-3-10-20"),
    None: (),
}


def _words(readings: Mapping[str, Reading] | Mapping[str, Figures]) -> Mapping[str, Text]:
    return MappingProxyType({name: one.words for name, one in readings.items()})


def _readings() -> Iterable[tuple[str, Mapping[str, Text]]]:
    for id, one in PRACTICES.items():
        if isinstance(one, Practice) and one.readings:
            yield id, _words(one.readings)
    for id, figures in _FIGURES.items():
        yield id, _words(figures)


_TOUCHES = tuple(f"cadence.{name}." for name in CADENCES)
_OWED = tuple(
    id
    for id in dict.fromkeys((*ROWS, *IDS))
    if any(isinstance(PRACTICES.get(one), Practice) for one in ROWS.get(id, (id,)))
)

READINGS: Mapping[str, Mapping[str, Text]] = MappingProxyType(dict(_readings()))
"""What each named reading takes the passage to say, by the id of the practice."""


def built(
    cadence: str | None,
    window: str | None,
    readings: Mapping[str, str],
    examples: bool = False,
    also: Iterable[str] = (),
) -> Rulebook:
    """The rulebook that `handbook` promises.

    Raises:
        DefinitionError: there is no such cadence, window, practice with readings, or reading.
    """
    choose(cadence, _SELECTED, "cadence")
    choose(window, (None, *WINDOWS), "window")
    for id, name in readings.items():
        choose(id, READINGS, "practice with several readings")
        choose(name, READINGS[id], f"reading of `{id}`")
    ids: set[str] = set()
    for id in (also,) if isinstance(also, str) else also:
        choose(id, _OWED, "practice that a rulebook can hold")
        ids.update(ROWS.get(id, (id,)))
    return _built(cadence, window, tuple(sorted(readings.items())), examples, frozenset(ids))


@cache
def _built(
    selected: str | None,
    window: str | None,
    readings: tuple[tuple[str, str], ...],
    examples: bool,
    also: frozenset[str],
) -> Rulebook:
    named = dict(readings)
    chosen: dict[str, Shape] = {
        rule.id: rule
        for name, rules in CADENCES.items()
        for rule in rules(named, window)
        if name in _SELECTED[selected] or rule.id in also
    }
    for id, one in PRACTICES.items():
        if isinstance(one, Practice) and not id.startswith(_TOUCHES) and one.owed(named.get(id)):
            by_default = not one.optional and (examples or one.rule.strength != "example")
            if by_default or id in also:
                chosen[id] = one.read(named.get(id))
    for id in [id for id in chosen if id not in also and _lacking(chosen[id], chosen)]:
        del chosen[id]
    for id, rule in chosen.items():
        for lacking in _lacking(rule, chosen):
            raise DefinitionError(
                f"`{id}` is drawn from `{lacking}`, which is not chosen: add it to `also`, or "
                "choose its cadence"
            )
    return Rulebook(chosen[id] for id in IDS if id in chosen)


def _lacking(rule: Shape, chosen: Mapping[str, Shape]) -> list[str]:
    """What a conclusion is drawn from and is not there, as where a cadence is not chosen."""
    premises = (*rule.given, *rule.unless) if isinstance(rule, Derivation) else ()
    return [one.rule for one in premises if isinstance(one, Found) and one.rule not in chosen]
