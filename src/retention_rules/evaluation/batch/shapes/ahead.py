"""What time will bring: the changes of findings by stages that end by themselves."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np

from retention_rules.evaluation.batch.columns.times import NONE
from retention_rules.evaluation.batch.kernels.acts import BREACHED, OPEN, UPCOMING
from retention_rules.evaluation.batch.kernels.walking import (
    NEVER,
)
from retention_rules.evaluation.batch.shapes.owed import Owed
from retention_rules.evaluation.batch.shapes.stages import Stays
from retention_rules.evaluation.batch.units.classes import Classes
from retention_rules.evaluation.batch.units.plan import Unit
from retention_rules.evaluation.program import FREE, PAY, TRIGGER, Cluster
from retention_rules.events import RESERVED


def ahead(
    found: list[tuple[Owed, list[Unit]]],
    places: list[Stays],
    classes: Classes,
    setting: Any,
    flags: Any,
) -> list[Owed]:
    """The findings of what hears of stages, with the changes that stages which time out will bring.

    Where that is not plain, the customer is flagged, and the pure evaluator asked.

    Args:
        found: The findings, and the units that their rules are of.
        places: Where customers are.
        classes: Who hears of entries and exits.
        setting: What the findings were made of.
        flags: By customer and unit, what the pure evaluator takes; more is added.
    """
    kept = []
    for owed, units in found:
        change = np.array(owed.next_change)
        staged = np.array([unit.staged for unit in units])[owed.race]
        live = np.isin(owed.leaning, (UPCOMING, OPEN, BREACHED)) | (owed.reason != 0)
        live &= staged
        unclear = live & (owed.reason != 0)
        if owed.nature == "obligation":
            for one in places if owed.size else ():
                if not len(one.stage):
                    continue
                last = np.flatnonzero((one.left == NONE) & (one.timeout != NEVER))
                where = np.full(len(flags), -1)
                where[one.customer[last]] = last
                at = where[owed.customer]
                when = np.where(at >= 0, one.timeout[at], NONE)
                stage = np.where(at >= 0, one.stage[at], 0)
                ends, stirs = _effects(one, units, classes)
                early = live & (at >= 0) & ((change == NONE) | (when <= change))
                hit = early & ends[owed.race, stage]
                change = np.where(hit, when, change)
                unclear |= early & ~hit & stirs[owed.race, stage]
        for number, unit in enumerate(units):
            flags[owed.customer[unclear & (owed.race == number)], unit.index] = True
        index = np.array([unit.index for unit in units])
        away = flags[owed.customer, index[owed.race]]
        kept.append(attrs.evolve(owed, change=change).where(~away))
    return kept


def _effects(one: Stays, units: list[Unit], classes: Classes) -> tuple[Any, Any]:
    """By race and stage: whether its end by time ends what is owed; and may do anything else."""
    names = [stage.name for stage in one.life.stages]
    following = {timeout.source: timeout.to for timeout in one.life.timeouts}
    ends = np.zeros((len(units), len(names)), bool)
    stirs = ends.copy()
    for number, unit in enumerate(units):
        assert isinstance(unit.what, Cluster)
        race = unit.what.races[0]
        restarts = race.policy == "restart" and race.flow == "once" and race.timeless
        opens = race.window.opens is not None
        for place_, name in enumerate(names):
            stage, seen = name, set()
            while stage in following and stage not in seen:
                seen.add(stage)
                roles = _roles(one.life.id, stage, following[stage], unit, classes)
                if stage == name and not unit.keys:  # for which case is not known here
                    surely = FREE in roles or (PAY in roles and not opens)
                    ends[number, place_] = surely or (restarts and TRIGGER in roles)
                stirs[number, place_] |= bool(roles)
                stage = following[stage]
    return ends, stirs


def _roles(life: str, stage: str, to: str, unit: Unit, classes: Classes) -> set[int]:
    """The parts that an exit by time and the entry after it play in a unit."""
    found: set[int] = set()
    for kind in (f"{RESERVED}left:{life}:{stage}", f"{RESERVED}entered:{life}:{to}"):
        if kind in classes.derived:
            parts = classes.parts[classes.derived[kind]]
            found |= {role for number, role, _, _ in parts if number == unit.index}
    return found
