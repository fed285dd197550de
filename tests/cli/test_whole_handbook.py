"""The whole handbook over two stories, through the commands, in both languages and all formats."""

import csv
import io
import json
import re
import shutil
from itertools import islice, pairwise, product

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from retention_rules.cli.commands import app
from retention_rules.cli.options import FORMATS
from retention_rules.demo import AS_OF, story
from retention_rules.interop import read_customers, write_rulebook
from retention_rules.testing.timelines import whole_handbook

INCIDENTS = 300
MEANING = {
    "incident.opened": {"kind": "complaint.received"},
    "incident.taken-up": {"kind": "touch.made", "channel": "call", "purpose": "listening"},
    "incident.wait-began": {"kind": "touch.made", "channel": "email", "purpose": "notice"},
    "incident.wait-ended": {"kind": "inquiry.received"},
    "incident.resolved": {"kind": "solution.offered"},
    "incident.reopened": {"kind": "complaint.received"},
    "incident.closed": {"kind": "case.closed"},
}
"""What the events of a service desk are in the words of the handbook."""


def desk(folder):
    """The first incidents of the log, as complaints."""
    pytest.importorskip("pyarrow")
    from examples.uci_incidents.log import events, read

    updates = read()
    numbers = set(islice(dict.fromkeys(one.incident for one in updates), INCIDENTS))
    columns = ["id", "kind", "customer", "occurred_at", "case", "channel", "purpose"]
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for one in events(update for update in updates if update.incident in numbers):
            row = {"id": one.id, "customer": one.customer, "case": one.data["incident"]}
            writer.writerow(
                {**row, "occurred_at": one.occurred_at.isoformat(), **MEANING[one.kind]}
            )
    return ["--zone", "Europe/Lisbon", "--as-of", "2016-03-04T12:00Z"]


def demo(folder):
    """The story that comes with the command."""
    for name, path in story().items():
        shutil.copyfile(path, folder / name)
    return ["--customers", "customers.jsonl", "--as-of", AS_OF]


STORIES = {"demo": demo, "desk": desk}
LONG = pytest.param("desk", marks=pytest.mark.slow)
COMMANDS = ("agenda", "check")


@pytest.fixture(scope="module", params=["demo", LONG])
def asked(request, tmp_path_factory):
    """What each command prints of a story, by language and format."""
    folder = tmp_path_factory.mktemp(request.param)
    given = ["events.csv", "--rulebook", "whole.json", *STORIES[request.param](folder)]
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "240")
        write_rulebook(whole_handbook(), "whole.json")
        for command, lang, style in product(COMMANDS, ("en", "zh"), FORMATS):
            arguments = [command, *given, "--lang", lang, "--format", style]
            found[command, lang, style] = CliRunner().invoke(app, arguments)
    return found


def rows(asked, command, lang, style):
    """The findings that a command prints for machines."""
    shown = asked[command, lang, style].stdout
    if style == "json":
        return json.loads(shown)["findings"]
    if style == "jsonl":
        return [json.loads(line) for line in shown.splitlines()]
    return list(csv.DictReader(io.StringIO(shown)))


MACHINES = ("json", "jsonl", "csv")


def test_every_command_ends_well_in_every_language_and_format(asked):
    failed = {asking: one.output for asking, one in asked.items() if one.exit_code or one.stderr}
    assert not failed


@pytest.mark.parametrize("command", COMMANDS)
def test_every_format_has_the_same_fields(asked, command):
    for lang, style in product(("en", "zh"), MACHINES):
        fields = {tuple(row) for row in rows(asked, command, lang, style)}
        assert fields == {tuple(rows(asked, command, "en", "json")[0])}, (lang, style)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_format_has_the_same_findings(asked, command):
    expected = [row["key"] for row in rows(asked, command, "en", "json")]
    assert len(set(expected)) == len(expected) > 30
    for lang, style in product(("en", "zh"), MACHINES):
        assert [row["key"] for row in rows(asked, command, lang, style)] == expected


@pytest.mark.parametrize("command", COMMANDS)
def test_every_format_has_the_same_values(asked, command):
    for lang in ("en", "zh"):
        told = rows(asked, command, lang, "json")
        assert rows(asked, command, lang, "jsonl") == told
        flat = [{name: _flat(value) for name, value in row.items()} for row in told]
        assert rows(asked, command, lang, "csv") == flat


def _flat(value):
    if isinstance(value, list):
        return "; ".join(f"{name}={one}" for name, one in value)
    return "" if value is None else value


@pytest.mark.parametrize(("command", "lang"), [*product(COMMANDS, ("en", "zh"))])
def test_the_table_has_the_same_findings(asked, command, lang):
    shown = set(asked[command, lang, "table"].stdout.split())
    keys = {row["key"] for row in rows(asked, command, lang, "json")}
    assert not keys - shown


# ---------------------------------------------------------------- in Chinese


def cells(line, start, end):
    """What a line shows between two columns of the screen; None if a letter straddles one."""
    shown, at = "", 0
    for letter in line:
        width = cell_len(letter)
        if any(at < edge < at + width for edge in (start, end)):
            return None
        shown += letter if start <= at < end else ""
        at += width
    return shown


def body(asked, command):
    """The header of the table, and the lines below it."""
    lines = asked[command, "zh", "table"].stdout.splitlines()
    rule = next(number for number, line in enumerate(lines) if line.startswith("──"))
    ends = next((at for at, line in enumerate(lines) if at > rule and not line), len(lines))
    return lines[rule - 1], lines[rule + 1 : ends]


def starts(header):
    """The columns of the screen at which those of the table start."""
    return [cell_len(header[: one.start()]) for one in re.finditer(r"\S+(?: \S+)*", header)]


@pytest.mark.parametrize("command", COMMANDS)
def test_chinese_columns_start_at_the_same_place_on_every_line(asked, command):
    header, lines = body(asked, command)
    edges = [*starts(header), 1000]
    assert len(edges) >= 4
    assert len(lines) > 30
    for line in lines:
        for start, end in pairwise(edges):
            shown = cells(line, start, end)
            assert shown is not None, line
            assert not shown.startswith(" ") or not shown.strip(), line
            assert end == 1000 or not shown or shown.endswith(" "), line


def test_a_line_that_is_a_cell_off_is_noticed():
    assert cells("状态  期限", 6, 10) == "期限"
    assert cells("状态  期限", 5, 10) == " 期限"
    assert cells("状态 期限", 6, 10) is None


NAMES = {str(one.facts["name"]) for one in read_customers(story()["customers.jsonl"])}
ID = re.compile(r"\S*[/.\-_:@]\S*|`[^`]*`")
"""A key, a customer's id, a zone, a kind or field: what looks the same in every language."""


def english(text):
    """The Latin words of a text, but for ids and the names of customers."""
    for name in sorted(filter(None, NAMES), key=len, reverse=True):
        text = text.replace(name, "")
    return re.findall(r"[A-Za-z]{2,}", ID.sub("", text))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_english_is_left_in_chinese_tables(asked, command):
    lines = asked[command, "zh", "table"].stdout.splitlines()
    mixed = [line for line in lines if english(line) and "retention-rules" not in line]
    assert not mixed


def test_an_english_word_in_a_chinese_line_is_noticed():
    assert english("逾期1天   Anna Schmidt  thanks.ever/schmidt/s-1") == []
    assert english("逾期1天   late   thanks.ever/schmidt/s-1") == ["late"]


@pytest.mark.parametrize("style", MACHINES)
def test_every_title_is_in_the_language_asked_for(asked, style):
    for lang in ("en", "zh"):
        titles = {row["title"] for row in rows(asked, "check", lang, style)}
        chinese = {one for one in titles if re.search("[\u4e00-\u9fff]", one)}
        assert chinese == (titles if lang == "zh" else set())
