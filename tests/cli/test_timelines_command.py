"""`retention-rules test`: the table, the reasons, and the exit codes."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from retention_rules.cli.commands import app
from retention_rules.practices import handbook
from retention_rules.serialization import dumps

pytest.importorskip("ruamel.yaml")

GOOD = """\
practice: thanks.handwritten
zone: Asia/Shanghai
timelines:
  - name: nobody writes
    story:
      - Mon 2026-03-02 15:00 deal.closed
    expect:
      - 2026-03-05 00:00: breached
"""
WRONG = GOOD.replace("breached", "fulfilled")
BAD = GOOD.replace("zone", "zoen")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETENTION_RULES_TRACEBACK", "1")
    Path("good.timeline.yaml").write_text(GOOD)
    Path("sub").mkdir()

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(app, ["test", *arguments])
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_what_holds_passes(run):
    shown = run("good.timeline.yaml").stdout
    assert "passed" in shown and "nobody writes" in shown and "good.timeline.yaml:4" in shown
    assert shown.splitlines()[-1] == "1 passed, 0 failed"


def test_what_does_not_hold_is_exit_code_1_and_told(run):
    Path("wrong.timeline.yaml").write_text(WRONG)
    shown = run("good.timeline.yaml", "wrong.timeline.yaml", code=1).stdout
    assert "status: expected fulfilled, is breached" in shown
    assert "thanks.handwritten for customer: breached since" in shown
    assert shown.splitlines()[-1] == "1 passed, 1 failed"


def test_a_folder_is_searched_to_its_depth(run):
    Path("sub/other.timeline.yaml").write_text(GOOD)
    assert run(".").stdout.splitlines()[-1] == "2 passed, 0 failed"


def test_a_file_named_twice_is_run_once(run):
    assert "1 passed" in run(".", "good.timeline.yaml").stdout


def test_a_folder_without_timelines_is_an_error(run):
    assert run("sub", code=2).stderr == (
        "error: `sub` holds no timelines: name them `NAME.timeline.yaml`\n"
    )


def test_each_bad_file_has_a_line_with_its_place(run):
    Path("a.timeline.yaml").write_text(BAD)
    Path("b.timeline.yaml").write_text(BAD)
    lines = run(".", code=2).stderr.splitlines()
    assert [line.split(": a file")[0] for line in lines] == [
        "error: a.timeline.yaml:2:1",
        "error: b.timeline.yaml:2:1",
    ]


def test_it_is_told_in_chinese(run):
    assert run("good.timeline.yaml", "--lang", "zh").stdout.splitlines()[-1] == (
        "1条通过，0条未通过"
    )


def test_another_rulebook_is_tried_on_the_same_stories(run):
    rules = handbook().adapt("thanks.handwritten", due=handbook()["thanks.ever"].window.due)
    Path("ours.json").write_text(dumps(rules), encoding="utf-8")
    shown = run("good.timeline.yaml", "--rulebook", "ours.json", code=1).stdout
    assert "status: expected breached, is open" in shown
