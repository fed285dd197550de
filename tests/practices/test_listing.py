"""The list of practices and the code name the same ones."""

import json
from pathlib import Path

import pytest

from retention_rules.practices import practices
from retention_rules.practices.listing import IDS, ROWS, THEMES
from retention_rules.practices.variants import Guidance, Practice

LIST = json.loads((Path(__file__).parents[1] / "data" / "practices.json").read_text("utf-8"))
"""Every row that was read out of the documents: its id, theme, shape and strengths."""


OURS = {
    "order.proactive-notice": ("order.proactive-notice.asked-first",),
    "promise.kept": ("promise.kept.broken-again", "promise.kept.manager-calls"),
}
"""What we only conclude from a row's words, and ask for less strongly than the row does."""


def strength(one):
    return one.rule.strength if isinstance(one, Practice) else one.strength


def test_the_list_has_115_rows():
    assert len(LIST) == len({row["id"] for row in LIST}) == 115


def test_the_code_lists_the_same_rows_in_the_same_order():
    assert [(theme, row) for theme, one in THEMES.items() for row in one.rows] == [
        (row["theme"], row["id"]) for row in LIST
    ]


def test_practices_come_in_the_order_of_the_list():
    assert list(practices()) == list(IDS)


@pytest.mark.parametrize("theme", THEMES)
def test_every_row_has_its_practices(theme):
    lacking = [row for row in THEMES[theme].rows if not set(ROWS[row]) <= set(practices())]
    assert not lacking


@pytest.mark.parametrize("row", LIST, ids=lambda row: row["id"])
def test_a_practice_is_as_strong_as_its_row(row):
    ids = [id for id in ROWS[row["id"]] if id in practices() and id not in OURS.get(row["id"], ())]
    there = {strength(practices()[id]) for id in ids}
    assert there <= set(row["strength"]) or not row["strength"]


@pytest.mark.parametrize("id", [id for ids in OURS.values() for id in ids])
def test_what_we_only_conclude_from_a_must_is_no_must(id):
    assert strength(practices()[id]) == "should"


@pytest.mark.parametrize(
    "row", [row for row in LIST if row["shape"] != "M"], ids=lambda row: row["id"]
)
def test_what_is_not_measured_can_be_evaluated_or_is_advice(row):
    told = [one for id in ROWS[row["id"]] if isinstance(one := practices().get(id), Guidance)]
    assert {one.nature for one in told} <= {"advice", "organisation"}


@pytest.mark.parametrize(
    "row", [row for row in LIST if row["shape"] == "D"], ids=lambda row: row["id"]
)
def test_what_is_concluded_is_evaluated(row):
    assert all(isinstance(practices()[id], Practice) for id in ROWS[row["id"]])
