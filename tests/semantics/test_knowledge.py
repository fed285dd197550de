"""What counts as known: duplicates, corrections, retractions, and `known_at`."""

import pytest
from tests.semantics.story import ZONE, deal, follow_up, instant, statuses, touched, written

from retention_rules import (
    AmendmentCycle,
    ConflictingEvents,
    Event,
    InvalidEvent,
    Monitor,
    Retraction,
    Rulebook,
    UnknownTarget,
    days,
    evaluate,
)

RULE = follow_up(days(2))
DEAL = deal("d1", "03-02 15:00", recorded="03-02 16:00")
LATER = "04-01 12:00"


def known(at, *records, as_of=LATER):
    """Statuses as they were known at an instant."""
    return statuses(
        evaluate(
            Rulebook(RULE), records, as_of=instant(as_of), zone=ZONE, known_at=at and instant(at)
        )
    )


def retraction(id, of, recorded=None):
    return Retraction(
        id, "lin", retracts=of, recorded_at=None if recorded is None else instant(recorded)
    )


# ------------------------------------------------------------- identity


def test_the_same_record_twice_is_one(ask):
    assert statuses(ask(RULE, DEAL, DEAL, as_of="03-03 10:00")) == {"d1": "open"}


def test_the_same_instant_in_another_zone_is_the_same_content(ask):
    other = deal("d1", "2026-03-02T07:00+00:00")
    assert statuses(ask(RULE, DEAL, other, as_of="03-03 10:00")) == {"d1": "open"}


def test_of_two_spellings_of_one_instant_the_same_is_kept_whichever_came_first():
    spellings = (deal("d1", "03-02 15:00"), deal("d1", "2026-03-02T07:00+00:00"))
    kept = set()
    for story in (spellings, spellings[::-1]):
        monitor = Monitor(Rulebook(RULE), zone=ZONE)
        for record in story:
            monitor.observe(record)
        kept.add(monitor.snapshot())
    assert len(kept) == 1


def test_the_same_id_from_another_source_is_another_event(ask):
    story = (deal("1", "03-02 15:00", source="shop"), deal("1", "03-02 15:00", source="crm"))
    assert set(statuses(ask(RULE, *story, as_of="03-03 10:00"))) == {"shop:1", "crm:1"}


@pytest.mark.parametrize(
    "other",
    [
        deal("d1", "03-02 15:00:00.000001"),
        deal("d1", "03-02"),
        deal("d1", "03-02 15:00", amount=1),
        deal("d1", "03-02 15:00", customer="wang"),
        touched("d1", "03-02 15:00"),
        retraction("d1", of="d0"),
    ],
    ids=["instant", "precision", "data", "customer", "kind", "retraction"],
)
def test_one_identity_with_other_content_is_an_error_that_names_both(ask, other):
    with pytest.raises(ConflictingEvents, match="d1"):
        ask(RULE, DEAL, other, as_of="03-03 10:00")


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), ("1", 1)])
def test_values_of_another_type_are_other_content(ask, one, other):
    story = (deal("d1", "03-02 15:00", x=one), deal("d1", "03-02 15:00", x=other))
    with pytest.raises(ConflictingEvents):
        ask(RULE, *story, as_of="03-03 10:00")


# ------------------------------------------------------------- known_at


def test_known_at_is_closed():
    assert known("03-02 16:00", DEAL) == {"d1": "lapsed"}
    assert known("03-02 15:59:59.999999", DEAL) == {}


def test_without_known_at_all_that_was_handed_over_is_known_whatever_as_of_is():
    assert known(None, DEAL, as_of="03-02 15:00") == {"d1": "open"}


def test_a_record_without_recorded_at_was_known_since_ever():
    assert known("2000-01-01 00:00", deal("d1", "03-02 15:00")) == {"d1": "lapsed"}


@pytest.mark.parametrize("first", ["03-02 16:00", None])
def test_of_two_deliveries_the_earliest_recorded_counts(first):
    again = (
        deal("d1", "03-02 15:00", recorded="03-09 10:00"),
        deal("d1", "03-02 15:00", recorded=first),
    )
    assert known("03-03 00:00", *again) == {"d1": "lapsed"}


def test_a_touch_typed_in_later_changes_what_was_true_but_not_what_was_believed():
    paid = touched("t", "03-03 10:00", recorded="03-20 10:00")
    assert known("03-10 00:00", DEAL, paid) == {"d1": "lapsed"}
    assert known("03-20 10:00", DEAL, paid) == {"d1": "fulfilled"}
    assert known(None, DEAL, paid, as_of="03-10 00:00") == {"d1": "fulfilled"}


# ------------------------------------------------------------- corrections


def test_a_correction_carries_the_full_new_content_and_keeps_the_key(ask):
    moved = DEAL.corrected("d1b", occurred_at=instant("03-09 15:00"))
    (one,) = ask(RULE, DEAL, moved, as_of="03-09 15:00")
    assert (one.key, one.trigger, written(one.due_at)) == (
        "call/lin/d1",
        "d1",
        "2026-03-11 23:59:59.999999",
    )


def test_a_correction_to_a_later_instant_hides_the_event_until_then(ask):
    moved = DEAL.corrected("d1b", occurred_at=instant("03-09 15:00"))
    assert statuses(ask(RULE, DEAL, moved, as_of="03-09 14:59")) == {}


def test_a_correction_may_change_the_kind(ask):
    assert statuses(ask(RULE, DEAL, DEAL.corrected("b", kind="order.lost"), as_of=LATER)) == {}


def test_an_event_that_becomes_a_touch_keeps_its_first_name(ask):
    typo = Event("n", "note", customer="lin", occurred_at=instant("03-03 10:00"))
    (one,) = ask(RULE, DEAL, typo, typo.corrected("n2", kind="touch.made"), as_of=LATER)
    assert (one.status, one.ended_by) == ("fulfilled", "n")


def correction(id, day, recorded=None, of="d1", source=""):
    return Event(
        id,
        "deal.closed",
        customer="lin",
        occurred_at=instant(f"03-{day:02} 15:00"),
        corrects=("", of),
        source=source,
        recorded_at=None if recorded is None else instant(recorded),
    )


def day_of(findings):
    return [one.opens_at.day for one in findings]


@pytest.mark.parametrize(
    ("corrections", "day"),
    [
        ([correction("b", 5, "03-10 10:00"), correction("a", 6, "03-11 10:00")], 6),
        ([correction("b", 5, "03-11 10:00"), correction("a", 6, "03-10 10:00")], 5),
        ([correction("b", 5, "03-10 10:00"), correction("a", 6)], 5),
        ([correction("b", 5, "03-10 10:00"), correction("a", 6, "03-10 10:00")], 5),
        ([correction("b", 5, source="s"), correction("a", 6, source="t")], 6),
    ],
    ids=["later", "later, the other way", "recorded beats ever since", "id", "source before id"],
)
def test_the_last_correction_by_recorded_at_source_and_id_wins(ask, corrections, day):
    assert day_of(ask(RULE, DEAL, *corrections, as_of=LATER)) == [day]


def test_a_correction_not_known_yet_does_not_count():
    story = (DEAL, DEAL.corrected("b", kind="order.lost", recorded_at=instant("03-10 10:00")))
    assert known("03-09 00:00", *story) == {"d1": "lapsed"}
    assert known("03-10 10:00", *story) == {}


def test_a_correction_of_a_correction_has_that_content(ask):
    story = (DEAL, correction("b", 5), correction("c", 6, of="b"))
    assert day_of(ask(RULE, *story, as_of=LATER)) == [6]


def test_a_correction_of_a_correction_that_lost_changes_nothing(ask):
    story = (DEAL, correction("b", 5, "03-10 10:00"), correction("z", 7, "03-11 10:00"))
    later = correction("c", 6, "03-12 10:00", of="b")
    assert day_of(ask(RULE, *story, later, as_of=LATER)) == [7]


# ------------------------------------------------------------- retractions


def test_a_retraction_takes_the_event_back(ask):
    assert statuses(ask(RULE, DEAL, DEAL.retracted("r"), as_of=LATER)) == {}


def test_a_retracted_touch_pays_nothing(ask):
    paid = touched("t", "03-03 10:00")
    assert statuses(ask(RULE, DEAL, paid, paid.retracted("r"), as_of=LATER)) == {"d1": "lapsed"}


def test_a_retraction_not_known_yet_does_not_count():
    story = (DEAL, DEAL.retracted("r", recorded_at=instant("03-10 10:00")))
    assert known("03-10 09:59", *story) == {"d1": "lapsed"}
    assert known("03-10 10:00", *story) == {}


def test_a_retraction_of_a_retraction_restores(ask):
    story = (DEAL, DEAL.retracted("r"), retraction("s", of="r"))
    assert statuses(ask(RULE, *story, as_of=LATER)) == {"d1": "lapsed"}


def test_a_retraction_of_a_correction_restores_the_first_content(ask):
    story = (DEAL, correction("b", 5), retraction("r", of="b"))
    assert day_of(ask(RULE, *story, as_of=LATER)) == [2]


def test_a_retraction_of_the_last_correction_restores_the_one_before(ask):
    story = (DEAL, correction("b", 5, "03-10 10:00"), correction("c", 6, "03-11 10:00"))
    assert day_of(ask(RULE, *story, retraction("r", of="c"), as_of=LATER)) == [5]


def test_of_a_correction_and_a_retraction_the_last_wins(ask):
    fixed = correction("b", 5, "03-10 10:00")
    assert day_of(ask(RULE, DEAL, fixed, retraction("r", "d1", "03-11 10:00"), as_of=LATER)) == []
    assert day_of(ask(RULE, DEAL, fixed, retraction("r", "d1", "03-09 10:00"), as_of=LATER)) == [5]


# ------------------------------------------------------------- errors


def test_a_retraction_cannot_be_corrected(ask):
    with pytest.raises(InvalidEvent, match="corrects the retraction"):
        ask(RULE, DEAL, DEAL.retracted("r"), correction("b", 5, of="r"), as_of=LATER)


def test_a_retraction_by_another_customer_is_an_error(ask):
    with pytest.raises(InvalidEvent, match="another customer"):
        ask(RULE, DEAL, Retraction("r", "wang", retracts="d1"), as_of=LATER)


def test_amendments_in_a_circle_are_an_error(ask):
    with pytest.raises(AmendmentCycle):
        ask(RULE, correction("a", 5, of="b"), correction("b", 6, of="a"), as_of=LATER)


def test_an_amendment_of_something_never_handed_over_is_an_error_of_evaluate():
    with pytest.raises(UnknownTarget, match="d1"):
        known(None, correction("b", 5))


# ------------------------------------------------------------- pending in a monitor


def monitored(*records, at=LATER):
    monitor = Monitor(Rulebook(RULE), zone=ZONE)
    monitor.advance(instant(at))
    for record in records:
        monitor.observe(record)
    return monitor


def test_in_a_monitor_an_amendment_waits_for_its_target():
    monitor = monitored(correction("b", 5))
    assert list(monitor.findings()) == []
    assert [note.kind for note in monitor.findings().notes] == ["pending"]
    (change,) = monitor.observe(DEAL)
    assert (change.key, change.after.opens_at) == ("call/lin/d1", instant("03-05 15:00"))
    assert monitor.findings().notes == ()


def test_in_a_monitor_a_retraction_that_came_first_takes_its_target_back_at_once():
    monitor = monitored(DEAL.retracted("r"))
    assert monitor.observe(DEAL) == []
    assert list(monitor.findings()) == []


def test_in_a_monitor_a_chain_of_amendments_may_come_backwards():
    monitor = monitored(retraction("r", of="c"), correction("c", 6, of="b"), correction("b", 5))
    monitor.observe(DEAL)
    assert day_of(monitor.findings()) == [5]


def test_in_a_monitor_a_target_that_never_comes_is_noted_after_a_restore_too():
    monitor = monitored(correction("b", 5))
    again = Monitor.restore(Rulebook(RULE), monitor.snapshot(), zone=ZONE)
    assert [note.kind for note in again.findings().notes] == ["pending"]
    again.observe(DEAL)
    assert day_of(again.findings()) == [5]


def test_in_a_monitor_a_retry_of_an_amended_record_is_no_news():
    monitor = monitored(DEAL, correction("b", 5))
    assert monitor.observe(DEAL) == []
    assert monitor.observe(correction("b", 5)) == []
    assert day_of(monitor.findings()) == [5]


def test_in_a_monitor_a_retry_of_a_correction_recorded_earlier_loses_to_another():
    """The earliest recorded_at counts, so a retry may change which correction is the last."""
    story = (DEAL, correction("b", 5, "03-11 10:00"), correction("c", 6, "03-10 10:00"))
    monitor = monitored(*story)
    assert day_of(monitor.findings()) == [5]
    monitor.observe(correction("b", 5, "03-09 10:00"))
    assert day_of(monitor.findings()) == [6]
