"""When an obligation opens, is due and expires: every kind of offset, to the microsecond."""

import pytest
from tests.semantics.story import LAST, ZONE, Q, deal, follow_up, instant, verdict, written

from retention_rules import (
    Calendar,
    DefinitionError,
    Window,
    business_days,
    days,
    due,
    earliest,
    hours,
    minutes,
    months,
    never,
    seconds,
    trigger,
    until,
    weeks,
    working_hours,
    working_minutes,
    years,
)

BERLIN, SYDNEY, AUCKLAND, LORD_HOWE = (
    "Europe/Berlin",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
)
KATHMANDU, CHATHAM, SAMOA, KWAJALEIN = (
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Pacific/Kwajalein",
)
SHOP = Calendar(
    hours={"mon-fri": "09:00-12:00 13:00-17:30", "sat": "10:00-14:00"},
    holidays={"2026-03-04": "Founders' Day"},
    exceptions={"2026-03-05": "09:00-11:00"},
)


def obligation(ask, at, zone=ZONE, /, *, calendar=None, data=None, as_of=None, **ends):
    """The obligation of a deal, as of the deal (of noon, if it is dated)."""
    as_of = as_of or (at if " " in at or "T" in at else f"{at} 12:00")
    how = {} if calendar is None else {"calendar": calendar}
    story = deal("d1", at, zone=zone, **(data or {}))
    return ask(follow_up(ends.pop("due"), **ends), story, as_of=as_of, zone=zone, **how)[0]


# ------------------------------------------------------------- at each end, to the microsecond


WINDOWS = {
    "elapsed": (
        {"opens": hours(24), "due": hours(48), "expires": hours(72)},
        ("2026-03-03 15:00", "2026-03-04 15:00", "2026-03-05 15:00"),
    ),
    "seconds": (
        {"opens": seconds(1), "due": seconds(30), "expires": minutes(2)},
        ("2026-03-02 15:00:01", "2026-03-02 15:00:30", "2026-03-02 15:02"),
    ),
    "days": (
        {"opens": days(1), "due": days(2), "expires": days(4)},
        ("2026-03-03 00:00", f"2026-03-04 {LAST}", f"2026-03-06 {LAST}"),
    ),
    "weeks": (
        {"opens": weeks(1), "due": weeks(2), "expires": weeks(3)},
        ("2026-03-09 00:00", f"2026-03-16 {LAST}", f"2026-03-23 {LAST}"),
    ),
    "months": (
        {"opens": months(1), "due": months(2), "expires": months(3)},
        ("2026-04-02 00:00", f"2026-05-02 {LAST}", f"2026-06-02 {LAST}"),
    ),
    "years": (
        {"opens": years(1), "due": years(1) + weeks(1), "expires": years(2)},
        ("2027-03-02 00:00", f"2027-03-09 {LAST}", f"2028-03-02 {LAST}"),
    ),
    "days at": (
        {"opens": days(1).at("08:00"), "due": days(1).at("12:00"), "expires": days(1).at("24:00")},
        ("2026-03-03 08:00", "2026-03-03 12:00", "2026-03-04 00:00"),
    ),
    "business days": (
        {"opens": business_days(1), "due": business_days(5), "expires": business_days(6)},
        ("2026-03-03 00:00", f"2026-03-09 {LAST}", f"2026-03-10 {LAST}"),
    ),
    "business days at": (
        {
            "opens": business_days(5).at("09:00"),
            "due": business_days(5).at("10:30"),
            "expires": business_days(5).closing(),
        },
        ("2026-03-09 09:00", "2026-03-09 10:30", "2026-03-09 18:00"),
    ),
    "working hours": (
        {"opens": working_hours(1), "due": working_hours(4), "expires": working_hours(12)},
        ("2026-03-02 16:00", "2026-03-03 10:00", "2026-03-03 18:00"),
    ),
    "working minutes": (
        {"opens": working_minutes(30), "due": working_minutes(181), "expires": never},
        ("2026-03-02 15:30", "2026-03-03 09:01", None),
    ),
    "a day in the data": (
        {"opens": until("by") - days(2), "due": until("by"), "expires": until("by") + days(1)},
        ("2026-03-08 00:00", f"2026-03-10 {LAST}", f"2026-03-11 {LAST}"),
    ),
    "an instant in the data": (
        {"opens": until("at") - hours(4), "due": until("at"), "expires": due + hours(1)},
        ("2026-03-10 06:00", "2026-03-10 10:00", "2026-03-10 11:00"),
    ),
    "the earliest": (
        {
            "opens": days(1),
            "due": earliest(days(9), until("by") - days(1)),
            "expires": due + days(1),
        },
        ("2026-03-03 00:00", f"2026-03-09 {LAST}", f"2026-03-10 {LAST}"),
    ),
    "the default": (
        {"opens": days(1), "due": until("none", default=days(3)), "expires": due + days(1)},
        ("2026-03-03 00:00", f"2026-03-05 {LAST}", f"2026-03-06 {LAST}"),
    ),
}
DATA = {"by": "2026-03-10", "at": "2026-03-10T10:00+08:00"}
windows = pytest.mark.parametrize(("ends", "expected"), WINDOWS.values(), ids=list(WINDOWS))


@windows
def test_a_window_opens_is_due_and_expires(ask, ends, expected):
    one = obligation(ask, "03-02 15:00", data=DATA, **ends)
    assert (written(one.opens_at), written(one.due_at), written(one.expires_at)) == expected


@windows
def test_a_microsecond_changes_the_status_at_each_end_and_no_other_does(ask, ends, expected):
    opens, due_, expires = expected

    def status(at):
        return obligation(ask, "03-02 15:00", data=DATA, as_of=at, **ends).status

    assert [status(instant(opens) - Q), status(instant(opens))] == ["upcoming", "open"]
    assert [status(instant(due_)), status(instant(due_) + Q)] == ["open", "breached"]
    if expires is not None:
        assert [status(instant(expires)), status(instant(expires) + Q)] == ["breached", "lapsed"]


@windows
def test_the_next_change_is_opens_then_a_microsecond_after_due_then_after_expiry(
    ask, ends, expected
):
    opens, due_, expires = (end and instant(end) for end in expected)

    def next_change(at):
        return obligation(ask, "03-02 15:00", data=DATA, as_of=at, **ends).next_change_at

    assert next_change("03-02 15:00") == opens
    assert next_change(opens) == due_ + Q
    assert next_change(due_ + Q) == (expires and expires + Q)
    if expires is not None:
        assert next_change(expires + Q) is None


# ------------------------------------------------------------- default and explicit ends


def test_without_opens_it_opens_with_the_trigger(ask):
    assert obligation(ask, "03-02 15:00", due=days(2)).opens_at == instant("03-02 15:00")


def test_opens_before_the_trigger_is_the_trigger(ask):
    one = obligation(ask, "03-02 15:00", data=DATA, opens=until("by") - days(30), due=until("by"))
    assert one.opens_at == instant("03-02 15:00")


def test_a_target_is_told_but_no_verdict_depends_on_it(ask):
    one = obligation(ask, "03-02 15:00", target=days(1), due=days(2), as_of="03-04 12:00")
    assert (one.status, written(one.target_at)) == ("open", f"2026-03-03 {LAST}")


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (due + hours(1), "2026-03-07 00:59:59.999999"),
        (due + days(3), f"2026-03-09 {LAST}"),
        (due + months(1), f"2026-04-06 {LAST}"),
        (due + business_days(2), f"2026-03-10 {LAST}"),
        (due + business_days(1).at("12:00"), "2026-03-09 12:00"),
        (due + working_hours(2), "2026-03-09 11:00"),
        (trigger + days(10), f"2026-03-12 {LAST}"),
        (business_days(10), f"2026-03-16 {LAST}"),
        (until("by"), f"2026-03-10 {LAST}"),
        (due, f"2026-03-06 {LAST}"),
        (never, None),
    ],
)
def test_expiry_counts_from_due_or_from_the_trigger_or_never_comes(ask, expires, expected):
    one = obligation(ask, "03-02 15:00", data=DATA, due=days(4), expires=expires)
    assert written(one.expires_at) == expected


def test_with_expiry_at_due_open_turns_into_lapsed(ask):
    one = obligation(ask, "03-02 15:00", due=days(2), expires=days(2), as_of="03-05 00:00")
    assert one.status == "lapsed"


def test_an_expiry_before_due_at_run_time_is_due(ask):
    one = obligation(
        ask,
        "03-02 15:00",
        data={"by": "2026-03-03"},
        due=days(2),
        expires=until("by"),
        as_of="03-05 00:00",
    )
    assert one.status == "lapsed"


def test_a_field_that_only_expires_needs_and_lacks_leaves_the_default_expiry(ask):
    one = obligation(ask, "03-02 15:00", due=days(2), expires=until("by"))
    assert (one.status, written(one.expires_at)) == ("open", f"2026-03-06 {LAST}")


def test_the_default_expiry_follows_the_point_that_decided(ask):
    both = earliest(hours(48), until("by"))
    assert (
        written(obligation(ask, "03-02 15:00", data={"by": "2026-03-10"}, due=both).expires_at)
        == "2026-03-06 15:00"
    )
    assert (
        written(obligation(ask, "03-02 15:00", data={"by": "2026-03-03"}, due=both).expires_at)
        == f"2026-03-10 {LAST}"
    )


def test_a_window_that_closes_before_it_opens_is_refused():
    with pytest.raises(DefinitionError, match="closes"):
        Window(opens=days(4), due=days(2))
    with pytest.raises(DefinitionError, match="expires"):
        Window(due=days(3), expires=days(2))
    with pytest.raises(DefinitionError, match="do not add"):
        days(1) + hours(1)


# ------------------------------------------------------------- fields


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (until("by") - days(3), f"2026-03-07 {LAST}"),
        (until("by") - months(0), f"2026-03-10 {LAST}"),
        (until("by") - weeks(1), f"2026-03-03 {LAST}"),
        (until("by") - business_days(1), f"2026-03-09 {LAST}"),
        (until("by") - business_days(2), f"2026-03-06 {LAST}"),
        (until("by") - business_days(1).closing(), "2026-03-09 18:00"),
        (until("by") + business_days(0), f"2026-03-10 {LAST}"),
        (until("by") + business_days(1), f"2026-03-11 {LAST}"),
        (until("by") + working_hours(2), "2026-03-11 11:00"),
        (until("by") - hours(24), f"2026-03-09 {LAST}"),
        (until("at") - hours(24), "2026-03-09 10:00"),
        (until("at") - days(1), f"2026-03-09 {LAST}"),
        (until("at") - working_hours(1), "2026-03-10 09:00"),
        (until("at") - working_hours(2), "2026-03-09 17:00"),
        (until("sunday") + business_days(0), f"2026-03-09 {LAST}"),
        (until("sunday") + business_days(1), f"2026-03-10 {LAST}"),
        (until("sunday") - business_days(1), f"2026-03-06 {LAST}"),
    ],
)
def test_a_point_may_lie_before_or_after_a_date_in_the_data(ask, point, expected):
    data = {**DATA, "sunday": "2026-03-08"}
    assert written(obligation(ask, "03-02 15:00", data=data, due=point).due_at) == expected


def test_the_lower_end_of_working_time_after_a_day_counts_from_its_start(ask):
    one = obligation(
        ask, "03-02 15:00", data=DATA, opens=until("by") + working_hours(2), due=days(30)
    )
    assert written(one.opens_at) == "2026-03-10 11:00"


def test_the_earliest_of_points_with_one_missing_is_missing(ask):
    one = obligation(ask, "03-02 15:00", due=earliest(days(2), until("by")))
    assert verdict(one) == ("indeterminate", "open", "missing-date")


def test_the_earliest_of_points_with_one_missing_takes_its_default(ask):
    point = earliest(days(2), until("by", default=days(1)))
    assert written(obligation(ask, "03-02 15:00", due=point).due_at) == f"2026-03-03 {LAST}"


def test_a_default_may_be_the_earliest_of_others(ask):
    point = until("by", default=earliest(until("at") - days(8), days(5)))
    data = {"at": DATA["at"]}
    assert written(obligation(ask, "03-02 15:00", data=data, due=point).due_at) == (
        f"2026-03-02 {LAST}"
    )


def test_of_several_reasons_the_first_is_that_of_due(ask):
    one = obligation(ask, "03-02 15:00", data={"from": 7}, opens=until("from"), due=until("by"))
    assert one.reason == "missing-date"
    one = obligation(ask, "03-02 15:00", data={"from": 7}, opens=until("from"), due=days(2))
    assert one.reason == "not-a-date"


# ------------------------------------------------------------- dated triggers


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"due": hours(48)}, ("2026-03-02 00:00", f"2026-03-04 {LAST}")),
        ({"opens": hours(24), "due": hours(48)}, ("2026-03-03 00:00", f"2026-03-04 {LAST}")),
        ({"due": days(2)}, ("2026-03-02 00:00", f"2026-03-04 {LAST}")),
        ({"due": business_days(0)}, ("2026-03-02 00:00", f"2026-03-02 {LAST}")),
        ({"due": business_days(1).at("12:00")}, ("2026-03-02 00:00", "2026-03-03 12:00")),
        (
            {"opens": working_hours(4), "due": working_hours(4)},
            ("2026-03-02 13:00", "2026-03-03 13:00"),
        ),
    ],
)
def test_a_dated_trigger_opens_from_its_start_and_is_due_from_its_end(ask, ends, expected):
    one = obligation(ask, "03-02", **ends)
    assert (written(one.opens_at), written(one.due_at)) == expected


# ------------------------------------------------------------- opening hours


@pytest.mark.parametrize(
    ("offset", "at", "expected"),
    [
        (working_hours(2), "03-02 11:00", "2026-03-02 14:00"),
        (working_hours(1), "03-02 11:00", "2026-03-02 12:00"),
        (working_minutes(1), "03-02 12:00", "2026-03-02 13:01"),
        (working_hours(2), "03-03 17:30", "2026-03-05 11:00"),
        (working_hours(3), "03-03 17:30", "2026-03-06 10:00"),
        (working_hours(4), "03-07 12:00", "2026-03-09 11:00"),
        (business_days(1), "03-03 10:00", f"2026-03-05 {LAST}"),
        (business_days(1).closing(), "03-03 10:00", "2026-03-05 11:00"),
        (business_days(2).closing(), "03-05 10:59", "2026-03-07 14:00"),
        (business_days(0).closing(), "03-05 11:00", "2026-03-06 17:30"),
        (business_days(0).at("20:00"), "03-06 10:00", "2026-03-06 20:00"),
    ],
)
def test_working_time_skips_lunch_holidays_and_keeps_to_exceptions(ask, offset, at, expected):
    one = obligation(ask, at, calendar=SHOP, due=offset)
    assert written(one.due_at) == expected


def test_a_clock_time_before_the_trigger_on_day_0_is_due_before_it(ask):
    one = obligation(ask, "03-02 15:00", due=business_days(0).at("12:00"))
    assert verdict(one) == ("indeterminate", "open", "due-before-trigger")


# ------------------------------------------------------------- the clocks change


@pytest.mark.parametrize(
    ("zone", "at", "offset", "expected"),
    [
        (BERLIN, "2026-03-28 12:00", hours(24), "2026-03-29T13:00:00+02:00"),
        (BERLIN, "2026-03-28 12:00", days(1), "2026-03-29T23:59:59.999999+02:00"),
        (BERLIN, "2026-03-28 12:00", days(1).at("02:00"), "2026-03-29T03:00:00+02:00"),
        (BERLIN, "2026-03-28 12:00", days(1).at("02:30"), "2026-03-29T03:30:00+02:00"),
        (BERLIN, "2026-03-28 12:00", days(1).at("03:00"), "2026-03-29T03:00:00+02:00"),
        (BERLIN, "2026-10-24 12:00", hours(24), "2026-10-25T11:00:00+01:00"),
        (BERLIN, "2026-10-24 12:00", days(1), "2026-10-25T23:59:59.999999+01:00"),
        (BERLIN, "2026-10-24 12:00", days(1).at("02:00"), "2026-10-25T02:00:00+02:00"),
        (BERLIN, "2026-10-24 12:00", days(1).at("02:30"), "2026-10-25T02:30:00+02:00"),
        (BERLIN, "2026-10-24 12:00", days(1).at("03:00"), "2026-10-25T03:00:00+01:00"),
        (SYDNEY, "2026-04-04 12:00", hours(24), "2026-04-05T11:00:00+10:00"),
        (SYDNEY, "2026-04-04 12:00", days(1), "2026-04-05T23:59:59.999999+10:00"),
        (SYDNEY, "2026-04-04 12:00", days(1).at("02:30"), "2026-04-05T02:30:00+11:00"),
        (SYDNEY, "2026-10-03 12:00", hours(24), "2026-10-04T13:00:00+11:00"),
        (SYDNEY, "2026-10-03 12:00", days(1), "2026-10-04T23:59:59.999999+11:00"),
        (SYDNEY, "2026-10-03 12:00", days(1).at("02:30"), "2026-10-04T03:30:00+11:00"),
        (AUCKLAND, "2026-04-04 12:00", hours(24), "2026-04-05T11:00:00+12:00"),
        (AUCKLAND, "2026-04-04 12:00", days(1).at("02:30"), "2026-04-05T02:30:00+13:00"),
        (AUCKLAND, "2026-09-26 12:00", hours(24), "2026-09-27T13:00:00+13:00"),
        (AUCKLAND, "2026-09-26 12:00", days(1).at("02:30"), "2026-09-27T03:30:00+13:00"),
        (AUCKLAND, "2026-09-26 12:00", days(1), "2026-09-27T23:59:59.999999+13:00"),
        (LORD_HOWE, "2026-04-04 12:00", hours(24), "2026-04-05T11:30:00+10:30"),
        (LORD_HOWE, "2026-04-04 12:00", days(1).at("01:45"), "2026-04-05T01:45:00+11:00"),
        (LORD_HOWE, "2026-10-03 12:00", hours(24), "2026-10-04T12:30:00+11:00"),
        (LORD_HOWE, "2026-10-03 12:00", days(1).at("02:15"), "2026-10-04T02:45:00+11:00"),
        (LORD_HOWE, "2026-10-03 12:00", days(1), "2026-10-04T23:59:59.999999+11:00"),
        (CHATHAM, "2026-04-04 12:00", days(1).at("03:00"), "2026-04-05T03:00:00+13:45"),
        (CHATHAM, "2026-09-26 12:00", days(1).at("03:00"), "2026-09-27T04:00:00+13:45"),
        ("America/Sao_Paulo", "2018-11-03 12:00", days(0), "2018-11-03T23:59:59.999999-03:00"),
        ("America/Sao_Paulo", "2018-11-03 12:00", days(1).at("00:00"), "2018-11-04T01:00:00-02:00"),
        ("America/Havana", "2026-10-31 12:00", days(0), "2026-10-31T23:59:59.999999-04:00"),
        ("America/Havana", "2026-10-31 12:00", days(1).at("00:30"), "2026-11-01T00:30:00-04:00"),
    ],
)
def test_when_the_clocks_change_hours_are_hours_and_days_are_dates(ask, zone, at, offset, expected):
    assert obligation(ask, at, zone, due=offset).due_at.isoformat() == expected


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("America/Sao_Paulo", "2018-11-03 12:00", "2018-11-04T01:00:00-02:00"),
        ("America/Havana", "2026-10-31 12:00", "2026-11-01T00:00:00-04:00"),
        (BERLIN, "2026-03-28 12:00", "2026-03-29T00:00:00+01:00"),
    ],
)
def test_a_day_opens_with_its_first_instant_whatever_the_clock_shows(ask, zone, at, expected):
    one = obligation(ask, at, zone, opens=days(1), due=days(2))
    assert one.opens_at.isoformat() == expected


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        (BERLIN, "2026-03-27 17:00", "2026-03-30T11:00:00+02:00"),
        (BERLIN, "2026-10-23 17:00", "2026-10-26T11:00:00+01:00"),
        (SYDNEY, "2026-04-03 17:00", "2026-04-06T11:00:00+10:00"),
        (SYDNEY, "2026-10-02 17:00", "2026-10-05T11:00:00+11:00"),
        (AUCKLAND, "2026-09-25 17:00", "2026-09-28T11:00:00+13:00"),
        (LORD_HOWE, "2026-10-02 17:00", "2026-10-05T11:00:00+11:00"),
    ],
)
def test_working_time_runs_over_a_weekend_on_which_the_clocks_change(ask, zone, at, expected):
    one = obligation(ask, at, zone, due=working_hours(3))
    assert one.due_at.isoformat() == expected


# ------------------------------------------------------------- odd offsets


@pytest.mark.parametrize(
    ("zone", "offset", "expected"),
    [
        (KATHMANDU, days(1), "2026-03-03T23:59:59.999999+05:45"),
        (KATHMANDU, business_days(1).at("10:00"), "2026-03-03T10:00:00+05:45"),
        (KATHMANDU, working_hours(4), "2026-03-03T10:00:00+05:45"),
        (CHATHAM, days(1), "2026-03-03T23:59:59.999999+13:45"),
        (CHATHAM, business_days(1).closing(), "2026-03-03T18:00:00+13:45"),
        (CHATHAM, hours(48), "2026-03-04T15:00:00+13:45"),
    ],
)
def test_zones_off_the_full_hour(ask, zone, offset, expected):
    assert obligation(ask, "03-02 15:00", zone, due=offset).due_at.isoformat() == expected


def test_the_date_is_the_customers_not_that_of_the_events_offset(ask):
    one = obligation(ask, "2026-03-02T22:00+00:00", KATHMANDU, due=days(0))
    assert one.due_at.isoformat() == "2026-03-03T23:59:59.999999+05:45"


# ------------------------------------------------------------- dates that were skipped


@pytest.mark.parametrize(
    ("zone", "at", "offset", "expected"),
    [
        (SAMOA, "2011-12-29 12:00", days(0), f"2011-12-29 {LAST}"),
        (SAMOA, "2011-12-29 12:00", days(1), f"2011-12-31 {LAST}"),
        (SAMOA, "2011-12-29 12:00", days(2), f"2011-12-31 {LAST}"),
        (SAMOA, "2011-12-29 12:00", hours(24), "2011-12-31 12:00"),
        (SAMOA, "2011-11-30 12:00", months(1), f"2011-12-31 {LAST}"),
        (SAMOA, "2011-12-29 12:00", days(1).at("10:00"), "2011-12-31 10:00"),
        (SAMOA, "2011-12-29 12:00", business_days(1), f"2012-01-02 {LAST}"),
        (KWAJALEIN, "1993-08-20 12:00", days(0), f"1993-08-20 {LAST}"),
        (KWAJALEIN, "1993-08-20 12:00", days(1), f"1993-08-22 {LAST}"),
        (KWAJALEIN, "1993-08-20 12:00", hours(24), "1993-08-22 12:00"),
        (KWAJALEIN, "1993-07-21 12:00", months(1), f"1993-08-22 {LAST}"),
    ],
)
def test_a_date_that_a_zone_skipped_is_passed_over(ask, zone, at, offset, expected):
    assert written(obligation(ask, at, zone, due=offset).due_at) == expected


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        (SAMOA, "2011-12-29 12:00", "2011-12-31 00:00"),
        (KWAJALEIN, "1993-08-20 12:00", "1993-08-22 00:00"),
    ],
)
def test_a_skipped_date_opens_with_the_next(ask, zone, at, expected):
    assert written(obligation(ask, at, zone, opens=days(1), due=days(5)).opens_at) == expected


def test_a_skipped_date_in_the_data_is_due_with_the_next(ask):
    one = obligation(
        ask, "2011-12-20 12:00", SAMOA, data={"by": "2011-12-30"}, due=until("by") + days(0)
    )
    assert written(one.due_at) == f"2011-12-31 {LAST}"


def test_the_default_expiry_of_a_window_before_a_skipped_date_is_the_next(ask):
    one = obligation(ask, "2011-12-29 12:00", SAMOA, due=days(0))
    assert written(one.expires_at) == f"2011-12-31 {LAST}"


# ------------------------------------------------------------- leap days, ends of months and years


@pytest.mark.parametrize(
    ("at", "offset", "expected"),
    [
        ("2026-01-31 12:00", months(1), "2026-02-28"),
        ("2028-01-31 12:00", months(1), "2028-02-29"),
        ("2026-01-31 12:00", months(2), "2026-03-31"),
        ("2026-03-31 12:00", months(1), "2026-04-30"),
        ("2026-02-28 12:00", months(1), "2026-03-28"),
        ("2028-02-29 12:00", years(1), "2029-02-28"),
        ("2028-02-29 12:00", years(4), "2032-02-29"),
        ("2028-02-29 12:00", months(12), "2029-02-28"),
        ("2028-02-28 12:00", days(1), "2028-02-29"),
        ("2027-02-28 12:00", days(1), "2027-03-01"),
        ("2026-12-31 23:59", days(1), "2027-01-01"),
        ("2026-12-31 23:59", days(0), "2026-12-31"),
        ("2026-12-31 12:00", months(2), "2027-02-28"),
        ("2026-12-31 12:00", business_days(1), "2027-01-01"),
        ("2026-10-31 12:00", months(1) + days(1), "2026-12-01"),
        ("2100-02-28 12:00", days(1), "2100-03-01"),
    ],
)
def test_months_end_where_they_end(ask, at, offset, expected):
    assert written(obligation(ask, at, due=offset).due_at) == f"{expected} {LAST}"


@pytest.mark.parametrize(
    ("ends", "expected"), [("2026-03-31", "2026-02-28"), ("2028-03-31", "2028-02-29")]
)
def test_a_month_before_the_end_of_march_is_the_end_of_february(ask, ends, expected):
    one = obligation(ask, "2026-01-10 12:00", data={"ends": ends}, due=until("ends") - months(1))
    assert written(one.due_at) == f"{expected} {LAST}"


def test_no_business_days_from_a_due_day_that_is_closed_reach_the_next_open_one(ask):
    rule = follow_up(days(3), expires=due + business_days(0))
    (one,) = ask(rule, deal("d", "03-04 15:00"), as_of="03-04 15:00")  # due on Saturday, 7 March
    assert written(one.expires_at) == f"2026-03-09 {LAST}"
