"""``retention-rules demo``: the story, its agenda, one explanation, and what to try next."""

from __future__ import annotations

import shlex
from importlib.resources import as_file
from pathlib import Path

import click
from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text as Styled

from retention_rules.cli import options
from retention_rules.demo import AS_OF, FILES, story
from retention_rules.display import terminal
from retention_rules.display.words import plain
from retention_rules.evaluation import evaluate
from retention_rules.events import aware
from retention_rules.findings import Findings
from retention_rules.interop import read_customers, read_events
from retention_rules.practices import handbook
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import dumps
from retention_rules.texts import Language, Text

EXPLAINED = "thanks.handwritten/schmidt"
SHOWN = (
    *("thanks.ever", "thanks.after-deal", "thanks.handwritten", "thanks.email-for-add-on"),
    *("thanks.same-day-message", "cadence.1-3-7.", "cadence.never-silent"),
    *("recovery.six-step", "promise.", "stages.post-purchase", "stage."),
    *("conduct.no-closed-question", "conduct.gift-to-government"),
)
"""The practices that the two of them follow: those that their notes can tell of."""

RULES = "rules.json"
_FOLDER = "story"

_INTRO = Text(
    "Linden & Lin build bread ovens, Petra in Berlin and 小林 in Shanghai. They keep a list of "
    "what happened with their twelve customers: deals, calls, cards, a complaint, two gifts. It is "
    "Thursday, 12 March 2026, nine in the morning in Berlin and four in the afternoon in Shanghai. "
    "From that list and the practices that they chose from a handbook, each with its source, "
    "follows what is owed to whom, by when in their own time zone, and why. Nothing is stored and "
    "nothing is sent.",
    "林登与小林做面包烤炉，Petra在柏林，小林在上海。他们把十二位客户的往来记成一张表：成交、电话、"
    "卡片、一宗投诉、两份礼品。此刻是2026年3月12日星期四，柏林上午九点，上海下午四点。由这张表，"
    "加上他们从手册里挑的、注明出处的若干实践，就能推出：该为谁做什么，按客户所在时区何时为止，以及为什么。"
    "不储存任何东西，也不发送任何东西。",
)
_WRONG = Text("What should not have happened", "本不该发生的事")
_WHY = Text(
    "Why is Anna Schmidt's thank-you late, when Petra did write to her?",
    "Petra明明给Anna Schmidt写过信，为什么致谢仍算逾期？",
)
_NEXT = Text("Try next", "接下来试试")
_STEPS = (
    Text("put the story into a folder", "把故事存到一个文件夹"),
    Text("the agenda a week later", "一周之后的待办"),
    Text("the complaint that is stuck", "卡住的那宗投诉"),
    Text("everything, for a program", "全部结论，供程序使用"),
    Text("all practices and where they come from", "全部实践，出自何处"),
)


def rulebook() -> Rulebook:
    """The practices that the story shows."""
    return handbook().select(*SHOWN)


def found() -> Findings:
    """The findings of the story, as of its morning."""
    files = story()
    with as_file(files["events.csv"]) as events, as_file(files["customers.jsonl"]) as people:
        return evaluate(
            rulebook(), read_events(events), as_of=aware(AS_OF), customers=read_customers(people)
        )


@click.command()
@options.language
@click.option(
    "--save",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Write the files of the story there instead, to try things on.",
)
def demo(lang: str, save: str | None) -> None:
    """A story of twelve customers, what is owed to them this morning, and why."""
    language = options.chosen(lang)
    if save is not None:
        _save(Path(save), language)
        return
    findings = found()
    with as_file(story()["customers.jsonl"]) as people:
        customers = read_customers(people)
    screen = terminal.console()
    screen.print(Panel(_INTRO.in_(language), title="retention_rules", border_style="cyan"))
    screen.print()
    screen.print(terminal.agenda(findings.agenda(), aware(AS_OF), customers, language))
    _wrong(screen, findings, language)
    screen.print()
    screen.print(Styled(_WHY.in_(language), "bold"))
    late = next(one for one in findings if one.key.startswith(EXPLAINED))
    screen.print(Padding(Styled(plain(late.explain(language))), (0, 0, 0, 2)))
    _next(screen, language)


def _wrong(screen: Console, findings: Findings, language: Language) -> None:
    wrong = [one for one in findings if one.status == "violated"]
    if wrong:
        screen.print()
        screen.print(Styled(_WRONG.in_(language), "bold"))
    for one in wrong:
        told = Styled.assemble("  ", (terminal.title(one, language), "red"), "  ", (one.key, "dim"))
        screen.print(told)


def _next(screen: Console, language: Language) -> None:
    events, customers = (f"{_FOLDER}/{name}" for name in FILES)
    asked = f"--customers {customers} --rulebook {_FOLDER}/{RULES} --as-of"
    lang = "" if language == "en" else f" --lang {language}"
    commands = (
        f"retention-rules demo --save {_FOLDER}",
        f"retention-rules agenda {events} {asked} 2026-03-19T09:00+01:00{lang}",
        f"retention-rules explain {events} recovery.six-step/chen-wei/K-7/c-9/solution "
        f"{asked} {AS_OF}{lang}",
        f"retention-rules check {events} {asked} {AS_OF} --format jsonl{lang}",
        f"retention-rules rules{lang}",
    )
    screen.print()
    screen.print(Styled(_NEXT.in_(language), "bold"))
    for words, command in zip(_STEPS, commands, strict=True):
        screen.print(Styled(f"  # {words.in_(language)}", "dim"))
        screen.print(Styled(f"  {command}", "cyan"), soft_wrap=True)


def _save(folder: Path, language: Language) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in story().items():
        (folder / name).write_bytes(file.read_bytes())
    (folder / RULES).write_text(dumps(rulebook()), encoding="utf-8")
    events, customers, rules = (shlex.quote(str(folder / name)) for name in (*FILES, RULES))
    lang = "" if language == "en" else f" --lang {language}"
    asked = f"--customers {customers} --rulebook {rules} --as-of {AS_OF}"
    click.echo(f"retention-rules agenda {events} {asked}{lang}")
