import pytest
from tests.practices.timeline import LAST, absent, due, found, happened, status, touched

from retention_rules.practices import handbook

EXAMPLES = handbook(examples=True)


def complaint(at="03-02 10:00", case="c1", **data):
    return happened(at, "complaint.received", case=case, **data)


def closed(at="03-05 10:00", case="c1", **data):
    return happened(at, "case.closed", case=case, **data)


# ---------------------------------------------------------------- own words

FORMULA = "recovery.conduct.own-words"


@pytest.mark.parametrize(
    ("data", "expected"),
    [({"scripted": True}, "violated"), ({}, "indeterminate")],
)
def test_an_apology_by_formula_is_wrong_and_an_unknown_one_in_doubt(data, expected):
    sorry = touched("03-02 11:00", "call", purpose="apology", **data)
    assert status(FORMULA, sorry, as_of="03-02 11:00") == expected


def test_an_apology_in_own_words_is_right():
    sorry = touched("03-02 11:00", "call", purpose="apology", scripted=False)
    assert absent(FORMULA, sorry, as_of="03-02 11:00")


@pytest.mark.parametrize("data", [{}, {"purpose": "care", "scripted": True}])
def test_what_is_no_apology_may_be_scripted(data):
    assert absent(FORMULA, touched("03-02 11:00", "call", **data), as_of="03-02 11:00")


# ---------------------------------------------------------------- answer while they speak

ANSWER = "recovery.conduct.answer"


def listened(**data):
    return touched("03-02 11:00", "call", purpose="listening", case="c1", **data)


def test_listening_without_an_answer_is_wrong():
    assert status(ANSWER, listened(answered=False), as_of="03-02 11:00") == "violated"


def test_listening_with_an_answer_is_right():
    assert absent(ANSWER, listened(answered=True), as_of="03-02 11:00")


def test_whether_the_customer_was_answered_may_be_unknown():
    assert status(ANSWER, listened(), as_of="03-02 11:00") == "indeterminate"


def test_a_talk_outside_a_case_is_not_asked_about():
    assert absent(ANSWER, touched("03-02 11:00", "call", purpose="listening"), as_of="03-03 00:00")


TIMED = handbook(variants={ANSWER: "response-time"})


@pytest.mark.parametrize(
    ("at", "expected"), [("03-02 14:00", "fulfilled"), ("03-02 14:00:00.000001", "repaired")]
)
def test_read_as_a_response_time_four_working_hours_count(at, expected):
    story = (complaint(), touched(at, "email"))
    assert status(ANSWER, *story, as_of="03-03 00:00", rules=TIMED) == expected


# ---------------------------------------------------------------- thanks

THANKS = "recovery.conduct.thanks"


def thanked(at="03-02 11:00", case="c1", **data):
    return touched(at, "call", case=case, **data)


def test_a_complaint_closed_without_thanks_is_wrong():
    assert status(THANKS, complaint(), closed(), as_of="03-05 10:00") == "violated"


@pytest.mark.parametrize("data", [{"purpose": "thanks"}, {"purpose": "apology", "thanked": True}])
@pytest.mark.parametrize("at", ["03-02 11:00", "03-05 10:00"])
def test_thanks_at_or_before_the_closing_are_enough(at, data):
    assert absent(THANKS, complaint(), thanked(at, **data), closed(), as_of="03-05 10:00")


def test_thanks_a_microsecond_after_the_closing_are_not():
    late = thanked("03-05 10:00:00.000001", purpose="thanks")
    assert status(THANKS, complaint(), closed(), late, as_of="03-06 00:00") == "violated"


def test_a_touch_of_the_case_without_a_purpose_may_have_thanked():
    assert status(THANKS, complaint(), thanked(), closed(), as_of="03-05 10:00") == "indeterminate"


def test_thanks_in_another_case_do_not_help():
    other = thanked(case="c2", purpose="thanks")
    assert status(THANKS, complaint(), other, closed(), as_of="03-05 10:00") == "violated"


def test_a_case_that_is_no_complaint_needs_no_thanks():
    assert absent(THANKS, closed(), as_of="03-05 10:00")


# ---------------------------------------------------------------- the facts first

FACTS = "recovery.conduct.facts-first"


def offered(**data):
    return happened("03-03 10:00", "solution.offered", case="c1", **data)


def test_a_solution_before_the_facts_is_wrong():
    assert status(FACTS, offered(facts_known=False), as_of="03-03 10:00") == "violated"


def test_a_solution_after_the_facts_is_right():
    assert absent(FACTS, offered(facts_known=True), as_of="03-03 10:00")


def test_whether_the_facts_were_known_may_be_unknown():
    assert status(FACTS, offered(), as_of="03-03 10:00") == "indeterminate"


@pytest.mark.parametrize("data", [{}, {"facts_known": False}])
def test_an_investigation_of_the_case_establishes_them(data):
    found_out = happened("03-03 09:00", "case.investigated", case="c1")
    assert absent(FACTS, found_out, offered(**data), as_of="03-03 10:00")


# ---------------------------------------------------------------- ending in time

TALK = "recovery.conduct.in-time"


def met(**data):
    return touched("03-03 10:00", "visit", case="c1", **data)


def test_a_talk_of_an_hour_ends_in_time():
    assert absent(TALK, met(minutes=60), as_of="03-03 10:00")


def test_a_longer_talk_is_wrong():
    assert status(TALK, met(minutes=61), as_of="03-03 10:00") == "violated"


def test_a_talk_of_unknown_length_is_in_doubt():
    assert status(TALK, met(), as_of="03-03 10:00") == "indeterminate"


def test_a_long_visit_without_a_complaint_is_nobodys_business():
    assert absent(TALK, touched("03-03 10:00", "visit", minutes=200), as_of="03-03 10:00")


CASES = handbook(variants={TALK: "the-case"})


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-16 {LAST}", "fulfilled"), ("03-17 00:00", "repaired")]
)
def test_read_as_the_case_it_is_closed_within_14_days(at, expected):
    assert status(TALK, complaint(), closed(at), as_of="03-18 00:00", rules=CASES) == expected


# ---------------------------------------------------------------- the first response

FIRST = "recovery.first-response"


def test_a_complaint_is_answered_within_four_working_hours():
    assert due(FIRST, complaint(), as_of="03-02 10:00") == "03-02 14:00"


def test_the_hours_of_the_evening_do_not_count():
    assert due(FIRST, complaint("03-06 17:00"), as_of="03-06 17:00") == "03-09 12:00"


@pytest.mark.parametrize(
    ("at", "expected"), [("03-02 14:00", "fulfilled"), ("03-02 14:00:00.000001", "repaired")]
)
def test_any_touch_answers_until_then(at, expected):
    assert status(FIRST, complaint(), touched(at, "email"), as_of="03-03 00:00") == expected


@pytest.mark.parametrize("purpose", ["greeting", "invoice", "advertising"])
def test_an_invoice_is_no_answer(purpose):
    mail = touched("03-02 11:00", "email", purpose=purpose)
    assert status(FIRST, complaint(), mail, as_of="03-02 15:00") == "breached"


def test_an_automatic_reply_is_no_answer():
    auto = happened("03-02 10:01", "touch.attempted", channel="email")
    assert status(FIRST, complaint(), auto, as_of="03-02 15:00") == "breached"


def test_a_lost_customer_is_answered_no_more():
    lost = happened("03-02 11:00", "customer.lost")
    assert status(FIRST, complaint(), lost, as_of="03-02 15:00") == "released"


# ---------------------------------------------------------------- a senior complains

SENIOR = "recovery.executive-complaint"
CALLED = complaint("03-06 17:00", contact_role="decision-maker")


BEFORE_TEN = "09:59:59.999999"


def test_a_senior_is_answered_before_ten_the_next_day():
    assert due(SENIOR, CALLED, as_of="03-06 18:00", rules=EXAMPLES) == f"03-07 {BEFORE_TEN}"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-07 {BEFORE_TEN}", "fulfilled"), ("03-07 10:00", "repaired")]
)
def test_ten_sharp_is_late(at, expected):
    there = touched(at, "visit", contact_role="executive")
    assert status(SENIOR, CALLED, there, as_of="03-08 00:00", rules=EXAMPLES) == expected


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ({"contact_role": "decision-maker"}, "fulfilled"),
        ({"contact_role": "project"}, "breached"),
        ({"contact_role": "project", "contact": "wu"}, "breached"),
        ({"contact_role": "project", "contact": "zhao"}, "fulfilled"),
        ({"contact": "zhao"}, "fulfilled"),
        ({"contact": "wu"}, "indeterminate"),
        ({}, "indeterminate"),
    ],
)
def test_one_meets_a_senior_or_whoever_complained(met, expected):
    called = complaint("03-06 17:00", contact_role="decision-maker", contact="zhao")
    there = touched("03-07 09:00", "meeting", **met)
    assert status(SENIOR, called, there, as_of="03-07 11:00", rules=EXAMPLES) == expected


def test_a_call_is_no_visit():
    call = touched("03-07 09:00", "call")
    assert status(SENIOR, CALLED, call, as_of="03-07 11:00", rules=EXAMPLES) == "breached"


def test_read_as_the_next_working_day_the_weekend_is_left_out():
    working = handbook(examples=True, variants={SENIOR: "next-working-day"})
    assert due(SENIOR, CALLED, as_of="03-06 18:00", rules=working) == f"03-09 {BEFORE_TEN}"


def test_a_complaint_of_somebody_else_is_no_senior_s():
    other = complaint(contact_role="project")
    assert absent(SENIOR, other, as_of="03-03 11:00", rules=EXAMPLES)


def test_a_complaint_of_somebody_unknown_is_in_doubt():
    assert status(SENIOR, complaint(), as_of="03-03 11:00", rules=EXAMPLES) == "indeterminate"


# ---------------------------------------------------------------- six points

POINTS = "recovery.six-point"
BOTH = handbook(also=[POINTS])


def done(at, step):
    return happened(at, "step.recorded", step=step, case="c1")


def test_learning_from_it_is_owed_like_the_other_points():
    closed = happened("03-03 10:00", "case.closed", case="c1")
    learnt = f"{POINTS}/learn"
    assert not any(step.optional for step in BOTH[POINTS].steps)
    assert status(learnt, complaint(), closed, as_of="04-02 00:00", rules=BOTH) == "breached"


def violations(*events):
    story = found(*events, as_of="06-01 00:00", rules=BOTH).select(POINTS)
    return [one.part for one in story if one.nature == "violation"]


def test_the_six_points_are_off_unless_asked_for():
    assert absent(POINTS, complaint(), as_of="03-02 10:00")


@pytest.mark.parametrize(
    ("step", "last", "late"),
    [
        ("listen", f"03-02 {LAST}", "03-03 00:00"),
        ("cause", f"03-04 {LAST}", "03-05 00:00"),
        ("prevent", f"03-09 {LAST}", "03-10 00:00"),
        ("apologise", f"03-02 {LAST}", "03-03 00:00"),
        ("solution", f"03-04 {LAST}", "03-05 00:00"),
        ("learn", f"04-01 {LAST}", "04-02 00:00"),
        ("compensate", f"03-09 {LAST}", "03-10 00:00"),
        ("follow-up", f"03-23 {LAST}", "03-24 00:00"),
    ],
)
def test_each_point_has_its_deadline(step, last, late):
    for at, expected in ((last, "fulfilled"), (late, "repaired")):
        story = (complaint(), done(at, step))
        assert status(f"{POINTS}/{step}", *story, as_of=late, rules=BOTH) == expected


def test_an_investigation_finds_the_cause():
    story = (complaint(), happened("03-03 10:00", "case.investigated", case="c1"))
    assert status(f"{POINTS}/cause", *story, as_of="03-09 00:00", rules=BOTH) == "fulfilled"


def test_one_record_does_a_step_of_both_lists():
    story = found(complaint(), done("03-02 11:00", "apologise"), as_of="03-04 00:00", rules=BOTH)
    apologies = [one for one in story if one.part == "apologise"]
    assert {one.rule: one.status for one in apologies} == {
        POINTS: "fulfilled",
        "recovery.six-step": "fulfilled",
    }


def test_no_point_is_out_of_order():
    assert violations(complaint(), done("03-02 11:00", "compensate")) == []


def test_a_case_may_be_closed_without_having_learned_from_it():
    steps = ("listen", "cause", "prevent", "apologise", "solution", "compensate")
    story = [done("03-02 11:00", step) for step in steps]
    assert violations(complaint(), *story, closed()) == []


def test_a_case_may_not_be_closed_without_its_cause():
    steps = ("listen", "prevent", "apologise", "solution", "compensate")
    story = [done("03-02 11:00", step) for step in steps]
    assert violations(complaint(), *story, closed()) == ["closed-without:cause"]


def test_a_skipped_point_is_released():
    skip = happened("03-02 11:00", "step.skipped", step="cause", case="c1", reason="plain")
    assert status(f"{POINTS}/cause", complaint(), skip, as_of="03-09 00:00", rules=BOTH) == (
        "released"
    )


# ---------------------------------------------------------------- the questions of step 2


def test_read_as_opening_questions_only_the_advice_differs():
    other = handbook(variants={"recovery.six-step": "opening-questions"})["recovery.six-step"]
    usual = handbook()["recovery.six-step"]
    differing = [one.name for one, two in zip(other.steps, usual.steps, strict=True) if one != two]
    assert differing == ["listen"]
    assert other.steps[1].fulfilled_by == usual.steps[1].fulfilled_by
