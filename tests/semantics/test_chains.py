"""Follow-ups that count from one another, such as a call after 1, then 3, then 7 days."""

import pytest
from tests.semantics.story import (
    LAST,
    ZONE,
    Q,
    deal,
    follow_up,
    happened,
    instant,
    touched,
    written,
)

from retention_rules import (
    DefinitionError,
    Rulebook,
    days,
    earliest,
    evaluate,
    event,
    hours,
    step,
    touch,
    until,
)

DEAL = deal("d1", "03-02 15:00")


def chain(**more):
    """A call within a day, then two days after that, then four days after that."""
    return [
        follow_up(days(1), id="first", **more),
        follow_up(step("first") + days(2), id="second", **more),
        follow_up(step("second") + days(4), id="third", **more),
    ]


def cancelled(at):
    return happened("x", "deal.cancelled", at)


def shown(findings):
    """Status and due date by rule."""
    return {
        one.rule: (one.status, written(one.due_at).removeprefix("2026-").removesuffix(f" {LAST}"))
        for one in findings
    }


# ------------------------------------------------------------- touched in time


def test_before_the_anchor_is_handed_on_the_next_step_has_no_finding(ask):
    found = ask(chain(), DEAL, as_of=f"03-03 {LAST}")
    assert shown(found) == {"first": ("open", "03-03")}
    assert found[0].next_change_at == instant("03-04 00:00")


def test_a_touch_in_time_hands_itself_on(ask):
    found = ask(chain(), DEAL, touched("t", "03-02 18:00"), as_of="03-02 18:00")
    assert shown(found) == {"first": ("fulfilled", "03-03"), "second": ("upcoming", "03-04")}
    assert found.get("second/lin/d1").opens_at == instant("03-02 18:00") + Q


def test_the_touch_that_paid_a_step_does_not_pay_the_one_that_counts_from_it(ask):
    found = ask(chain(), DEAL, touched("t", "03-02 18:00"), as_of="03-03 18:00")
    assert shown(found) == {"first": ("fulfilled", "03-03"), "second": ("open", "03-04")}


def test_each_touch_pays_one_step(ask):
    story = (
        DEAL,
        touched("a", "03-03 10:00"),
        touched("b", "03-05 10:00"),
        touched("c", "03-09 10:00"),
    )
    found = ask(chain(), *story, as_of="03-09 10:00")
    assert [(one.rule, one.ended_by, one.status) for one in found] == [
        ("first", "a", "fulfilled"),
        ("second", "b", "fulfilled"),
        ("third", "c", "fulfilled"),
    ]


def test_the_key_bears_the_root_trigger(ask):
    found = ask(chain(), DEAL, touched("a", "03-03 10:00"), as_of="03-20 10:00")
    assert [(one.key, one.trigger) for one in found] == [
        ("first/lin/d1", "d1"),
        ("second/lin/d1", "d1"),
        ("third/lin/d1", "d1"),
    ]


# ------------------------------------------------------------- never touched


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("03-04 00:00", {"first": ("breached", "03-03"), "second": ("open", "03-05")}),
        (f"03-05 {LAST}", {"first": ("lapsed", "03-03"), "second": ("open", "03-05")}),
        (
            "03-06 00:00",
            {
                "first": ("lapsed", "03-03"),
                "second": ("breached", "03-05"),
                "third": ("open", "03-09"),
            },
        ),
        (
            "04-01 00:00",
            {
                "first": ("lapsed", "03-03"),
                "second": ("lapsed", "03-05"),
                "third": ("lapsed", "03-09"),
            },
        ),
    ],
)
def test_without_a_touch_the_due_instant_is_handed_on(ask, as_of, expected):
    assert shown(ask(chain(), DEAL, as_of=as_of)) == expected


def test_without_a_touch_the_next_step_opens_a_microsecond_after_due(ask):
    found = ask(chain(), DEAL, as_of="03-04 00:00")
    assert found.get("second/lin/d1").opens_at == instant("03-04 00:00")


# ------------------------------------------------------------- touched late


def test_a_late_touch_does_not_move_the_next_step(ask):
    found = ask(chain(), DEAL, touched("t", "03-04 10:00"), as_of="03-04 10:00")
    assert shown(found) == {"first": ("repaired", "03-03"), "second": ("open", "03-05")}


def test_a_late_touch_pays_a_step_but_not_the_next_one_too(ask):
    story = (DEAL, touched("a", "03-04 10:00"), touched("b", "03-04 11:00"))
    found = ask(chain(), *story, as_of="03-04 12:00")
    assert [(one.rule, one.status, one.ended_by) for one in found] == [
        ("first", "repaired", "a"),
        ("second", "fulfilled", "b"),
        ("third", "open", None),
    ]
    assert written(found.get("third/lin/d1").due_at) == f"2026-03-08 {LAST}"


def test_what_is_final_stays_equal_at_every_later_instant(ask):
    story = (
        DEAL,
        touched("a", "03-04 10:00"),
        touched("b", "03-05 11:00"),
        touched("c", "03-20 11:00"),
    )
    seen = {}
    for day in range(2, 25):
        for one in ask(chain(), *story, as_of=f"03-{day:02} 16:00"):
            assert seen.get(one.key, one) == one
            if one.final:
                seen[one.key] = one
    assert len(seen) == 3


# ------------------------------------------------------------- released


def test_a_released_step_ends_the_chain(ask):
    rules = chain(released_by=event("deal.cancelled"))
    found = ask(rules, DEAL, cancelled("03-03 10:00"), as_of="04-01 00:00")
    assert shown(found) == {"first": ("released", "03-03")}
    assert found[0].next_change is None


def test_a_release_after_due_came_too_late_to_end_it_but_frees_the_step_that_was_born(ask):
    rules = chain(released_by=event("deal.cancelled"))
    found = ask(rules, DEAL, cancelled("03-04 10:00"), as_of="04-01 00:00")
    assert shown(found) == {"first": ("lapsed", "03-03"), "second": ("released", "03-05")}


def test_a_release_between_two_steps_frees_the_one_that_runs(ask):
    rules = chain(released_by=event("deal.cancelled"))
    story = (DEAL, touched("t", "03-02 18:00"), cancelled("03-04 10:00"))
    assert shown(ask(rules, *story, as_of="04-01 00:00")) == {
        "first": ("fulfilled", "03-03"),
        "second": ("released", "03-04"),
    }


# ------------------------------------------------------------- a new trigger, the whole chain


def triggers(findings):
    return [(one.rule, one.trigger, one.status) for one in findings]


def test_ignore_holds_while_any_step_of_the_chain_may_come(ask):
    rules = chain(on_retrigger="ignore")
    story = (DEAL, touched("t", "03-02 18:00"), deal("d2", "03-02 20:00"))
    assert triggers(ask(rules, *story, as_of="03-02 20:00")) == [
        ("first", "d1", "fulfilled"),
        ("second", "d1", "open"),
    ]


def test_ignore_accepts_a_trigger_once_the_whole_chain_has_ended(ask):
    rules = chain(on_retrigger="ignore")
    story = (
        DEAL,
        touched("a", "03-03 10:00"),
        touched("b", "03-04 10:00"),
        touched("c", "03-05 10:00"),
    )
    found = ask(rules, *story, deal("d2", "03-05 10:00"), as_of="03-05 10:00")
    assert ("first", "d2") in [(one.rule, one.trigger) for one in found]


def test_ignore_accepts_a_trigger_after_a_release_ended_the_chain(ask):
    rules = chain(on_retrigger="ignore", released_by=event("deal.cancelled"))
    story = (DEAL, cancelled("03-03 10:00"), deal("d2", "03-03 11:00"))
    found = ask(rules, *story, as_of="03-03 11:00")
    assert triggers(found) == [("first", "d1", "released"), ("first", "d2", "open")]


def test_a_release_of_one_step_ends_the_chain_also_for_those_it_would_not_free(ask):
    rules = [
        follow_up(days(1), id="first", on_retrigger="ignore", released_by=event("deal.cancelled")),
        follow_up(step("first") + days(2), id="second", on_retrigger="ignore"),
        follow_up(step("second") + days(4), id="third", on_retrigger="ignore"),
    ]
    story = (DEAL, cancelled("03-03 10:00"), deal("d2", "03-03 11:00"))
    found = ask(rules, *story, as_of="03-03 11:00")
    assert triggers(found) == [("first", "d1", "released"), ("first", "d2", "open")]


def test_restart_replaces_the_whole_chain(ask):
    rules = chain(on_retrigger="restart")
    story = (DEAL, touched("t", "03-02 18:00"), deal("d2", "03-04 10:00"))
    found = ask(rules, *story, as_of="03-04 12:00")
    assert triggers(found) == [
        ("first", "d1", "fulfilled"),
        ("first", "d2", "open"),
        ("second", "d1", "released"),
    ]


def test_separate_chains_run_side_by_side(ask):
    story = (DEAL, deal("d2", "03-03 15:00"), touched("t", "03-03 16:00"))
    found = ask(chain(), *story, as_of="03-05 12:00")
    assert triggers(found) == [
        ("first", "d1", "fulfilled"),
        ("first", "d2", "fulfilled"),
        ("second", "d1", "open"),
        ("second", "d2", "open"),
    ]


def test_at_the_birth_of_a_step_a_payment_wins_against_a_release_of_that_instant(ask):
    rules = [
        follow_up(days(1), id="first"),
        follow_up(
            step("first") + days(2),
            id="second",
            fulfilled_by=event("visit.made"),
            released_by=event("deal.cancelled"),
        ),
    ]
    story = (DEAL, cancelled("03-04 00:00"), happened("v", "visit.made", "03-04 00:00"))
    assert shown(ask(rules, *story, as_of="03-04 00:00"))["second"] == ("fulfilled", "03-05")


def test_a_release_at_the_birth_of_a_step_frees_it(ask):
    rules = [
        follow_up(days(1), id="first"),
        follow_up(step("first") + days(2), id="second", released_by=event("deal.cancelled")),
    ]
    found = ask(rules, DEAL, cancelled("03-04 00:00"), as_of="03-04 00:00")
    assert shown(found)["second"] == ("released", "03-05")


@pytest.mark.parametrize("more", [(), (touched("u", "03-03 18:00"),)], ids=["alone", "another"])
def test_a_dated_touch_has_paid_a_step_only_from_when_it_did(ask, more):
    """Known by its day, it pays the second at birth; the first, which ends at noon, at night."""
    rules = [
        follow_up(days(1).at("12:00"), id="first"),
        follow_up(step("first") + days(0), id="second"),
    ]
    story = (DEAL, touched("t", "03-03"), *more)
    at_noon = ask(rules, *story, as_of="03-03 13:00").get("second/lin/d1")
    assert (at_noon.status, at_noon.ended_by) == ("fulfilled", "t")
    at_night = ask(rules, *story, as_of=f"03-03 {LAST}")
    assert at_night.get("second/lin/d1") == at_noon
    assert at_night.get("first/lin/d1").leaning == "repaired"


# ------------------------------------------------------------- anchors


def test_a_step_with_opens_of_its_own_does_not_take_an_earlier_touch(ask):
    rules = [
        follow_up(days(1), id="first"),
        follow_up(step("first") + days(2), id="second", opens=step("first") + days(2)),
    ]
    story = (DEAL, touched("a", "03-03 10:00"), touched("b", f"03-04 {LAST}"))
    found = ask(rules, *story, as_of="03-05 00:00")
    assert shown(found)["second"] == ("open", "03-05")
    assert written(found.get("second/lin/d1").opens_at) == "2026-03-05 00:00"


def test_a_dated_touch_hands_on_the_start_of_its_day(ask):
    found = ask(chain(), DEAL, touched("t", "03-03"), as_of="03-03 12:00")
    assert shown(found) == {"first": ("fulfilled", "03-03"), "second": ("open", "03-05")}
    assert found.get("second/lin/d1").opens_at == instant("03-03 00:00") + Q


def test_a_dated_touch_pays_a_step_of_whole_days_from_the_start_of_its_day(ask):
    story = (DEAL, touched("a", "03-02 18:00"), touched("b", "03-04"))
    assert shown(ask(chain(), *story, as_of="03-04 12:00")) == {
        "first": ("fulfilled", "03-03"),
        "second": ("fulfilled", "03-04"),
        "third": ("open", "03-08"),
    }


@pytest.mark.parametrize(
    ("as_of", "status"), [("03-04 12:00", "open"), (f"03-04 {LAST}", "fulfilled")]
)
def test_a_dated_touch_pays_a_step_that_reads_a_field_for_sure_when_its_day_is_over(
    ask, as_of, status
):
    rules = [
        follow_up(days(1), id="first"),
        follow_up(earliest(step("first") + days(2), until("go_live") - days(1)), id="second"),
    ]
    story = (
        deal("d1", "03-02 15:00", go_live="2026-03-20"),
        touched("a", "03-02 18:00"),
        touched("b", "03-04"),
    )
    assert shown(ask(rules, *story, as_of=as_of))["second"] == (status, "03-04")


def test_a_step_that_is_done_perhaps_may_bear_the_next_before_it_changes_itself(ask):
    """If the touch of 2 March was a call, the second was due on the 4th, and bears the third."""
    rules = chain(fulfilled_by=touch("call"))
    story = (DEAL, touched("t", "03-02 18:00"))
    found = ask(rules, *story, as_of="03-04 12:00")
    assert shown(found)["second"] == ("open", "03-05")
    assert found.get("second/lin/d1").next_change_at == instant("03-05 00:00")
    third = ask(rules, *story, as_of="03-05 00:00").get("third/lin/d1")
    assert (third.status, third.leaning, written(third.due_at)) == (
        "indeterminate",
        "open",
        f"2026-03-08 {LAST}",
    )


def test_what_another_chain_may_bear_is_no_change_of_this_one(ask):
    rules = chain(fulfilled_by=touch("call"))
    story = (DEAL, touched("t", "03-02 18:00"), deal("d2", "03-04 10:00"))
    found = ask(rules, *story, as_of="03-04 12:00")
    assert found.get("second/lin/d1").next_change_at == instant("03-05 00:00")
    assert found.get("first/lin/d2").next_change_at == instant("03-06 00:00")


def test_hours_count_from_the_touch_to_the_microsecond(ask):
    rules = [follow_up(hours(4), id="first"), follow_up(step("first") + hours(24), id="second")]
    found = ask(rules, DEAL, touched("t", "03-02 16:30"), as_of="03-02 17:00")
    assert found.get("second/lin/d1").due_at == instant("03-03 16:30")


def test_a_step_counted_from_several_is_born_when_all_have_handed_on(ask):
    rules = [
        follow_up(days(1), id="card", fulfilled_by=touch("card")),
        follow_up(days(3), id="call", fulfilled_by=touch("call")),
        follow_up(
            earliest(step("card") + days(5), step("call") + days(5)),
            id="visit",
            fulfilled_by=touch("visit"),
        ),
    ]
    story = (DEAL, touched("a", "03-02 16:00", channel="card"))
    assert "visit" not in shown(ask(rules, *story, as_of=f"03-05 {LAST}"))
    found = ask(rules, *story, as_of="03-06 00:00").get("visit/lin/d1")
    assert (written(found.opens_at), written(found.due_at)) == (
        "2026-03-06 00:00",
        f"2026-03-07 {LAST}",
    )


def test_a_step_with_a_bad_window_hands_on_when_it_is_paid(ask):
    rules = [follow_up(until("by"), id="first"), follow_up(step("first") + days(2), id="second")]
    assert [one.rule for one in ask(rules, DEAL, as_of="04-01 12:00")] == ["first"]
    found = ask(rules, DEAL, touched("t", "04-01 12:00"), as_of="04-01 12:00")
    assert written(found.get("second/lin/d1").due_at) == f"2026-04-03 {LAST}"


# ------------------------------------------------------------- what cannot be a chain


@pytest.mark.parametrize(
    "rules",
    [
        [follow_up(step("nobody") + days(2))],
        [
            follow_up(days(1), id="first"),
            follow_up(step("first") + days(2), id="second", trigger=event("other")),
        ],
        [
            follow_up(days(1), id="first", on_retrigger="ignore"),
            follow_up(step("first") + days(2), id="second"),
        ],
        [
            follow_up(step("second") + days(1), id="first"),
            follow_up(step("first") + days(2), id="second"),
        ],
    ],
    ids=["no such rule", "another trigger", "another policy", "a circle"],
)
def test_what_cannot_be_a_chain_is_refused(rules):
    with pytest.raises(DefinitionError):
        evaluate(Rulebook(rules), [DEAL], as_of=instant("03-02 15:00"), zone=ZONE)
