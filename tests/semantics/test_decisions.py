"""The decisions on points that could have gone either way, one after the other."""

import pytest
from tests.semantics.story import (
    LAST,
    ZONE,
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
    Calendar,
    Customer,
    DefinitionError,
    Lifecycle,
    Move,
    Prohibition,
    Recurring,
    RRule,
    Rulebook,
    Stage,
    Timeout,
    UnknownTarget,
    Window,
    business_days,
    contact,
    contacts,
    customer,
    days,
    entered,
    evaluate,
    event,
    field,
    hours,
    in_stage,
    months,
    never,
    prior,
    touch,
    until,
    working_hours,
)

DEAL = deal("d1", "03-02 15:00")


def the(ask, due, at, zone=ZONE, **more):
    """The one obligation of a deal at an instant, as of then."""
    ends = {name: more.pop(name) for name in ("opens", "expires", "target") if name in more}
    return ask(follow_up(due, **ends), deal("d1", at, zone=zone), as_of=at, zone=zone, **more)[0]


def due(ask, offset, at, zone=ZONE, **more):
    return written(the(ask, offset, at, zone, **more).due_at)


# --------------------------------- business_days(n) from a non-working day or after closing


@pytest.mark.parametrize(
    ("at", "zero", "one"),
    [
        ("03-06 17:59:59.999999", "2026-03-06", "2026-03-09"),
        ("03-06 18:00", "2026-03-09", "2026-03-10"),
        ("03-07 10:00", "2026-03-09", "2026-03-10"),
        ("03-08 23:00", "2026-03-09", "2026-03-10"),
        ("03-09 00:00", "2026-03-09", "2026-03-10"),
    ],
)
def test_business_days_roll_to_the_next_day_with_working_time_left_and_then_add(ask, at, zero, one):
    assert due(ask, business_days(0), at) == f"{zero} {LAST}"
    assert due(ask, business_days(1), at) == f"{one} {LAST}"


# --------------------------------- end of business_days(n)


def test_business_days_end_with_the_date_or_at_closing_or_at_a_clock_time(ask):
    assert due(ask, business_days(1), "03-06 10:00") == f"2026-03-09 {LAST}"
    assert due(ask, business_days(1).closing(), "03-06 10:00") == "2026-03-09 18:00"
    assert due(ask, business_days(1).at("12:00"), "03-06 10:00") == "2026-03-09 12:00"


# --------------------------------- exactly at expires_at


@pytest.mark.parametrize(
    ("at", "status"), [(f"03-06 {LAST}", "repaired"), ("03-07 00:00", "lapsed")]
)
def test_exactly_at_expires_a_touch_still_repairs(ask, at, status):
    story = (DEAL, touched("t1", at))
    one = ask(follow_up(days(2)), *story, as_of="03-07 00:00").get("call/lin/d1")
    assert (written(one.expires_at), one.status) == (f"2026-03-06 {LAST}", status)


# --------------------------------- release after due


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("03-02 23:00", "released"),
        (f"03-04 {LAST}", "released"),
        ("03-05 00:00", "lapsed"),
        (f"03-06 {LAST}", "lapsed"),
    ],
)
def test_a_release_after_due_lapses_and_before_opens_releases(ask, at, status):
    rule = follow_up(days(2), opens=days(1), released_by=event("deal.cancelled"))
    story = (DEAL, happened("x", "deal.cancelled", at))
    one = ask(rule, *story, as_of="03-20 12:00").get("call/lin/d1")
    assert (one.status, one.ended_at, one.ended_by) == (status, instant(at), "x")


def test_a_release_after_expiry_ends_nothing(ask):
    rule = follow_up(days(2), released_by=event("deal.cancelled"))
    story = (DEAL, happened("x", "deal.cancelled", "03-07 00:00"))
    one = ask(rule, *story, as_of="03-20 12:00").get("call/lin/d1")
    assert (one.status, one.ended, one.ended_by) == ("lapsed", None, None)


# --------------------------------- payment and release at one instant


@pytest.mark.parametrize("at", ["03-02 15:00", "03-04 12:00", "03-05 12:00", f"03-06 {LAST}"])
def test_payment_wins_over_a_release_at_its_instant(ask, at):
    rule = follow_up(days(2), released_by=event("deal.cancelled"))
    story = (DEAL, happened("a", "deal.cancelled", at), touched("b", at))
    assert ask(rule, *story, as_of="03-20 12:00").get("call/lin/d1").ended_by == "b"


def test_payment_wins_over_a_restart_at_its_instant(ask):
    rule = follow_up(days(2), on_retrigger="restart")
    story = (DEAL, deal("a", "03-03 12:00"), touched("b", "03-03 12:00"))
    found = ask(rule, *story, as_of="03-03 12:00")
    assert statuses(found) == {"d1": "fulfilled", "a": "fulfilled"}


# --------------------------------- expiry


@pytest.mark.parametrize(
    ("window", "expires"),
    [
        ({"due": days(2)}, f"2026-03-06 {LAST}"),
        ({"due": days(0)}, f"2026-03-03 {LAST}"),
        ({"due": hours(48)}, "2026-03-06 15:00"),
        ({"due": hours(1)}, f"2026-03-03 {LAST}"),
        ({"due": months(1)}, f"2026-05-02 {LAST}"),
        ({"due": business_days(2)}, f"2026-03-06 {LAST}"),
        ({"due": business_days(0)}, f"2026-03-03 {LAST}"),
        ({"due": working_hours(1)}, f"2026-03-03 {LAST}"),
        ({"due": working_hours(27)}, "2026-03-10 15:00"),
        ({"due": until("by")}, f"2026-03-17 {LAST}"),
        ({"due": days(2), "expires": days(5)}, f"2026-03-07 {LAST}"),
        ({"due": days(2), "expires": days(2)}, f"2026-03-04 {LAST}"),
        ({"due": days(2), "expires": never}, None),
    ],
)
def test_expiry_is_a_point_of_its_own_by_default_one_more_window_length(ask, window, expires):
    rule = follow_up(window["due"], expires=window.get("expires"))
    one = ask(rule, deal("d1", "03-02 15:00", by="2026-03-10"), as_of="03-02 15:00")[0]
    assert written(one.expires_at) == expires


# --------------------------------- the trigger, or another consequence of its record, pays


def test_the_trigger_never_pays_itself(ask):
    rule = follow_up(days(2), fulfilled_by=event("deal.closed"))
    assert ask(rule, DEAL, as_of="03-02 15:00")[0].status == "open"


def test_another_consequence_of_the_triggers_record_never_pays(ask):
    one = Lifecycle(
        id="one", stages=(Stage(name="a"),), moves=(Move(on=event("deal.closed"), to="a"),)
    )
    rule = follow_up(days(2), fulfilled_by=entered("one", "a"))
    found = ask([one, rule], DEAL, as_of="03-02 15:00")
    assert [each.status for each in found.select("call")] == ["open"]


def test_a_consequence_of_another_record_pays(ask):
    one = Lifecycle(
        id="one", stages=(Stage(name="a"),), moves=(Move(on=event("visit.made"), to="a"),)
    )
    rule = follow_up(days(2), fulfilled_by=entered("one", "a"))
    story = (DEAL, happened("v", "visit.made", "03-03 10:00"))
    (found,) = ask([one, rule], *story, as_of="03-03 10:00").select("call")
    assert (found.status, found.ended_by) == ("fulfilled", "one:a@v")


# --------------------------------- no lower end


def test_without_a_lower_end_it_opens_at_the_triggers_instant(ask):
    assert the(ask, days(2), "03-02 15:00").opens_at == instant("03-02 15:00")


def test_days_0_never_opens_before_the_trigger(ask):
    found = the(ask, days(2), "03-02 15:00", opens=days(0))
    assert found.opens_at == instant("03-02 15:00")


# --------------------------------- "within 7 days" in prose


def test_seven_days_end_with_the_seventh_local_day_and_168_hours_to_the_microsecond(ask):
    assert due(ask, days(7), "03-02 15:00") == f"2026-03-09 {LAST}"
    assert due(ask, hours(168), "03-02 15:00") == "2026-03-09 15:00"


# --------------------------------- working time on 23- or 25-hour days


NIGHTS = Calendar(hours={"mon-sun": "00:00-06:00"})


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-03-29 00:00", "2026-03-30 01:00"), ("2026-10-25 00:00", "2026-10-25 05:00")],
)
def test_a_repeated_hour_of_work_counts_twice_and_a_skipped_one_not_at_all(ask, at, expected):
    found = due(ask, working_hours(6), at, "Europe/Berlin", calendar=NIGHTS)
    assert found == expected


# --------------------------------- .at("02:30") in a gap / fold


def test_a_clock_time_in_a_gap_moves_forward_by_its_length(ask):
    found = the(ask, days(1).at("02:30"), "2026-03-28 12:00", "Europe/Berlin")
    assert found.due_at.isoformat() == "2026-03-29T03:30:00+02:00"


def test_a_clock_time_in_a_fold_is_the_first(ask):
    found = the(ask, days(1).at("02:30"), "2026-10-24 12:00", "Europe/Berlin")
    assert found.due_at.isoformat() == "2026-10-25T02:30:00+02:00"


# --------------------------------- an amount that ends exactly at closing


@pytest.mark.parametrize(
    ("at", "amount", "expected"),
    [
        ("03-06 10:00", 8, "2026-03-06 18:00"),
        ("03-06 10:00", 17, "2026-03-09 18:00"),
        ("03-07 10:00", 0, "2026-03-07 10:00"),
        ("03-06 20:00", 0, "2026-03-06 20:00"),
    ],
)
def test_an_amount_ends_at_the_closing_instant_and_amount_0_at_the_start(ask, at, amount, expected):
    assert due(ask, working_hours(amount), at) == expected


# --------------------------------- one case id under two customers


def test_one_case_id_under_two_customers_is_two_cases_and_noted(ask):
    rule = follow_up(days(2), correlate_on="case")
    story = (
        deal("d1", "03-02 15:00", case="c1"),
        deal("d2", "03-02 16:00", case="c1", customer="wang"),
        touched("t", "03-03 10:00", case="c1", customer="wang"),
    )
    found = ask(rule, *story, as_of="03-03 10:00")
    assert {one.key: one.status for one in found} == {
        "call/lin/c1/d1": "open",
        "call/wang/c1/d2": "fulfilled",
    }
    assert [note.kind for note in found.notes] == ["shared-case"]


# --------------------------------- total order


def test_the_order_is_first_instant_then_rank_then_source_then_id(ask):
    """What comes strictly before: an earlier one, then an earlier source, then an earlier id."""
    rule = follow_up(days(2), trigger=event("deal.closed").where(prior("deal.closed").count() == 1))
    story = (
        deal("a", "03-02 15:00", source="z"),
        deal("b", "03-02 15:00", source="b"),
        deal("a", "03-02 15:00", source="b"),
    )
    assert [one.trigger for one in ask(rule, *story, as_of="03-02 15:00")] == ["b:b"]


def test_a_dated_event_stands_at_the_start_of_its_day_in_the_order(ask):
    rule = follow_up(days(2), trigger=event("deal.closed").where(prior("deal.closed").count() == 0))
    story = (deal("a", "03-02 00:00:00.000001"), deal("z", "03-02"))
    assert [one.trigger for one in ask(rule, *story, as_of="03-02 15:00")] == ["z"]


def test_a_change_of_the_customer_comes_before_records_of_its_instant(ask):
    rule = follow_up(days(2), trigger=event("deal.closed").where(customer("kind") == "company"))
    story = (
        deal("a", "03-02 15:00"),
        happened("z", "customer.changed", "03-02 15:00", kind="company"),
    )
    assert statuses(ask(rule, *story, as_of="03-02 15:00")) == {"a": "open"}


# --------------------------------- an event before its trigger


def test_an_event_before_its_trigger_never_pays(ask):
    story = (touched("t1", "03-02 14:59:59.999999"), DEAL)
    assert ask(follow_up(days(2)), *story, as_of="03-03 10:00")[0].status == "open"


# --------------------------------- until(field) with a bare date


def test_a_bare_date_is_due_with_its_local_day_in_the_customers_zone(ask):
    for by in ("2026-03-05", instant("03-05 10:00").date()):
        one = ask(follow_up(until("by")), deal("d1", "03-02 15:00", by=by), as_of="03-02 15:00")[0]
        assert written(one.due_at) == f"2026-03-05 {LAST}"


def test_an_instant_is_due_as_it_is(ask):
    by = "2026-03-05T10:00+01:00"
    one = ask(follow_up(until("by")), deal("d1", "03-02 15:00", by=by), as_of="03-02 15:00")[0]
    assert one.due_at == instant(by)


# --------------------------------- customer's zone changes


def test_the_zone_is_the_customers_and_constant(ask):
    lin = Customer("lin", zone="America/New_York")
    story = (DEAL, happened("m", "customer.changed", "03-02 16:00", zone="Asia/Tokyo"))
    one = ask(follow_up(days(0)), *story, as_of="03-02 17:00", customers=[lin])[0]
    assert (one.zone, written(one.due_at)) == ("America/New_York", f"2026-03-02 {LAST}")


def test_the_zone_is_the_customers_else_the_calendars_else_the_one_for_all():
    book, lin = Rulebook(follow_up(days(0))), Customer("lin", zone="Asia/Tokyo")
    berlin = Calendar(zone="Europe/Berlin")

    def zone(**how):
        return evaluate(book, [DEAL], as_of=instant("03-02 15:00"), **how)[0].zone

    assert zone(customers=[lin], calendar=berlin, zone="UTC") == "Asia/Tokyo"
    assert zone(calendar=berlin, zone="UTC") == "Europe/Berlin"
    assert zone(zone="UTC") == "UTC"


# --------------------------------- moves of stages at one instant


def test_moves_of_one_instant_fire_in_the_order_of_their_declaration(ask):
    life = Lifecycle(
        id="life",
        stages=(Stage(name="a"), Stage(name="b"), Stage(name="c")),
        moves=(
            Move(on=event("one"), to="a"),
            Move(on=event("two"), to="b", source="a"),
            Move(on=event("three"), to="c", source="b"),
        ),
    )
    story = (
        happened("1", "three", "03-02 15:00"),
        happened("2", "two", "03-02 15:00"),
        happened("3", "one", "03-02 15:00"),
    )
    found = ask(life, *story, as_of="03-02 15:00")
    assert {one.part: one.status for one in found} == {"a": "left", "b": "left", "c": "current"}


# --------------------------------- finding key


def test_the_key_of_a_follow_up(ask):
    rule = follow_up(days(2), correlate_on=("case", "line"))
    story = deal("o 17", "03-02 15:00", source="crm", customer="a/b", case="50%", line=3)
    (one,) = ask(rule, story, as_of="03-02 15:00")
    assert one.correlation == (("case", "50%"), ("line", "3"))
    assert one.trigger == "crm:o%2017"
    assert one.key == "call/a%2Fb/50%25/3/crm:o%2017"


def test_the_key_of_one_contact(ask):
    lin = Customer(
        "lin", contacts=[{"id": "li/wei", "senior": True}, {"id": "mei", "senior": False}]
    )
    rule = follow_up(days(2), for_each=contacts(contact("senior") == True))  # noqa: E712
    (one,) = ask(rule, DEAL, as_of="03-02 15:00", customers=[lin])
    assert (one.key, one.part) == ("call/lin/d1/li%2Fwei", "li%2Fwei")


def test_the_key_of_an_occurrence(ask):
    rule = Recurring(
        id="hi", starts=event("deal.closed"), fulfilled_by=touch(), on=RRule("FREQ=YEARLY")
    )
    (one,) = ask(rule, DEAL, as_of="03-02 15:00")
    assert (one.key, one.part) == ("hi/lin/d1/2027-03-02", "2027-03-02")


def test_the_key_of_a_violation(ask):
    rule = Prohibition(id="no", forbids=event("gift.given"), correlate_on="case")
    (one,) = ask(rule, happened("g", "gift.given", "03-02 15:00", case="c1"), as_of="03-02 15:00")
    assert (one.key, one.trigger) == ("no/lin/c1/g", "g")


def test_the_key_of_a_stage(ask):
    life = Lifecycle(
        id="life",
        stages=(Stage(name="a"), Stage(name="b")),
        moves=(Move(on=event("deal.closed"), to="a"),),
        timeouts=(Timeout(source="a", after=days(1), to="b"),),
    )
    found = ask(life, deal("o-1", "03-02 15:00", source="crm"), as_of="03-04 00:00")
    assert [(one.key, one.trigger, one.part) for one in found] == [
        ("life/lin/a@crm:o-1", "crm:o-1", "a"),
        ("life/lin/b@crm:o-1+", "crm:o-1+", "b"),
    ]


# --------------------------------- default expiry


def test_default_expiry_after_a_field_with_an_offset_is_the_end_of_the_7th_day(ask):
    rule = follow_up(until("by") + days(3))
    one = ask(rule, deal("d1", "03-02 15:00", by="2026-03-10"), as_of="03-02 15:00")[0]
    assert written(one.expires_at) == f"2026-03-20 {LAST}"


@pytest.mark.parametrize(
    ("at", "days_on"), [("03-10", "03-17"), ("2026-03-10T09:00+08:00", "03-17")]
)
def test_default_expiry_after_a_bare_field_is_the_end_of_the_7th_day(ask, at, days_on):
    by = f"2026-{at}" if len(at) == 5 else at
    one = ask(follow_up(until("by")), deal("d1", "03-02 15:00", by=by), as_of="03-02 15:00")[0]
    assert written(one.expires_at) == f"2026-{days_on} {LAST}"


# --------------------------------- a doubtful stage move


DOUBT = Lifecycle(
    id="life",
    stages=(Stage(name="a"), Stage(name="b")),
    moves=(
        Move(on=event("start"), to="a"),
        Move(on=event("go", ok=True), to="b", source="a"),
    ),
)


def test_a_doubtful_move_makes_the_stage_indeterminate_and_in_stage_unknown(ask):
    rule = Prohibition(id="no", forbids=event("gift.given"), context=in_stage("life", "a"))
    story = (
        happened("s", "start", "03-02 15:00"),
        happened("g1", "gift.given", "03-02 16:00"),
        happened("m", "go", "03-03 10:00"),
        happened("g2", "gift.given", "03-03 11:00"),
    )
    found = ask([DOUBT, rule], *story, as_of="03-04 10:00")
    assert verdict(found.get("life/lin/a@s")) == ("indeterminate", None, "doubtful")
    assert {one.trigger: one.status for one in found.select("no")} == {
        "g1": "violated",
        "g2": "indeterminate",
    }


# --------------------------------- wrong type


def test_a_wrong_type_in_the_rulebook_is_an_error():
    with pytest.raises(DefinitionError):
        _ = field("amount") >= object()
    with pytest.raises(DefinitionError):
        Window(due=3)


def test_a_wrong_type_in_the_data_is_doubtful(ask):
    rule = follow_up(days(2), trigger=event("deal.closed").where(field("amount") >= 100))
    found = ask(rule, deal("d1", "03-02 15:00", amount="a lot"), as_of="03-02 15:00")
    assert verdict(found[0]) == ("indeterminate", "open", "doubtful")


# --------------------------------- amendment without target


def test_an_amendment_of_something_never_handed_over_is_an_error():
    with pytest.raises(UnknownTarget):
        evaluate(
            Rulebook(follow_up(days(2))),
            [DEAL.retracted("r")],
            as_of=instant("03-03 10:00"),
            zone=ZONE,
        )


def test_an_amendment_of_something_not_known_yet_is_a_note():
    late = deal("d1", "03-02 15:00", recorded="03-10 10:00")
    found = evaluate(
        Rulebook(follow_up(days(2))),
        [late, late.retracted("r", recorded_at=instant("03-09 10:00"))],
        as_of=instant("03-03 10:00"),
        known_at=instant("03-09 10:00"),
        zone=ZONE,
    )
    assert (list(found), [note.kind for note in found.notes]) == ([], ["pending"])


# --------------------------------- what evaluation returns


def test_an_event_without_its_correlation_value_belongs_to_no_case_and_is_noted(ask):
    rule = follow_up(days(2), correlate_on="case")
    story = (deal("d1", "03-02 15:00", case="c1"), deal("d2", "03-02 15:00"), touched("t", "03-03"))
    found = ask(rule, *story, as_of="03-03 10:00")
    assert statuses(found) == {"c1/d1": "open"}
    assert {note.kind for note in found.notes} == {"uncorrelated"}


@pytest.mark.parametrize("value", [1.5, True, instant("03-02 15:00")])
def test_only_text_and_whole_numbers_correlate(ask, value):
    rule = follow_up(days(2), correlate_on="case")
    assert list(ask(rule, deal("d1", "03-02 15:00", case=value), as_of="03-03 10:00")) == []


# --------------------------------- matching kinds


def test_kinds_match_exactly(ask):
    story = (
        DEAL,
        happened("x", "deal.closed.again", "03-02 16:00"),
        happened("y", "deal", "03-02 16:00"),
    )
    assert statuses(ask(follow_up(days(2)), *story, as_of="03-02 17:00")) == {"d1": "open"}


def test_an_attempt_is_no_touch(ask):
    story = (DEAL, happened("t", "touch.attempted", "03-03 10:00", channel="call"))
    assert ask(follow_up(days(2)), *story, as_of="03-03 10:00")[0].status == "open"


def test_a_gift_is_a_touch_of_the_channel_gift(ask):
    rule = follow_up(days(2), fulfilled_by=touch("gift"))
    story = (DEAL, touched("t", "03-03 10:00", channel="gift"))
    assert ask(rule, *story, as_of="03-03 10:00")[0].status == "fulfilled"


# --------------------------------- conditions


def test_prior_is_customer_wide_unless_same_and_of_all_history_unless_since(ask):
    def counted(**how):
        rule = follow_up(
            days(2), trigger=event("deal.closed").where(prior("deal.closed", **how).count() >= 1)
        )
        story = (deal("d1", "02-01 15:00", case="c1"), deal("d2", "03-02 15:00", case="c2"))
        return [one.trigger for one in ask(rule, *story, as_of="03-02 15:00")]

    assert counted() == ["d2"]
    assert counted(same="case") == []
    assert counted(since=days(28)) == []
    assert counted(since=days(29)) == ["d2"]


# --------------------------------- correlation


def test_correlation_may_name_the_field_differently_in_trigger_and_touch(ask):
    rule = follow_up(days(2), correlate_on=(("owner", "actor"),))
    story = (
        deal("d1", "03-02 15:00", owner="mei"),
        deal("d2", "03-02 15:00", owner="wei"),
        touched("t", "03-03 10:00", actor="mei"),
    )
    found = ask(rule, *story, as_of="03-03 10:00")
    assert statuses(found) == {"mei/d1": "fulfilled", "wei/d2": "open"}


# --------------------------------- when each cadence touch counts


def test_a_cadence_touch_may_count_from_the_day_after_the_one_before_was_due(ask):
    rule = follow_up(days(3), opens=days(2))
    early, fine = touched("t", f"03-03 {LAST}"), touched("t", "03-04 00:00")
    assert ask(rule, DEAL, early, as_of="03-04 10:00")[0].status == "open"
    assert ask(rule, DEAL, fine, as_of="03-04 10:00")[0].status == "fulfilled"
