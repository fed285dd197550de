"""Local days and working time: the clock changes of real zones, and a slow definition."""

import copy
import json
import pickle
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention_rules.calendars import Calendar, DayTable, day_table, instant
from retention_rules.errors import DefinitionError, OutOfRange, UnknownZone

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ALWAYS = Calendar(hours={"mon-sun": "00:00-24:00"})
OFFICE = Calendar()
SHIFTS = Calendar(
    hours={"mon-fri": "09:00-12:00 13:00-18:00", "sat": "10:00-14:00"},
    holidays={"2026-12-25": "Christmas Day", "2027-01-01": "New Year's Day"},
    exceptions={"2026-12-24": "09:00-12:00", "2026-12-31": "", "2026-12-27": "10:00-11:00"},
)


def d(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def utc(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


def table(zone: str, hours: str = "00:00-24:00") -> DayTable:
    return day_table(zone, Calendar(hours={"mon-sun": hours}))


def label(table: DayTable, at: int) -> str:
    return table.to_datetime(at).strftime("%Y-%m-%d %H:%M")


# --- calendars ------------------------------------------------------------------------------------


def test_a_calendar_is_open_monday_to_friday_nine_to_six_unless_told_otherwise() -> None:
    assert Calendar() == Calendar(hours={"mon-fri": "09:00-18:00"})


def test_calendars_that_open_alike_are_equal_however_written() -> None:
    one = Calendar(hours={"mon-wed": "09:00-12:00, 13:00-18:00", "thu": "9:00 - 10:00"})
    other = Calendar(
        hours={
            "Thursday": ["09:00-10:00"],
            "MON,tue": ["13:00-18:00", "09:00-12:00"],
            "wed": "13:00-15:00 15:00-18:00 09:00-12:00",
        }
    )
    assert one == other
    assert hash(one) == hash(other)


def test_holidays_may_be_dates_texts_or_named_and_come_in_any_order() -> None:
    dates = [date(2026, 12, 26), date(2026, 12, 25)]
    assert Calendar(holidays=dates) == Calendar(holidays=["2026-12-25", "2026-12-26"])
    assert Calendar(holidays=dates).holidays[0] == (date(2026, 12, 25), "holiday")
    assert Calendar(holidays={dates[0]: "Boxing Day"}).holidays == ((dates[0], "Boxing Day"),)


def test_a_range_of_weekdays_may_run_across_sunday() -> None:
    assert Calendar(hours={"sat-mon": "10:00-12:00"}) == Calendar(
        hours={"mon": "10:00-12:00", "sat-sun": "10:00-12:00"}
    )


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        OFFICE.name = "other"  # type: ignore[misc]


def test_a_calendar_prints_as_it_could_be_typed() -> None:
    assert eval(repr(SHIFTS)) == SHIFTS


@pytest.mark.parametrize(
    "calendar",
    [
        OFFICE,
        SHIFTS,
        ALWAYS,
        Calendar(zone="Asia/Shanghai", name="办公室", hours={"tue": "08:30:15-24:00"}),
        Calendar(hours={}, exceptions={"2026-01-01": "10:00-12:00"}),
    ],
)
def test_a_calendar_survives_json_copies_and_evolution(calendar: Calendar) -> None:
    assert Calendar.from_dict(json.loads(json.dumps(calendar.to_dict()))) == calendar
    assert Calendar.from_dict(calendar.to_dict()).to_dict() == calendar.to_dict()
    assert pickle.loads(pickle.dumps(calendar)) == copy.deepcopy(calendar) == calendar
    assert attrs.evolve(calendar) == calendar


@pytest.mark.parametrize(
    ("arguments", "offender"),
    [
        ({"hours": {"mon": "09:00-12:00 11:00-13:00"}}, "`09:00-12:00` and `11:00-13:00` overlap"),
        ({"hours": {"mon": "18:00-09:00"}}, "`18:00-09:00`"),
        ({"hours": {"mon": "09:00-09:00"}}, "`09:00-09:00`"),
        ({"hours": {"mon": "09:00-25:00"}}, "`25:00`"),
        ({"hours": {"mon": "09:00-24:01"}}, "`24:01`"),
        ({"hours": {"mon": "09:60-12:00"}}, "`09:60`"),
        ({"hours": {"mon": "nine to five"}}, "`nine`"),
        ({"hours": {"mon": None}}, "`None`"),
        ({"hours": "09:00-18:00"}, "`09:00-18:00`"),
        ({"hours": {"moon": "09:00-18:00"}}, "`moon`"),
        ({"hours": {"mon-fri": "09:00-12:00", "fri": "13:00-15:00"}}, "`fri` is given twice"),
        ({"hours": {}}, "no opening hours at all"),
        ({"hours": {"mon": ""}, "exceptions": {"2026-01-01": ""}}, "no opening hours at all"),
        ({"holidays": ["2026-02-30"]}, "`2026-02-30`"),
        ({"holidays": [datetime(2026, 1, 1)]}, "not a date"),
        ({"holidays": [("2026-01-01", "a"), ("2026-01-01", "b")]}, "`2026-01-01` is given twice"),
        ({"exceptions": {"2026-01-01": "x"}}, "`x`"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(
    arguments: dict[str, object], offender: str
) -> None:
    with pytest.raises(DefinitionError) as error:
        Calendar(**arguments)  # type: ignore[arg-type]
    assert offender in str(error.value)
    assert str(error.value)[0] in "`" or str(error.value)[0].islower()


def test_an_unknown_field_of_a_stored_calendar_is_refused() -> None:
    with pytest.raises(DefinitionError, match="`opening`"):
        Calendar.from_dict({"opening": {}})


def test_a_holiday_table_that_has_not_filled_itself_is_refused() -> None:
    class Lazy(dict[date, str]):
        years: frozenset[int] = frozenset()

    with pytest.raises(DefinitionError, match="years"):
        Calendar(holidays=Lazy())


# --- zones and ranges of years --------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "CST", "UTC+8", "../etc/passwd", "America", "localtime", "Factory"]
)
def test_a_zone_that_is_no_iana_name_is_refused(zone: str) -> None:
    with pytest.raises(UnknownZone, match="unknown time zone"):
        day_table(zone, OFFICE)
    with pytest.raises(UnknownZone, match="unknown time zone"):
        Calendar(zone=zone)


def test_a_misspelt_zone_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(UnknownZone, match="such as `Europe/Berlin`"):
        day_table("europe/berlin", OFFICE)


def test_a_machine_without_zones_is_told_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    with pytest.raises(UnknownZone, match="install `tzdata`"):
        day_table("Europe/Nowhere", OFFICE)


def test_the_same_zone_and_calendar_give_the_same_table() -> None:
    assert day_table("UTC", Calendar()) is day_table("UTC", Calendar())
    assert pickle.loads(pickle.dumps(table("UTC"))) is table("UTC")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_years_1900_to_2999_are_supported_in_every_zone(zone: str) -> None:
    everywhere = table(zone)
    for text in ("1900-01-01", "2999-12-31"):
        start, end = everywhere.start(d(text)), everywhere.end(d(text))
        assert everywhere.day(start) == everywhere.day(end) == d(text)
        assert everywhere.worked(start, end + 1) == DAY


@pytest.mark.parametrize("year", [1, 1890, 3001, 9999])
def test_other_years_are_out_of_range(year: int) -> None:
    day, at = date(year, 6, 1).toordinal(), instant(datetime(year, 6, 1, tzinfo=UTC))
    berlin = DayTable("Europe/Berlin", OFFICE)
    for ask in (
        lambda: berlin.start(day),
        lambda: berlin.end(day),
        lambda: berlin.day(at),
        lambda: berlin.wall(day, HOUR),
        lambda: berlin.ranges(day),
        lambda: berlin.worked(at, at + DAY),
        lambda: berlin.add_working_days(day, 1),
    ):
        with pytest.raises(OutOfRange, match="`"):
            ask()


def test_days_just_outside_are_out_of_range_even_beside_known_ones() -> None:
    berlin = table("Europe/Berlin")
    berlin.start(d("2999-12-31"))
    with pytest.raises(OutOfRange):
        berlin.start(d("3000-01-31"))
    with pytest.raises(OutOfRange):
        berlin.wall(d("3000-01-31"), 0)
    with pytest.raises(OutOfRange):
        berlin.to_date(10**9)
    with pytest.raises(OutOfRange):
        berlin.to_datetime(10**18)


def test_work_that_ends_after_the_supported_years_is_out_of_range() -> None:
    with pytest.raises(OutOfRange):
        DayTable("UTC", ALWAYS).after_work(utc("2999-12-01"), 60 * DAY)
    with pytest.raises(OutOfRange):
        DayTable("UTC", ALWAYS).before_work(utc("1900-01-31"), 60 * DAY)


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(DefinitionError, match="no time zone"):
        instant(datetime(2026, 1, 1))


def test_an_instant_is_exact_to_the_microsecond_over_all_years() -> None:
    berlin = table("Europe/Berlin")
    for at in (instant(datetime(2999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)), -1, 0, 1):
        assert berlin.from_datetime(berlin.to_datetime(at)) == at


# --- local days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Sydney", "2026-04-05", 25),
        ("Australia/Sydney", "2026-10-04", 23),
        ("Pacific/Auckland", "2026-04-05", 25),
        ("Pacific/Auckland", "2026-09-27", 23),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Pacific/Chatham", "2026-04-05", 25),
        ("Asia/Kathmandu", "2026-04-05", 24),
        ("UTC", "2024-02-29", 24),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("America/Toronto", "1919-03-30", 23.5),
        ("America/Toronto", "1919-03-31", 23.5),
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Kwajalein", "1993-08-21", 0),
        ("Pacific/Kwajalein", "1969-09-30", 47),
        ("America/St_Johns", "2010-11-06", 24),
        ("America/St_Johns", "2010-11-07", 25),
    ],
)
def test_a_local_day_has_as_many_hours_as_its_clocks_go_through(
    zone: str, day: str, hours: float
) -> None:
    local = table(zone)
    assert local.end(d(day)) + 1 - local.start(d(day)) == hours * HOUR
    assert local.worked(local.start(d(day)), local.end(d(day)) + 1) == hours * HOUR


def test_odd_offsets_start_their_days_at_odd_utc_times() -> None:
    assert table("Asia/Kathmandu").start(d("2026-01-01")) == utc("2025-12-31 18:15")
    assert table("Pacific/Chatham").start(d("2026-01-01")) == utc("2025-12-31 10:15")


def test_a_day_starts_at_the_first_midnight_where_the_fold_runs_across_it() -> None:
    st_johns = table("America/St_Johns")
    first = utc("2010-11-07 02:30")  # 00:00 -02:30; at 00:01 clocks go back to 23:01
    assert st_johns.start(d("2010-11-07")) == first
    assert label(st_johns, first + MINUTE) == "2010-11-06 23:01"
    assert st_johns.day(first + MINUTE) == d("2010-11-07")


def test_days_never_run_backwards_where_the_labels_do() -> None:
    st_johns = table("America/St_Johns")
    start = utc("2010-11-06 00:00")
    days = [st_johns.day(start + minutes * MINUTE) for minutes in range(3 * 1440)]
    assert days == sorted(days)


def test_a_midnight_inside_a_gap_starts_the_day_at_the_transition() -> None:
    toronto = table("America/Toronto")
    start = toronto.start(d("1919-03-31"))
    assert label(toronto, start) == "1919-03-31 00:30"
    assert label(toronto, start - 1) == "1919-03-30 23:29"
    sao_paulo = table("America/Sao_Paulo")
    assert label(sao_paulo, sao_paulo.start(d("2018-11-04"))) == "2018-11-04 01:00"


@pytest.mark.parametrize(
    ("zone", "skipped"), [("Pacific/Apia", "2011-12-30"), ("Pacific/Kwajalein", "1993-08-21")]
)
def test_a_skipped_date_is_empty_and_rolls_to_the_next(zone: str, skipped: str) -> None:
    local, day = table(zone), d(skipped)
    assert local.start(day) == local.start(day + 1)
    assert local.end(day) < local.start(day)
    assert local.day(local.start(day)) == day + 1
    assert local.roll(day) == day + 1
    assert local.roll(day - 1) == day - 1
    assert not local.is_working(day)
    assert local.ranges(day) == ()
    assert local.skipped(day - 1, day + 1) == (
        (date.fromisoformat(skipped), "no such date in this zone"),
    )


def test_a_skipped_date_is_no_working_day() -> None:
    apia = table("Pacific/Apia")
    assert apia.add_working_days(d("2011-12-29"), 1) == d("2011-12-31")
    assert apia.working_days_between(d("2011-12-28"), d("2011-12-31")) == 2


@pytest.mark.parametrize(
    ("zone", "day", "clock", "found"),
    [
        ("Europe/Berlin", "2026-03-29", 2.5, "2026-03-29 01:30"),  # gap: 03:30 +02:00
        ("Europe/Berlin", "2026-10-25", 2.5, "2026-10-25 00:30"),  # fold: 02:30 +02:00
        ("Europe/Berlin", "2026-10-25", 3, "2026-10-25 02:00"),
        ("Europe/Berlin", "2026-10-25", 24, "2026-10-25 23:00"),
        ("America/New_York", "2026-03-08", 2.5, "2026-03-08 07:30"),
        ("Australia/Lord_Howe", "2026-10-04", 2.25, "2026-10-03 15:45"),  # forward half an hour
        ("Australia/Lord_Howe", "2026-04-05", 1.75, "2026-04-04 14:45"),  # the first
        ("America/Toronto", "1919-03-30", 23.75, "1919-03-31 04:45"),  # 00:45 on the 31st
        ("America/Toronto", "1919-03-30", 24, "1919-03-31 04:30"),
        ("America/Toronto", "1919-03-31", 0.25, "1919-03-31 05:15"),  # forward by the whole hour
        ("America/St_Johns", "2010-11-06", 23.5, "2010-11-07 02:00"),
        ("America/St_Johns", "2010-11-07", 0, "2010-11-07 02:30"),
        ("America/St_Johns", "2010-11-07", 0.5, "2010-11-07 04:00"),
        ("Pacific/Apia", "2011-12-30", 10, "2011-12-30 20:00"),  # 10:00 on the 31st
        ("Pacific/Apia", "2011-12-29", 24, "2011-12-30 10:00"),
    ],
)
def test_a_wall_clock_time_moves_out_of_a_gap_and_takes_the_first_of_a_fold(
    zone: str, day: str, clock: float, found: str
) -> None:
    assert table(zone).wall(d(day), int(clock * HOUR)) == utc(found)


# --- working time ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours", "worked"),
    [
        ("Europe/Berlin", "2026-10-25", "02:00-03:00", 2),  # repeated: twice
        ("Europe/Berlin", "2026-10-25", "01:00-04:00", 4),
        ("Europe/Berlin", "2026-10-25", "02:00-02:30", 1),
        ("Europe/Berlin", "2026-03-29", "02:00-03:00", 0),  # skipped: not at all
        ("Europe/Berlin", "2026-03-29", "01:00-02:30", 1),
        ("Europe/Berlin", "2026-03-29", "02:30-04:00", 1),
        ("Australia/Sydney", "2026-04-05", "00:00-06:00", 7),
        ("Australia/Lord_Howe", "2026-10-04", "01:00-05:00", 3.5),
        ("Australia/Lord_Howe", "2026-04-05", "01:00-05:00", 4.5),
        ("America/Sao_Paulo", "2018-11-04", "00:00-02:00", 1),
        ("America/St_Johns", "2010-11-07", "00:00-01:00", 61 / 60),
        ("America/St_Johns", "2010-11-07", "09:00-17:00", 8),
    ],
)
def test_working_time_is_elapsed_while_the_clock_reads_opening_hours(
    zone: str, day: str, hours: str, worked: float
) -> None:
    local = table(zone, hours)
    assert local.worked(local.start(d(day)), local.start(d(day) + 1)) == round(worked * HOUR)
    assert local.is_working(d(day)) == (worked > 0)


def test_opening_hours_that_the_clock_repeats_in_part_are_two_ranges() -> None:
    berlin = table("Europe/Berlin", "02:00-02:30")
    midnight = berlin.start(d("2026-10-25"))
    assert berlin.ranges(d("2026-10-25")) == (
        (midnight + 2 * HOUR, midnight + 2 * HOUR + 30 * MINUTE),
        (midnight + 3 * HOUR, midnight + 3 * HOUR + 30 * MINUTE),
    )
    assert berlin.closing(d("2026-10-25")) == midnight + 3 * HOUR + 30 * MINUTE


def test_opening_hours_that_the_clock_skips_are_named_as_the_reason() -> None:
    berlin = table("Europe/Berlin", "02:00-03:00")
    assert berlin.skipped(d("2026-03-28"), d("2026-03-30")) == (
        (date(2026, 3, 29), "clocks skip the opening hours"),
    )


def test_a_repeated_evening_belongs_to_the_day_that_has_begun() -> None:
    saturdays = day_table("America/St_Johns", Calendar(hours={"sat": "22:00-24:00"}))
    assert saturdays.ranges(d("2010-11-06")) == (
        (utc("2010-11-07 00:30"), utc("2010-11-07 02:30")),
    )
    sundays = day_table("America/St_Johns", Calendar(hours={"sun": "22:00-24:00"}))
    assert sundays.ranges(d("2010-11-07")) == (
        (utc("2010-11-07 02:31"), utc("2010-11-07 03:30")),
        (utc("2010-11-08 01:30"), utc("2010-11-08 03:30")),
    )


def test_split_shifts_leave_lunch_out() -> None:
    shop = day_table("Asia/Shanghai", SHIFTS)
    morning = shop.wall(d("2026-03-03"), 11 * HOUR)
    assert shop.worked(morning, morning + 3 * HOUR) == 2 * HOUR
    assert label(shop, shop.after_work(morning, HOUR)) == "2026-03-03 12:00"
    assert label(shop, shop.after_work(morning, HOUR + 1)) == "2026-03-03 13:00"
    assert label(shop, shop.after_work(morning, 2 * HOUR)) == "2026-03-03 14:00"


def test_opening_and_closing_are_the_ends_of_the_whole_day() -> None:
    shop = day_table("Asia/Shanghai", SHIFTS)
    assert label(shop, shop.opening(d("2026-03-03"))) == "2026-03-03 09:00"
    assert label(shop, shop.closing(d("2026-03-03"))) == "2026-03-03 18:00"


def test_a_closed_day_has_no_opening() -> None:
    shop = day_table("Asia/Shanghai", SHIFTS)
    with pytest.raises(DefinitionError, match="`2026-12-25` is not a working day"):
        shop.opening(d("2026-12-25"))
    with pytest.raises(DefinitionError, match="`2026-12-25` is not a working day"):
        shop.closing(d("2026-12-25"))


def test_closing_at_24_is_the_start_of_the_next_day() -> None:
    assert table("Asia/Shanghai").closing(d("2026-03-03")) == table("Asia/Shanghai").start(
        d("2026-03-04")
    )


def test_eight_working_hours_from_friday_morning_end_at_closing_not_on_monday() -> None:
    office = day_table("UTC", Calendar(hours={"mon-fri": "10:00-18:00"}))
    assert office.after_work(utc("2026-03-06 10:00"), 8 * HOUR) == utc("2026-03-06 18:00")


def test_the_last_instant_before_work_is_an_opening_not_the_closing_before_it() -> None:
    office = day_table("UTC", Calendar(hours={"mon-fri": "10:00-18:00"}))
    assert office.before_work(utc("2026-03-09 18:00"), 8 * HOUR) == utc("2026-03-09 10:00")
    assert office.before_work(utc("2026-03-09 09:00"), HOUR) == utc("2026-03-06 17:00")


@pytest.mark.parametrize("at", ["2026-03-07 12:00", "2026-03-06 18:00", "2026-03-06 12:00"])
def test_no_amount_of_work_ends_where_it_starts(at: str) -> None:
    office = day_table("UTC", OFFICE)
    assert office.after_work(utc(at), 0) == office.before_work(utc(at), 0) == utc(at)


def test_a_negative_amount_runs_the_other_way() -> None:
    office = day_table("UTC", OFFICE)
    at = utc("2026-03-09 09:30")
    assert office.after_work(at, -HOUR) == office.before_work(at, HOUR) == utc("2026-03-06 17:30")
    assert office.before_work(at, -HOUR) == office.after_work(at, HOUR)
    assert office.worked(at, at - 7 * DAY) == -office.worked(at - 7 * DAY, at)


# --- working days ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "zero"),
    [
        ("2026-03-06 08:00", "2026-03-06"),
        ("2026-03-06 17:59:59.999999", "2026-03-06"),
        ("2026-03-06 18:00", "2026-03-09"),  # nothing left at closing
        ("2026-03-07 12:00", "2026-03-09"),
        ("2026-12-24 11:00", "2026-12-24"),
        ("2026-12-24 12:00", "2026-12-26"),  # an exception closes early; the 25th is a holiday
        ("2026-12-26 14:00", "2026-12-27"),  # an exception opens on a Sunday
        ("2026-12-30 18:00", "2027-01-02"),  # closed on the 31st, a holiday on the 1st
    ],
)
def test_day_zero_is_the_first_date_with_working_time_left(at: str, zero: str) -> None:
    calendar = OFFICE if at.startswith("2026-03") else SHIFTS
    assert day_table("UTC", calendar).day_zero(utc(at)) == d(zero)


@pytest.mark.parametrize(
    ("day", "n", "found"),
    [
        ("2026-03-06", 0, "2026-03-06"),
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-03-06", 6, "2026-03-16"),
        ("2026-03-09", -1, "2026-03-06"),
        ("2026-03-08", -1, "2026-03-06"),
        ("2026-03-09", -5, "2026-03-02"),
        ("2024-02-28", 1, "2024-02-29"),
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: str, n: int, found: str) -> None:
    assert day_table("UTC", OFFICE).add_working_days(d(day), n) == d(found)


def test_working_days_between_leave_out_the_first_date_and_count_the_last() -> None:
    office = day_table("UTC", OFFICE)
    assert office.working_days_between(d("2026-03-06"), d("2026-03-09")) == 1
    assert office.working_days_between(d("2026-03-05"), d("2026-03-06")) == 1
    assert office.working_days_between(d("2026-03-06"), d("2026-03-08")) == 0
    assert office.working_days_between(d("2026-03-09"), d("2026-03-06")) == -1
    assert office.working_days_between(d("2026-03-09"), d("2026-03-09")) == 0


def test_skipped_dates_are_named() -> None:
    shop = day_table("Europe/Berlin", SHIFTS)
    assert shop.skipped(d("2026-12-19"), d("2027-01-03")) == (
        (date(2026, 12, 20), "Sunday"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 31), "closed"),
        (date(2027, 1, 1), "New Year's Day"),
        (date(2027, 1, 3), "Sunday"),
    )


def test_an_exception_beats_holiday_and_weekday() -> None:
    both = Calendar(
        holidays={"2026-12-25": "Christmas Day"},
        exceptions={"2026-12-25": "10:00-11:00", "2026-12-26": "10:00-11:00"},
    )
    shop = day_table("UTC", both)
    assert shop.is_working(d("2026-12-25"))
    assert shop.is_working(d("2026-12-26"))
    assert shop.worked(utc("2026-12-25"), utc("2026-12-27")) == 2 * HOUR


DESERT = Calendar(hours={}, exceptions={"2010-06-01": "10:00-12:00", "2020-06-01": "10:00-12:00"})


@pytest.mark.parametrize(
    "ask",
    [
        lambda rare: rare.add_working_days(d("2010-06-01"), 1),
        lambda rare: rare.add_working_days(d("2020-06-01"), -1),
        lambda rare: rare.after_work(utc("2010-06-01"), 3 * HOUR),
        lambda rare: rare.before_work(utc("2020-06-02"), 3 * HOUR),
        lambda rare: rare.day_zero(utc("2012-01-01")),
    ],
)
@pytest.mark.parametrize("known", [False, True])
def test_a_search_gives_up_after_five_years_without_a_working_day(
    ask: Callable[[DayTable], int], known: bool
) -> None:
    rare = DayTable("UTC", DESERT)
    if known:
        rare.worked(utc("2000-01-01"), utc("2030-01-01"))
    with pytest.raises(DefinitionError, match="no working day within 5 years"):
        ask(rare)


def test_a_search_across_less_than_five_years_succeeds() -> None:
    rare = DayTable("UTC", DESERT)
    assert rare.add_working_days(d("2016-01-01"), 1) == d("2020-06-01")
    assert rare.add_working_days(d("2014-01-01"), -1) == d("2010-06-01")
    assert rare.worked(utc("2000-01-01"), utc("2030-01-01")) == 4 * HOUR


def test_far_away_work_is_found_step_by_step() -> None:
    weekly = DayTable("UTC", Calendar(hours={"mon": "09:00-10:00"}))
    assert weekly.after_work(utc("2000-01-03"), 1000 * HOUR) == (
        utc("2000-01-03") + 999 * 7 * DAY + 10 * HOUR
    )
    weekly = DayTable("UTC", Calendar(hours={"mon": "09:00-10:00"}))
    assert weekly.before_work(utc("2026-01-05"), 1000 * HOUR) == (
        utc("2026-01-05") - 1000 * 7 * DAY + 9 * HOUR
    )


def test_thirty_years_of_working_time_are_read_from_sums() -> None:
    office = DayTable("Europe/Berlin", OFFICE)
    a, b = utc("2000-01-01"), utc("2030-01-01")
    expected = office.worked(a, b)
    began = time.perf_counter()
    for _ in range(1000):
        assert office.worked(a, b) == expected
    assert time.perf_counter() - began < 0.5


# --- against a slow definition --------------------------------------------------------------------

# Where the clocks do odd things; and one zone where they never do.
PLACES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Sydney", "2026-10-04"),
    ("Pacific/Auckland", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("Asia/Kathmandu", "2026-01-01"),
    ("Pacific/Chatham", "2026-09-27"),
    ("America/St_Johns", "2010-11-07"),
    ("America/St_Johns", "2010-03-14"),
    ("America/Toronto", "1919-03-31"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Kwajalein", "1993-08-21"),
    ("Pacific/Kwajalein", "1969-09-30"),
    ("UTC", "2024-02-29"),
]
WEEKS = [
    {"mon-sun": "00:00-24:00"},
    {"mon-fri": "09:00-12:00 13:00-18:00", "sat": "10:00-14:00"},
    {"mon-sun": "00:00-00:45 01:15-02:30 22:45-24:00"},
    {"tue": "01:00-23:30", "sat-sun": "02:00-03:00 23:15-23:45"},
]
MARGIN = 3  # days on either side


@cache
def slow(zone: str, around: str) -> list[tuple[int, int, int]]:
    """Every minute around a date: instant, table day (no label was later), clock of its label."""
    tz = ZoneInfo(zone)
    first = (datetime.fromisoformat(around) - timedelta(days=MARGIN + 2)).replace(tzinfo=UTC)
    minutes, latest = [], 0
    for count in range((2 * MARGIN + 5) * 1440):
        at = first + timedelta(minutes=count)
        shown = at.astimezone(tz)
        latest = max(latest, shown.toordinal())
        minutes.append((instant(at), latest, (shown.hour * 60 + shown.minute) * MINUTE))
    return minutes


def slow_open(zone: str, around: str, calendar: Calendar) -> list[int]:
    """The working minutes around a date, by their labels."""
    special = dict(calendar.holidays), dict(calendar.exceptions)
    found = []
    for at, day, clock in slow(zone, around):
        ranges = calendar.hours[(day - 1) % 7]
        if (when := date.fromordinal(day)) in special[0]:
            ranges = ()
        ranges = special[1].get(when, ranges)
        if any(opens <= clock < closes for opens, closes in ranges):
            found.append(at)
    return found


@st.composite
def scenes(draw: st.DrawFn) -> tuple[str, str, Calendar, int, int]:
    """A place, a calendar with days off close by, and two whole minutes in order."""
    zone, around = draw(st.sampled_from(PLACES))
    near = st.integers(-MARGIN, MARGIN).map(lambda n: date.fromordinal(d(around) + n))
    calendar = Calendar(
        hours=draw(st.sampled_from(WEEKS)),
        holidays=draw(st.sets(near, max_size=2)),
        exceptions=draw(
            st.dictionaries(near, st.sampled_from(["", "00:00-24:00", "01:30-02:15"]), max_size=2)
        ),
    )
    noon = utc(around) + 12 * HOUR
    minutes = st.integers(-MARGIN * 1440, MARGIN * 1440)
    a, b = sorted((draw(minutes), draw(minutes)))
    return zone, around, calendar, noon + a * MINUTE, noon + b * MINUTE


@pytest.mark.parametrize(("zone", "around"), PLACES)
def test_days_and_their_starts_agree_with_the_labels_of_every_minute(
    zone: str, around: str
) -> None:
    local, seen = table(zone), set()
    for at, day, _ in slow(zone, around)[1440:]:
        assert local.day(at) == day
        if day not in seen and seen:
            assert local.start(day) == at
        seen.add(day)


@given(scenes())
def test_working_time_agrees_with_the_labels_of_every_minute(
    scene: tuple[str, str, Calendar, int, int],
) -> None:
    zone, around, calendar, a, b = scene
    worked = sum(a <= at < b for at in slow_open(zone, around, calendar)) * MINUTE
    assert day_table(zone, calendar).worked(a, b) == worked


@given(scenes())
def test_ranges_are_the_working_minutes_of_the_day_apart_and_in_order(
    scene: tuple[str, str, Calendar, int, int],
) -> None:
    zone, around, calendar, a, _ = scene
    local = day_table(zone, calendar)
    day = local.day(a)
    ranges = local.ranges(day)
    minutes = [at for begin, end in ranges for at in range(begin, end, MINUTE)]
    assert minutes == [at for at in slow_open(zone, around, calendar) if local.day(at) == day]
    assert all(end < begin for (_, end), (begin, _) in pairwise(ranges))
    assert local.is_working(day) == bool(minutes)
    assert not minutes or (local.opening(day), local.closing(day)) == (ranges[0][0], ranges[-1][1])


@given(scenes(), st.integers(0, 48 * 60))
def test_after_work_is_the_first_instant_and_before_work_the_last(
    scene: tuple[str, str, Calendar, int, int], minutes: int
) -> None:
    zone, _, calendar, a, b = scene
    local, amount = day_table(zone, calendar), minutes * MINUTE + b % 7
    due = local.after_work(a, amount)
    assert local.worked(a, due) == amount
    assert due == a if amount == 0 else local.worked(a, due - 1) == amount - 1
    since = local.before_work(a, amount)
    assert local.worked(since, a) == amount
    assert since == a if amount == 0 else local.worked(since + 1, a) == amount - 1


@given(scenes(), st.integers(-5 * DAY, 5 * DAY))
def test_working_time_adds_up(scene: tuple[str, str, Calendar, int, int], offset: int) -> None:
    zone, _, calendar, a, b = scene
    local = day_table(zone, calendar)
    between = a + offset
    assert local.worked(a, b) == local.worked(a, between) + local.worked(between, b)
    assert 0 <= local.worked(a, b) <= b - a


@given(st.sampled_from(PLACES), st.integers(-400, 400))
def test_the_day_of_a_start_is_that_date_or_the_one_it_rolls_to(
    place: tuple[str, str], offset: int
) -> None:
    local, day = table(place[0]), d(place[1]) + offset
    assert local.day(local.start(day)) == local.roll(day)
    assert local.day(local.end(day)) <= day
    assert local.start(day) <= local.start(day + 1)


@given(scenes(), st.integers(-9, 9))
def test_working_days_agree_with_counting_them_one_by_one(
    scene: tuple[str, str, Calendar, int, int], n: int
) -> None:
    zone, _, calendar, a, b = scene
    local = day_table(zone, calendar)
    first, last = local.day(a), local.day(b)
    working = [day for day in range(first + 1, last + 1) if local.is_working(day)]
    assert local.working_days_between(first, last) == len(working)
    assert len(local.skipped(first, last)) == last - first - len(working)
    found = local.add_working_days(first, n)
    assert local.is_working(found)
    low, high = min(first, found), max(first, found)
    passed = [day for day in range(low, high + 1) if local.is_working(day) and day != first]
    assert len(passed) == abs(n) or (n == 0 and found == (passed or [first])[0])
    zero = local.day_zero(a)
    assert zero >= first
    assert local.ranges(zero)[-1][1] > a
    assert not any(end > a for day in range(first, zero) for _, end in local.ranges(day))


@given(scenes(), st.randoms(use_true_random=False))
def test_no_answer_depends_on_what_was_asked_before(
    scene: tuple[str, str, Calendar, int, int], order: random.Random
) -> None:
    zone, _, calendar, a, b = scene
    asks = [
        lambda t: t.worked(a, b),
        lambda t: t.after_work(a, 2000 * HOUR + 1),
        lambda t: t.before_work(b, 2000 * HOUR + 1),
        lambda t: t.add_working_days(t.day(a), 700),
        lambda t: t.add_working_days(t.day(b), -700),
        lambda t: t.day(b),
        lambda t: t.day_zero(a),
    ]
    fresh = [ask(DayTable(zone, calendar)) for ask in asks]
    shared, numbers = DayTable(zone, calendar), list(range(len(asks)))
    order.shuffle(numbers)
    assert [
        shared_answer for _, shared_answer in sorted((n, asks[n](shared)) for n in numbers)
    ] == (fresh)
