"""Procedures in the kernel: their steps, and what was out of order, as `evaluate` has it."""

import pytest
from tests.semantics.story import happened, instant

from retention_rules import Procedure, Rulebook, Step, Window, days, evaluate, event, never, step

pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")
pytest.importorskip("narwhals", reason="it comes with the extra `batch`")


def recovery(**more):
    """Apologise; offer a solution within two days of that; keep each promise; look back."""
    settings = {
        "ordered": True,
        "correlate_on": ["case"],
        "closed_by": event("case.closed"),
        **more,
    }
    return Procedure(
        id="recovery",
        opened_by=event("case.opened"),
        steps=[
            Step(
                name="apologise",
                fulfilled_by=event("apology.made"),
                released_by=event("apology.skipped"),
                window=Window(due=days(1)),
            ),
            Step(
                name="solve",
                fulfilled_by=event("solution.offered"),
                window=Window(due=step("apologise") + days(2)),
            ),
            Step(
                name="promises",
                each=event("promise.made"),
                fulfilled_by=event("promise.kept"),
                window=Window(due=days(1)),
            ),
            Step(
                name="look-back",
                fulfilled_by=event("customer.called"),
                window=Window(due=days(14), expires=never),
                survives_closing=True,
            ),
        ],
        **settings,
    )


def told(*records, as_of="03-10 10:00", rule=None):
    """Status and due day by part, all from the kernel, and equal to what `evaluate` finds."""
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    how = {"as_of": instant(as_of), "zone": "Asia/Shanghai"}
    book = Rulebook([rule or recovery()])
    answer = evaluate_frame(book, frame_of(records), **how)
    assert list(answer.findings()) == list(evaluate(book, records, **how))
    assert not any(one["pure"] for one in answer.share)
    return {
        one.part: (one.status, one.due_at and f"{one.due_at:%d %H:%M}") for one in answer.findings()
    }


def on(day, id, kind, **data):
    return happened(id, kind, f"03-{day}", case="k", **data)


OPENED = on("02 10:00", "c", "case.opened")


def test_a_step_is_owed_from_the_end_of_the_one_that_it_waits_for():
    assert set(told(OPENED, as_of="03-02 12:00")) == {"apologise", "look-back"}
    sorry = on("02 12:00", "a", "apology.made")
    assert told(OPENED, sorry, as_of="03-02 13:00")["solve"] == ("open", "04 23:59")


def test_what_is_late_hands_on_its_due_day():
    assert told(OPENED, as_of="03-04 00:00")["solve"] == ("open", "05 23:59")
    sorry = on("08 12:00", "a", "apology.made")
    assert told(OPENED, sorry)["solve"][1] == "05 23:59"


def test_a_skip_hands_on_too_and_a_closing_does_not():
    assert "solve" in told(OPENED, on("02 11:00", "s", "apology.skipped"), as_of="03-02 12:00")
    assert "solve" not in told(OPENED, on("02 11:00", "x", "case.closed"), as_of="03-05 12:00")


def test_a_touch_before_its_step_is_owed_pays_it():
    early = on("02 11:00", "o", "solution.offered")
    found = told(OPENED, early, as_of="03-04 12:00")
    assert found["solve"][0] == "fulfilled"


def test_a_step_done_before_one_that_comes_first_is_out_of_order():
    early, later = on("02 11:00", "o", "solution.offered"), on("02 12:00", "a", "apology.made")
    assert told(OPENED, early, later)["out-of-order:solve"][0] == "violated"
    same = on("02 11:00", "a", "apology.made")
    assert "out-of-order:solve" not in told(OPENED, early, same)


def test_a_case_closed_without_a_step_is_wrong_but_not_without_one_that_survives():
    found = told(OPENED, on("03 10:00", "x", "case.closed"))
    assert found["closed-without:apologise"][0] == "violated"
    assert "closed-without:look-back" not in found
    assert found["look-back"][0] == "open"


def test_a_touch_at_the_instant_of_the_closing_pays():
    done = [on("03 10:00", "a", "apology.made"), on("03 10:00", "o", "solution.offered")]
    found = told(OPENED, on("03 10:00", "x", "case.closed"), *done)
    assert (found["apologise"][0], found["solve"][0]) == ("fulfilled", "fulfilled")


def test_a_step_is_owed_for_each_event_while_its_case_is_open():
    made = [on(f"0{day} 10:00", f"p{day}", "promise.made") for day in (1, 3, 5)]
    closed = on("04 10:00", "x", "case.closed")
    assert told(OPENED, closed, *made)["promises"] == ("released", "04 23:59")
    kept = on("03 12:00", "k", "promise.kept")
    assert told(OPENED, closed, kept, *made)["promises"][0] == "fulfilled"


def test_a_case_opened_again_has_steps_of_its_own():
    again = on("03 10:00", "d", "case.opened")
    from tests.agreement.batch import frame_of

    from retention_rules.evaluation.batch import evaluate_frame

    how = {"as_of": instant("03-10 10:00"), "zone": "Asia/Shanghai"}
    book, records = Rulebook([recovery()]), [OPENED, again, on("04 10:00", "a", "apology.made")]
    answer = evaluate_frame(book, frame_of(records), **how)
    assert list(answer.findings()) == list(evaluate(book, records, **how))
    assert sum(one.part == "apologise" for one in answer.findings()) == 2


def test_one_closing_without_a_step_of_two_cases_is_wrong_once():
    again = on("02 11:00", "d", "case.opened")
    assert told(OPENED, again, on("03 10:00", "x", "case.closed"))


def test_what_lapsed_is_freed_by_nothing():
    assert told(OPENED, on("09 10:00", "x", "case.closed"))["apologise"][0] == "lapsed"


def test_a_step_that_is_compared_with_its_case_goes_to_the_pure_evaluator():
    from retention_rules.evaluation.batch.units.waiting import plain_steps
    from retention_rules.evaluation.lowering import compiled

    same = Step(
        name="apologise",
        fulfilled_by=event("apology.made"),
        window=Window(due=days(1)),
        same_on="owner",
    )
    rule = Procedure(id="p", opened_by=event("case.opened"), steps=[same])
    assert not plain_steps(compiled(Rulebook([rule])).clusters[0])
    assert plain_steps(compiled(Rulebook([recovery()])).clusters[0])
