"""Letters of thanks: the last one of a project, what a letter holds, and what it announces."""

import pytest
from tests.practices.timeline import LAST, absent, due, found, happened, status, touched

from retention_rules.practices import handbook

ALL = handbook(examples=True)
INSTALLED = happened("03-02 15:00", "installation.completed")
ASKED = happened("03-03 10:00", "request.received", request="dvd")
DONE = happened("03-04 11:00", "request.done", request="dvd")

# ---------------------------------------------------------------- thanks.project-letter


def letters(*events, as_of, rules=ALL):
    owed = found(*events, as_of=as_of, rules=rules).select("thanks.project-letter")
    return [one.status for one in sorted(owed, key=lambda one: one.opens)]


def posted(at):
    return touched(at, "letter", purpose="thanks")


def test_the_letter_is_due_two_working_days_after_the_installation():
    assert due("thanks.project-letter", INSTALLED, as_of="03-02 15:00", rules=ALL) == "03-04 24:00"
    assert letters(INSTALLED, posted(f"03-04 {LAST}"), as_of="03-05 00:00") == ["fulfilled"]


def test_a_letter_on_the_third_working_day_is_late():
    assert letters(INSTALLED, posted("03-05 00:00"), as_of="03-05 00:00") == ["repaired"]


def test_while_a_request_is_open_the_clock_stands_still():
    assert letters(INSTALLED, ASKED, as_of="03-20 10:00") == ["open"]


def test_when_the_request_is_done_the_time_begins_anew():
    story = (INSTALLED, ASKED, DONE)
    assert letters(*story, as_of="03-04 12:00") == ["released", "open"]
    assert letters(*story, posted(f"03-06 {LAST}"), as_of="03-07 00:00") == [
        "released",
        "fulfilled",
    ]
    assert letters(*story, as_of="03-07 00:00") == ["released", "breached"]


def test_with_one_of_two_requests_open_the_clock_still_stands():
    other = happened("03-03 10:30", "request.received", request="mouse")
    story = (INSTALLED, ASKED, other, DONE)
    assert letters(*story, as_of="03-20 10:00") == ["released", "open"]


def test_a_request_done_long_after_the_installation_belongs_to_no_project():
    late = happened("04-02 10:00", "request.done", request="x")
    assert letters(INSTALLED, posted("03-03 10:00"), late, as_of="04-10 10:00") == ["fulfilled"]


def test_the_letter_can_be_read_as_owed_after_the_installation_alone():
    rules = handbook(examples=True, variants={"thanks.project-letter": "installation-only"})
    story = (INSTALLED, ASKED, DONE)
    assert letters(*story, as_of="03-05 00:00", rules=rules) == ["breached"]


def test_a_call_is_no_letter():
    call = touched("03-03 10:00", "call", purpose="thanks")
    assert letters(INSTALLED, call, as_of="03-05 00:00") == ["breached"]


# ---------------------------------------------------------------- thanks.letter-template


def letter(at, **data):
    return touched(at, "letter", purpose="thanks", **data)


def test_a_complete_letter_owes_nothing():
    assert absent("thanks.letter-template", letter("03-02 15:00", parts=12), as_of="03-03 00:00")


def test_an_incomplete_letter_is_made_up_for_within_a_week():
    short, whole = letter("03-02 15:00", parts=11), letter(f"03-09 {LAST}", parts=12)
    assert status("thanks.letter-template", short, whole, as_of="03-10 00:00") == "fulfilled"


def test_on_the_eighth_day_it_is_late():
    short, whole = letter("03-02 15:00", parts=11), letter("03-10 00:00", parts=12)
    assert status("thanks.letter-template", short, whole, as_of="03-10 00:00") == "repaired"


def test_a_letter_whose_parts_are_not_recorded_is_in_doubt():
    assert status("thanks.letter-template", letter("03-02 15:00"), as_of="03-03 00:00") == (
        "indeterminate"
    )


def test_the_template_has_as_many_parts_as_its_checklist():
    rule = handbook()["thanks.letter-template"]
    assert rule.trigger.alternatives[0].condition.of[-1].right == len(rule.checklist)


# ---------------------------------------------------------------- thanks.promised-call

ANNOUNCED = letter("03-02 15:00", announces_call=True)


def test_a_few_weeks_are_three():
    assert due("thanks.promised-call", ANNOUNCED, as_of="03-02 15:00") == "03-23 24:00"


@pytest.mark.parametrize(
    ("reading", "expected"),
    [("two-weeks", "03-16 24:00"), ("three-weeks", "03-23 24:00"), ("four-weeks", "03-30 24:00")],
)
def test_a_few_weeks_can_be_read_in_three_ways(reading, expected):
    rules = handbook(variants={"thanks.promised-call": reading})
    assert due("thanks.promised-call", ANNOUNCED, as_of="03-02 15:00", rules=rules) == expected


@pytest.mark.parametrize("at", ["03-16 00:00", f"03-23 {LAST}"])
def test_the_announced_call_counts_in_the_last_week(at):
    call = touched(at, "call")
    assert status("thanks.promised-call", ANNOUNCED, call, as_of="03-24 00:00") == "fulfilled"


def test_an_earlier_call_is_not_the_announced_one():
    call = touched(f"03-15 {LAST}", "call")
    assert status("thanks.promised-call", ANNOUNCED, call, as_of="03-24 00:00") == "breached"


def test_a_later_call_still_repairs_it():
    call = touched("03-24 00:00", "call")
    assert status("thanks.promised-call", ANNOUNCED, call, as_of="03-24 00:00") == "repaired"


def test_a_day_that_the_letter_names_is_the_day():
    named = letter("03-02 15:00", announces_call=True, call_by="2026-03-10")
    assert due("thanks.promised-call", named, as_of="03-02 15:00") == "03-10 24:00"
    call = touched("03-05 10:00", "call")
    assert status("thanks.promised-call", named, call, as_of="03-11 00:00") == "fulfilled"


def test_a_letter_that_announces_nothing_owes_no_call():
    assert absent("thanks.promised-call", letter("03-02 15:00"), as_of="03-03 00:00")


def test_an_invoice_by_phone_is_not_the_announced_call():
    call = touched("03-20 10:00", "call", purpose="invoice")
    assert status("thanks.promised-call", ANNOUNCED, call, as_of="03-24 00:00") == "breached"
