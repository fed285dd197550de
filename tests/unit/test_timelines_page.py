"""The page on timelines: its examples hold, and its description of the format is the format."""

import inspect
import re
from pathlib import Path

import pytest

from retention_rules.practices import handbook
from retention_rules.testing import timelines
from retention_rules.testing._expectations import EXPECTED, NOTHING
from retention_rules.testing.timelines import FILE, TIMELINE, parse

pytest.importorskip("ruamel.yaml")

PAGE = (Path(__file__).parents[2] / "docs" / "timelines.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
FORMAT = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]


def keys(name):
    """The keys that the description gives something."""
    found = re.search(rf"^\s*{name}:\s+\{{(.*?)\}}", FORMAT, re.DOTALL | re.MULTILINE)[1]
    return [one.strip(" ?\n") for one in found.split(",")]


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_of_the_page_hold(number):
    for one in parse(EXAMPLES[number]):
        outcome = one.run()
        assert outcome.passed, outcome.told()


def test_the_page_gives_the_keys_of_a_file():
    assert keys("file") == [*FILE]


def test_the_page_gives_the_keys_of_a_timeline():
    assert keys("timeline") == [*TIMELINE]


def test_the_page_gives_the_keys_of_an_expectation():
    assert keys("keys") == [*EXPECTED]


def test_the_page_gives_the_keys_of_the_handbook():
    assert keys("handbook") == [*inspect.signature(handbook).parameters]


def test_the_page_gives_the_keys_of_a_customer():
    assert keys("customer") == [*timelines._CUSTOMER, "FACT..."]


def test_the_page_gives_the_words_for_no_finding():
    assert all(f"`{word}`" in FORMAT for word in NOTHING)
