"""Evaluation of whole frames: many customers at once, in columns.

The way of a question, from a frame to findings:

1. *Columns* (`columns`): pandas, Polars, PyArrow and DuckDB come in through narwhals and are Arrow
   columns from there on; what nobody reads is not copied. What was recorded by `known_at` counts,
   each record once. Events are counted to their customers, and sorted there.
2. *Units* (`units`): the rulebook is compiled as for the pure evaluator, and split into units: a
   follow-up, a procedure, a prohibition, a lifecycle, conclusions that bear on each other. The
   kernels take those that they know exactly. Conditions are put to one event of each group that no
   condition can tell apart, by the very tests of the pure evaluator; events that play the same
   parts in all units are one class.
3. *Shapes* (`shapes`): where a rule correlates, the events of a customer are grouped by case, in
   lanes. Windows come from tables by race, zone and local date, made by the functions of the pure
   evaluator; what turns on fields is placed once for all that are alike in these.
4. *Kernels* (`kernels`): one pass over the events of each group. They interpret arrays, so that a
   new rulebook compiles nothing.
5. *Conclusions* (`conclusions`): how findings came to stand as they do follows from their windows
   and ends; the chaining of the pure evaluator draws from that, and what it draws is heard of as
   events are.
6. *Apart* (`apart`): the pure evaluator answers for the units that the kernels do not take, and
   for the customers that they cannot take exactly. `FrameFindings.share` says how many went which
   way.
7. *Answer* (`answer`): findings of both, as tidy frames whose columns are built when they are asked
   for. `files` does all this for data sets larger than memory, part by part.

So the answer equals that of `evaluate` in every field, for every rulebook; what the kernel takes
decides only how long it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from retention_rules.calendars import Calendar, instant
from retention_rules.customers import Customer, Customers
from retention_rules.errors import needing
from retention_rules.evaluation.arguments import completeness
from retention_rules.evaluation.monitor import Monitor
from retention_rules.events import aware
from retention_rules.rulebook import Rulebook

if TYPE_CHECKING:
    from retention_rules.evaluation.batch.answer import FrameFindings

__all__ = ["evaluate_frame", "what_if"]


def evaluate_frame(
    rulebook: Rulebook,
    frame: Any,
    *,
    as_of: datetime | str,
    customers: Iterable[Customer] | Customers | Any = (),
    zone: str | None = None,
    calendar: Calendar | None = None,
    known_at: datetime | str | None = None,
    complete: Mapping[str, datetime | str] | None = None,
    history_from: date | None = None,
) -> FrameFindings:
    """What is owed to whom, for a frame of events: equal to `evaluate`, and much faster.

    Args:
        rulebook: What is owed.
        frame: Events, one a row; of pandas, Polars, PyArrow or DuckDB. It has the columns ``id``,
            ``kind``, ``customer`` and ``occurred_at`` (an instant with a zone, a date, or ISO text
            of either), and may have ``occurred_on`` (dates, where ``occurred_at`` is null),
            ``recorded_at``, ``source``, ``corrects``, ``retracts`` and ``data`` (JSON objects).
            Every other column is a field of the events.
        as_of: The instant asked about, aware; events at it are seen.
        customers: Zones and facts of customers: as for `evaluate`, or a frame with the columns
            ``id``, ``zone`` and ``history_from``, and one for each fact.
        zone: The zone of customers that have none, and whose calendar has none; and of times in
            the frame that name none.
        calendar: Opening hours and holidays. Default: Monday to Friday, 09:00 to 18:00.
        known_at: Use only what was recorded up to then (closed). Default: everything.
        complete: Per source, up to when its records are in.
        history_from: The date from which events are complete.

    Raises:
        MissingExtra: Numba, PyArrow or narwhals is not installed.
        InvalidEvent: a column is missing, of a wrong type, or null where it must not be.
        ConflictingEvents: two rows share source and id, and differ.
        UnknownTarget: an amendment of something that is not in the frame.
        UnknownZone: a customer has no zone, or one that is not known.
    """
    ((_, found),) = what_if(
        frame,
        {"": rulebook},
        as_of=[as_of],
        customers=customers,
        zone=zone,
        calendar=calendar,
        known_at=known_at,
        complete=complete,
        history_from=history_from,
    ).items()
    return found


def what_if(
    frame: Any,
    rulebooks: Mapping[str, Rulebook],
    *,
    as_of: Iterable[datetime | str],
    customers: Iterable[Customer] | Customers | Any = (),
    zone: str | None = None,
    calendar: Calendar | None = None,
    known_at: datetime | str | None = None,
    complete: Mapping[str, datetime | str] | None = None,
    history_from: date | None = None,
) -> dict[tuple[str, datetime], FrameFindings]:
    """The same events under several rulebooks, at several instants; the frame is read once.

    Args:
        frame: As for `evaluate_frame`.
        rulebooks: What would be owed, by name.
        as_of: The instants asked about.
        customers: As for `evaluate_frame`, like what follows.
        zone: The zone of customers that have none.
        calendar: Opening hours and holidays.
        known_at: Use only what was recorded up to then.
        complete: Per source, up to when its records are in.
        history_from: The date from which events are complete.

    Returns:
        The findings, by the name of the rulebook and the instant.
    """
    with needing("batch"):
        from retention_rules.evaluation.batch.engine import Engine, Given
    instants = [aware(one) for one in as_of]
    completeness(complete)
    cut = None if known_at is None else instant(aware(known_at))
    given: Given | None = None
    found: dict[tuple[str, datetime], FrameFindings] = {}
    for name, rulebook in rulebooks.items():
        monitor = Monitor(rulebook, zone=zone, calendar=calendar, history_from=history_from)
        given = given or Given(monitor, frame, customers, zone)
        engine = Engine(monitor, given)
        for now in instants:
            arguments = {
                "zone": zone,
                "calendar": calendar,
                "known_at": known_at,
                "complete": complete,
                "history_from": monitor.history_from,
            }
            found[name, now] = engine.answer(now, instant(now), arguments, cut)
    return found
