import pytest
from tests.practices.timeline import LAST, absent, due, found, happened, status

KEPT, SALE = "promise.kept", "promise.from-sale"


def made(at="03-02 10:00", promise="p1", **data):
    return happened(at, "promise.made", promise=promise, **data)


def kept(at, promise="p1"):
    return happened(at, "promise.kept", promise=promise)


# ---------------------------------------------------------------- promise.kept


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-03-06", "03-06 24:00"),
        ("2026-03-06T10:00+08:00", "03-06 10:00"),
    ],
)
def test_a_promise_is_due_when_it_says(given, expected):
    assert due(KEPT, made(due=given), as_of="03-02 10:00") == expected


def test_without_a_date_an_answer_is_due_the_next_working_day():
    assert due(KEPT, made("03-06 10:00"), as_of="03-06 10:00") == "03-09 24:00"


def test_kept_at_the_last_moment_is_kept():
    story = (made(due="2026-03-06"), kept(f"03-06 {LAST}"))
    assert status(KEPT, *story, as_of="03-07 00:00") == "fulfilled"


def test_kept_a_microsecond_later_is_late():
    story = (made(due="2026-03-06"), kept("03-07 00:00"))
    assert status(KEPT, *story, as_of="03-07 00:00") == "repaired"


def test_keeping_one_promise_keeps_no_other():
    story = (made(due="2026-03-06"), kept("03-05 10:00", promise="p2"))
    assert status(KEPT, *story, as_of="03-07 00:00") == "breached"


def test_a_promise_waived_is_released():
    story = (made(due="2026-03-06"), happened("03-04 10:00", "promise.waived", promise="p1"))
    assert status(KEPT, *story, as_of="03-07 00:00") == "released"


def moved(at):
    return happened(at, "promise.rescheduled", promise="p1", due="2026-03-20")


def statuses(*events, as_of):
    return sorted(one.status for one in found(*events, as_of=as_of).select(KEPT))


def test_a_promise_moved_in_time_starts_anew():
    assert statuses(made(due="2026-03-06"), moved("03-05 10:00"), as_of="03-10 00:00") == [
        "open",
        "released",
    ]


def test_a_promise_moved_too_late_stays_missed():
    assert statuses(made(due="2026-03-06"), moved("03-07 10:00"), as_of="03-10 00:00") == [
        "lapsed",
        "open",
    ]


# ---------------------------------------------------------------- promise.from-sale

PROMISED = made(while_selling=True)
INSTALLED = happened("03-18 16:00", "installation.completed")


def settled(at, promise="p1", kind="promise.kept", **data):
    return happened(at, kind, promise=promise, **data)


def test_what_was_promised_while_selling_is_not_owed_before_the_installation():
    assert absent(SALE, PROMISED, as_of=f"03-17 {LAST}")


def test_it_is_due_on_the_day_of_the_installation():
    assert due(SALE, PROMISED, INSTALLED, as_of="03-18 16:00") == "03-18 24:00"


def test_nothing_is_owed_if_it_was_kept_before():
    assert absent(SALE, PROMISED, settled("03-05 10:00"), INSTALLED, as_of="03-31 00:00")


def test_nothing_is_owed_if_nothing_was_promised_while_selling():
    assert absent(SALE, made(), kept("03-05 10:00"), INSTALLED, as_of="03-31 00:00")


def test_it_may_be_kept_until_that_day_ends():
    story = (PROMISED, INSTALLED, settled(f"03-18 {LAST}"))
    assert status(SALE, *story, as_of="03-31 00:00") == "fulfilled"


def test_kept_the_day_after_it_is_late():
    story = (PROMISED, INSTALLED, settled("03-19 00:00"))
    assert status(SALE, *story, as_of="03-19 00:00") == "repaired"


@pytest.mark.parametrize(
    "event",
    [
        settled("03-18 17:00", kind="promise.waived"),
        settled("03-18 17:00", kind="promise.rescheduled", due="2026-03-25"),
    ],
)
def test_waived_or_given_a_date_it_is_settled(event):
    assert status(SALE, PROMISED, INSTALLED, event, as_of="03-19 00:00") == "fulfilled"


OTHER = made("03-03 10:00", "p2", while_selling=True)


@pytest.mark.parametrize(
    ("settlements", "expected"),
    [
        ((), "breached"),
        ((settled("03-05 10:00"),), "breached"),
        ((settled("03-18 17:00", "p2"),), "breached"),
        ((settled("03-05 10:00"), settled("03-18 17:00", "p2")), "fulfilled"),
        ((settled("03-18 17:00", "p2"), settled("03-18 18:00")), "fulfilled"),
    ],
)
def test_of_two_promises_both_must_be_settled(settlements, expected):
    story = (PROMISED, OTHER, INSTALLED, *settlements)
    assert status(SALE, *story, as_of="03-19 00:00") == expected


def test_of_many_promises_the_last_one_settled_pays():
    many = [made(f"03-03 10:{nth}", f"n{nth}", while_selling=True) for nth in range(10, 30)]
    kept_ = [settled(f"03-18 17:{nth}", f"n{nth}") for nth in range(10, 30)]
    assert status(SALE, *many, INSTALLED, *kept_[:-1], as_of="03-19 00:00") == "breached"
    assert status(SALE, *many, INSTALLED, *kept_, as_of="03-19 00:00") == "fulfilled"


MOVED_AND_KEPT = (
    settled("03-04 10:00", kind="promise.rescheduled", due="2026-03-25"),
    settled("03-05 10:00"),
)


def test_a_promise_moved_and_then_kept_settles_no_other():
    story = (PROMISED, OTHER, *MOVED_AND_KEPT, INSTALLED)
    assert status(SALE, *story, as_of="03-19 00:00") == "breached"
    assert status(SALE, *story, settled("03-18 17:00", "p2"), as_of="03-19 00:00") == "fulfilled"


def test_keeping_a_dated_promise_of_the_sale_settles_no_undated_one():
    dated = made("03-03 10:00", "p2", while_selling=True, due="2026-03-06")
    story = (PROMISED, dated, settled("03-05 10:00", "p2"), INSTALLED)
    assert status(SALE, *story, as_of="03-19 00:00") == "breached"
    again = settled("03-18 17:00", "p2")
    assert status(SALE, *story, again, as_of="03-19 00:00") == "breached"


def test_keeping_a_promise_that_was_not_of_the_sale_settles_none():
    story = (PROMISED, made("03-03 10:00", "p2"), INSTALLED, settled("03-18 17:00", "p2"))
    assert status(SALE, *story, as_of="03-19 00:00") == "breached"


def test_a_promise_moved_to_no_day_is_not_settled():
    moved_ = settled("03-18 17:00", kind="promise.rescheduled")
    assert status(SALE, PROMISED, INSTALLED, moved_, as_of="03-19 00:00") == "breached"


def test_a_promise_of_the_sale_that_is_repeated_is_one():
    repeated = made("03-03 10:00", while_selling=True)
    story = (PROMISED, repeated, INSTALLED, settled("03-18 17:00"))
    assert status(SALE, *story, as_of="03-19 00:00") == "fulfilled"


def test_which_promise_was_kept_may_be_unknown():
    unnamed = happened("03-18 17:00", "promise.kept")
    assert status(SALE, PROMISED, INSTALLED, unnamed, as_of="03-19 00:00") == "indeterminate"


def test_what_promise_was_made_may_be_unknown():
    unnamed = happened("03-02 10:00", "promise.made", while_selling=True)
    assert status(SALE, unnamed, INSTALLED, as_of="03-19 00:00") == "indeterminate"


def test_an_undated_promise_of_the_sale_is_not_due_the_next_working_day():
    assert absent(KEPT, PROMISED, as_of="03-31 00:00")


def test_a_dated_promise_of_the_sale_is_due_when_it_says():
    dated = made(while_selling=True, due="2026-03-06")
    assert absent(SALE, dated, INSTALLED, as_of="03-31 00:00")
    assert due(KEPT, dated, as_of="03-03 00:00") == "03-06 24:00"
