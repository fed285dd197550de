"""What a pause does to due and expiry, in the unit in which each is counted."""

import pytest
from tests.semantics.story import (
    LAST,
    WAITING,
    deal,
    follow_up,
    happened,
    instant,
    statuses,
    touched,
    verdict,
    written,
)

from retention_rules import (
    DefinitionError,
    Pause,
    business_days,
    days,
    due,
    earliest,
    event,
    hours,
    until,
    working_hours,
)

DEAL = deal("d1", "03-02 15:00")
LATER = "04-01 12:00"
PAIRED = Pause(begin=event("wait.begun"), end=event("wait.ended"), paired_on="ticket")


def begun(at, id=None, **data):
    return happened(id or f"b{at}", "wait.begun", at, **data)


def over(at, id=None, **data):
    return happened(id or f"e{at}", "wait.ended", at, **data)


def paused(ask, offset, *pauses, trigger=DEAL, as_of=LATER, pause=WAITING, more=(), **ends):
    """The obligation of a deal with pauses given as pairs of begin and end, or as events."""
    story = [trigger, *more]
    for one in pauses:
        story += [begun(one[0]), over(one[1])] if isinstance(one, tuple) else [one]
    return ask(follow_up(offset, paused_by=pause, **ends), *story, as_of=as_of)[0]


# ------------------------------------------------------------- by unit


@pytest.mark.parametrize(
    ("offset", "pauses", "expected"),
    [
        (hours(48), [("03-03 10:00", "03-03 20:00")], "2026-03-05 01:00"),
        (hours(48), [("03-02 10:00", "03-02 20:00")], "2026-03-04 20:00"),
        (hours(48), [("03-02 10:00", "03-02 14:00")], "2026-03-04 15:00"),
        (hours(48), [("03-02 10:00", "03-02 15:00")], "2026-03-04 15:00"),
        (
            hours(48),
            [("03-03 10:00", "03-03 11:00"), ("03-04 10:00", "03-04 12:00")],
            "2026-03-04 18:00",
        ),
        (
            hours(48),
            [("03-03 10:00", "03-03 20:00"), ("03-04 20:00", "03-04 21:00")],
            "2026-03-05 02:00",
        ),
        (days(2), [("03-03 10:00", "03-05 09:00")], f"2026-03-06 {LAST}"),
        (days(2), [("03-03 09:00", f"03-03 {LAST}")], f"2026-03-04 {LAST}"),
        (days(2), [(f"03-03 {LAST}", "03-04 00:00")], f"2026-03-05 {LAST}"),
        (days(2), [("02-20 10:00", "03-03 09:00")], f"2026-03-05 {LAST}"),
        (
            days(2),
            [("03-03 23:00", "03-04 01:00"), ("03-04 23:00", "03-05 01:00")],
            f"2026-03-06 {LAST}",
        ),
        (days(2).at("12:00"), [("03-03 10:00", "03-04 09:00")], "2026-03-05 12:00"),
        (business_days(2), [("03-03 10:00", "03-03 17:00")], f"2026-03-04 {LAST}"),
        (business_days(2), [("03-03 10:00", "03-04 17:00")], f"2026-03-05 {LAST}"),
        (business_days(4), [("03-06 12:00", "03-08 12:00")], f"2026-03-06 {LAST}"),
        (business_days(4), [("03-06 12:00", "03-09 00:00")], f"2026-03-09 {LAST}"),
        (business_days(4).closing(), [("03-06 12:00", "03-09 00:00")], "2026-03-09 18:00"),
        (working_hours(8), [("03-02 17:00", "03-03 11:00")], "2026-03-03 17:00"),
        (working_hours(8), [("03-02 18:00", "03-03 09:00")], "2026-03-03 14:00"),
        (working_hours(8), [("03-03 13:00", "03-07 13:00")], "2026-03-09 10:00"),
    ],
)
def test_a_pause_moves_due_in_its_own_unit(ask, offset, pauses, expected):
    assert written(paused(ask, offset, *pauses).due_at) == expected


def test_a_dated_trigger_counts_elapsed_pauses_from_its_end_and_dates_from_its_start(ask):
    dated = deal("d1", "03-02")
    pause = ("03-02 12:00", "03-03 06:00")
    assert written(paused(ask, hours(48), pause, trigger=dated).due_at) == "2026-03-05 06:00"
    assert written(paused(ask, days(2), pause, trigger=dated).due_at) == f"2026-03-05 {LAST}"


def test_expiry_counted_from_due_follows_it(ask):
    one = paused(ask, hours(48), ("03-03 10:00", "03-03 20:00"))
    assert written(one.expires_at) == "2026-03-07 01:00"
    one = paused(ask, days(2), ("03-03 10:00", "03-05 09:00"), expires=due + days(1))
    assert written(one.expires_at) == f"2026-03-07 {LAST}"


def test_expiry_counted_from_the_trigger_is_moved_by_the_same_pauses_in_its_own_unit(ask):
    one = paused(ask, days(2), ("03-03 10:00", "03-04 12:00"), expires=hours(96))
    assert (written(one.due_at), written(one.expires_at)) == (
        f"2026-03-05 {LAST}",
        "2026-03-07 17:00",
    )


def test_a_pause_does_not_move_opens(ask):
    one = paused(ask, days(3), ("03-03 10:00", "03-05 09:00"), opens=days(2))
    assert (written(one.opens_at), written(one.due_at)) == (
        "2026-03-04 00:00",
        f"2026-03-07 {LAST}",
    )


def test_the_earliest_point_is_chosen_before_pauses_move_it(ask):
    """Without a pause 48 hours end before the 4th does; after one of 10 hours they end later."""
    one = paused(ask, earliest(hours(48), days(2)), ("03-03 10:00", "03-03 20:00"))
    assert written(one.due_at) == "2026-03-05 01:00"


# ------------------------------------------------------------- when it counts


@pytest.mark.parametrize(
    ("offset", "begin", "counts"),
    [
        (hours(48), "03-04 14:59:59.999999", True),
        (hours(48), "03-04 15:00", False),
        (days(2), "03-04 23:59:59.999998", True),
        (days(2), f"03-04 {LAST}", False),
        (working_hours(8), "03-03 13:59:59.999999", True),
        (working_hours(8), "03-03 14:00", False),
    ],
)
def test_a_pause_counts_if_it_begins_before_due(ask, offset, begin, counts):
    one = paused(ask, offset, begun(begin))
    assert (one.due is None) is counts
    assert (one.paused_since_at == instant(begin)) is counts


def test_a_pause_that_begins_before_due_as_moved_by_an_earlier_one_counts(ask):
    one = paused(ask, hours(48), ("03-03 10:00", "03-03 20:00"), begun("03-05 00:59"))
    assert one.due is None


def test_a_pause_after_due_does_not_stop_expiry(ask):
    one = paused(ask, days(2), begun("03-05 10:00"))
    assert (one.status, one.paused_since) == ("lapsed", None)


def test_at_the_instant_of_its_end_a_pause_is_over(ask):
    pause = ("03-03 10:00", "03-03 20:00")
    before = paused(ask, hours(48), pause, as_of="03-03 19:59:59.999999")
    after = paused(ask, hours(48), pause, as_of="03-03 20:00")
    assert (before.due, before.paused_since_at) == (None, instant("03-03 10:00"))
    assert (written(after.due_at), after.paused_since) == ("2026-03-05 01:00", None)


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_begin_and_end_at_one_instant_is_no_pause(ask, names):
    begin, end = names
    one = paused(
        ask, hours(48), begun("03-03 10:00", begin), over("03-03 10:00", end), as_of="03-03 12:00"
    )
    assert (one.paused_since, one.due_at) == (None, instant("03-04 15:00"))


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_an_end_and_a_new_begin_at_one_instant_close_the_pause(ask, names):
    begin, end = names
    story = (begun("03-03 10:00"), begun("03-03 12:00", begin), over("03-03 12:00", end))
    one = paused(ask, hours(48), *story, as_of="03-03 13:00")
    assert (one.paused_since, one.due_at) == (None, instant("03-04 17:00"))


def test_an_obligation_born_in_a_pause_is_paused_from_the_start(ask):
    one = paused(ask, hours(48), begun("03-02 10:00"), as_of="03-02 15:00")
    assert (one.status, one.due, one.paused_since_at) == ("open", None, instant("03-02 10:00"))


def test_while_paused_target_and_expiry_are_none_too(ask):
    one = paused(ask, days(2), begun("03-03 10:00"), target=days(1), as_of="03-03 12:00")
    assert (one.due, one.expires, one.target) == (None, None, None)


def test_while_paused_it_still_opens(ask):
    one = paused(ask, days(3), begun("03-03 10:00"), opens=days(2), as_of="03-03 12:00")
    assert (one.status, one.next_change_at) == ("upcoming", instant("03-04 00:00"))


# ------------------------------------------------------------- paid or freed while paused


def test_a_touch_while_paused_pays(ask):
    one = paused(
        ask,
        hours(48),
        begun("03-03 10:00"),
        more=[touched("t", "03-20 10:00")],
        as_of="03-20 10:00",
    )
    assert (one.status, one.due, one.paused_since) == ("fulfilled", None, None)


def test_what_was_paid_while_paused_stays_as_it_is_when_the_pause_ends(ask):
    story = (begun("03-03 10:00"), touched("t", "03-20 10:00"))
    before = paused(ask, hours(48), *story, as_of="03-20 10:00")
    assert paused(ask, hours(48), *story, over("03-21 10:00")) == before


def test_a_release_while_paused_releases(ask):
    rule_more = {"released_by": event("deal.cancelled")}
    one = paused(
        ask,
        hours(48),
        begun("03-03 10:00"),
        happened("x", "deal.cancelled", "03-20 10:00"),
        **rule_more,
    )
    assert (one.status, one.due) == ("released", None)


def test_a_pause_after_payment_changes_nothing(ask):
    paid = touched("t", "03-03 10:00")
    assert paused(ask, days(2), paid, begun("03-03 10:01")) == paused(ask, days(2), paid)


# ------------------------------------------------------------- pairs


def test_with_pairs_the_union_counts(ask):
    story = (
        begun("03-03 10:00", ticket="a"),
        begun("03-03 12:00", ticket="b"),
        over("03-03 14:00", ticket="a"),
        over("03-03 16:00", ticket="b"),
    )
    one = paused(ask, hours(48), *story, pause=PAIRED)
    assert written(one.due_at) == "2026-03-04 21:00"
    one = paused(ask, hours(48), *story, pause=PAIRED, as_of="03-03 15:00")
    assert (one.due, one.paused_since_at) == (None, instant("03-03 10:00"))


def test_without_pairs_any_end_closes_all(ask):
    story = (begun("03-03 10:00"), begun("03-03 12:00"), over("03-03 14:00"))
    assert written(paused(ask, hours(48), *story).due_at) == "2026-03-04 19:00"


def test_an_end_of_another_pair_closes_nothing(ask):
    story = (begun("03-03 10:00", ticket="a"), over("03-03 14:00", ticket="b"))
    assert paused(ask, hours(48), *story, pause=PAIRED).due is None


def test_to_begin_again_while_open_changes_nothing(ask):
    story = (begun("03-03 10:00", ticket="a"), begun("03-03 12:00", ticket="a"))
    one = paused(ask, hours(48), *story, over("03-03 14:00", ticket="a"), pause=PAIRED)
    assert written(one.due_at) == "2026-03-04 19:00"


def test_an_event_without_the_paired_field_is_no_pause(ask):
    one = paused(ask, hours(48), begun("03-03 10:00"), pause=PAIRED, as_of="03-03 12:00")
    assert one.due_at == instant("03-04 15:00")


def test_an_end_without_a_begin_is_nothing(ask):
    assert paused(ask, hours(48), over("03-03 10:00")).due_at == instant("03-04 15:00")


# ------------------------------------------------------------- at most


SHORT = Pause(begin=event("wait.begun"), end=event("wait.ended"), at_most=hours(5))


def test_after_at_most_a_pause_ends_by_itself(ask):
    one = paused(ask, hours(48), begun("03-03 10:00"), pause=SHORT)
    assert written(one.due_at) == "2026-03-04 20:00"


def test_while_paused_for_at_most_so_long_the_next_change_is_its_end(ask):
    one = paused(ask, hours(48), begun("03-03 10:00"), pause=SHORT, as_of="03-03 14:59:59")
    assert (one.due, one.next_change_at) == (None, instant("03-03 15:00"))


def test_an_end_before_at_most_ends_it(ask):
    one = paused(ask, hours(48), ("03-03 10:00", "03-03 12:00"), pause=SHORT)
    assert written(one.due_at) == "2026-03-04 17:00"


def test_after_at_most_an_end_is_nothing_and_a_begin_begins_another(ask):
    story = (begun("03-03 10:00"), over("03-03 16:00"), begun("03-03 17:00"))
    one = paused(ask, hours(48), *story, pause=SHORT)
    assert written(one.due_at) == "2026-03-05 01:00"


# ------------------------------------------------------------- doubt, cases, restart


UNSURE = Pause(begin=event("wait.begun", ok=True), end=event("wait.ended", ok=True))


def test_a_doubtful_begin_is_open_until_due_and_indeterminate_after(ask):
    def asked(at):
        return verdict(paused(ask, hours(48), begun("03-03 10:00"), pause=UNSURE, as_of=at))

    assert asked("03-04 15:00") == ("open", None, None)
    assert asked("03-04 15:00:00.000001") == ("indeterminate", "breached", "doubtful")


def test_a_doubtful_end_ends_nothing(ask):
    story = (begun("03-03 10:00", ok=True), over("03-03 11:00"))
    one = paused(ask, hours(48), *story, pause=UNSURE)
    assert (one.status, one.due) == ("open", None)


def test_a_pause_stops_the_clock_of_its_own_case_only(ask):
    rule = follow_up(hours(48), correlate_on="case", paused_by=WAITING)
    story = (
        deal("d1", "03-02 15:00", case="c1"),
        deal("d2", "03-02 15:00", case="c2"),
        begun("03-03 10:00", case="c1"),
    )
    assert statuses(ask(rule, *story, as_of="03-05 10:00")) == {
        "c1/d1": "open",
        "c2/d2": "breached",
    }


def test_a_paused_obligation_may_be_restarted(ask):
    rule = follow_up(hours(48), on_retrigger="restart", paused_by=WAITING)
    story = (DEAL, begun("03-03 10:00"), deal("d2", "03-10 10:00"), over("03-10 12:00"))
    found = ask(rule, *story, as_of="03-11 10:00")
    assert statuses(found) == {"d1": "released", "d2": "open"}
    assert written(found.get("call/lin/d2").due_at) == "2026-03-12 12:00"


def test_a_pause_cannot_move_a_date_in_the_data():
    with pytest.raises(DefinitionError, match="paused"):
        follow_up(until("by"), paused_by=WAITING)
