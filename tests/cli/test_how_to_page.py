"""docs/change-a-deadline.md is a session at the prompt: here it is held."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from retention_rules.cli.commands import app
from retention_rules.interop import read_rulebook

PAGE = Path(__file__).parents[2] / "docs" / "change-a-deadline.md"
BLOCK = re.compile(r"```(yaml|console)\n(.*?)```", re.DOTALL)


def fits(shown: str, pattern: str) -> bool:
    """Whether output is as the page has it, where ``...`` stands for anything."""
    words = (" ".join(text.split()) for text in (shown, pattern))
    found, wanted = words
    return re.fullmatch(".*?".join(map(re.escape, wanted.split("..."))), found) is not None


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """What each command of the page prints, and what the page says it does."""
    folder = tmp_path_factory.mktemp("session")
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            if kind == "console":
                command, _, wanted = text.partition("\n")
                arguments = shlex.split(command.removeprefix("$ retention-rules "))
                found.append((command, CliRunner().invoke(app, arguments), wanted))
                continue
            head, _, content = text.partition("\n")
            name, _, now = head.removeprefix("# ").partition(", ")
            if now == "now":
                assert Path(name).read_text(encoding="utf-8").partition("\n")[2] == content
            else:
                Path(name).write_text(text, encoding="utf-8")
        rulebooks = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    return found, rulebooks


def test_every_command_of_the_page_prints_what_the_page_shows(session):
    ran, _ = session
    assert len(ran) > 6
    for command, result, wanted in ran:
        assert fits(result.output, wanted), f"{command}\n{result.output}"


def test_only_the_mistake_and_the_broken_story_of_the_page_fail(session):
    ran, _ = session
    assert [(command, result.exit_code) for command, result, _ in ran if result.exit_code] == [
        ("$ retention-rules rules validate wrong.yaml", 2),
        ("$ retention-rules test thanks.timeline.yaml --rulebook ours.yaml", 1),
    ]


def test_the_story_of_the_page_is_run_before_and_after_the_change(session):
    ran, _ = session
    told = [result.stdout.splitlines()[-1] for command, result, _ in ran if " test " in command]
    assert told == ["2 passed, 0 failed", "1 passed, 1 failed", "2 passed, 0 failed"]


def test_the_longer_file_of_the_page_is_a_rulebook(session):
    _, rulebooks = session
    book = read_rulebook(rulebooks["more.yaml"])
    assert book["acme.renewal-call"].title.zh == "合同到期前致电"
    assert book["recovery.six-step"].adapted == ("steps.listen.due",)
