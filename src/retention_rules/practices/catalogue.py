"""All practices and their readings in one place; `handbook` chooses among them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from retention_rules.practices import (
    complaints,
    conduct,
    one_three_seven,
    promises,
    stages,
    thanks,
    zero_three_ten_twenty,
)
from retention_rules.practices.cadences import WINDOWS, Figures, cadence
from retention_rules.practices.variants import Practice, Reading, choose
from retention_rules.rulebook import Rulebook
from retention_rules.rules import FollowUp, Shape
from retention_rules.texts import Text

BEFORE: tuple[Practice, ...] = thanks.PRACTICES
AFTER: tuple[Practice, ...] = (
    *stages.PRACTICES,
    *complaints.PRACTICES,
    *promises.PRACTICES,
    *conduct.PRACTICES,
)
CADENCES: Mapping[str, tuple[tuple[FollowUp, ...], Mapping[str, Figures]]] = {
    "1-3-7": (one_three_seven.TOUCHES, one_three_seven.READINGS),
    "0-3-10-20": (zero_three_ten_twenty.TOUCHES, zero_three_ten_twenty.READINGS),
}
_SELECTED: Mapping[str | None, tuple[str, ...]] = {
    "1-3-7": ("1-3-7",),
    "0-3-10-20": ("0-3-10-20",),
    "both": ("1-3-7", "0-3-10-20"),
    None: (),
}


def _words(readings: Mapping[str, Reading] | Mapping[str, Figures]) -> Mapping[str, Text]:
    return MappingProxyType({name: one.words for name, one in readings.items()})


READINGS: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        **{one.rule.id: _words(one.readings) for one in (*BEFORE, *AFTER) if one.readings},
        **{f"cadence.{name}": _words(readings) for name, (_, readings) in CADENCES.items()},
    }
)
"""What each named reading takes the passage to say, by the id of the practice."""


def built(cadence: str | None, window: str | None, readings: Mapping[str, str]) -> Rulebook:
    """The rulebook that `handbook` promises.

    Raises:
        DefinitionError: there is no such cadence, window, practice with readings, or reading.
    """
    choose(cadence, _SELECTED, "cadence")
    choose(window, (None, *WINDOWS), "window")
    for id, name in readings.items():
        choose(id, READINGS, "practice with several readings")
        choose(name, READINGS[id], f"reading of `{id}`")
    return _built(cadence, window, tuple(sorted(readings.items())))


@cache
def _built(
    selected: str | None, window: str | None, readings: tuple[tuple[str, str], ...]
) -> Rulebook:
    named = dict(readings)
    rules: list[Shape] = [one.read(named.get(one.rule.id)) for one in BEFORE]
    for name in _SELECTED[selected]:
        touches, figures = CADENCES[name]
        reading = named.get(f"cadence.{name}", next(iter(figures)))
        rules += cadence(touches, figures[reading], window)
    rules += [one.read(named.get(one.rule.id)) for one in AFTER]
    return Rulebook(rules)
