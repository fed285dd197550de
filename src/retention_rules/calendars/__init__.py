"""Local days and working time: the one place where instants and local dates meet.

An instant is an `int`, microseconds since 1970-01-01 UTC. A local date is an `int`, its proleptic
ordinal (`date.toordinal()`). A `Calendar` says when a business is open; a `DayTable` knows, for one
zone and one calendar, where every local day starts and how much working time lies before it.

The rules, in short: a local day starts at the first instant whose wall clock shows that date or a
later one, so days never overlap and never run backwards. Working time is real, elapsed time during
which the wall clock reads something inside an opening range: an hour that the clock shows twice
counts twice, one that it skips not at all.
"""

from retention_rules.calendars._days import DayTable, day_table
from retention_rules.calendars._hours import Calendar
from retention_rules.calendars._zones import instant

__all__ = ["Calendar", "DayTable", "day_table", "instant"]
