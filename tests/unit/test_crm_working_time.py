"""Working time that shipping CRMs get wrong (each reproduced in that CRM), and ours gets right."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from retention_rules.calendars import Calendar, DayTable, day_table

HOUR = 3_600_000_000
WEEKDAYS_9_18 = Calendar()
EVERY_DAY = Calendar(hours={"mon-sun": "00:00-24:00"})
WEEKDAYS_ALL_DAY = Calendar(hours={"mon-fri": "00:00-24:00"})


def at(table: DayTable, text: str) -> int:
    return table.from_datetime(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(table.zone)))


def shown(table: DayTable, instant: int) -> str:
    return table.to_datetime(instant).strftime("%a %Y-%m-%d %H:%M")


def next_clock(table: DayTable, asked: int, clock: int) -> int:
    """The first instant after `asked` that is `clock` on a working day."""
    day = table.day(asked)
    days = [day, table.add_working_days(day, 1), table.add_working_days(day, 2)]
    walls = [table.wall(each, clock) for each in days if table.is_working(each)]
    return next(wall for wall in walls if wall > asked)


def test_frappe_one_working_hour_from_a_saturday_afternoon_ends_monday_at_ten() -> None:
    table = day_table("UTC", WEEKDAYS_9_18)
    due = table.after_work(at(table, "2026-03-07 15:00"), HOUR)
    assert shown(table, due) == "Mon 2026-03-09 10:00"


def test_frappe_one_working_hour_from_a_sunday_night_ends_monday_at_ten() -> None:
    table = day_table("UTC", WEEKDAYS_9_18)
    due = table.after_work(at(table, "2026-03-08 23:00"), HOUR)
    assert shown(table, due) == "Mon 2026-03-09 10:00"


def test_frappe_working_time_over_thirty_days_is_computed_at_once() -> None:
    table = DayTable("Europe/Berlin", WEEKDAYS_9_18)
    began = time.perf_counter()
    worked = table.worked(at(table, "2026-03-01 00:00"), at(table, "2026-03-31 00:00"))
    assert worked == 21 * 9 * HOUR
    assert time.perf_counter() - began < 0.69  # a tenth of what Frappe took


def test_dittofeed_friday_morning_the_next_eighteen_o_clock_is_the_same_friday() -> None:
    table = day_table("America/Los_Angeles", WEEKDAYS_ALL_DAY)
    found = next_clock(table, at(table, "2026-05-08 10:00"), 18 * HOUR)
    assert shown(table, found) == "Fri 2026-05-08 18:00"


def test_dittofeed_saturday_in_auckland_the_next_working_nine_o_clock_is_monday() -> None:
    table = day_table("Pacific/Auckland", WEEKDAYS_ALL_DAY)
    found = next_clock(table, at(table, "2026-05-09 12:00"), 9 * HOUR)
    assert shown(table, found) == "Mon 2026-05-11 09:00"


def test_dittofeed_on_the_eve_of_the_end_of_dst_the_next_nine_o_clock_is_nine() -> None:
    table = day_table("America/New_York", EVERY_DAY)
    found = next_clock(table, at(table, "2026-10-31 12:00"), 9 * HOUR)
    assert shown(table, found) == "Sun 2026-11-01 09:00"


BOTTLE = Calendar(hours={"mon-fri": "09:00-17:00"}, holidays={"2026-05-14": "Ascension Day"})


def test_bottlecrm_eight_working_hours_skip_the_holiday() -> None:
    table = day_table("America/New_York", BOTTLE)
    due = table.after_work(at(table, "2026-05-13 16:00"), 8 * HOUR)
    assert shown(table, due) == "Fri 2026-05-15 16:00"


@pytest.mark.parametrize(
    ("pause", "resume", "due"),
    [
        ("2026-05-13 17:00", "2026-05-13 22:00", "Fri 2026-05-15 16:00"),  # no working time in it
        ("2026-05-14 09:00", "2026-05-14 14:00", "Fri 2026-05-15 16:00"),  # on the holiday
        ("2026-05-15 09:00", "2026-05-15 14:00", "Mon 2026-05-18 13:00"),  # five working hours
        ("2026-05-13 16:30", "2026-05-13 21:30", "Fri 2026-05-15 16:30"),  # half an hour of work
    ],
)
def test_bottlecrm_a_pause_of_five_hours_stops_working_time_only(
    pause: str, resume: str, due: str
) -> None:
    table = day_table("America/New_York", BOTTLE)
    start, begin, end = (at(table, text) for text in ("2026-05-13 16:00", pause, resume))
    left = 8 * HOUR - table.worked(start, begin)
    assert shown(table, table.after_work(end, left)) == due


def test_bottlecrm_no_pause_of_five_hours_moves_the_deadline_out_of_opening_hours() -> None:
    table = day_table("America/New_York", BOTTLE)
    start = at(table, "2026-05-13 16:00")
    for half_hours in range(96):
        begin = start + half_hours * HOUR // 2
        left = 8 * HOUR - table.worked(start, begin)
        due = table.after_work(begin + 5 * HOUR, left)
        opens = [(low, high) for low, high in table.ranges(table.day(due)) if low < due <= high]
        assert opens or left == 0


def test_chatwoot_one_working_hour_from_friday_half_past_four_ends_monday_half_past_nine() -> None:
    table = day_table("America/New_York", Calendar(hours={"mon-fri": "09:00-17:00"}))
    due = table.after_work(at(table, "2026-03-06 16:30"), HOUR)
    assert shown(table, due) == "Mon 2026-03-09 09:30"


def test_zammad_a_calendar_open_all_day_has_no_minute_closed_at_midnight() -> None:
    table = day_table("UTC", EVERY_DAY)
    start, end = at(table, "2026-03-06 23:00"), at(table, "2026-03-07 01:00")
    assert table.worked(start, end) == 2 * HOUR
    assert table.after_work(start, 2 * HOUR) == end


def test_zammad_a_calendar_that_says_23_59_does_close_for_a_minute() -> None:
    table = day_table("UTC", Calendar(hours={"mon-sun": "00:00-23:59"}))
    start, end = at(table, "2026-03-06 23:00"), at(table, "2026-03-07 01:00")
    assert table.worked(start, end) == 2 * HOUR - 60_000_000


@pytest.mark.parametrize(
    ("zone", "date"),
    [("Asia/Shanghai", "2026-03-07"), ("UTC", "2026-03-06"), ("America/New_York", "2026-03-06")],
)
def test_odoo_today_is_the_local_date_of_the_customer(zone: str, date: str) -> None:
    table = day_table(zone, WEEKDAYS_9_18)
    asked = table.from_datetime(datetime.fromisoformat("2026-03-06T20:00+00:00"))
    assert str(table.to_date(table.day(asked))) == date


def test_odoo_overdue_begins_when_the_customers_day_is_over_not_when_the_utc_day_is() -> None:
    table = day_table("America/Los_Angeles", WEEKDAYS_9_18)
    deadline = table.day(at(table, "2026-03-06 12:00"))
    utc_midnight = table.from_datetime(datetime.fromisoformat("2026-03-07T00:00+00:00"))
    assert utc_midnight < table.end(deadline)
    assert table.to_datetime(table.end(deadline) + 1) - table.to_datetime(utc_midnight) == (
        timedelta(hours=8)
    )
