import pytest
from tests.practices.timeline import LAST, absent, deal, due, happened, status, touched

# ---------------------------------------------------------------- in trouble

TROUBLE = "coverage.present-in-trouble"
PROBLEM = happened("03-06 10:00", "problem.reported")


def test_sales_shows_up_by_the_next_working_day():
    assert due(TROUBLE, PROBLEM, as_of="03-06 10:00") == "03-09 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-09 {LAST}", "fulfilled"), ("03-10 00:00", "repaired")]
)
def test_sales_may_show_up_until_that_day_ends(at, expected):
    came = touched(at, "visit", actor_role="sales")
    assert status(TROUBLE, PROBLEM, came, as_of="03-11 00:00") == expected


def test_a_visit_of_service_is_none_of_sales():
    came = touched("03-06 15:00", "visit", actor_role="service")
    assert status(TROUBLE, PROBLEM, came, as_of="03-10 00:00") == "breached"


def test_the_owner_of_the_deal_is_of_sales():
    story = (deal(owner="xiao"), PROBLEM, touched("03-06 15:00", "call", actor="xiao"))
    assert status(TROUBLE, *story, as_of="03-10 00:00") == "fulfilled"


def test_a_visit_of_somebody_unknown_leaves_it_in_doubt():
    came = touched("03-06 15:00", "visit")
    assert status(TROUBLE, PROBLEM, came, as_of="03-10 00:00") == "indeterminate"


def test_an_email_is_no_showing_up():
    mail = touched("03-06 15:00", "email", actor_role="sales")
    assert status(TROUBLE, PROBLEM, mail, as_of="03-10 00:00") == "breached"


def test_a_lost_customer_releases_it():
    lost = happened("03-06 15:00", "customer.lost")
    assert status(TROUBLE, PROBLEM, lost, as_of="03-10 00:00") == "released"


# ---------------------------------------------------------------- how they took it

REACTION = "coverage.track-reaction"
CLOSED = happened("03-05 10:00", "case.closed", case="c1")


def test_sales_asks_how_they_took_it_within_three_working_days():
    assert due(REACTION, CLOSED, as_of="03-05 10:00") == "03-10 24:00"


@pytest.mark.parametrize(
    ("at", "expected"), [(f"03-10 {LAST}", "fulfilled"), ("03-11 00:00", "repaired")]
)
def test_sales_may_ask_until_that_day_ends(at, expected):
    asked = touched(at, "call", purpose="satisfaction", actor_role="sales")
    assert status(REACTION, CLOSED, asked, as_of="03-12 00:00") == expected


def test_a_question_about_satisfaction_asks_whatever_else_the_call_is_for():
    asked = touched("03-06 10:00", "call", purpose="care", question="open", actor_role="sales")
    assert status(REACTION, CLOSED, asked, as_of="03-12 00:00") == "fulfilled"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"purpose": "satisfaction", "actor_role": "service"}, "breached"),
        ({"purpose": "care", "actor_role": "sales"}, "breached"),
        ({"actor_role": "sales"}, "indeterminate"),
        ({"purpose": "satisfaction"}, "indeterminate"),
    ],
)
def test_what_is_not_asked_or_not_by_sales_does_not_count(data, expected):
    asked = touched("03-06 10:00", "call", **data)
    assert status(REACTION, CLOSED, asked, as_of="03-11 00:00") == expected


def test_a_lost_customer_is_not_asked_how_they_took_it():
    lost = happened("03-06 10:00", "customer.lost")
    assert status(REACTION, CLOSED, lost, as_of="03-11 00:00") == "released"


def test_without_a_closed_case_there_is_nothing_to_ask_about():
    assert absent(REACTION, deal(), as_of="03-11 00:00")


# ---------------------------------------------------------------- the contract's end

END = "coverage.contract-end"
SIGNED = happened("03-02 10:00", "contract.signed", contract="k1", ends="2026-12-31")


def offered(at, kind="renewal.offered", contract="k1"):
    return happened(at, kind, contract=contract)


def test_a_renewal_is_not_asked_for_before_the_last_90_days():
    assert status(END, SIGNED, as_of=f"10-01 {LAST}") == "upcoming"


def test_a_renewal_is_asked_for_90_days_before_the_end():
    assert status(END, SIGNED, as_of="10-02 00:00") == "open"


@pytest.mark.parametrize("kind", ["renewal.offered", "contract.renewed"])
def test_a_renewal_may_be_offered_or_made_until_the_contract_ends(kind):
    late = offered(f"12-31 {LAST}", kind)
    assert status(END, SIGNED, late, as_of="2027-01-02 00:00") == "fulfilled"


def test_after_the_end_it_is_late():
    late = offered("2027-01-01 00:00")
    assert status(END, SIGNED, late, as_of="2027-01-02 00:00") == "repaired"


def test_a_renewal_offered_early_releases():
    assert status(END, SIGNED, offered("06-01 10:00"), as_of="2027-01-02 00:00") == "released"


def test_the_renewal_of_another_contract_does_not_count():
    other = offered("11-01 10:00", contract="k2")
    assert status(END, SIGNED, other, as_of="2027-01-01 00:00") == "breached"


def test_the_loss_of_the_customer_names_no_contract_and_releases_none():
    lost = happened("06-01 10:00", "customer.lost")
    assert status(END, SIGNED, lost, as_of="2027-01-02 00:00") == "breached"


def test_a_contract_of_unknown_end_is_in_doubt():
    endless = happened("03-02 10:00", "contract.signed", contract="k1")
    assert status(END, endless, as_of="03-03 00:00") == "indeterminate"


def test_without_a_contract_there_is_nothing_to_renew():
    assert absent(END, deal(), as_of="03-03 00:00")
