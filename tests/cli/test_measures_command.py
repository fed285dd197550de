"""`retention-rules measures`: the tables, their groups, and JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from retention_rules.cli.commands import app

EVENTS = """\
id,kind,customer,occurred_at,amount,owner,channel,purpose,cause
o-1,deal.closed,lin,2026-03-02T15:00+08:00,12000.50,wu,,,
m-1,touch.made,lin,2026-03-02T16:00+08:00,,,message,thanks,
o-2,deal.closed,bo,2026-03-02T15:00+08:00,900,zhao,,,
x-1,customer.lost,bo,2026-03-20,,,,,neglected
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETENTION_RULES_TRACEBACK", "1")
    Path("events.csv").write_text(EVENTS, encoding="utf-8")

    def invoke(*arguments, code=0):
        given = ["measures", "events.csv", "--zone", "Asia/Shanghai", *arguments]
        if "--as-of" not in arguments:
            given += ["--as-of", "2026-03-31T09:00+08:00"]
        result = CliRunner().invoke(app, given, env={"COLUMNS": "160"})
        assert result.exit_code == code, result.output
        return result.stdout

    return invoke


def line(shown, start):
    """The cells of the line that begins so."""
    (found,) = [one for one in shown.splitlines() if one.strip().startswith(start)]
    return found.split()


def test_the_share_on_time_is_told_by_practice(run):
    shown = run()
    assert line(shown, "thanks.same-day-message")[1:5] == ["1", "2", "50", "%"]


def test_the_share_on_time_is_told_by_owner(run):
    assert line(run("--by", "owner"), "wu")[0] == "wu"


def test_two_groups_may_be_asked_for(run):
    head = run("--by", "strategy", "--by", "month").splitlines()[1]
    assert head.split()[:2] == ["Strategy", "Month"]


def test_a_figure_of_nothing_is_none_and_no_percentage(run):
    shown = run()
    assert line(shown, "new")[-1] == "none"
    assert "0 %" not in " ".join(line(shown, "new"))


def test_reasons_stand_beside_the_survey(run):
    assert line(run(), "neglected")[-2:] == ["68", "%"]


def test_the_tables_speak_chinese(run):
    assert "按时完成率" in run("--lang", "zh")


def test_as_json_every_measure_is_a_list_of_rows(run):
    found = json.loads(run("--format", "json"))
    assert list(found) == [
        "on_time",
        "churn_reasons",
        "lost_and_won",
        "repeat",
        "win_rate",
        "touches",
        "word_of_mouth",
    ]
    assert found["repeat"][2] == {
        "measure": "value",
        "existing": 0,
        "n": 12900.5,
        "share": 0.0,
        "low": None,
        "high": None,
        "left_out": 0,
    }
    assert found["lost_and_won"][0]["monday"] == "2026-03-02"


def test_what_comes_later_is_not_counted(run):
    found = json.loads(run("--format", "json", "--as-of", "2026-03-10T09:00+08:00"))
    assert sum(one["lost"] for one in found["churn_reasons"]) == 0


def test_a_group_that_is_none_is_refused(run):
    run("--by", "weather", code=2)
