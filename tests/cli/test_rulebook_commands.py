"""Rulebooks as files at the prompt: export, validate, set, schema, compare."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from retention_rules.cli.commands import app
from retention_rules.interop import read_rulebook, rulebook_schema, write_rulebook
from retention_rules.practices import handbook
from retention_rules.windows import days

AS_OF = "2026-03-05T09:00+08:00"
EVENTS = """\
id,kind,customer,occurred_at,channel,purpose,handwritten
o-17,deal.closed,lin,2026-03-02T15:00+08:00,,,
o-18,deal.closed,bo,2026-03-02T16:00+08:00,,,
m-18,touch.made,bo,2026-03-03T16:00+08:00,letter,thanks,true
"""
LATE = "thanks.handwritten/lin/o-17"
BASED = "# ours\nbase: handbook\nadapt:\n  thanks.handwritten:\n    due: {days: 5}  # was 2\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETENTION_RULES_TRACEBACK", "1")
    Path("events.csv").write_text(EVENTS, encoding="utf-8")
    Path("ours.yaml").write_text(BASED, encoding="utf-8")

    def invoke(*arguments, code=0):
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def compare(run):
    def invoke(*arguments, code=0):
        given = ("--as-of", AS_OF, "--zone", "Asia/Shanghai")
        return run("compare", "events.csv", *given, *arguments, code=code)

    return invoke


# ------------------------------------------------------------------- export


@pytest.mark.parametrize(
    ("options", "format"),
    [((), "yaml"), (("--format", "yaml"), "yaml"), (("--format", "json"), "json")],
)
def test_the_rulebook_is_exported_in_either_format(run, options, format):
    assert run("rules", "export", *options).stdout == write_rulebook(handbook(), format=format)


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_an_exported_file_is_read_again(run, name):
    run("rules", "export", "--cadence", "both", "-o", name)
    assert read_rulebook(name) == handbook(cadence="both")


def test_an_export_does_not_write_over_a_file_unless_forced(run):
    told = run("rules", "export", "-o", "ours.yaml", code=2).stderr
    assert "error: `ours.yaml` is there already: give another name, or --force" in told
    run("rules", "export", "-o", "ours.yaml", "--force")
    assert read_rulebook("ours.yaml") == handbook()


def test_a_file_on_a_base_is_exported_whole(run):
    text = run("rules", "export", "--rulebook", "ours.yaml").stdout
    assert read_rulebook(text) == read_rulebook("ours.yaml")
    assert "adapted: [due]" in text


# ----------------------------------------------------------------- validate


def test_a_good_file_is_told_with_its_digest(run):
    found = run("rules", "validate", "ours.yaml").stdout
    assert read_rulebook("ours.yaml").short_digest in found
    assert "thanks.handwritten: adapted in due" in found


def test_validate_speaks_chinese(run):
    found = run("rules", "validate", "ours.yaml", "--lang", "zh").stdout
    assert "thanks.handwritten: 有改动：due" in found


def test_a_change_that_is_not_marked_is_noted(run):
    text = write_rulebook(handbook()).replace(
        "window: {due: {days: 14}}", "window: {due: {days: 9}}"
    )
    Path("all.yaml").write_text(text, encoding="utf-8")
    found = run("rules", "validate", "all.yaml").stdout
    assert "thanks.ever: differs from the handbook in due: if you changed it" in found
    assert "`adapted: [due]`" in found


@pytest.mark.parametrize(
    "options",
    [(), ("--cadence", "both"), ("--reading", "chained"), ("--reading", "stated-figures")],
)
def test_a_reading_of_the_handbook_is_no_change(run, options):
    run("rules", "export", "-o", "all.yaml", *options)
    assert len(run("rules", "validate", "all.yaml").stdout.splitlines()) == 1


def test_a_choice_of_variants_is_no_change(run):
    Path("ours.yaml").write_text(
        "base: handbook\nexamples: true\nvariants: {thanks.after-deal: next-day}\n",
        encoding="utf-8",
    )
    assert len(run("rules", "validate", "ours.yaml").stdout.splitlines()) == 1


@pytest.mark.parametrize("command", ["validate", "agenda", "check", "explain", "rules", "compare"])
def test_a_bad_file_is_told_with_its_place_and_exit_2(run, command):
    Path("bad.yaml").write_text(BASED.replace("days", "dais"), encoding="utf-8")
    given = {
        "validate": ("rules", "validate", "bad.yaml"),
        "rules": ("rules", "--rulebook", "bad.yaml"),
        "explain": ("explain", "events.csv", "x", "--rulebook", "bad.yaml"),
    }.get(command, (command, "events.csv", "--rulebook", "bad.yaml"))
    told = run(*given, code=2).stderr
    place = "bad.yaml:5:11: adapt.thanks.handwritten.due"
    assert told == f"error: {place}: unknown key `dais`: did you mean `days`?\n"


def test_a_rule_that_refers_to_nothing_is_told_with_its_place(run):
    Path("bad.yaml").write_text(
        "rules:\n- {shape: prohibition, id: x, forbids: y}\n- shape: follow-up\n  id: a\n"
        "  when: deal.closed\n  then: touch.made\n  window: {due: {days: 1}}\n"
        "  unless_forbidden: z\n",
        encoding="utf-8",
    )
    told = run("rules", "validate", "bad.yaml", code=2).stderr
    assert told.startswith("error: bad.yaml:3:3: rules[1]: `a` is owed unless `z`, which")


# ---------------------------------------------------------------------- set


def test_a_deadline_is_set_and_comments_stay(run):
    told = run("rules", "set", "ours.yaml", "thanks.handwritten", "due=3d").stdout
    assert Path("ours.yaml").read_text(encoding="utf-8") == BASED.replace("5", "3")
    assert 'thanks.handwritten: due {"days": 5} -> {"days": 3}' in told
    assert read_rulebook("ours.yaml").short_digest in told


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("3d", {"days": 3}),
        ("2w", {"weeks": 2}),
        ("48h", {"hours": 48}),
        ("1bd", {"business_days": 1}),
        ("3 business days", {"business_days": 3}),
        ("1 month", {"months": 1}),
        ("30 minutes", {"minutes": 30}),
        ("{days: 4, at: 09:00}", {"days": 4, "at": "09:00"}),
    ],
)
def test_amounts_of_time_are_short_to_write(run, value, form):
    run("rules", "set", "ours.yaml", "thanks.ever", f"due={value}")
    expected = read_rulebook(
        "base: handbook\nadapt:\n  thanks.handwritten: {due: {days: 5}}\n"
        f"  thanks.ever: {{due: {json.dumps(form)}}}\n"
    )
    assert read_rulebook("ours.yaml") == expected


def test_a_title_is_text_whatever_it_looks_like(run):
    run("rules", "set", "ours.yaml", "thanks.ever", "title=3 days: thanks")
    assert read_rulebook("ours.yaml")["thanks.ever"].title.en == "3 days: thanks"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("due", "`due` is no change: write KEY=VALUE, such as due=3d"),
        ("due=3 fortnights", "`3 fortnights` has no unit of time: choose one of `min`, `h`, `d`"),
        (
            "deu=3d",
            "ours.yaml: adapt.thanks.handwritten: unknown key `deu`: did you mean `due`?",
        ),
        ("due=x", "adapt.thanks.handwritten.due: `'x'` is not a point"),
    ],
)
def test_a_wrong_change_leaves_the_file_as_it_was(run, change, told):
    assert told in run("rules", "set", "ours.yaml", "thanks.handwritten", change, code=2).stderr
    assert Path("ours.yaml").read_text(encoding="utf-8") == BASED


def test_the_schema_is_printed(run):
    assert json.loads(run("rules", "schema").stdout) == rulebook_schema()


# -------------------------------------------------------------------- digest


def test_the_rules_are_shown_with_their_digest(run):
    assert f"Rulebook {handbook().short_digest}" in run("rules").stdout
    assert f"规则手册 {handbook().short_digest}" in run("rules", "--lang", "zh").stdout


def test_findings_name_the_rulebook_that_they_come_from(run):
    given = ("check", "events.csv", "--zone", "Asia/Shanghai", "--rulebook", "ours.yaml")
    book = read_rulebook("ours.yaml")
    assert json.loads(run(*given, "--format", "json").stdout)["rulebook"] == book.digest
    lines = [json.loads(line) for line in run(*given, "--format", "jsonl").stdout.splitlines()]
    assert {line["rulebook"] for line in lines} == {book.short_digest}
    rows = list(csv.DictReader(io.StringIO(run(*given, "--format", "csv").stdout)))
    assert {row["rulebook"] for row in rows} == {book.short_digest}


# ------------------------------------------------------------------- compare


def test_compare_tells_what_becomes_of_which_finding(compare):
    shown = compare("--rulebook", "ours.yaml").stdout
    assert LATE in shown
    assert "breached" in shown
    assert "Sat 7 Mar 24:00" in shown
    assert " ".join(shown.split()).endswith("differ: 1 breached → open, 1 only in when due")


def test_compare_speaks_chinese(compare):
    shown = compare("--rulebook", "ours.yaml", "--lang", "zh").stdout
    assert "".join(shown.split()).endswith("项不同：1已逾期→待办、1项只是期限不同")


def test_compare_as_json_names_both_rulebooks(compare):
    found = json.loads(compare("--rulebook", "ours.yaml", "--format", "json").stdout)
    assert found["against"] == handbook().digest
    assert found["rulebook"] == read_rulebook("ours.yaml").digest
    assert [one["key"] for one in found["differences"]] == [LATE, "thanks.handwritten/bo/o-18"]
    first = found["differences"][0]
    assert (first["status_before"], first["status_after"]) == ("breached", "open")
    assert first["due_at_after"] == "2026-03-07T23:59:59.999999+08:00"


def test_compare_as_json_lines_and_csv_say_the_same(compare):
    lines = compare("--rulebook", "ours.yaml", "--format", "jsonl").stdout.splitlines()
    rows = csv.DictReader(io.StringIO(compare("--rulebook", "ours.yaml", "--format", "csv").stdout))
    assert [json.loads(line) for line in lines] == list(rows)


def test_compare_with_a_file_instead_of_the_handbook(compare):
    write_rulebook(handbook().adapt("thanks.handwritten", due=days(5)), "same.yaml")
    shown = compare("--rulebook", "ours.yaml", "--against", "same.yaml").stdout
    assert "0 of " in shown


def test_a_rule_that_is_left_out_takes_its_findings_along(compare):
    Path("less.yaml").write_text(
        "base: handbook\nwithout: [thanks.handwritten]\n", encoding="utf-8"
    )
    found = json.loads(compare("--rulebook", "less.yaml", "--format", "json").stdout)
    sides = {(one["status_before"], one["status_after"]) for one in found["differences"]}
    assert sides == {("breached", None), ("fulfilled", None)}
