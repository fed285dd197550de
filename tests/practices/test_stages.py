import pytest
from tests.practices.timeline import LAST, absent, deal, due, found, happened, status, touched

LIFE = "stages.post-purchase"
USED = happened("03-04 09:00", "product.first-used")
TOLD = happened("03-06 09:00", "information.given")
SETTLED = (deal(), USED, TOLD)  # in touch from Friday 6 March, 09:00


def stage(*events, as_of):
    """The present stage."""
    (one,) = found(*events, as_of=as_of).select(LIFE, status="current")
    return one.part


# ---------------------------------------------------------------- the stages


def test_a_lead_is_before_the_purchase():
    assert stage(happened("03-01 10:00", "lead.created"), as_of="03-01 10:00") == "before-purchase"


def test_an_inquiry_of_an_owner_changes_no_stage():
    inquiry = happened("03-03 10:00", "inquiry.received")
    assert stage(deal(), inquiry, as_of="03-03 10:00") == "reassure"


def test_a_purchase_begins_with_doubt():
    assert stage(deal(), as_of="03-02 15:00") == "reassure"


def test_the_first_use_ends_the_doubt():
    assert stage(deal(), USED, as_of="03-04 09:00") == "inform"


def test_a_call_that_hears_of_use_ends_it_too():
    call = touched("03-03 10:00", "call", used=True)
    assert stage(deal(), call, as_of="03-03 10:00") == "inform"


@pytest.mark.parametrize("outcome", [{}, {"used": False}])
def test_a_call_that_hears_of_none_does_not(outcome):
    call = touched("03-03 10:00", "call", **outcome)
    assert stage(deal(), call, as_of="03-03 10:00") == "reassure"


def test_without_use_doubt_lasts_14_days():
    assert stage(deal(), as_of=f"03-16 {LAST}") == "reassure"
    assert stage(deal(), as_of="03-17 00:00") == "inform"


@pytest.mark.parametrize("kind", ["information.given", "training.held"])
def test_an_informed_owner_is_kept_in_touch_with(kind):
    assert stage(deal(), USED, happened("03-06 09:00", kind), as_of="03-06 09:00") == (
        "keep-in-touch"
    )


def test_the_thirst_for_knowledge_lasts_30_days():
    assert stage(deal(), USED, as_of=f"04-03 {LAST}") == "inform"
    assert stage(deal(), USED, as_of="04-04 00:00") == "keep-in-touch"


@pytest.mark.parametrize("kind", ["product.ended", "signal.switch-intent"])
@pytest.mark.parametrize("story", [(deal(),), (deal(), USED), SETTLED])
def test_the_end_of_the_product_calls_for_attraction_from_any_stage(kind, story):
    end = happened("03-10 09:00", kind)
    assert stage(*story, end, as_of="03-10 09:00") == "attract-again"


def test_sixty_days_before_its_end_a_product_is_to_be_replaced():
    story = (deal(lasts_until="2026-12-31"), USED, TOLD)
    assert stage(*story, as_of=f"11-01 {LAST}") == "keep-in-touch"
    assert stage(*story, as_of="11-02 00:00") == "attract-again"


def test_a_product_of_unknown_life_is_replaced_three_years_later():
    assert stage(*SETTLED, as_of=f"2029-03-06 {LAST}") == "keep-in-touch"
    assert stage(*SETTLED, as_of="2029-03-07 00:00") == "attract-again"


def test_a_new_purchase_begins_with_doubt_again():
    assert stage(*SETTLED, deal("03-20 10:00"), as_of="03-20 10:00") == "reassure"


def test_a_lost_customer_is_in_no_other_stage():
    assert stage(*SETTLED, happened("03-20 10:00", "customer.lost"), as_of="12-31 00:00") == "lost"


# ---------------------------------------------------------------- stage.reassure


def test_reassurance_is_due_after_seven_days():
    call = touched(f"03-09 {LAST}", "call", purpose="reassurance")
    assert status("stage.reassure", deal(), call, as_of="03-10 00:00") == "fulfilled"


def test_on_the_eighth_day_reassurance_is_late():
    call = touched("03-10 00:00", "call", purpose="reassurance")
    assert status("stage.reassure", deal(), call, as_of="03-10 00:00") == "repaired"


def test_the_first_use_releases_reassurance():
    assert status("stage.reassure", deal(), USED, as_of="03-04 09:00") == "released"


def test_asking_about_use_reassures():
    call = touched("03-03 10:00", "call", purpose="use")
    assert status("stage.reassure", deal(), call, as_of="03-10 00:00") == "fulfilled"


def test_the_call_that_hears_of_use_pays_before_it_releases():
    call = touched("03-03 10:00", "call", purpose="use", used=True)
    assert status("stage.reassure", deal(), call, as_of="03-03 10:00") == "fulfilled"


def test_a_thank_you_that_reassures_counts():
    call = touched("03-03 10:00", "call", purpose="thanks", reassured=True)
    assert status("stage.reassure", deal(), call, as_of="03-10 00:00") == "fulfilled"


def test_a_call_without_a_purpose_may_have_reassured():
    call = touched("03-03 10:00", "call")
    assert status("stage.reassure", deal(), call, as_of="03-10 00:00") == "indeterminate"


# ---------------------------------------------------------------- stage.inform


def test_information_is_due_14_days_into_its_stage():
    assert due("stage.inform", deal(), USED, as_of="03-05 00:00") == "03-18 24:00"


def test_what_ends_the_stage_pays_first():
    assert status("stage.inform", *SETTLED, as_of="03-06 09:00") == "fulfilled"


def test_asking_about_use_informs():
    call = touched(f"03-18 {LAST}", "call", purpose="use")
    assert status("stage.inform", deal(), USED, call, as_of="03-19 00:00") == "fulfilled"


def test_information_on_the_15th_day_is_late():
    told = happened("03-19 00:00", "information.given")
    assert status("stage.inform", deal(), USED, told, as_of="03-19 00:00") == "repaired"


def test_a_new_purchase_releases_information():
    again = deal("03-10 10:00")
    assert status("stage.inform", deal(), USED, again, as_of="03-10 10:00") == "released"


# ---------------------------------------------------------------- stage.keep-in-touch


@pytest.mark.parametrize("channel", ["call", "visit", "meeting"])
def test_a_talk_within_30_days_keeps_in_touch(channel):
    talk = touched(f"04-05 {LAST}", channel)
    assert status("stage.keep-in-touch", *SETTLED, talk, as_of="04-06 00:00") == "fulfilled"


def test_a_talk_on_the_31st_day_is_late():
    talk = touched("04-06 00:00", "call")
    assert status("stage.keep-in-touch", *SETTLED, talk, as_of="04-06 00:00") == "repaired"


def test_an_email_is_no_talk():
    email = touched("03-20 10:00", "email")
    assert status("stage.keep-in-touch", *SETTLED, email, as_of="04-06 00:00") == "breached"


def test_the_end_of_the_product_releases_the_talk():
    end = happened("03-20 10:00", "product.ended")
    assert status("stage.keep-in-touch", *SETTLED, end, as_of="04-06 00:00") == "released"


# ---------------------------------------------------------------- stage.attract-again

ENDED = (*SETTLED, happened("03-20 10:00", "product.ended", cause="used-up"))


@pytest.mark.parametrize(
    "offer",
    [
        happened(f"04-03 {LAST}", "offer.made"),
        touched(f"04-03 {LAST}", "letter", purpose="offer"),
    ],
)
def test_an_offer_is_due_after_14_days(offer):
    assert status("stage.attract-again", *ENDED, offer, as_of="04-04 00:00") == "fulfilled"


def test_an_offer_on_the_15th_day_is_late():
    offer = happened("04-04 00:00", "offer.made")
    assert status("stage.attract-again", *ENDED, offer, as_of="04-04 00:00") == "repaired"


def test_an_offer_never_lapses():
    assert status("stage.attract-again", *ENDED, as_of="2031-03-20 00:00") == "breached"


def test_a_new_purchase_releases_the_offer():
    again = deal("03-25 10:00")
    assert status("stage.attract-again", *ENDED, again, as_of="03-25 10:00") == "released"


# ---------------------------------------------------------------- cadence.never-silent


def silence(*events, as_of):
    """Every spell between two touches: its due day and status."""
    spells = found(*events, as_of=as_of).select("cadence.never-silent")
    return sorted((f"{spell.due_at:%m-%d}", spell.status) for spell in spells)


def test_nobody_is_owed_a_touch_before_the_third_stage():
    assert absent("cadence.never-silent", deal(), USED, as_of="03-05 00:00")


def test_a_settled_owner_is_owed_a_touch_every_30_days():
    email = touched(f"04-05 {LAST}", "email")
    assert silence(*SETTLED, email, as_of="04-06 00:00") == [
        ("04-05", "fulfilled"),
        ("05-05", "open"),
    ]


def test_a_touch_a_microsecond_later_repairs_the_silence():
    email = touched("04-06 00:00", "email")
    assert silence(*SETTLED, email, as_of="04-06 00:00") == [
        ("04-05", "repaired"),
        ("05-06", "open"),
    ]


def test_silence_never_lapses():
    assert silence(*SETTLED, as_of="2027-03-06 00:00") == [("04-05", "breached")]


@pytest.mark.parametrize("purpose", ["invoice", "advertising"])
def test_what_is_not_personal_breaks_no_silence(purpose):
    letter = touched("03-20 10:00", "letter", purpose=purpose)
    assert silence(*SETTLED, letter, as_of="04-06 00:00") == [("04-05", "breached")]


def test_the_end_of_the_stage_releases_the_touch():
    assert silence(*ENDED, as_of="04-06 00:00") == [("04-05", "released")]
