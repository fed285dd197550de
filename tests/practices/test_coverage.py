import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, the, touched

from retention_rules.practices import handbook

EXAMPLES = handbook(examples=True)
COMPANY = {"kind": "company"}

# ---------------------------------------------------------------- others than the decision maker

OTHERS = "coverage.other-contacts"
WEI = touched("03-02 10:00", "call", contact="wei")


def test_a_touch_of_one_contact_asks_for_another_within_90_days():
    assert due(OTHERS, WEI, as_of="03-02 10:00", facts=COMPANY) == "05-31 24:00"


def test_a_touch_of_another_contact_counts_until_that_day_ends():
    lan = touched(f"05-31 {LAST}", "email", contact="lan")
    assert found(WEI, lan, as_of="06-01 00:00", facts=COMPANY).select(OTHERS)[0].status == (
        "fulfilled"
    )


def test_a_touch_of_another_contact_the_day_after_is_late():
    lan = touched("06-01 00:00", "email", contact="lan")
    story = found(WEI, lan, as_of="06-01 00:00", facts=COMPANY)
    assert story.select(OTHERS)[0].status == "repaired"


def test_further_touches_of_the_same_contact_do_not_count():
    again = [touched(f"0{month}-02 10:00", "visit", contact="wei") for month in (4, 5)]
    assert status(OTHERS, WEI, *again, as_of="06-01 00:00", facts=COMPANY) == "breached"


def test_it_is_never_too_late_for_another_contact():
    assert status(OTHERS, WEI, as_of="2027-03-02 10:00", facts=COMPANY) == "breached"


def test_a_person_has_no_other_contacts():
    assert absent(OTHERS, WEI, as_of="06-01 00:00", facts={"kind": "person"})


def test_a_named_contact_of_a_customer_of_unknown_kind_is_in_doubt():
    assert status(OTHERS, WEI, as_of="06-01 00:00") == "indeterminate"


def test_a_touch_that_names_no_contact_may_have_been_another():
    somebody = touched("03-20 10:00", "call")
    story = found(WEI, somebody, as_of="06-01 00:00", facts=COMPANY).select(OTHERS)
    assert {one.status for one in story} == {"indeterminate"}


def test_an_unnamed_contact_of_an_unknown_customer_asks_for_nothing():
    assert absent(OTHERS, touched("03-02 10:00", "call"), as_of="06-01 00:00")


def test_an_invoice_is_no_talk_with_another_contact():
    invoice = touched("03-20 10:00", "letter", contact="lan", purpose="invoice")
    assert status(OTHERS, WEI, invoice, as_of="06-01 00:00", facts=COMPANY) == "breached"


def test_a_lost_customer_has_no_other_contacts_to_find():
    lost = happened("03-20 10:00", "customer.lost")
    assert status(OTHERS, WEI, lost, as_of="06-01 00:00", facts=COMPANY) == "released"


# ---------------------------------------------------------------- signals

SIGNALS = "coverage.signals"


@pytest.mark.parametrize("kind", ["signal.buying-plan", "signal.switch-intent"])
def test_a_signal_is_followed_up_within_two_working_days(kind):
    assert due(SIGNALS, happened("03-06 10:00", kind), as_of="03-06 10:00") == "03-10 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-04 {LAST}", "fulfilled"), ("03-05 00:00", "repaired")]
)
def test_a_signal_is_answered_by_an_opportunity(at, expected):
    story = (happened("03-02 10:00", "signal.buying-plan"), happened(at, "opportunity.opened"))
    assert status(SIGNALS, *story, as_of="03-06 00:00") == expected


def test_a_signal_is_answered_by_a_call():
    story = (happened("03-02 10:00", "signal.switch-intent"), touched("03-03 10:00", "call"))
    assert status(SIGNALS, *story, as_of="03-06 00:00") == "fulfilled"


def test_a_lost_customer_is_followed_up_no_more():
    story = (
        happened("03-02 10:00", "signal.switch-intent"),
        happened("03-03 10:00", "customer.lost"),
    )
    assert status(SIGNALS, *story, as_of="03-06 00:00") == "released"


def test_a_greeting_answers_no_signal():
    story = (
        happened("03-02 10:00", "signal.switch-intent"),
        touched("03-03 10:00", "call", purpose="greeting"),
    )
    assert status(SIGNALS, *story, as_of="03-05 00:00") == "breached"


def test_an_email_answers_no_signal():
    story = (happened("03-02 10:00", "signal.switch-intent"), touched("03-03 10:00", "email"))
    assert status(SIGNALS, *story, as_of="03-05 00:00") == "breached"


# ---------------------------------------------------------------- after signing

AFTER = "coverage.after-signing"
PEOPLE = [
    {"id": "wei", "stance": "against", "seniority": "junior", "met_before": True},
    {"id": "lan", "stance": "for", "seniority": "senior", "met_before": False},
    {"id": "bo", "stance": "neutral", "seniority": "senior", "met_before": True},
]


def team(people=PEOPLE):
    return happened("03-01 09:00", "customer.changed", kind="company", contacts=people)


def whom(what, *events, as_of="03-03 00:00"):
    return {one.part: one.status for one in found(*events, as_of=as_of).select(f"{AFTER}.{what}")}


@pytest.mark.parametrize(
    ("what", "who"), [("opponents", "wei"), ("seniors", "lan"), ("supporters", "lan")]
)
def test_each_of_them_is_owed_a_visit(what, who):
    assert whom(what, team(), deal()) == {who: "open"}


def test_the_visit_is_due_by_the_planned_installation():
    story = (team(), deal(installs_on="2026-03-20"))
    assert due(f"{AFTER}.opponents", *story, as_of="03-03 00:00") == "03-20 24:00"


def test_without_a_planned_day_it_is_due_after_30_days():
    assert due(f"{AFTER}.opponents", team(), deal(), as_of="03-03 00:00") == "04-01 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"04-01 {LAST}", "fulfilled"), ("04-02 00:00", "repaired")]
)
def test_a_visit_counts_until_the_end_of_that_day(at, expected):
    visit = touched(at, "visit", contact="wei")
    assert whom("opponents", team(), deal(), visit, as_of="04-03 00:00") == {"wei": expected}


def test_a_visit_to_somebody_else_does_not_count():
    visit = touched("03-10 10:00", "visit", contact="bo")
    assert whom("opponents", team(), deal(), visit, as_of="04-02 00:00") == {"wei": "breached"}


def test_a_call_is_no_visit():
    call = touched("03-10 10:00", "call", contact="wei")
    assert whom("opponents", team(), deal(), call, as_of="04-02 00:00") == {"wei": "breached"}


@pytest.mark.parametrize("what", ["opponents", "seniors", "supporters"])
def test_contacts_of_unknown_stance_and_rank_are_in_doubt(what):
    assert whom(what, team([{"id": "wei"}]), deal()) == {"wei": "indeterminate"}


def test_unknown_contacts_are_in_doubt():
    assert status(f"{AFTER}.opponents", deal(), as_of="03-03 00:00", facts=COMPANY) == (
        "indeterminate"
    )


@pytest.mark.parametrize("facts", [{}, {"kind": "person"}])
def test_a_customer_that_is_no_account_is_asked_for_no_visits(facts):
    assert absent(f"{AFTER}.opponents", deal(), as_of="03-03 00:00", facts=facts)


def test_a_cancelled_deal_releases_the_visits():
    undone = happened("03-03 10:00", "deal.cancelled")
    assert whom("opponents", team(), deal(), undone, as_of="04-03 00:00") == {"wei": "released"}


# ---------------------------------------------------------------- tell the project contact

SPONSOR = "coverage.inform-sponsor"
ASKED = happened("03-03 10:00", "request.received", request="dvd", contact_role="executive")


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-03 {LAST}", "fulfilled"), ("03-04 00:00", "repaired")]
)
def test_the_project_contact_is_told_on_the_same_day(at, expected):
    told = touched(at, "call", contact_role="project")
    assert status(SPONSOR, ASKED, told, as_of="03-04 00:00", rules=EXAMPLES) == expected


def test_a_call_to_a_contact_of_unknown_role_leaves_it_in_doubt():
    told = touched("03-03 11:00", "call")
    assert status(SPONSOR, ASKED, told, as_of="03-04 00:00", rules=EXAMPLES) == "indeterminate"


def test_a_request_of_the_project_contact_tells_itself():
    own = happened("03-03 10:00", "request.received", request="dvd", contact_role="project")
    assert absent(SPONSOR, own, as_of="03-04 00:00", rules=EXAMPLES)


def test_an_example_is_left_out_unless_it_is_asked_for():
    assert absent(SPONSOR, ASKED, as_of="03-04 00:00")


# ---------------------------------------------------------------- senior management

EXECUTIVE = "coverage.executive"
LARGE = deal(amount=100_000)


def test_a_large_deal_is_a_matter_for_the_management_within_90_days():
    assert due(EXECUTIVE, LARGE, as_of="03-03 00:00", facts=COMPANY) == "05-31 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"05-31 {LAST}", "fulfilled"), ("06-01 00:00", "repaired")]
)
def test_an_executive_may_come_until_that_day_ends(at, expected):
    came = touched(at, "visit", actor_role="executive")
    assert status(EXECUTIVE, LARGE, came, as_of="06-02 00:00", facts=COMPANY) == expected


def test_a_visit_of_sales_is_none_of_the_management():
    came = touched("03-10 10:00", "visit", actor_role="sales")
    assert status(EXECUTIVE, LARGE, came, as_of="06-02 00:00", facts=COMPANY) == "breached"


def test_a_visit_of_somebody_of_unknown_role_leaves_it_in_doubt():
    came = touched("03-10 10:00", "visit")
    assert status(EXECUTIVE, LARGE, came, as_of="06-02 00:00", facts=COMPANY) == "indeterminate"


def test_a_deal_of_less_is_not_for_the_management():
    assert absent(EXECUTIVE, deal(amount=99_999), as_of="03-03 00:00", facts=COMPANY)


def test_a_deal_of_unknown_size_may_be_for_the_management():
    assert status(EXECUTIVE, deal(), as_of="03-03 00:00", facts=COMPANY) == "indeterminate"


def test_a_cancelled_deal_is_for_nobody():
    undone = happened("03-03 10:00", "deal.cancelled")
    assert status(EXECUTIVE, LARGE, undone, as_of="03-04 00:00", facts=COMPANY) == "released"


# ---------------------------------------------------------------- company visits

TOURS = "coverage.company-visits"
TOUR = happened("2027-02-10 10:00", "tour.held", host="them")


def test_a_tour_is_due_a_year_after_the_first_deal():
    story = the(TOURS, deal(), as_of="2027-02-01 00:00", facts=COMPANY)
    assert (story.status, f"{story.opens_at:%Y-%m-%d}") == ("upcoming", "2027-02-02")
    assert due(TOURS, deal(), as_of="2027-02-01 00:00", facts=COMPANY) == "03-02 24:00"


def tours(*events, as_of, rules=None):
    story = found(*events, as_of=as_of, facts=COMPANY, rules=rules).select(TOURS)
    return [one.status for one in sorted(story, key=lambda one: one.opens_at)]


def test_a_tour_asks_for_the_next_a_year_later():
    assert tours(deal(), TOUR, as_of="2027-02-11 00:00") == ["fulfilled", "upcoming"]


def test_a_year_without_a_tour_is_a_breach_that_stays():
    assert tours(deal(), as_of="2028-06-01 00:00") == ["breached"]


def test_a_lost_customer_is_toured_no_more():
    assert tours(deal(), happened("05-01 10:00", "customer.lost"), as_of="2027-06-01 00:00") == [
        "released"
    ]


def test_read_as_tours_of_ours_alone_a_tour_of_theirs_does_not_count():
    ours = handbook(variants={TOURS: "ours"})
    assert tours(deal(), TOUR, as_of="2027-03-03 00:00", rules=ours) == ["breached"]


def test_read_as_tours_of_ours_alone_an_unknown_host_leaves_it_in_doubt():
    ours = handbook(variants={TOURS: "ours"})
    somewhere = happened("2027-02-10 10:00", "tour.held")
    assert "indeterminate" in tours(deal(), somewhere, as_of="2027-03-03 00:00", rules=ours)


def test_a_customer_of_unknown_kind_is_not_toured():
    assert absent(TOURS, deal(), as_of="2027-03-03 00:00")
