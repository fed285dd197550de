"""The command line: each command, format and exit code, and every kind of bad input."""

import csv
import io
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

import retention_rules.cli
from retention_rules.cli import main
from retention_rules.cli.commands import app
from retention_rules.practices import handbook
from retention_rules.serialization import dumps, encode, loads

HEADER = "id,kind,customer,occurred_at,amount,channel,purpose,handwritten\n"
EVENTS = (
    HEADER
    + "o-17,deal.closed,lin,2026-03-02T15:00+08:00,12000,,,\n"
    + "m-90,touch.made,lin,2026-03-03T10:12+08:00,,email,thanks,false\n"
    + "o-18,deal.closed,bo,2026-03-05T08:00+08:00,900,,,\n"
    + "m-91,touch.made,bo,2026-03-05T08:10+08:00,,message,thanks,\n"
)
CUSTOMERS = (
    '{"id": "lin", "name": "林美华", "zone": "Asia/Shanghai"}\n'
    '{"id": "bo", "name": "Bo", "zone": "Asia/Shanghai"}\n'
)
AS_OF = "2026-03-05T09:00+08:00"
LATE = "thanks.handwritten/lin/o-17"
FIELDS = {"key", "rule", "customer", "status", "opens_at", "due_at", "expires_at", "trigger"}
FIELDS |= {"fulfilled_by", "fulfilled_at", "next_change_at"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETENTION_RULES_TRACEBACK", "1")
    Path("events.csv").write_text(EVENTS, encoding="utf-8")
    Path("customers.jsonl").write_text(CUSTOMERS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder):
    def invoke(*arguments, code=0, input=None):
        result = CliRunner().invoke(app, arguments, input=input)
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def ask(run):
    def invoke(command, *arguments, code=0, input=None, events="events.csv"):
        given = ("--customers", "customers.jsonl", "--as-of", AS_OF)
        return run(command, events, *arguments, *given, code=code, input=input)

    return invoke


def error(result):
    """The one line that an error is."""
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    return line


# ------------------------------------------------------------------- agenda


def test_the_agenda_names_what_is_late_and_for_whom(ask):
    shown = ask("agenda").stdout
    assert "1 day late" in shown
    assert "林美华" in shown
    assert "Wed 4 Mar 24:00" in shown
    assert "Asia/Shanghai" in shown
    assert LATE in shown


def test_the_agenda_puts_late_before_today_before_later(ask):
    shown = ask("agenda").stdout
    places = [shown.index(f"{group} (") for group in ("Late", "Today", "Later")]
    assert places == sorted(places)


def test_the_agenda_says_how_to_ask_why(ask):
    (hint,) = [line for line in ask("agenda").stdout.splitlines() if line.startswith("Why?")]
    assert "retention-rules explain events.csv " in hint


def test_the_agenda_in_chinese_is_aligned(ask):
    from rich.cells import cell_len

    lines = ask("agenda", "--lang", "zh").stdout.splitlines()
    dues = [line for line in lines if "24:00" in line]
    places = {cell_len(line[: line.index("月") - 1]) for line in dues}
    assert len(dues) > 3
    assert len(places) == 1


def test_an_empty_agenda_says_so(run):
    Path("none.csv").write_text(HEADER, encoding="utf-8")
    assert "nothing to do" in run("agenda", "none.csv", "--as-of", AS_OF).stdout


def test_now_is_the_default(run):
    before = datetime.now().astimezone()
    found = json.loads(
        run("agenda", "events.csv", "--customers", "customers.jsonl", "--format", "json").stdout
    )
    assert datetime.fromisoformat(found["as_of"]) >= before


def test_control_characters_do_not_reach_the_terminal(ask):
    Path("customers.jsonl").write_text(
        '{"id": "lin", "name": "L\\u001b[31min", "zone": "Asia/Shanghai"}\n'
        '{"id": "bo", "zone": "Asia/Shanghai"}\n',
        encoding="utf-8",
    )
    assert "\x1b" not in ask("agenda").stdout


# -------------------------------------------------------------------- check


def test_check_counts_by_status(ask):
    summary = ask("check").stdout.split("findings:")[-1]  # may be wrapped
    assert " breached" in summary


def test_check_as_json_lines_has_a_finding_a_line(ask):
    lines = [json.loads(line) for line in ask("check", "--format", "jsonl").stdout.splitlines()]
    assert all(set(line) >= FIELDS for line in lines)
    (late,) = [line for line in lines if line["key"] == LATE]
    assert late["status"] == "breached"
    assert late["due_at"] == "2026-03-04T23:59:59.999999+08:00"
    assert late["fulfilled_by"] is None
    (thanked,) = [line for line in lines if line["key"] == "thanks.ever/lin/o-17"]
    assert (thanked["fulfilled_by"], thanked["fulfilled_at"]) == (
        "m-90",
        "2026-03-03T10:12:00+08:00",
    )


def test_a_line_of_json_is_a_finding_again(ask):
    for line in ask("check", "--format", "jsonl").stdout.splitlines():
        assert encode(loads(line))["key"] == json.loads(line)["key"]


def test_check_as_json(ask):
    found = json.loads(ask("check", "--format", "json").stdout)
    assert found["as_of"] == "2026-03-05T09:00:00+08:00"
    assert LATE in [one["key"] for one in found["findings"]]


def test_check_as_csv(ask):
    rows = list(csv.DictReader(io.StringIO(ask("check", "--format", "csv").stdout)))
    (late,) = [row for row in rows if row["key"] == LATE]
    assert (late["status"], late["fulfilled_by"]) == ("breached", "")


def test_titles_come_in_the_language_asked_for(ask):
    lines = ask("check", "--format", "jsonl", "--lang", "zh").stdout.splitlines()
    (late,) = [one for one in map(json.loads, lines) if one["key"] == LATE]
    assert late["title"] == handbook()["thanks.handwritten"].title.zh


@pytest.mark.parametrize("command", ["check", "agenda"])
def test_fail_on_exits_with_1(ask, command):
    ask(command, "--fail-on", "breached", code=1)
    ask(command, "--fail-on", "violated", code=0)
    ask(command, "--fail-on", "violated", "--fail-on", "breached", code=1)


def test_events_may_come_from_standard_input(ask):
    assert LATE in ask("check", events="-", input=EVENTS).stdout


def test_the_cadence_can_be_chosen(ask):
    assert "cadence.0-3-10-20" in ask("check", "--cadence", "0-3-10-20").stdout
    assert "cadence.1-3-7" not in ask("check", "--cadence", "none").stdout


def test_what_was_not_yet_known_can_be_left_out(run):
    Path("late.csv").write_text(
        "id,kind,customer,occurred_at,recorded_at\n"
        "o-1,deal.closed,lin,2026-03-02T15:00+08:00,2026-03-04T09:00+08:00\n",
        encoding="utf-8",
    )
    given = ("late.csv", "--as-of", AS_OF, "--zone", "Asia/Shanghai", "--format", "jsonl")
    assert run("check", *given).stdout
    assert not run("check", *given, "--known-at", "2026-03-03T09:00+08:00").stdout


def test_an_incomplete_source_excuses(ask):
    found = ask("check", "--complete", "=2026-03-04T12:00+08:00", "--format", "jsonl").stdout
    (late,) = [one for one in map(json.loads, found.splitlines()) if one["key"] == LATE]
    assert (late["status"], late["leaning"]) == ("indeterminate", "breached")


def test_a_naive_time_is_read_in_the_zone(run):
    given = ("check", "events.csv", "--zone", "Asia/Shanghai", "--format", "json")
    found = json.loads(run(*given, "--as-of", "2026-03-05T09:00").stdout)
    assert found["as_of"] == "2026-03-05T09:00:00+08:00"


# ------------------------------------------------------------------ explain


def test_explain_tells_the_nearest_miss(ask):
    told = ask("explain", LATE).stdout
    assert "m-90" in told
    assert "o-17" in told


def test_a_key_may_be_cut_short(ask):
    assert ask("explain", "thanks.handwritten/lin").stdout == ask("explain", LATE).stdout


def test_an_explanation_in_chinese(ask):
    assert any(
        "\u4e00" <= letter <= "\u9fff" for letter in ask("explain", LATE, "--lang", "zh").stdout
    )


def test_an_explanation_as_json(ask):
    found = json.loads(ask("explain", LATE, "--format", "json").stdout)
    assert found["explanation"].strip() == ask("explain", LATE).stdout.strip()


def test_a_key_that_fits_several_or_none(ask):
    assert "fits 2 findings" in error(ask("explain", "thanks.handwritten", code=2))
    assert f"did you mean `{LATE}`" in error(ask("explain", "thanks.handwriten/lin/o-17", code=2))


# -------------------------------------------------------------------- rules


def test_rules_lists_every_rule(run):
    shown = run("rules").stdout
    assert all(rule.id in shown for rule in handbook())


def test_a_rule_is_shown_with_its_source_and_reading(run):
    shown = run("rules", "show", "thanks.handwritten", "--lang", "zh").stdout
    assert handbook()["thanks.handwritten"].title.zh in shown
    assert "D0 the art of thanks" in shown


def test_an_unknown_rule_is_told_with_what_is_near(run):
    assert "`thanks.handwritten`" in error(run("rules", "show", "thanks.handwriten", code=2))


def test_a_practice_that_the_handbook_leaves_out_is_shown_too(run):
    shown = run("rules", "show", "thanks.project-letter").stdout
    assert "[ ] Thank them for choosing you" in shown
    assert "paused_by" in shown


def test_guidance_is_shown_without_how_it_works(run):
    shown = run("rules", "show", "cadence.frequency", "--lang", "zh").stdout
    assert "衡量之用" in shown
    assert "规则内容" not in shown


def test_the_rules_as_json_can_be_used_again(ask, run):
    Path("mine.json").write_text(run("rules", "--format", "json").stdout, encoding="utf-8")
    assert loads(Path("mine.json").read_text(encoding="utf-8")) == handbook()
    assert ask("check", "--rulebook", "mine.json").stdout == ask("check").stdout
    assert "thanks.ever" in run("rules", "--rulebook", "mine.json").stdout


# ----------------------------------------------------------------- bad input

RULE = {"shape": "follow-up", "id": "a", "when": "x", "then": "y", "window": {"due": {"days": 2}}}
EARLY = {**RULE, "window": {"opens": {"days": 3}, "due": {"days": 1}}}

BAD_ROWS = {
    "naive time": (
        "o,deal.closed,lin,2026-03-02T15:00,,,,\n",
        "events.csv:6: the time `2026-03-02",
    ),
    "no time": ("o,deal.closed,lin,soon,,,,\n", "events.csv:6: at `occurred_at`: `'soon'` is no"),
    "same id, different content": (
        "o-17,deal.closed,lin,2026-03-02T15:00+08:00,5,,,\n",
        "events.csv:6: `o-17` stands on line 2 with different content",
    ),
    "too few cells": ("o,deal.closed\n", "events.csv:6: 2 cells, but the header has 8"),
    "100 MB": ("x" * 100_000_000 + "\n", "events.csv:6: the line is longer than 1,000,000 bytes"),
}
BAD_EVENTS = {
    "missing column": ("id,kind,customer\n", "lacks the column `occurred_at`"),
    "empty file": ("", "`events.csv` is empty"),
    "UTF-16": (EVENTS.encode("utf-16"), "is UTF-16: save it as text in UTF-8"),
    "GBK": ((HEADER + "o,x,林美华,2026-03-02,,,,\n").encode("gbk"), "is not UTF-8"),
    "correction of nothing": (
        "id,kind,customer,occurred_at,corrects\no-2,deal.closed,lin,2026-03-02,o-1\n",
        "events.csv:2: it amends `o-1`, which is not in the file",
    ),
}
BAD_RULEBOOKS = {
    "window that closes before it opens": ([EARLY], "rules[0].window: the window closes"),
    "duplicate rule id": ([RULE, {**RULE, "then": "z"}], "two rules are named `a`"),
    "wrong type": ([{**RULE, "window": {"due": {"days": "2"}}}], "`'2'` is not a whole number"),
    "unknown key": ([{**RULE, "wen": "x"}], "unknown key `wen`: did you mean `when`?"),
    "unknown shape": ([{**RULE, "shape": "rule"}], "`'rule'` is no shape"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_told_with_its_line(ask, name):
    row, told = BAD_ROWS[name]
    Path("events.csv").write_text(EVENTS + row, encoding="utf-8")
    started = time.perf_counter()
    assert told in error(ask("check", code=2))
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_set_aside_and_the_rest_evaluated(ask, name):
    good = ask("check", "--format", "jsonl").stdout
    row, told = BAD_ROWS[name]
    Path("events.csv").write_text(EVENTS + row, encoding="utf-8")
    result = ask("check", "--format", "jsonl", "--rejects", "bad.jsonl")
    assert result.stdout == good
    assert result.stderr == "warning: 1 bad row set aside in bad.jsonl\n"
    (reject,) = map(json.loads, Path("bad.jsonl").read_text(encoding="utf-8").splitlines())
    assert reject["line"] == 6
    assert told.removeprefix("events.csv:6: ") in reject["reason"]


def test_without_bad_rows_the_rejects_are_empty(ask):
    assert ask("check", "--rejects", "bad.jsonl").stderr == ""
    assert Path("bad.jsonl").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("name", BAD_EVENTS)
def test_a_file_that_cannot_be_taken_is_told(ask, name):
    content, told = BAD_EVENTS[name]
    Path("events.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert told in error(ask("check", code=2))


@pytest.mark.parametrize("name", BAD_RULEBOOKS)
def test_a_rulebook_that_cannot_be_taken_is_told(ask, name):
    rules, told = BAD_RULEBOOKS[name]
    Path("mine.json").write_text(json.dumps({"rules": rules}), encoding="utf-8")
    line = error(ask("check", "--rulebook", "mine.json", code=2))
    assert line.startswith("error: mine.json:1:")
    assert told in line


def test_a_file_that_is_no_rulebook(ask):
    Path("mine.json").write_text('{"id": "lin"}', encoding="utf-8")
    told = "mine.json:1:2: unknown key `id`: known are base, rules"
    assert told in error(ask("check", "--rulebook", "mine.json", code=2))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--zone", "Mars/Base"), "unknown time zone `Mars/Base`"),
        (("--known-at", "2026-03-05T09:00"), "--known-at: the time `2026-03-05T09:00` is naive"),
        (("--known-at", "soon"), "--known-at: `soon` is no time"),
        (("--known-at", "2026-03-05"), "--known-at: `2026-03-05` is a day"),
        (("--complete", "crm"), "--complete: "),
        (("--history-from", "March"), "--history-from: `March` is no date"),
        (("--reading", "nonsense"), "nonsense"),
    ],
)
def test_an_option_that_means_nothing_is_told(ask, arguments, told):
    assert told in error(ask("check", *arguments, code=2))


def test_a_customer_without_a_zone_is_told(run):
    assert "has no zone" in error(run("check", "events.csv", "--as-of", AS_OF, code=2))


def test_an_unknown_zone_of_a_customer_is_told_with_its_line(ask):
    Path("customers.jsonl").write_text('{"id": "lin", "zone": "Mars/Base"}', encoding="utf-8")
    line = error(ask("check", code=2))
    assert "customers.jsonl:1: unknown time zone `Mars/Base`" in line


def test_several_bad_rows_take_a_line_each(ask):
    Path("events.csv").write_text(HEADER + "x,x,x,never,,,,\n" * 30, encoding="utf-8")
    lines = ask("check", code=2).stderr.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "error: events.csv: and 10 more bad rows"


def test_a_file_that_is_not_there(run):
    assert "does not exist" in run("check", "none.csv", code=2).stderr


def test_a_surprise_is_told_without_a_traceback(ask, monkeypatch):
    monkeypatch.delenv("RETENTION_RULES_TRACEBACK")
    monkeypatch.setattr("retention_rules.cli.options.evaluate", lambda *_, **__: 1 / 0)
    assert "this is a bug: ZeroDivisionError" in error(ask("check", code=3))


# ------------------------------------------------------------------ process


ENV = {**os.environ, "PYTHONPATH": str(Path(retention_rules.cli.__file__).parents[2])}


def process(*arguments, **options):
    options.setdefault("env", ENV)
    return subprocess.run(
        [sys.executable, "-m", "retention_rules", *arguments],
        capture_output=True,
        check=False,
        timeout=60,
        **options,
    )


def test_it_runs_as_a_module():
    assert process("--version").returncode == 0


def test_help_is_short():
    assert len(CliRunner().invoke(app, ["--help"]).stdout.splitlines()) < 30


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_the_optional_libraries_it_says_what_to_install(missing, monkeypatch, capsys):
    for name in list(sys.modules):
        if name.startswith("retention_rules.cli.") or name.partition(".")[0] == missing:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("retention_rules.cli.commands", raising=False)
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "retention_rules.display.terminal", raising=False)
    with pytest.raises(SystemExit) as caught:
        main(["demo"])
    assert caught.value.code == 2
    assert "pip install 'retention-rules[cli]'" in capsys.readouterr().err


def test_a_closed_pipe_is_no_error(folder):
    command = f"{sys.executable} -m retention_rules rules --format json | head -1; true"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, check=False, timeout=60, cwd=folder, env=ENV
    )
    assert done.stdout == b"{\n"
    assert done.stderr == b""


def test_a_terminal_without_chinese_letters_is_no_error(folder):
    env = {**ENV, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    given = ["check", "events.csv", "--customers", "customers.jsonl", "--as-of", AS_OF]
    shown = process(*given, cwd=folder, env=env)
    assert (shown.returncode, shown.stderr) == (0, b"")
    lines = process(*given, "--format", "jsonl", "--lang", "zh", cwd=folder, env=env)
    assert handbook()["thanks.ever"].title.zh in lines.stdout.decode()


def test_the_rulebook_of_the_handbook_survives_json():
    for cadence in ("1-3-7", "0-3-10-20", "both", None):
        book = handbook(cadence=cadence)
        assert loads(dumps(book)) == book
