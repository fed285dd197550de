import pytest
from tests.practices.timeline import LAST, due, found, happened, status, touched

SIX = "recovery.six-step"


def complaint(at="03-02 10:00", case="c1"):
    return happened(at, "complaint.received", case=case)


def done(at, step, case="c1"):
    return happened(at, "step.recorded", step=step, case=case)


def skipped(at, step, case="c1"):
    return happened(at, "step.skipped", step=step, case=case, reason="no harm was done")


APOLOGY, LISTENED = done("03-02 10:05", "apologise"), done("03-02 10:20", "listen")
OFFERED = happened("03-03 10:00", "solution.offered", case="c1")
MADE_GOOD = happened("03-05 10:00", "compensation.given", case="c1")
ASKED_AGAIN = touched("03-10 10:00", "call", purpose="satisfaction", case="c1")
ALL = (complaint(), APOLOGY, LISTENED, OFFERED, MADE_GOOD, ASKED_AGAIN)
STEPS = ("apologise", "listen", "solution", "compensate", "follow-up")


def violations(*events, as_of="04-30 00:00"):
    """What is wrong with the order or the closing of the case."""
    return [
        one.part for one in found(*events, as_of=as_of).select(SIX) if one.nature == "violation"
    ]


# ---------------------------------------------------------------- deadlines


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("apologise", "03-02 24:00"),
        ("listen", "03-02 24:00"),
        ("solution", "03-04 24:00"),
        ("compensate", "03-09 24:00"),
    ],
)
def test_each_step_has_its_deadline(step, expected):
    assert due(f"{SIX}/{step}", complaint(), as_of="03-02 10:00") == expected


def test_a_complaint_at_the_weekend_is_due_on_monday():
    assert due(f"{SIX}/apologise", complaint("03-07 20:00"), as_of="03-07 20:00") == "03-09 24:00"


def test_the_follow_up_is_due_14_days_after_the_compensation():
    story = ALL[:-1]
    assert due(f"{SIX}/follow-up", *story, as_of="03-06 00:00") == "03-19 24:00"


def test_the_follow_up_waits_for_the_compensation_no_longer_than_that_is_due():
    assert due(f"{SIX}/follow-up", complaint(), as_of="03-10 00:00") == "03-23 24:00"


@pytest.mark.parametrize("step", STEPS)
def test_a_well_handled_complaint_fulfils_every_step(step):
    assert status(f"{SIX}/{step}", *ALL, as_of="04-30 00:00") == "fulfilled"


def test_a_well_handled_complaint_violates_nothing():
    assert violations(*ALL, happened("03-11 10:00", "case.closed", case="c1")) == []


@pytest.mark.parametrize(
    ("step", "last", "late"),
    [
        ("apologise", f"03-02 {LAST}", "03-03 00:00"),
        ("listen", f"03-02 {LAST}", "03-03 00:00"),
        ("solution", f"03-04 {LAST}", "03-05 00:00"),
        ("compensate", f"03-09 {LAST}", "03-10 00:00"),
        ("follow-up", f"03-23 {LAST}", "03-24 00:00"),
    ],
)
def test_a_step_is_late_a_microsecond_after_its_deadline(step, last, late):
    on_time, too_late = done(last, step), done(late, step)
    assert status(f"{SIX}/{step}", complaint(), on_time, as_of=late) == "fulfilled"
    assert status(f"{SIX}/{step}", complaint(), too_late, as_of=late) == "repaired"


# ---------------------------------------------------------------- what does a step


@pytest.mark.parametrize(
    ("step", "event"),
    [
        ("apologise", touched("03-02 10:05", "call", purpose="apology", case="c1")),
        ("listen", touched("03-02 10:05", "call", purpose="listening", case="c1")),
        ("solution", happened("03-02 10:05", "solution.offered", case="c1")),
        ("compensate", happened("03-02 10:05", "compensation.given", case="c1")),
        ("follow-up", touched("03-12 10:05", "visit", purpose="follow-up", case="c1")),
    ],
)
def test_a_natural_event_of_the_case_does_the_step(step, event):
    assert status(f"{SIX}/{step}", complaint(), event, as_of="03-31 00:00") == "fulfilled"


def test_a_letter_does_not_listen():
    letter = touched("03-02 11:00", "letter", purpose="listening", case="c1")
    assert status(f"{SIX}/listen", complaint(), letter, as_of="03-03 00:00") == "breached"


def test_a_call_of_no_purpose_may_have_been_the_apology():
    call = touched("03-02 11:00", "call", case="c1")
    assert status(f"{SIX}/apologise", complaint(), call, as_of="03-03 00:00") == "indeterminate"


def test_a_touch_without_a_case_belongs_to_none():
    call = touched("03-02 11:00", "call", purpose="apology")
    assert status(f"{SIX}/apologise", complaint(), call, as_of="03-03 00:00") == "breached"


def test_an_apology_in_one_case_is_none_in_another():
    other = complaint("03-02 09:00", case="c2")
    story = found(complaint(), other, APOLOGY, as_of="03-03 00:00")
    apologies = [one for one in story.select(SIX) if one.part == "apologise"]
    assert {dict(one.correlation)["case"]: one.status for one in apologies} == {
        "c1": "fulfilled",
        "c2": "breached",
    }


def test_a_skipped_step_is_released():
    story = (complaint(), skipped("03-04 10:00", "compensate"))
    assert status(f"{SIX}/compensate", *story, as_of="03-31 00:00") == "released"


def test_after_a_skipped_compensation_the_follow_up_counts_from_there():
    story = (complaint(), skipped("03-04 10:00", "compensate"))
    assert due(f"{SIX}/follow-up", *story, as_of="03-04 10:00") == "03-18 24:00"


# ---------------------------------------------------------------- order and closing


def test_a_solution_before_the_apology_is_out_of_order():
    story = (complaint(), done("03-02 11:00", "solution"), done("03-02 12:00", "apologise"))
    assert "out-of-order:solution" in violations(*story)


def test_a_skipped_step_is_not_missed_by_the_next():
    story = (complaint(), skipped("03-02 10:01", "apologise"), LISTENED)
    assert violations(*story) == []


CLOSED = happened("03-03 12:00", "case.closed", case="c1")


def test_closing_without_a_step_is_a_violation():
    assert violations(complaint(), APOLOGY, LISTENED, OFFERED, CLOSED) == [
        "closed-without:compensate"
    ]


def test_closing_after_a_reasoned_skip_is_none():
    story = (complaint(), APOLOGY, LISTENED, OFFERED, skipped("03-03 11:00", "compensate"), CLOSED)
    assert violations(*story) == []


def test_closing_releases_what_was_not_due_yet():
    assert status(f"{SIX}/compensate", complaint(), CLOSED, as_of="03-31 00:00") == "released"


def test_a_step_missed_before_the_closing_stays_missed():
    assert status(f"{SIX}/apologise", complaint(), CLOSED, as_of="03-31 00:00") == "lapsed"


def test_the_follow_up_outlives_the_closing():
    story = (*ALL[:-1], happened("03-06 10:00", "case.closed", case="c1"))
    assert status(f"{SIX}/follow-up", *story, as_of="03-20 00:00") == "breached"


# ---------------------------------------------------------------- promises of the case

PROMISE = happened("03-03 11:00", "promise.made", case="c1", promise="p1", due="2026-03-12")
KEPT = happened(f"03-12 {LAST}", "promise.kept", case="c1", promise="p1")


def test_a_promise_of_the_case_is_due_when_it_says():
    assert due(f"{SIX}/promises", complaint(), PROMISE, as_of="03-04 00:00") == "03-12 24:00"


def test_a_promise_kept_fulfils_its_step():
    story = (complaint(), PROMISE, KEPT)
    assert status(f"{SIX}/promises", *story, as_of="03-31 00:00") == "fulfilled"


def test_a_promise_outlives_the_closing():
    story = (*ALL, PROMISE, happened("03-11 10:00", "case.closed", case="c1"))
    assert status(f"{SIX}/promises", *story, as_of="03-13 00:00") == "breached"


def test_a_promise_waived_is_released():
    waived = happened("03-05 10:00", "promise.waived", case="c1", promise="p1")
    story = (complaint(), PROMISE, waived)
    assert status(f"{SIX}/promises", *story, as_of="03-31 00:00") == "released"


def test_a_case_without_promises_owes_none():
    story = found(*ALL, as_of="04-30 00:00").select(SIX)
    assert [one.part for one in story if one.part == "promises"] == []


def test_a_promise_stands_outside_the_order():
    assert violations(complaint(), PROMISE, KEPT) == []
