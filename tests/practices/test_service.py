import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, the, touched

from retention_rules.practices import handbook

EXAMPLES = handbook(examples=True)

# ---------------------------------------------------------------- telling of a problem

NOTICE, ASKED = "order.proactive-notice", "order.proactive-notice.asked-first"


def problem(at="03-02 10:00", order="o1", **data):
    return happened(at, "order.problem", order=order, **data)


def told(at, order="o1", purpose="notice"):
    return touched(at, "call", order=order, purpose=purpose)


@pytest.mark.parametrize(
    ("promised", "expected"),
    [
        ({}, "03-03 24:00"),
        ({"promised_for": "2026-03-20"}, "03-03 24:00"),
        ({"promised_for": "2026-03-03"}, "03-02 24:00"),
    ],
)
def test_a_problem_is_told_by_the_next_working_day_and_before_the_promised_one(promised, expected):
    assert due(NOTICE, problem(**promised), as_of="03-02 10:00") == expected


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-03 {LAST}", "fulfilled"), ("03-04 00:00", "repaired")]
)
def test_a_problem_may_be_told_until_that_day_ends(at, expected):
    assert status(NOTICE, problem(), told(at), as_of="03-05 00:00") == expected


def test_a_call_about_another_order_tells_nothing():
    assert status(NOTICE, problem(), told("03-02 11:00", "o2"), as_of="03-04 00:00") == "breached"


def test_a_call_without_a_purpose_may_have_told():
    call = touched("03-02 11:00", "call", order="o1")
    assert status(NOTICE, problem(), call, as_of="03-04 00:00") == "indeterminate"


def test_a_cancelled_order_needs_no_notice():
    cancelled = happened("03-02 11:00", "order.cancelled", order="o1")
    assert status(NOTICE, problem(), cancelled, as_of="03-04 00:00") == "released"


def test_a_problem_of_the_promised_day_itself_is_in_doubt():
    late = problem(promised_for="2026-03-02")
    assert status(NOTICE, late, as_of="03-04 00:00") == "indeterminate"


def inquiry(at="03-03 10:00", **data):
    return happened(at, "inquiry.received", **data)


def test_a_customer_who_has_to_ask_was_told_too_late():
    assert status(ASKED, problem(), inquiry(order="o1"), as_of="03-03 10:00") == "violated"


@pytest.mark.parametrize("at", ["03-02 11:00", "03-03 10:00"])
def test_an_inquiry_after_the_notice_is_no_fault(at):
    assert absent(ASKED, problem(), told(at), inquiry(order="o1"), as_of="03-03 10:00")


def test_an_inquiry_about_an_order_without_a_problem_is_no_fault():
    assert absent(ASKED, problem(), inquiry(order="o2"), as_of="03-03 10:00")


def test_an_inquiry_about_an_unknown_order_is_noted():
    story = found(problem(), inquiry(), as_of="03-03 10:00")
    assert not story.select(ASKED)
    assert [one for one in story.notes if ASKED in str(one)]


def test_an_inquiry_of_a_customer_without_problems_is_no_fault_and_not_noted():
    story = found(inquiry(), as_of="03-03 10:00")
    assert not story.select(ASKED)
    assert not [one for one in story.notes if ASKED in str(one)]


# ---------------------------------------------------------------- whose fault

OURS = "fault.ours-first"
FOUND_OUT = happened("03-02 12:00", "case.investigated", case="c1")


def blame(at="03-02 12:00", **data):
    return happened(at, "cause.recorded", case="c1", **data)


def test_finding_the_customer_at_fault_without_looking_is_wrong():
    assert status(OURS, blame(at_fault="customer"), as_of="03-02 12:00") == "violated"


def test_finding_the_customer_at_fault_after_looking_is_right():
    assert absent(OURS, FOUND_OUT, blame(at_fault="customer"), as_of="03-02 12:00")


def test_looking_a_microsecond_later_does_not_help():
    early = blame("03-02 11:59:59.999999", at_fault="customer")
    assert status(OURS, early, FOUND_OUT, as_of="03-03 00:00") == "violated"


def test_finding_ourselves_at_fault_needs_no_looking():
    assert absent(OURS, blame(at_fault="us"), as_of="03-02 12:00")


def test_an_unknown_fault_is_in_doubt():
    assert status(OURS, blame(), as_of="03-02 12:00") == "indeterminate"


# ---------------------------------------------------------------- what only we noticed

SELF = "fault.self-found"


def defect(**data):
    return happened("03-02 10:00", "defect.found", defect="d1", **data)


def rework(at="03-05 10:00", **data):
    return happened(at, "rework.done", defect="d1", **data)


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-09 {LAST}", "fulfilled"), ("03-10 00:00", "repaired")]
)
def test_a_defect_that_we_found_is_put_right_within_seven_days(at, expected):
    story = (defect(found_by="us"), rework(at, cost_borne_by="us"))
    assert status(SELF, *story, as_of="03-11 00:00", rules=EXAMPLES) == expected


@pytest.mark.parametrize(("payer", "expected"), [("customer", "breached"), (None, "indeterminate")])
def test_rework_is_at_our_cost(payer, expected):
    cost = {"cost_borne_by": payer} if payer else {}
    story = (defect(found_by="us"), rework(**cost))
    assert status(SELF, *story, as_of="03-11 00:00", rules=EXAMPLES) == expected


def test_a_defect_that_the_customer_found_is_another_matter():
    assert absent(SELF, defect(found_by="customer"), as_of="03-11 00:00", rules=EXAMPLES)


def test_a_defect_found_by_nobody_knows_whom_is_in_doubt():
    assert status(SELF, defect(), as_of="03-11 00:00", rules=EXAMPLES) == "indeterminate"


# ---------------------------------------------------------------- help anyway

HELP = "fault.help-anyway"


def closed(**data):
    return happened("03-05 10:00", "case.closed", case="c1", **data)


def helped(at="03-04 10:00", **data):
    return touched(at, "visit", case="c1", **data)


@pytest.mark.parametrize("fault", ["customer", "other"])
def test_a_case_closed_without_help_is_wrong_though_the_fault_is_not_ours(fault):
    story = (closed(at_fault=fault),)
    assert status(HELP, *story, as_of="03-05 10:00", rules=EXAMPLES) == "violated"


@pytest.mark.parametrize(
    "help",
    [
        helped(purpose="help"),
        happened("03-05 10:00", "compensation.given", case="c1"),
        happened("03-04 10:00", "rework.done", case="c1"),
    ],
)
def test_help_before_the_closing_is_enough(help):
    assert absent(HELP, help, closed(at_fault="other"), as_of="03-06 00:00", rules=EXAMPLES)


def test_our_own_fault_is_not_meant():
    assert absent(HELP, closed(at_fault="us"), as_of="03-06 00:00", rules=EXAMPLES)


@pytest.mark.parametrize("story", [(closed(),), (helped(), closed(at_fault="other"))])
def test_an_unknown_fault_or_an_unknown_purpose_leaves_it_in_doubt(story):
    assert status(HELP, *story, as_of="03-06 00:00", rules=EXAMPLES) == "indeterminate"


# ---------------------------------------------------------------- the warranty

WARRANTY, REJECTED = "warranty.honoured", "warranty.honoured.not-rejected"
SOLD = deal("2025-03-02 15:00", order="o1", warranty_until="2026-03-02")


def claim(on, kind="warranty.claimed", at="03-03 10:00", order="o1"):
    day = {"claimed_on": on} if on else {}
    return happened(at, kind, order=order, claim="w1", **day)


def honoured(at):
    return happened(at, "warranty.honoured", claim="w1")


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-10 {LAST}", "fulfilled"), ("03-11 00:00", "repaired")]
)
def test_a_claim_within_the_warranty_is_honoured_within_seven_days(at, expected):
    story = (SOLD, claim("2026-03-02"), honoured(at))
    assert status(WARRANTY, *story, as_of="03-12 00:00", rules=EXAMPLES) == expected


def test_a_claim_a_day_late_is_owed_nothing():
    assert absent(WARRANTY, SOLD, claim("2026-03-03"), as_of="03-12 00:00", rules=EXAMPLES)


@pytest.mark.parametrize(
    "story", [(SOLD, claim(None)), (deal("2025-03-02 15:00", order="o1"), claim("2026-03-02"))]
)
def test_without_the_day_of_the_claim_or_of_the_warranty_it_is_in_doubt(story):
    assert status(WARRANTY, *story, as_of="03-12 00:00", rules=EXAMPLES) == "indeterminate"


def test_the_warranty_of_another_order_does_not_help():
    other = claim("2026-03-02", order="o2")
    assert absent(WARRANTY, SOLD, other, as_of="03-12 00:00", rules=EXAMPLES)


@pytest.mark.parametrize(("on", "expected"), [("2026-03-02", "violated"), (None, "indeterminate")])
def test_a_claim_within_the_warranty_is_not_rejected(on, expected):
    no = claim(on, "warranty.rejected")
    assert status(REJECTED, SOLD, no, as_of="03-03 10:00", rules=EXAMPLES) == expected


def test_a_late_claim_may_be_rejected():
    no = claim("2026-03-03", "warranty.rejected")
    assert absent(REJECTED, SOLD, no, as_of="03-03 10:00", rules=EXAMPLES)


# ---------------------------------------------------------------- requests

HANDLED = "request.handled"
REQUEST = happened("03-03 10:00", "request.received", request="dvd")


def done(at, step):
    return happened(at, "step.recorded", step=step, request="dvd")


@pytest.mark.parametrize(
    ("step", "last", "late"),
    [
        ("note", f"03-03 {LAST}", "03-04 00:00"),
        ("cost", f"03-03 {LAST}", "03-04 00:00"),
        ("inform", f"03-03 {LAST}", "03-04 00:00"),
        ("done", f"03-04 {LAST}", "03-05 00:00"),
    ],
)
def test_each_step_of_a_request_has_its_deadline(step, last, late):
    for at, expected in ((last, "fulfilled"), (late, "repaired")):
        story = (REQUEST, done(at, step))
        assert status(f"{HANDLED}/{step}", *story, as_of=late, rules=EXAMPLES) == expected


@pytest.mark.parametrize(
    ("step", "event"),
    [
        ("note", happened("03-03 10:05", "promise.made", promise="p1", request="dvd")),
        ("inform", touched("03-03 11:00", "call", contact_role="project", request="dvd")),
        ("done", happened("03-04 11:00", "request.done", request="dvd")),
    ],
)
def test_a_natural_event_of_the_request_does_the_step(step, event):
    story = (REQUEST, event)
    assert status(f"{HANDLED}/{step}", *story, as_of="03-05 00:00", rules=EXAMPLES) == "fulfilled"


def test_a_call_to_somebody_of_unknown_role_may_have_informed():
    call = touched("03-03 11:00", "call", request="dvd")
    found_ = status(f"{HANDLED}/inform", REQUEST, call, as_of="03-04 00:00", rules=EXAMPLES)
    assert found_ == "indeterminate"


def test_the_deed_before_the_cost_is_out_of_order():
    story = found(REQUEST, done("03-03 11:00", "done"), as_of="03-05 00:00", rules=EXAMPLES)
    wrong = [one.part for one in story.select(HANDLED) if one.nature == "violation"]
    assert wrong == ["out-of-order:done"]


def test_a_skipped_step_is_released():
    skip = happened("03-03 11:00", "step.skipped", step="cost", request="dvd", reason="free")
    assert status(f"{HANDLED}/cost", REQUEST, skip, as_of="03-05 00:00", rules=EXAMPLES) == (
        "released"
    )


# ---------------------------------------------------------------- deliveries

DAY, CARE = "delivery.promised-day", "delivery.conduct"


def order(at="03-02 10:00", kind="order.placed", **data):
    return happened(at, kind, order="o1", **data)


def delivered(at="03-02 18:00", **data):
    return happened(at, "order.delivered", order="o1", **data)


PROMISED = order(promised_for="2026-03-02")


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-02 {LAST}", "fulfilled"), ("03-03 00:00", "repaired")]
)
def test_an_order_is_delivered_on_the_promised_day(at, expected):
    assert status(DAY, PROMISED, delivered(at), as_of="03-04 00:00") == expected


def test_an_order_without_a_promised_day_promises_nothing():
    assert absent(DAY, order(), as_of="03-04 00:00")


def test_a_cancelled_order_is_released():
    story = (PROMISED, order("03-02 12:00", "order.cancelled"))
    assert status(DAY, *story, as_of="03-04 00:00") == "released"


def moved(at):
    return order(at, "order.rescheduled", promised_for="2026-03-09")


@pytest.mark.parametrize(
    ("at", "expected"),
    [("03-02 12:00", ["open", "released"]), ("03-03 12:00", ["lapsed", "open"])],
)
def test_a_new_day_starts_anew_and_a_missed_one_stays_missed(at, expected):
    story = found(PROMISED, moved(at), as_of="03-04 00:00").select(DAY)
    assert sorted(one.status for one in story) == expected


GOOD = {"cleaned": True, "shoe_covers": True, "rested": False, "refreshed": False}


def test_a_delivery_with_all_care_is_right():
    assert absent(CARE, delivered(**GOOD), as_of="03-03 00:00", rules=EXAMPLES)


@pytest.mark.parametrize("what", GOOD)
def test_each_want_of_care_is_wrong_by_itself(what):
    report = {what: not GOOD[what]}
    assert status(CARE, delivered(**report), as_of="03-03 00:00", rules=EXAMPLES) == "violated"


@pytest.mark.parametrize("what", GOOD)
def test_care_that_is_not_reported_is_in_doubt(what):
    report = {name: value for name, value in GOOD.items() if name != what}
    assert status(CARE, delivered(**report), as_of="03-03 00:00", rules=EXAMPLES) == (
        "indeterminate"
    )


# ---------------------------------------------------------------- levels

VISITOR, CALL = "service.levels.visitors", "service.levels.calls"
ARRIVED = happened("03-02 10:00:00", "visitor.arrived", arrival="a1")


@pytest.mark.parametrize(
    ("at", "expected"), [("03-02 10:00:30", "fulfilled"), ("03-02 10:00:30.000001", "repaired")]
)
def test_a_visitor_is_greeted_within_30_seconds(at, expected):
    greeted = happened(at, "visitor.greeted", arrival="a1")
    assert status(VISITOR, ARRIVED, greeted, as_of="03-02 11:00", rules=EXAMPLES) == expected


def test_a_visitor_of_whom_only_the_day_is_known_is_in_doubt():
    greeted = happened("03-02", "visitor.greeted", arrival="a1")
    assert status(VISITOR, ARRIVED, greeted, as_of="03-03 11:00", rules=EXAMPLES) == (
        "indeterminate"
    )


def rang(kind="call.answered", **data):
    return happened("03-02 10:00", kind, **data)


@pytest.mark.parametrize("data", [{"rings": 2}, {"rings": 2, "ring_seconds": 13}])
@pytest.mark.parametrize("seconds", [{"ring_seconds": 12}, {}])
def test_a_call_answered_by_the_second_ring_is_right(data, seconds):
    call = rang(**(data if data else seconds))
    assert absent(CALL, call, as_of="03-02 10:00", rules=EXAMPLES)


def test_where_rings_are_not_counted_12_seconds_are_right():
    assert absent(CALL, rang(ring_seconds=12), as_of="03-02 10:00", rules=EXAMPLES)


@pytest.mark.parametrize(
    "call", [rang(rings=3), rang(ring_seconds=13), rang("call.missed", rings=1)]
)
def test_a_call_answered_later_or_not_at_all_is_wrong(call):
    assert status(CALL, call, as_of="03-02 10:00", rules=EXAMPLES) == "violated"


def test_a_call_of_which_neither_is_known_is_in_doubt():
    assert status(CALL, rang(), as_of="03-02 10:00", rules=EXAMPLES) == "indeterminate"


# ---------------------------------------------------------------- feedback

FEEDBACK = "feedback.solicited"


def test_feedback_is_asked_for_half_a_year_after_the_first_deal():
    story = the(FEEDBACK, deal(), as_of="08-01 00:00")
    assert (story.status, f"{story.opens_at:%m-%d}") == ("upcoming", "08-02")
    assert due(FEEDBACK, deal(), as_of="08-01 00:00") == "09-02 24:00"


def asked(*events, as_of):
    story = found(deal(), *events, as_of=as_of).select(FEEDBACK)
    return [one.status for one in sorted(story, key=lambda one: one.opens_at)]


def requested(at):
    return happened(at, "feedback.requested")


@pytest.mark.parametrize(
    "asking", [requested(f"09-02 {LAST}"), touched("08-20 10:00", "call", purpose="satisfaction")]
)
def test_asking_within_the_month_before_counts(asking):
    assert asked(asking, as_of="09-03 00:00") == ["fulfilled", "upcoming"]


def test_asking_the_day_after_is_late():
    assert asked(requested("09-03 00:00"), as_of="09-04 00:00") == ["repaired", "upcoming"]


def test_asking_early_moves_the_next():
    assert asked(requested("05-01 10:00"), as_of="09-03 00:00") == ["released", "upcoming"]


@pytest.mark.parametrize("data", [{}, {"purpose": "care"}])
def test_another_talk_asks_for_nothing(data):
    assert asked(touched("08-20 10:00", "call", **data), as_of="09-03 00:00") == ["breached"]


def test_a_lost_customer_is_asked_no_more():
    assert asked(happened("08-20 10:00", "customer.lost"), as_of="09-03 00:00") == ["released"]
