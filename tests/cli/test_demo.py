"""The demo: a story that shows each kind of thing once."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from retention_rules.cli.commands import app
from retention_rules.cli.story import found
from retention_rules.demo import AS_OF, story
from retention_rules.interop import read_customers, read_events

KEYS = {
    "something due today": ("cadence.never-silent/adler/a-10", "open"),
    "a thanks that did not count": ("thanks.handwritten/schmidt/s-1", "breached"),
    "a complaint stuck at step 3": ("recovery.six-step/chen-wei/K-7/c-9/solution", "breached"),
    "a stage just entered": ("stages.post-purchase/hoffmann/attract-again@h-7+", "current"),
    "a gift that must not be given": ("conduct.gift-to-government/bezirksamt/b-1", "violated"),
    "a promise that is due": ("promise.kept/li-na/P-3/l-1", "open"),
    "a promise kept": ("promise.kept/krueger/P-1/k-1", "fulfilled"),
    "an unknown to clarify": ("conduct.gift-to-government/haitang/t-1", "indeterminate"),
    "an e-mail that is enough": ("thanks.email-for-add-on/zhao-lei/z-9", "fulfilled"),
    "a deal that was undone": ("thanks.handwritten/weber/w-1", "released"),
    "everything done": ("thanks.handwritten/zhou-min/m-1", "fulfilled"),
}


@pytest.fixture(scope="module")
def findings():
    return {one.key: one for one in found()}


@pytest.mark.parametrize("what", KEYS)
def test_the_story_shows(findings, what):
    key, status = KEYS[what]
    assert key in findings
    assert findings[key].status == status


def test_the_story_is_of_twelve_customers_in_two_zones():
    people = read_customers(story()["customers.jsonl"])
    assert len(people) == 12
    assert {one.zone for one in people} == {"Asia/Shanghai", "Europe/Berlin"}
    known = {one.customer for one in read_events(story()["events.csv"], whole=True)}
    assert known == {one.id for one in people}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_demo_is_complete(lang):
    result = CliRunner().invoke(app, ["demo", "--lang", lang])
    assert result.exit_code == 0, result.output
    assert "thanks.handwritten/schmidt/s-1" in result.stdout
    assert "s-3" in result.stdout  # the e-mail, told as the nearest miss
    assert "retention-rules demo --save" in result.stdout


def test_every_command_that_the_demo_suggests_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    shown = runner.invoke(app, ["demo"]).stdout
    commands = [
        line.split()[1:] for line in shown.splitlines() if line.startswith("  retention-rules ")
    ]
    assert len(commands) == 5
    for command in commands:
        result = runner.invoke(app, command)
        assert result.exit_code == 0, (command, result.output)
    assert Path("story/events.csv").exists()


def test_what_was_saved_gives_the_same_findings(tmp_path, findings):
    runner = CliRunner()
    told = runner.invoke(app, ["demo", "--save", str(tmp_path / "a story")])
    assert AS_OF in told.stdout
    names = ("events.csv", "customers.jsonl", "rules.json")
    given = [str(tmp_path / "a story" / name) for name in names]
    options = ["--customers", given[1], "--rulebook", given[2], "--as-of", AS_OF]
    checked = runner.invoke(app, ["check", given[0], *options, "--format", "jsonl"])
    assert len(checked.stdout.splitlines()) == len(findings)
