"""Pictures of timelines: bars where findings lie, marks for what events did, words for readers."""

import xml.etree.ElementTree as ET
from datetime import datetime

import pytest

from retention_rules import (
    Event,
    FollowUp,
    Rulebook,
    Window,
    days,
    evaluate,
    never,
    touch,
)
from retention_rules import event as a
from retention_rules.display.events import CHANNELS, PURPOSES, STEPS, event_words
from retention_rules.display.pictures import Asked, legend, picture
from retention_rules.practices import handbook
from retention_rules.practices.vocabulary import DATA

SVG = "{http://www.w3.org/2000/svg}"
ZONE = "Asia/Shanghai"
RULES = handbook(examples=True)


def event(id, kind, at, **data):
    return Event(id, kind, customer="lin", occurred_at=at, data=data)


DEAL = event("deal", "deal.closed", "2026-03-02T15:00+08:00", amount=12000)
CARD = event(
    "card",
    "touch.made",
    "2026-03-03T10:00+08:00",
    channel="card",
    purpose="thanks",
    handwritten=True,
)
EMAIL = event("email", "touch.made", "2026-03-03T10:00+08:00", channel="email", purpose="thanks")
CANCELLED = event("cancelled", "deal.cancelled", "2026-03-03T10:00+08:00")
END = "2026-03-04T23:59:59.999999+08:00"
"""When a card for the deal is due."""


def asked(events, *instants, rule="thanks.handwritten"):
    found = [evaluate(RULES, events, as_of=at, zone=ZONE) for at in instants]
    return [Asked(one.as_of, tuple(one.select(rule))) for one in found]


def drawn(events, *instants, rule="thanks.handwritten", language="en", name="a story"):
    return picture(
        events, asked(events, *instants, rule=rule), name=name, zone=ZONE, language=language
    )


def having(svg, name):
    """The shapes of a class."""
    return [one for one in ET.fromstring(svg).iter() if one.get("class") == name]


def start(shape):
    """Where the outline of a shape begins, from the left."""
    return float(shape.get("d")[1:].split()[0])


def words(svg):
    return [one.text for one in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_window_begins_at_the_instant_at_which_the_finding_opens():
    svg = drawn([DEAL], "2026-03-02T15:00+08:00")
    (window,), (question,) = having(svg, "window"), having(svg, "asked")
    assert float(window.get("x")) == start(question)


def test_the_window_ends_at_the_instant_at_which_the_finding_is_due():
    svg = drawn([DEAL], END)
    (window,), (question,) = having(svg, "window"), having(svg, "asked")
    end = float(window.get("x")) + float(window.get("width"))
    assert end == pytest.approx(start(question), abs=0.11)


def test_a_chosen_zone_of_the_finding_does_not_move_its_window():
    instants = "2026-03-02T07:00+00:00", END
    svg = drawn([DEAL], *instants)
    (window,) = having(svg, "window")
    assert float(window.get("x")) == start(having(svg, "asked")[0])


def test_the_tail_ends_at_the_instant_at_which_the_finding_expires():
    svg = drawn([DEAL], "2026-03-06T23:59:59.999999+08:00")
    (tail,), (question,) = having(svg, "tail"), having(svg, "asked")
    length = float(tail.get("d").split("l")[1].split()[0])
    assert start(tail) + length == pytest.approx(start(question), abs=0.11)


def test_a_target_is_a_notch_at_its_instant():
    svg = drawn([DEAL], "2026-03-03T23:59:59.999999+08:00", rule="thanks.after-deal")
    (target,), (question,) = having(svg, "target"), having(svg, "asked")
    assert start(target) == pytest.approx(start(question), abs=0.11)


@pytest.mark.parametrize(
    ("touch", "role"), [(CARD, "paid"), (EMAIL, "other"), (CANCELLED, "released")]
)
def test_an_event_is_marked_by_what_it_did(touch, role):
    svg = drawn([DEAL, touch], "2026-03-05T09:00+08:00")
    assert [len(having(svg, one)) for one in ("trigger", role)] == [1, 1]


def test_what_is_forbidden_is_marked_and_has_no_window():
    blamed = event("call", "touch.made", "2026-03-02T10:00+08:00", channel="call", blamed=True)
    svg = drawn([blamed], "2026-03-02T10:00+08:00", rule="conduct.no-blame")
    assert (len(having(svg, "forbidden")), having(svg, "window")) == (1, [])


def test_what_may_be_forbidden_is_marked_as_doubtful():
    call = event("call", "touch.made", "2026-03-02T10:00+08:00", channel="call", case="oven")
    svg = drawn([call], "2026-03-02T10:00+08:00", rule="conduct.no-blame")
    assert [len(having(svg, one)) for one in ("doubtful", "forbidden")] == [1, 0]


def test_where_nothing_is_owed_there_is_no_window():
    asking = event("q", "inquiry.received", "2026-03-02T10:00+08:00")
    svg = drawn([asking], "2026-03-05T09:00+08:00")
    assert having(svg, "window") == []
    assert "Thu 5 Mar 09:00: not owed" in words(svg)


def test_a_correction_is_marked_as_an_amendment():
    typed = EMAIL.corrected("c", recorded_at="2026-03-04T09:00+08:00")
    svg = drawn([DEAL, EMAIL, typed], "2026-03-05T09:00+08:00")
    assert len(having(svg, "amendment")) == 1


def test_an_event_of_which_only_the_day_is_known_lies_in_the_middle_of_it():
    day = event("card", "touch.made", "2026-03-04", channel="card", purpose="thanks")
    svg = drawn([DEAL, day], "2026-03-04T12:00+08:00")
    (mark,), (question,) = having(svg, "other"), having(svg, "asked")
    place = float(mark.get("transform").removeprefix("translate(").split()[0])
    assert place == pytest.approx(start(question), abs=0.11)


def test_a_window_that_never_expires_keeps_the_height_of_its_tail():
    rule = FollowUp(
        id="a.call",
        trigger=a("deal.closed"),
        fulfilled_by=touch("call"),
        window=Window(due=days(2), expires=never),
    )
    found = evaluate(Rulebook([rule]), [DEAL], as_of=END, zone=ZONE)
    (tail,) = having(
        picture([DEAL], [Asked(found.as_of, tuple(found))], name="", zone=ZONE), "tail"
    )
    assert "v10l" in tail.get("d")


def test_findings_side_by_side_are_told_apart_by_their_events():
    later = event("later", "deal.closed", "2026-03-03T15:00+08:00", amount=9000)
    found = evaluate(RULES, [DEAL, later], as_of=END, zone=ZONE).select("thanks.handwritten")
    both = [Asked(datetime.fromisoformat(END), (one,)) for one in found]
    svg = picture([DEAL, later], both, name="", zone=ZONE)
    assert {"deal 12,000 · Mon 2 Mar", "deal 9,000 · Tue 3 Mar"} <= set(words(svg))


def test_verdicts_are_words():
    svg = drawn([DEAL, CARD], END, "2026-03-05T09:00+08:00")
    assert {"Wed 4 Mar 24:00: fulfilled", "Thu 5 Mar 09:00: fulfilled"} <= set(words(svg))


def test_a_chinese_picture_has_only_chinese_words():
    svg = drawn([DEAL, EMAIL], "2026-03-05T09:00+08:00", language="zh", name="邮件不算")
    told = "".join([*words(svg), ET.fromstring(svg).findtext(f"{SVG}desc")])
    assert not [one for one in told if one.isascii() and one.isalpha()]


def test_a_picture_is_told_in_words_to_whoever_does_not_see_it():
    root = ET.fromstring(drawn([DEAL, CARD], "2026-03-05T09:00+08:00"))
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "a story"
    assert root.findtext(f"{SVG}desc") == (
        "Mon 2 Mar 15:00: deal 12,000. Tue 3 Mar 10:00: card, thanks. "
        "to be done: Mon 2 Mar 15:00 to Wed 4 Mar 24:00. Thu 5 Mar 09:00: fulfilled."
    )


def test_a_name_from_outside_stays_text():
    root = ET.fromstring(drawn([DEAL], END, name="<script>&"))
    assert root.findtext(f"{SVG}title") == "<script>&"


def test_the_same_story_gives_the_same_picture():
    first, second = (drawn([DEAL, CARD], END) for _ in range(2))
    assert first == second


def test_words_beside_marks_do_not_overlap():
    calls = [
        event(f"c{n}", "touch.made", f"2026-03-03T1{n}:00+08:00", channel="call", purpose="thanks")
        for n in range(4)
    ]
    root = ET.fromstring(drawn([DEAL, *calls], "2026-03-05T09:00+08:00"))
    rows = [(one.get("x"), one.get("y")) for one in root.iter(f"{SVG}text")]
    assert len(set(rows)) == len(rows)


def test_a_legend_tells_every_shape_in_both_languages():
    assert legend("en").count("<svg") == legend("zh").count("<svg") == 10


@pytest.mark.parametrize(
    ("field", "known"), [("channel", CHANNELS), ("purpose", PURPOSES), ("step", STEPS)]
)
def test_every_value_that_a_picture_tells_has_words(field, known):
    assert set(known) == set(DATA[field].values)


def test_a_purpose_of_ones_own_is_told_as_it_is():
    assert (
        event_words(event("m", "touch.made", "2026-03-02", purpose="fishing")) == "touch, fishing"
    )
