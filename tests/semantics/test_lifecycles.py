"""Stages: how records and time lead from one to the next."""

import pytest
from tests.semantics.story import (
    LAST,
    deal,
    follow_up,
    happened,
    instant,
    touched,
    verdict,
    written,
)

from retention_rules import (
    DefinitionError,
    Lifecycle,
    Move,
    Prohibition,
    Stage,
    Timeout,
    business_days,
    days,
    entered,
    event,
    field,
    hours,
    in_stage,
    left,
    prior,
    until,
)

DEAL = deal("d1", "03-02 15:00")


def lifecycle(*moves, timeouts=(), stages=("new", "keep", "gone")):
    return Lifecycle(
        id="life", stages=[Stage(name=name) for name in stages], moves=moves, timeouts=timeouts
    )


BUYS = Move(on=event("deal.closed"), to="new")
USES = Move(on=event("used"), to="keep", source="new")
LEAVES = Move(on=event("lost"), to="gone")
SETTLES = Timeout(source="new", after=days(2), to="keep")
LIFE = lifecycle(BUYS, USES, LEAVES, timeouts=[SETTLES])


def used(at, id="u"):
    return happened(id, "used", at)


def lost(at, id="x"):
    return happened(id, "lost", at)


def stages(findings):
    """Stage@cause and status, in the order of entry."""
    found = [one for one in findings if one.nature == "stage"]
    return [(one.key.split("/")[2], one.status) for one in sorted(found, key=lambda one: one.opens)]


# ------------------------------------------------------------- moves


def test_a_move_enters_a_stage(ask):
    (one,) = ask(LIFE, DEAL, as_of="03-02 15:00")
    assert (one.key, one.nature, one.status, one.part) == (
        "life/lin/new@d1",
        "stage",
        "current",
        "new",
    )
    assert (one.opens_at, one.due, one.expires, one.ended) == (
        instant("03-02 15:00"),
        None,
        None,
        None,
    )


def test_a_move_leaves_the_stage_before(ask):
    found = ask(LIFE, DEAL, used("03-03 10:00"), as_of="03-03 10:00")
    assert stages(found) == [("new@d1", "left"), ("keep@u", "current")]
    one = found.get("life/lin/new@d1")
    assert (one.ended_at, one.ended_by) == (instant("03-03 10:00"), "u")


def test_a_move_from_another_stage_does_nothing(ask):
    assert stages(ask(LIFE, used("03-02 10:00"), DEAL, as_of="03-02 15:00")) == [
        ("new@d1", "current")
    ]


def test_before_any_move_there_is_no_stage(ask):
    assert stages(ask(LIFE, used("03-02 10:00"), as_of="03-02 15:00")) == []


def test_a_move_from_anywhere_enters_even_the_same_stage_again(ask):
    found = ask(LIFE, DEAL, deal("d2", "03-03 10:00"), as_of="03-03 10:00")
    assert stages(found) == [("new@d1", "left"), ("new@d2", "current")]


def test_a_move_from_the_stage_to_itself_enters_it_again(ask):
    life = lifecycle(BUYS, Move(on=event("used"), to="new", source="new"))
    found = ask(life, DEAL, used("03-03 10:00"), as_of="03-03 10:00")
    assert stages(found) == [("new@d1", "left"), ("new@u", "current")]


def test_entering_again_counts_the_timeout_anew(ask):
    found = ask(LIFE, DEAL, deal("d2", "03-04 10:00"), as_of=f"03-06 {LAST}")
    assert stages(found) == [("new@d1", "left"), ("new@d2", "current")]


def test_one_record_moves_once(ask):
    life = lifecycle(BUYS, USES, Move(on=event("used"), to="gone", source="keep"))
    found = ask(life, DEAL, used("03-03 10:00"), as_of="03-03 10:00")
    assert stages(found) == [("new@d1", "left"), ("keep@u", "current")]


def test_the_moves_of_an_instant_are_tried_once_in_their_order(ask):
    """The move that is declared first would only lead on after the second, and has had its turn."""
    life = lifecycle(Move(on=event("lost"), to="gone", source="keep"), USES, BUYS)
    found = ask(life, DEAL, used("03-03 10:00"), lost("03-03 10:00"), as_of="03-03 10:00")
    assert stages(found) == [("new@d1", "left"), ("keep@u", "current")]


def test_of_two_moves_for_one_record_the_first_declared_is_taken(ask):
    life = lifecycle(BUYS, USES, Move(on=event("used"), to="gone", source="new"))
    found = ask(life, DEAL, used("03-03 10:00"), as_of="03-03 10:00")
    assert stages(found)[-1] == ("keep@u", "current")


def test_a_dated_record_enters_with_the_start_of_its_day(ask):
    (one,) = ask(LIFE, deal("d1", "03-02"), as_of="03-02 00:00")
    assert one.opens_at == instant("03-02 00:00")


# ------------------------------------------------------------- timeouts


def test_a_timeout_moves_a_microsecond_after_its_due(ask):
    assert stages(ask(LIFE, DEAL, as_of=f"03-04 {LAST}")) == [("new@d1", "current")]
    found = ask(LIFE, DEAL, as_of="03-05 00:00")
    assert stages(found) == [("new@d1", "left"), ("keep@d1+", "current")]
    one = found.get("life/lin/new@d1")
    assert (one.ended_at, one.ended_by) == (instant("03-05 00:00"), "d1+")
    assert found.get("life/lin/keep@d1+").trigger == "d1+"


def test_the_next_change_of_a_stage_is_its_timeout(ask):
    (one,) = ask(LIFE, DEAL, as_of="03-02 15:00")
    assert one.next_change_at == instant("03-05 00:00")


def test_a_record_at_the_last_microsecond_is_still_in_the_stage(ask):
    found = ask(LIFE, DEAL, used(f"03-04 {LAST}"), as_of="03-06 00:00")
    assert stages(found) == [("new@d1", "left"), ("keep@u", "current")]


def test_a_timeout_wins_its_instant(ask):
    life = lifecycle(BUYS, Move(on=event("used"), to="gone", source="new"), timeouts=[SETTLES])
    found = ask(life, DEAL, used("03-05 00:00"), as_of="03-05 00:00")
    assert stages(found) == [("new@d1", "left"), ("keep@d1+", "current")]


def test_a_record_at_the_instant_of_a_timeout_moves_on_from_there(ask):
    life = lifecycle(BUYS, Move(on=event("used"), to="gone", source="keep"), timeouts=[SETTLES])
    found = ask(life, DEAL, used("03-05 00:00"), as_of="03-05 00:00")
    assert dict(stages(found)) == {
        "new@d1": "left",
        "keep@d1+": "left",
        "gone@u": "current",
    }


def test_timeouts_follow_one_another(ask):
    life = lifecycle(BUYS, timeouts=[SETTLES, Timeout(source="keep", after=days(2), to="gone")])
    found = ask(life, DEAL, as_of="04-01 00:00")
    assert stages(found) == [("new@d1", "left"), ("keep@d1+", "left"), ("gone@d1++", "current")]
    assert found.get("life/lin/gone@d1++").opens_at == instant("03-08 00:00")


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (hours(48), "2026-03-04 15:00:00.000001"),
        (business_days(2).closing(), "2026-03-04 18:00:00.000001"),
        (until("live", default=days(9)), "2026-03-10 00:00"),
        (until("none", default=days(9)), "2026-03-12 00:00"),
        (until("past", default=days(9)), "2026-03-02 15:00:00.000001"),
    ],
)
def test_a_timeout_may_count_in_any_unit_and_from_the_data(ask, after, expected):
    life = lifecycle(BUYS, timeouts=[Timeout(source="new", after=after, to="keep")])
    bought = deal("d1", "03-02 15:00", live="2026-03-09", past="2026-01-01")
    (_, one) = sorted(ask(life, bought, as_of="04-01 00:00"), key=lambda one: one.opens)
    assert written(one.opens_at) == expected


def test_a_timeout_of_a_dated_entry_counts_from_the_end_of_its_day(ask):
    life = lifecycle(BUYS, timeouts=[Timeout(source="new", after=hours(24), to="keep")])
    found = ask(life, deal("d1", "03-02"), as_of="04-01 00:00")
    assert found.get("life/lin/keep@d1+").opens_at == instant("03-04 00:00")


@pytest.mark.parametrize(
    "timeouts",
    [
        [
            Timeout(source="new", after=hours(0), to="keep"),
            Timeout(source="keep", after=hours(0), to="new"),
        ],
        [SETTLES, Timeout(source="new", after=days(5), to="gone")],
    ],
    ids=["round in no time", "two for one stage"],
)
def test_timeouts_that_mean_nothing_are_refused(timeouts):
    with pytest.raises(DefinitionError):
        lifecycle(BUYS, timeouts=timeouts)


def test_a_timeout_from_the_data_needs_a_default():
    with pytest.raises(DefinitionError, match="default"):
        Timeout(source="new", after=until("live"), to="keep")


# ------------------------------------------------------------- entries and exits as triggers


ON_ENTRY = follow_up(days(2), trigger=entered("life", "keep"))
ON_EXIT = follow_up(days(2), trigger=left("life", "new"))


def test_an_entry_by_a_record_triggers(ask):
    (one,) = ask([LIFE, ON_ENTRY], DEAL, used("03-03 10:00"), as_of="03-03 10:00").select("call")
    assert (one.key, one.trigger) == ("call/lin/life:keep@u", "life:keep@u")
    assert (one.opens_at, written(one.due_at)) == (instant("03-03 10:00"), f"2026-03-05 {LAST}")


def test_an_entry_by_time_triggers(ask):
    (one,) = ask([LIFE, ON_ENTRY], DEAL, as_of="03-05 00:00").select("call")
    assert (one.trigger, one.opens_at) == ("life:keep@d1+", instant("03-05 00:00"))
    assert written(one.due_at) == f"2026-03-07 {LAST}"


def test_an_exit_triggers(ask):
    (one,) = ask([LIFE, ON_EXIT], DEAL, used("03-03 10:00"), as_of="03-03 10:00").select("call")
    assert (one.trigger, one.opens_at) == ("life:-new@u", instant("03-03 10:00"))


def test_an_exit_by_time_triggers(ask):
    (one,) = ask([LIFE, ON_EXIT], DEAL, as_of="03-05 00:00").select("call")
    assert (one.trigger, one.opens_at) == ("life:-new@d1+", instant("03-05 00:00"))


def test_entering_again_is_an_exit_and_an_entry(ask):
    rule = follow_up(days(9), trigger=entered("life", "new"), released_by=left("life", "new"))
    found = ask([LIFE, rule], DEAL, deal("d2", "03-03 10:00"), as_of="03-03 10:00").select("call")
    assert [(one.trigger, one.status) for one in found] == [
        ("life:new@d1", "released"),
        ("life:new@d2", "open"),
    ]


def test_a_touch_at_the_instant_of_an_entry_by_another_record_pays(ask):
    story = (DEAL, used("03-03 10:00"), touched("t", "03-03 10:00"))
    (one,) = ask([LIFE, ON_ENTRY], *story, as_of="03-03 10:00").select("call")
    assert (one.status, one.ended_by) == ("fulfilled", "t")


def test_an_exit_frees_and_says_so(ask):
    rule = follow_up(days(9), released_by=left("life", "new"))
    (one,) = ask([LIFE, rule], DEAL, used("03-03 10:00"), as_of="03-03 10:00").select("call")
    assert (one.status, one.ended_by) == ("released", "life:-new@u")


# ------------------------------------------------------------- the opener's data


def test_an_entry_carries_the_data_of_the_event_that_opened_the_run(ask):
    rule = follow_up(until("live"), trigger=entered("life", "keep"))
    bought = deal("d1", "03-02 15:00", live="2026-03-20")
    for story in [(bought,), (bought, happened("u", "used", "03-03 10:00", live="2026-04-20"))]:
        (one,) = ask([LIFE, rule], *story, as_of="03-06 00:00").select("call")
        assert written(one.due_at) == f"2026-03-20 {LAST}"


def test_a_move_from_anywhere_opens_another_run(ask):
    rule = follow_up(until("live"), trigger=entered("life", "keep"))
    story = (
        deal("d1", "03-02 15:00", live="2026-03-20"),
        deal("d2", "03-03 15:00", live="2026-03-21"),
    )
    (one,) = ask([LIFE, rule], *story, as_of="03-06 00:00").select("call")
    assert written(one.due_at) == f"2026-03-21 {LAST}"


def test_a_condition_on_an_entry_reads_the_data_of_the_opener(ask):
    rule = follow_up(days(2), trigger=entered("life", "keep").where(field("amount") >= 100))
    for amount, count in [(100, 1), (99, 0)]:
        found = ask([LIFE, rule], deal("d1", "03-02 15:00", amount=amount), as_of="03-06 00:00")
        assert len(found.select("call")) == count


# ------------------------------------------------------------- in_stage


def forbidden_in(stage, kind="gift"):
    return Prohibition(id="no", forbids=event(kind), context=in_stage("life", stage))


def caught(findings):
    return [one.trigger for one in findings.select("no")]


def test_a_record_at_the_instant_of_a_move_is_in_the_stage_before_it(ask):
    story = (DEAL, used("03-03 10:00"), happened("g", "gift", "03-03 10:00"))
    assert caught(ask([LIFE, forbidden_in("new")], *story, as_of="03-03 10:00")) == ["g"]
    assert caught(ask([LIFE, forbidden_in("keep")], *story, as_of="03-03 10:00")) == []


def test_the_record_that_moves_is_in_the_stage_before(ask):
    story = (DEAL, used("03-03 10:00"))
    assert caught(ask([LIFE, forbidden_in("new", "used")], *story, as_of="03-03 10:00")) == ["u"]


def test_a_record_at_the_instant_of_a_timeout_is_in_the_stage_after_it(ask):
    story = (DEAL, happened("g", "gift", "03-05 00:00"))
    assert caught(ask([LIFE, forbidden_in("keep")], *story, as_of="03-05 00:00")) == ["g"]
    assert caught(ask([LIFE, forbidden_in("new")], *story, as_of="03-05 00:00")) == []


def test_at_an_entry_the_stage_is_that_after_all_moves_of_the_instant(ask):
    rule = follow_up(days(2), trigger=entered("life", "keep").where(in_stage("life", "gone")))
    story = (DEAL, used("03-03 10:00"), lost("03-03 10:00"))
    assert len(ask([LIFE, rule], *story, as_of="03-03 10:00").select("call")) == 1


def test_without_a_stage_one_is_in_none(ask):
    rule = Prohibition(id="no", forbids=event("gift"), context=~in_stage("life", "new"))
    assert caught(ask([LIFE, rule], happened("g", "gift", "03-02 10:00"), as_of="03-05 00:00")) == [
        "g"
    ]


def test_entries_can_be_counted(ask):
    rule = follow_up(
        days(2),
        trigger=event("deal.closed").where(prior(entered("life", "new")).count() == 1),
    )
    story = (DEAL, deal("d2", "03-03 10:00"), deal("d3", "03-04 10:00"))
    assert [
        one.trigger for one in ask([LIFE, rule], *story, as_of="03-05 12:00").select("call")
    ] == ["d2"]


# ------------------------------------------------------------- doubt


DOUBT = lifecycle(
    BUYS, Move(on=event("used", ok=True), to="keep", source="new"), LEAVES, timeouts=[SETTLES]
)


def test_a_doubtful_move_makes_the_current_stage_indeterminate_for_good(ask):
    for at in ["03-03 10:00", "03-10 12:00"]:
        (one,) = ask(DOUBT, DEAL, used("03-03 10:00"), as_of=at)
        assert verdict(one) == ("indeterminate", None, "doubtful")


def test_before_the_doubtful_move_the_stage_is_current(ask):
    (one,) = ask(DOUBT, DEAL, used("03-03 10:00"), as_of="03-03 09:59")
    assert one.status == "current"


def test_a_certain_move_from_anywhere_ends_the_doubt(ask):
    found = ask(DOUBT, DEAL, used("03-03 10:00"), lost("03-20 10:00"), as_of="03-20 10:00")
    assert stages(found) == [("new@d1", "indeterminate"), ("gone@x", "current")]


def test_a_doubtful_move_from_another_stage_does_nothing(ask):
    story = (DEAL, lost("03-03 10:00"), used("03-04 10:00"))
    assert stages(ask(DOUBT, *story, as_of="03-05 10:00")) == [
        ("new@d1", "left"),
        ("gone@x", "current"),
    ]


def test_a_doubtful_move_raises_a_doubtful_entry_and_exit(ask):
    freed = follow_up(days(9), id="freed", released_by=left("life", "new"))
    found = ask([DOUBT, ON_ENTRY, freed], DEAL, used("03-03 10:00"), as_of="03-20 12:00")
    assert [verdict(one) for one in found.select("call")] == [
        ("indeterminate", "lapsed", "doubtful")
    ]
    assert [verdict(one) for one in found.select("freed")] == [
        ("indeterminate", "breached", "doubtful")
    ]


# ------------------------------------------------------------- what time alone will clear

SOON = lifecycle(BUYS, timeouts=[Timeout(source="new", after=hours(12), to="keep")])
EARLY = deal("d1", "03-03 06:00")
GIFT_THAT_DAY = happened("g", "gift.given", "03-03")


def no_gift(**more):
    clears = {"unless_prior": entered("life", "keep"), **more}
    return Prohibition(id="no", forbids=event("gift.given"), **clears)


def gift(ask, *rules, as_of, story=()):
    (found,) = [
        one for one in ask(rules, EARLY, GIFT_THAT_DAY, *story, as_of=as_of) if one.rule == "no"
    ]
    return found.status, written(found.next_change_at)


@pytest.mark.parametrize("as_of", ["03-03 06:00", "03-03 12:00", "03-03 20:00", "03-05 12:00"])
def test_a_stage_that_is_entered_on_the_day_of_a_dated_event_may_clear_it(ask, as_of):
    assert gift(ask, SOON, no_gift(), as_of=as_of) == ("indeterminate", None)


def test_a_stage_that_is_entered_the_day_after_clears_nothing(ask):
    day_after = lifecycle(BUYS, timeouts=[Timeout(source="new", after=hours(18), to="keep")])
    end = f"2026-03-03 {LAST}"
    assert gift(ask, day_after, no_gift(), as_of="03-03 12:00") == ("indeterminate", end)
    assert gift(ask, day_after, no_gift(), as_of="03-04 12:00") == ("violated", None)


def test_the_first_of_two_stages_that_time_out_is_the_one_that_clears(ask):
    timeouts = [Timeout(source="new", after=hours(40), to="keep")]
    slow = Lifecycle(
        id="slow",
        stages=[Stage(name="new"), Stage(name="keep")],
        moves=[BUYS],
        timeouts=timeouts,
    )
    assert gift(ask, SOON, slow, no_gift(), as_of="03-03 12:00") == ("indeterminate", None)


def test_a_stage_of_another_case_clears_nothing(ask):
    rule = no_gift(correlate_on="case")
    mine = happened("g", "gift.given", "03-03", case="mine")
    others = deal("d1", "03-03 06:00", case="theirs")
    found = [
        one for one in ask([SOON, rule], others, mine, as_of="03-03 12:00") if one.rule == "no"
    ]
    assert [written(one.next_change_at) for one in found] == [f"2026-03-03 {LAST}"]


def test_a_prohibition_that_nothing_clears_does_not_wait_for_stages(ask):
    assert gift(ask, SOON, no_gift(unless_prior=None), as_of="03-03 12:00") == ("violated", None)
