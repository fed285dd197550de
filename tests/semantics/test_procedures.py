"""A complaint worked in six steps: listen, apologise, plan, act, promise and check."""

import pytest
from tests.semantics.story import LAST, WAITING, happened, instant, verdict, written

from retention_rules import (
    DefinitionError,
    Procedure,
    Step,
    Window,
    days,
    event,
    hours,
    step,
    until,
)


def done(name, due, /, **more):
    """The step that `name.done` pays and `name.skipped` excuses."""
    return Step(
        name=name,
        fulfilled_by=event(f"{name}.done"),
        released_by=event(f"{name}.skipped"),
        window=Window(due=due),
        **more,
    )


STEPS = (
    done("listen", days(0)),
    done("sorry", days(1)),
    done("plan", step("sorry") + days(2)),
    done("gift", days(7), optional=True),
    Step(
        name="promise",
        each=event("promise.made"),
        fulfilled_by=event("promise.kept"),
        window=Window(due=until("by")),
    ),
    done("check", step("plan") + days(14), survives_closing=True),
)


def procedure(*steps, **more):
    given = {
        "id": "six",
        "opened_by": event("case.opened"),
        "closed_by": event("case.closed"),
        "correlate_on": "case",
        "steps": steps or STEPS,
        **more,
    }
    return Procedure(**given)


def did(kind, at, case="c1", id=None, **data):
    return happened(id or kind, kind, at, case=case, **data)


OPENED = did("case.opened", "03-02 15:00", id="o")


def closed(at):
    return did("case.closed", at, id="z")


def steps(findings):
    """Status by step; violations by part."""
    return {one.part: one.status for one in findings}


def violations(findings):
    return [(one.part, one.trigger, one.status) for one in findings if one.nature == "violation"]


# ------------------------------------------------------------- the steps


def test_each_step_that_counts_from_the_opening_is_there_from_the_opening(ask):
    found = ask(procedure(), OPENED, as_of="03-02 15:00")
    assert {one.key: (one.status, written(one.due_at)) for one in found} == {
        "six/lin/c1/o/listen": ("open", f"2026-03-02 {LAST}"),
        "six/lin/c1/o/sorry": ("open", f"2026-03-03 {LAST}"),
        "six/lin/c1/o/gift": ("open", f"2026-03-09 {LAST}"),
    }


def test_a_step_that_counts_from_another_appears_when_that_was_done(ask):
    found = ask(procedure(), OPENED, did("sorry.done", "03-02 18:00"), as_of="03-02 18:00")
    one = found.get("six/lin/c1/o/plan")
    assert (one.status, written(one.due_at)) == ("open", f"2026-03-04 {LAST}")


def test_a_step_that_counts_from_another_appears_when_that_was_due(ask):
    assert "plan" not in steps(ask(procedure(), OPENED, as_of=f"03-03 {LAST}"))
    one = ask(procedure(), OPENED, as_of="03-04 00:00").get("six/lin/c1/o/plan")
    assert (one.status, written(one.due_at)) == ("open", f"2026-03-05 {LAST}")


def test_a_step_opens_with_its_case(ask):
    for one in ask(procedure(), OPENED, as_of="03-10 00:00"):
        assert one.opens_at == instant("03-02 15:00")


def test_a_touch_of_another_case_pays_nothing(ask):
    story = (OPENED, did("listen.done", "03-02 16:00", case="c2"))
    assert steps(ask(procedure(), *story, as_of="03-02 18:00"))["listen"] == "open"


def test_an_event_that_opens_an_open_case_opens_a_second_one(ask):
    story = (OPENED, did("case.opened", "03-02 16:00", id="o2"))
    found = ask(procedure(done("listen", days(0))), *story, as_of="03-02 18:00")
    assert [one.key for one in found] == ["six/lin/c1/o/listen", "six/lin/c1/o2/listen"]


def test_a_pause_stops_the_clock_of_the_case(ask):
    story = (OPENED, did("wait.begun", "03-02 16:00"), did("wait.ended", "03-04 16:00"))
    found = ask(procedure(done("sorry", days(1)), paused_by=WAITING), *story, as_of="03-05 12:00")
    assert [written(one.due_at) for one in found] == [f"2026-03-05 {LAST}"]


def test_a_step_that_opens_from_another_opens_a_microsecond_after_it(ask):
    rule = procedure(
        done("sorry", days(1)),
        Step(
            name="plan",
            fulfilled_by=event("plan.done"),
            window=Window(opens=step("sorry"), due=step("sorry") + days(2)),
        ),
    )
    story = (OPENED, did("plan.done", "03-02 16:00"), did("sorry.done", "03-02 18:00"))
    one = ask(rule, *story, as_of="03-02 19:00").get("six/lin/c1/o/plan")
    assert (one.status, one.opens_at) == ("open", instant("03-02 18:00:00.000001"))


# ------------------------------------------------------------- early touches


def test_an_early_touch_pays_its_step_when_that_appears(ask):
    story = (OPENED, did("plan.done", "03-02 16:00"), did("sorry.done", "03-02 18:00"))
    before = ask(procedure(), *story, as_of="03-02 17:00")
    assert "plan" not in steps(before)
    after = ask(procedure(), *story, as_of="03-02 18:00").get("six/lin/c1/o/plan")
    assert (after.status, after.ended_at, after.ended_by) == (
        "fulfilled",
        instant("03-02 16:00"),
        "plan.done",
    )


def test_after_an_early_touch_the_next_step_counts_from_where_this_one_began(ask):
    story = (OPENED, did("plan.done", "03-02 16:00"), did("sorry.done", "03-03 18:00"))
    one = ask(procedure(), *story, as_of="03-03 18:00").get("six/lin/c1/o/check")
    assert written(one.due_at) == f"2026-03-17 {LAST}"


def test_an_early_touch_is_reported_once_as_out_of_order(ask):
    story = (
        OPENED,
        did("plan.done", "03-02 16:00"),
        did("plan.done", "03-02 17:00", id="again"),
        did("sorry.done", "03-02 18:00"),
        did("listen.done", "03-02 19:00"),
    )
    found = ask(procedure(), *story, as_of="04-01 12:00")
    out = [one for one in violations(found) if one[0].startswith("out-of-order")]
    assert out == [
        ("out-of-order:plan", "plan.done", "violated"),
        ("out-of-order:sorry", "sorry.done", "violated"),
    ]


# ------------------------------------------------------------- out of order


def test_what_is_done_in_order_is_no_violation(ask):
    story = (
        OPENED,
        did("listen.done", "03-02 16:00"),
        did("sorry.done", "03-02 17:00"),
        did("plan.done", "03-02 18:00"),
    )
    assert violations(ask(procedure(), *story, as_of="03-02 18:00")) == []


def test_two_steps_at_one_instant_are_in_order(ask):
    story = (OPENED, did("sorry.done", "03-02 16:00"), did("listen.done", "03-02 16:00"))
    assert violations(ask(procedure(), *story, as_of="03-02 18:00")) == []


def test_a_step_done_a_microsecond_before_an_earlier_one_is_out_of_order(ask):
    story = (OPENED, did("sorry.done", "03-02 15:59:59.999999"), did("listen.done", "03-02 16:00"))
    found = ask(procedure(), *story, as_of="03-02 18:00")
    assert violations(found) == [("out-of-order:sorry", "sorry.done", "violated")]
    (one,) = found.select(status="violated")
    assert one.key == "six/lin/c1/sorry.done/out-of-order%3Asorry"
    assert (one.opens_at, one.due, one.ended) == (instant("03-02 15:59:59.999999"), None, None)


def test_a_skipped_step_is_not_missed_by_later_ones(ask):
    story = (OPENED, did("listen.skipped", "03-02 16:00"), did("sorry.done", "03-02 17:00"))
    found = ask(procedure(), *story, as_of="03-02 18:00")
    assert (violations(found), steps(found)["listen"]) == ([], "released")


def test_an_optional_step_is_not_missed_by_later_ones(ask):
    rule = procedure(done("gift", days(1), optional=True), done("check", days(1)))
    assert (
        violations(ask(rule, OPENED, did("check.done", "03-02 16:00"), as_of="03-02 18:00")) == []
    )


def test_an_optional_step_itself_may_be_out_of_order(ask):
    story = (OPENED, did("gift.done", "03-02 16:00"))
    assert violations(ask(procedure(), *story, as_of="03-02 18:00")) == [
        ("out-of-order:gift", "gift.done", "violated")
    ]


def test_promises_are_outside_the_order(ask):
    story = (
        OPENED,
        did("promise.made", "03-02 15:30", by="2026-03-10"),
        did("promise.kept", "03-02 15:40"),
        did("listen.done", "03-02 16:00"),
        did("sorry.done", "03-02 17:00"),
    )
    assert violations(ask(procedure(), *story, as_of="03-02 18:00")) == []


def test_without_order_nothing_is_out_of_order(ask):
    story = (OPENED, did("sorry.done", "03-02 16:00"))
    assert violations(ask(procedure(ordered=False), *story, as_of="03-02 18:00")) == []


def test_two_steps_dated_the_same_day_are_doubtful(ask):
    story = (OPENED, did("listen.done", "03-03"), did("sorry.done", "03-03"))
    rule = procedure(done("listen", days(5)), done("sorry", days(5)))
    found = ask(rule, *story, as_of="03-05 12:00")
    assert violations(found) == [("out-of-order:sorry", "sorry.done", "indeterminate")]


def test_what_a_day_shows_out_of_order_is_sure_when_the_day_is_over(ask):
    story = (OPENED, did("plan.done", "03-03"))
    rule = procedure(done("sorry", days(1)), done("plan", step("sorry") + days(2)))
    one = ask(rule, *story, as_of="03-03 10:00").get("six/lin/c1/plan.done/out-of-order%3Aplan")
    assert (one.status, one.next_change_at) == ("indeterminate", instant(f"03-03 {LAST}"))
    assert violations(ask(rule, *story, as_of=f"03-03 {LAST}")) == [
        ("out-of-order:plan", "plan.done", "violated")
    ]


def test_what_is_set_to_stay_in_doubt_until_its_day_is_over_changes_no_more(ask):
    """The plan, owed from noon, is done the same day as the letter, and perhaps before it."""
    rule = procedure(
        done("listen", hours(21), optional=True),
        Step(
            name="plan",
            fulfilled_by=event("plan.done"),
            window=Window(opens=step("listen"), due=step("listen") + days(2)),
        ),
        done("letter", days(7)),
    )
    story = (OPENED, did("plan.done", "03-03"), did("letter.done", "03-03"))
    for as_of in ("03-03 10:00", "03-03 13:00", "03-04 10:00"):
        found = ask(rule, *story, as_of=as_of)
        one = found.get("six/lin/c1/letter.done/out-of-order%3Aletter")
        assert (one.status, one.next_change_at) == ("indeterminate", None)


def test_a_step_that_never_was_owed_is_missed_by_later_ones_all_the_same(ask):
    """Closing freed the plan, so that the check, which outlives the case, will never be owed."""
    rule = procedure(
        done("plan", days(2)),
        done("check", step("plan") + days(14), survives_closing=True),
        done("letter", days(30), survives_closing=True),
    )
    story = (OPENED, closed("03-03 10:00"), did("letter.done", "03-05 10:00"))
    assert violations(ask(rule, *story, as_of="04-01 10:00")) == [
        ("out-of-order:letter", "letter.done", "violated"),
        ("closed-without:plan", "z", "violated"),
    ]
    checked = did("check.done", "03-04 10:00")
    assert violations(ask(rule, *story, checked, as_of="04-01 10:00")) == [
        ("closed-without:plan", "z", "violated"),
    ]


def test_what_is_out_of_order_stays_so_when_a_step_that_was_closed_would_have_been_owed(ask):
    """The plan, which would have been owed from the 4th, was closed on the 3rd."""
    rule = procedure(
        done("sorry", days(1), optional=True, survives_closing=True),
        done("plan", step("sorry") + days(2)),
        done("check", step("plan") + days(14), survives_closing=True),
        done("letter", days(30), survives_closing=True),
    )
    story = (OPENED, closed("03-03 10:00"), did("letter.done", "03-03 12:00"))
    for as_of in ("03-03 12:00", "03-04 00:00"):
        assert violations(ask(rule, *story, as_of=as_of)) == [
            ("out-of-order:letter", "letter.done", "violated"),
            ("closed-without:plan", "z", "violated"),
        ]


def test_a_step_that_pays_nothing_any_more_is_not_out_of_order(ask):
    rule = procedure(done("listen", days(0)), done("sorry", days(1)))
    story = (OPENED, did("sorry.done", "03-20 16:00"))
    found = ask(rule, *story, as_of="03-21 00:00")
    assert (violations(found), steps(found)["sorry"]) == ([], "lapsed")


# ------------------------------------------------------------- skipping


def test_a_skip_hands_on_its_own_instant(ask):
    story = (OPENED, did("sorry.skipped", "03-02 18:00"))
    found = ask(procedure(), *story, as_of="03-02 18:00")
    assert steps(found)["sorry"] == "released"
    assert written(found.get("six/lin/c1/o/plan").due_at) == f"2026-03-04 {LAST}"


def test_a_skip_after_due_hands_on_due(ask):
    story = (OPENED, did("sorry.skipped", "03-04 18:00"))
    found = ask(procedure(), *story, as_of="03-04 18:00")
    assert steps(found)["sorry"] == "lapsed"
    assert written(found.get("six/lin/c1/o/plan").due_at) == f"2026-03-05 {LAST}"


# ------------------------------------------------------------- closing


def test_closing_frees_every_step_but_those_that_survive_it(ask):
    story = (OPENED, did("sorry.done", "03-02 18:00"), did("plan.done", "03-02 18:00"))
    found = ask(procedure(), *story, closed("03-02 19:00"), as_of="03-02 19:00")
    kinds = {one.part: one.status for one in found if one.nature == "obligation"}
    assert kinds == {
        "listen": "released",
        "sorry": "fulfilled",
        "plan": "fulfilled",
        "gift": "released",
        "check": "open",
    }


def test_a_case_closed_without_a_step_is_a_violation_for_each(ask):
    story = (OPENED, did("listen.done", "03-02 18:00"), closed("03-02 19:00"))
    found = ask(procedure(), *story, as_of="03-02 19:00")
    assert violations(found) == [
        ("closed-without:plan", "z", "violated"),
        ("closed-without:sorry", "z", "violated"),
    ]


def test_what_is_done_at_the_instant_of_closing_is_done(ask):
    rule = procedure(done("listen", days(0)))
    found = ask(
        rule, OPENED, did("listen.done", "03-02 19:00"), closed("03-02 19:00"), as_of="03-03 12:00"
    )
    assert (steps(found), violations(found)) == ({"listen": "fulfilled"}, [])


def test_what_is_done_a_microsecond_after_closing_is_too_late(ask):
    rule = procedure(done("listen", days(0)))
    story = (OPENED, closed("03-02 19:00"), did("listen.done", "03-02 19:00:00.000001"))
    assert steps(ask(rule, *story, as_of="03-03 12:00")) == {
        "listen": "released",
        "closed-without:listen": "violated",
    }


def test_a_skip_at_the_instant_of_closing_excuses(ask):
    rule = procedure(done("listen", days(0)))
    story = (OPENED, did("listen.skipped", "03-02 19:00"), closed("03-02 19:00"))
    found = ask(rule, *story, as_of="03-03 12:00")
    assert steps(found) == {"listen": "released"}
    assert found[0].ended_by == "listen.skipped"


def test_a_step_done_late_before_closing_is_no_violation_at_closing(ask):
    rule = procedure(done("listen", days(0)))
    story = (OPENED, did("listen.done", "03-03 10:00"), closed("03-03 19:00"))
    assert steps(ask(rule, *story, as_of="03-04 12:00")) == {"listen": "repaired"}


def test_a_step_that_lapsed_is_missing_at_closing(ask):
    rule = procedure(done("listen", days(0)))
    assert steps(ask(rule, OPENED, closed("03-20 19:00"), as_of="03-21 12:00")) == {
        "listen": "lapsed",
        "closed-without:listen": "violated",
    }


def test_after_closing_a_step_that_survives_is_still_born_and_owed(ask):
    story = (OPENED, did("sorry.done", "03-02 18:00"), did("plan.done", "03-02 18:30"))
    found = ask(procedure(), *story, closed("03-02 19:00"), as_of="03-17 00:00")
    assert steps(found)["check"] == "breached"


def test_a_case_may_stay_open_for_ever(ask):
    found = ask(procedure(done("listen", days(0)), closed_by=None), OPENED, as_of="04-01 12:00")
    assert steps(found) == {"listen": "lapsed"}


def test_a_case_closed_by_a_day_is_closed_from_its_start_or_the_opening(ask):
    rule = procedure(done("listen", days(5)))
    found = ask(rule, OPENED, did("case.closed", "03-02", id="z"), as_of="03-02 15:00")
    one = found.get("six/lin/c1/o/listen")
    assert (one.status, one.ended_at) == ("released", instant("03-02 15:00"))


def test_a_step_missing_at_a_dated_closing_is_indeterminate_until_the_day_is_over(ask):
    rule = procedure(done("listen", days(5)))
    story = (OPENED, did("case.closed", "03-03", id="z"))
    part = "closed-without:listen"
    assert steps(ask(rule, *story, as_of="03-03 12:00"))[part] == "indeterminate"
    assert steps(ask(rule, *story, as_of=f"03-03 {LAST}"))[part] == "violated"


def test_a_step_done_on_the_day_of_a_dated_closing_leaves_it_indeterminate(ask):
    rule = procedure(done("listen", days(5)))
    story = (OPENED, did("case.closed", "03-03", id="z"), did("listen.done", "03-03 12:00"))
    found = ask(rule, *story, as_of="03-10 12:00")
    assert [one[::2] for one in violations(found)] == [("closed-without:listen", "indeterminate")]


# ------------------------------------------------------------- each


def made(at, id, by="2026-03-10"):
    return did("promise.made", at, id=id, by=by)


def promises(findings):
    return {one.trigger: one.status for one in findings if one.part == "promise"}


PROMISES = procedure(STEPS[4])


def test_each_promise_of_the_case_is_owed(ask):
    story = (OPENED, made("03-02 16:00", "p1"), made("03-03 16:00", "p2", "2026-03-12"))
    found = ask(PROMISES, *story, as_of="03-11 12:00")
    assert {one.key: (one.status, written(one.due_at)) for one in found} == {
        "six/lin/c1/p1/promise": ("breached", f"2026-03-10 {LAST}"),
        "six/lin/c1/p2/promise": ("open", f"2026-03-12 {LAST}"),
    }


def test_a_promise_before_the_opening_is_none_of_the_case_and_at_its_instant_is(ask):
    story = (OPENED, made("03-02 14:59:59.999999", "p1"), made("03-02 15:00", "p2"))
    assert promises(ask(PROMISES, *story, as_of="03-03 12:00")) == {"p2": "open"}


def test_a_promise_at_the_instant_of_closing_is_released_and_after_it_none(ask):
    story = (
        OPENED,
        closed("03-03 12:00"),
        made("03-03 12:00", "p1"),
        made("03-03 12:00:00.000001", "p2"),
    )
    assert promises(ask(PROMISES, *story, as_of="03-04 12:00")) == {"p1": "released"}


def test_promises_that_survive_closing_are_owed_whenever_they_are_made(ask):
    survives = Step(
        name="promise",
        each=event("promise.made"),
        fulfilled_by=event("promise.kept"),
        window=Window(due=until("by")),
        survives_closing=True,
    )
    story = (OPENED, made("03-02 16:00", "p1"), closed("03-03 12:00"), made("03-05 12:00", "p2"))
    assert promises(ask(procedure(survives), *story, as_of="03-06 12:00")) == {
        "p1": "open",
        "p2": "open",
    }


def test_a_promise_without_a_date_says_so(ask):
    found = ask(PROMISES, OPENED, did("promise.made", "03-02 16:00", id="p"), as_of="03-03 12:00")
    assert [verdict(one) for one in found] == [("indeterminate", "open", "missing-date")]


def test_closing_without_keeping_a_promise_is_no_violation_but_releases_it(ask):
    story = (OPENED, made("03-02 16:00", "p1"), closed("03-03 12:00"))
    found = ask(PROMISES, *story, as_of="03-04 12:00")
    assert (violations(found), promises(found)) == ([], {"p1": "released"})


# ------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "given",
    [
        (done("a", days(1)), done("a", days(2))),
        (done("a", step("b") + days(1)), done("b", days(1))),
        (done("a", days(1)), done("b", step("a") + hours(1), each=event("x"))),
        (),
    ],
    ids=["a name twice", "a later step", "each after a step", "no steps"],
)
def test_what_cannot_be_a_procedure_is_refused(given):
    with pytest.raises(DefinitionError):
        Procedure(id="six", opened_by=event("case.opened"), steps=given)


def test_one_dated_event_that_does_two_steps_does_them_in_order_from_its_first_instant(ask):
    rule = Procedure(
        id="p",
        opened_by=event("case.opened"),
        steps=[
            Step(name="a", fulfilled_by=event("done"), window=Window(due=hours(0))),
            Step(name="b", fulfilled_by=event("done"), window=Window(due=days(0))),
        ],
        correlate_on="case",
    )
    story = (
        happened("o", "case.opened", "03-03 00:00", case="c"),
        happened("e", "done", "03-03", case="c"),
    )
    for as_of in ("03-03 00:00", "03-03 12:00", "03-05 12:00"):
        assert [
            one.part for one in ask(rule, *story, as_of=as_of) if one.nature == "violation"
        ] == []
