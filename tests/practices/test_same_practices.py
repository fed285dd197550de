"""The list, the code, the page, the exports and the timelines name the same practices."""

import json
import re
from pathlib import Path

import pytest

from retention_rules.interop import write_rulebook
from retention_rules.practices import handbook, practices
from retention_rules.practices.listing import SEVERAL
from retention_rules.practices.variants import Guidance, Practice

ROOT = Path(__file__).parents[2]
LIST = json.loads((ROOT / "tests" / "data" / "practices.json").read_text("utf-8"))
LISTED = {id for row in LIST for id in SEVERAL.get(row["id"], (row["id"],))}
GUIDANCE = {id for id, one in practices().items() if isinstance(one, Guidance)}
EVALUATED = LISTED - GUIDANCE

OWED = {
    id: next(name for name in one.readings if one.owed(name))
    for id, one in practices().items()
    if isinstance(one, Practice) and not one.owed()
}
"""Of the practices that by default owe nothing, the first reading under which they do."""
BOOK = handbook(cadence="both", examples=True, also=EVALUATED, variants=OWED)


def test_the_code_names_what_is_listed():
    assert set(practices()) == LISTED


def test_there_is_guidance_and_there_are_rules():
    assert len(GUIDANCE) > 20
    assert len(EVALUATED) > 90


def test_the_page_names_what_is_listed():
    page = (ROOT / "docs" / "handbook.md").read_text("utf-8")
    named = re.findall(r"^(?:### `(.+)`$|\| `(.+?)` \| \[)", page, re.MULTILINE)
    assert sorted("".join(one) for one in named) == sorted(LISTED)


def test_the_json_export_names_what_is_evaluated():
    exported = json.loads(write_rulebook(BOOK, format="json"))
    assert sorted(rule["id"] for rule in exported["rules"]) == sorted(EVALUATED)


def test_the_yaml_export_names_what_is_evaluated():
    yaml = pytest.importorskip("ruamel.yaml")
    exported = yaml.YAML(typ="safe", pure=True).load(write_rulebook(BOOK, format="yaml"))
    assert sorted(rule["id"] for rule in exported["rules"]) == sorted(EVALUATED)


def test_the_timelines_name_what_is_evaluated():
    pytest.importorskip("ruamel.yaml")
    from retention_rules.testing.timelines import SUFFIX, read

    files = (ROOT / "tests" / "timelines").glob(f"*{SUFFIX}")
    told = {what.practice for file in files for one in read(file) for what in one.expectations}
    assert told == EVALUATED
