"""The commands themselves."""

from __future__ import annotations

import difflib
import json
import os
import shlex
from collections.abc import Iterable
from importlib import metadata
from typing import Any, NoReturn

import click
from rich.text import Text as Styled

from retention_rules.cli import dataset, options, output, rulebooks, story
from retention_rules.cli.compare import compare
from retention_rules.cli.measures import measures
from retention_rules.cli.test import BadFiles, test
from retention_rules.display import terminal
from retention_rules.display.words import plain
from retention_rules.errors import RetentionRulesError
from retention_rules.findings import Finding, Findings
from retention_rules.interop import BadRows
from retention_rules.practices import practices
from retention_rules.practices.variants import Guidance
from retention_rules.rules import Shape
from retention_rules.serialization import encode
from retention_rules.texts import Text

_SHOWN = 20


class Failure(click.ClickException):
    """What went wrong, in one line for each thing that did; exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print it, without the usage that click would put before it."""
        click.echo("\n".join(f"error: {line}" for line in self.message.splitlines()), err=True)


class Bug(Failure):
    """What nobody foresaw; exit code 3."""

    exit_code = 3


class Commands(click.Group):
    """A group whose commands end with an error line, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the library refuses becomes an error line."""
        try:
            return super().invoke(ctx)
        except BadRows as problem:
            raise Failure(_bad_rows(problem)) from None
        except BadFiles as problem:
            raise Failure(plain("\n".join(problem.problems))) from None
        except RetentionRulesError as problem:
            raise Failure(plain(" ".join(str(problem).split()))) from None
        except BrokenPipeError:
            raise
        except OSError as problem:
            about = f"`{problem.filename}`: " if problem.filename else ""
            raise Failure(f"{about}{(problem.strerror or str(problem)).lower()}") from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as problem:
            if os.environ.get("RETENTION_RULES_TRACEBACK"):
                raise
            told = f"{type(problem).__name__}: {problem}"
            raise Bug(
                f"this is a bug: {plain(' '.join(told.split()))}; "
                "set RETENTION_RULES_TRACEBACK=1 to see where"
            ) from None


def _bad_rows(problem: BadRows) -> str:
    told = [f"{problem.path}:{one.line}: {one.reason}" for one in problem.rejects[:_SHOWN]]
    if len(problem.rejects) > _SHOWN:
        told.append(f"{problem.path}: and {len(problem.rejects) - _SHOWN} more bad rows")
    lines = [plain(" ".join(line.split())) for line in told]
    return "\n".join(lines)


def _formatted(style: str, found: list[Finding], asked: options.Asked, lang: str) -> bool:
    """Print findings for machines, if that is the format; else return False."""
    if style == "json":
        output.write(output.as_json(found, asked.as_of, asked.findings.notes, lang, asked.rulebook))
    elif style == "jsonl":
        output.write(output.as_jsonl(found, lang, asked.rulebook))
    elif style == "csv":
        output.write(output.as_csv(found, lang, asked.rulebook))
    else:
        return False
    return True


def _exit_on(statuses: tuple[str, ...], found: Iterable[str]) -> None:
    if not set(statuses).isdisjoint(found):
        raise click.exceptions.Exit(1)


def _version() -> str:
    try:
        return metadata.version("retention-rules")
    except metadata.PackageNotFoundError:
        return "not installed"


@click.group(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(_version(), message="%(version)s")
def app() -> None:
    """What is owed to which customer, by when, whether it was done, and why.

    EVENTS is a CSV or JSON Lines file, or - for standard input. Try `retention-rules demo` first.
    """


@app.command()
@options.evaluation_options
@options.fail_on
@options.formats
def agenda(style: str, fail_on: tuple[str, ...], **given: Any) -> None:
    """What to do now: open, late, and what must be clarified; most urgent first."""
    asked = options.ask(given)
    found = asked.findings.agenda()
    lang = options.chosen(given["lang"])
    if not _formatted(style, found, asked, lang):
        screen = terminal.console()
        screen.print(terminal.agenda(found, asked.as_of, asked.customers, lang))
        if found:
            command = _explaining(given["events"], found[0].key, asked.again)
            screen.print()
            screen.print(Styled.assemble((Text("Why? ", "为什么？").in_(lang), "bold"), command))
        _notes(screen, asked.findings, lang)
    _exit_on(fail_on, [one.status for one in asked.findings])


def _explaining(events: str, key: str, again: str) -> str:
    return " ".join(filter(None, (f"retention-rules explain {shlex.join([events, key])}", again)))


def _notes(screen: Any, found: Findings, lang: Any) -> None:
    if found.notes:
        screen.print()
        screen.print(terminal.notes(found.notes, lang))


@app.command()
@options.dataset_options
@options.fail_on
@options.formats
def check(style: str, fail_on: tuple[str, ...], output: str | None, **given: Any) -> None:
    """Every finding: what was done, what was missed, what is still owed, what was wrong.

    EVENTS may also be a Parquet file, a directory of such, or a quoted pattern, larger than memory:
    then findings are counted, and written to a file with -o. It needs the extra `batch`. CSV and
    JSON Lines of more than 100 MB go the same way, if it is installed.
    """
    if dataset.meant(given, style, output):
        _exit_on(fail_on, dataset.check(given, style, output))
        return
    asked = options.ask(given)
    found = list(asked.findings)
    lang = options.chosen(given["lang"])
    if not _formatted(style, found, asked, lang):
        screen = terminal.console()
        screen.print(terminal.check(asked.findings, asked.customers, lang))
        _notes(screen, asked.findings, lang)
    _exit_on(fail_on, [one.status for one in found])


@app.command()
@options.evaluation_options
@click.argument("key")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
def explain(key: str, style: str, **given: Any) -> None:
    """Why a finding is what it is. KEY may be cut short, as long as it fits one finding."""
    asked = options.ask(given)
    found = _the_one(asked.findings, key)
    lang = options.chosen(given["lang"])
    if style == "json":
        digest = asked.rulebook.short_digest
        form = {**output.row(found, lang, digest), "explanation": found.explain(lang)}
        output.write(json.dumps(form, ensure_ascii=False, indent=2) + "\n")
    else:
        click.echo(plain(found.explain(lang)))


def _the_one(found: Findings, key: str) -> Finding:
    exact = [one for one in found if one.key == key]
    near = exact or [one for one in found if one.key.startswith(key)]
    if len(near) > 1:
        told = ", ".join(f"`{one.key}`" for one in near[:5])
        more = f" and {len(near) - 5} more" if len(near) > 5 else ""
        raise RetentionRulesError(f"`{key}` fits {len(near)} findings: {told}{more}")
    return near[0] if near else _none(found, key)


def _none(found: Findings, key: str) -> NoReturn:
    keys = [one.key for one in found]
    close = (
        difflib.get_close_matches(key, keys, n=3)
        or [one.key for one in found if one.rule == key.split("/")[0]][:3]
    )
    hint = ", ".join(f"`{one}`" for one in close)
    told = f"did you mean {hint}?" if hint else "`retention-rules check` lists all keys"
    raise RetentionRulesError(f"no finding has the key `{key}`: {told}")


@app.group(invoke_without_command=True)
@options.rulebook_options
@options.language
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def rules(context: click.Context, /, style: str, lang: str, **given: Any) -> None:
    """The rules that are evaluated, and their files: export one, edit it, use it as --rulebook."""
    context.obj = (given, lang, style)
    if context.invoked_subcommand is not None:
        return
    book = options.the_rulebook(**given)
    if style == "json":
        output.write(json.dumps(encode(book), ensure_ascii=False, indent=2) + "\n")
        return
    language = options.chosen(lang)
    screen = terminal.console()
    screen.print(terminal.rules(book, language))
    hint = Text("One in full: retention-rules rules show", "查看一条：retention-rules rules show")
    if len(book):
        screen.print()
        screen.print(f"{hint.in_(language)} {book.rules[0].id}")
    digest = Text(f"Rulebook {book.short_digest}", f"规则手册 {book.short_digest}")
    screen.print(Styled(digest.in_(language), "dim"))


@rules.command()
@click.argument("id")
@options.rulebook_options
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language.")
@click.option("--format", "style", type=click.Choice(["table", "json"]))
@click.pass_context
def show(
    context: click.Context, /, id: str, lang: str | None, style: str | None, **given: Any
) -> None:
    """One rule or practice in full: advice, sources, our reading of them, and how it works."""
    outer, outer_lang, outer_style = context.obj
    book = options.the_rulebook(**{name: given[name] or outer[name] for name in given})
    found: list[Shape] = [one for one in book if one.id == id]
    language = options.chosen(lang or outer_lang)
    if not found and not (given["rulebook"] or outer["rulebook"]):
        one = practices().get(id)
        if isinstance(one, Guidance):
            terminal.console().print(terminal.guidance(one, language))
            return
        found = [one.read()] if one else []
    if not found:
        close = difflib.get_close_matches(id, [one.id for one in book], n=3, cutoff=0.4)
        hint = ", ".join(f"`{one}`" for one in close) or "`retention-rules rules` lists them"
        raise RetentionRulesError(f"no rule has the id `{id}`: {hint}")
    if (style or outer_style) == "json":
        forms = encode(found if len(found) > 1 else found[0])
        output.write(json.dumps(forms, ensure_ascii=False, indent=2) + "\n")
        return
    screen = terminal.console()
    for version in found:
        screen.print(terminal.rule(version, language))


for command in (rulebooks.export, rulebooks.validate, rulebooks.set_, rulebooks.schema):
    rules.add_command(command)
app.add_command(compare)
app.add_command(story.demo)
app.add_command(test)
app.add_command(measures)
