"""What a timeline expects, and whether a finding is that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import get_args

import attrs

from retention_rules.errors import near
from retention_rules.findings import Finding, Findings, Status, named
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Derivation, Lifecycle, Procedure, Prohibition
from retention_rules.testing._clocks import is_day
from retention_rules.testing._nodes import Node
from retention_rules.testing._stories import Story, single
from retention_rules.texts import Language, Text

NOTHING = ("not owed", "allowed", "nothing")
"""How a timeline says that there is no finding."""

STATUSES = (*get_args(Status), *NOTHING)
TIMES = ("opens", "due", "expires")
EXPECTED = (
    "status",
    "practice",
    "of",
    "part",
    *TIMES,
    "by",
    "leaning",
    "reason",
    "reasons",
    "known_at",
)
"""The keys of an expectation."""

_NONE = "none"
Difference = tuple[str, str, str]
"""What differs, what was expected, and what is."""


@attrs.frozen
class Expectation:
    """One line of what is expected.

    Attributes:
        line: Where it stands.
        when: The instant asked about, as it is written there.
        as_of: The instant asked about.
        known_at: Whose knowledge is used; None for all.
        practice: The rule.
        status: The status, or one of `NOTHING`.
        of: The triggers that it may be about, as findings name them; None for any.
        part: The step, contact, occurrence or stage; None for any.
        fields: Other fields of the finding, as text.
    """

    line: int
    when: str
    as_of: datetime
    practice: str
    status: str
    known_at: datetime | None = None
    of: frozenset[str] | None = None
    part: str | None = None
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there should be no finding."""
        return self.status in NOTHING

    def about(self, findings: Findings) -> list[Finding]:
        """The findings that it may mean."""
        return [
            one
            for one in findings.select(self.practice)
            if (self.part is None or one.part == self.part)
            and (self.of is None or _root(one.trigger) in self.of)
        ]

    def differences(self, finding: Finding) -> Iterator[Difference]:
        """Where a finding is another than expected."""
        if finding.status != self.status:
            yield "status", self.status, finding.status
        for name, expected in self.fields:
            found = _field(finding, name) if name != "reasons" else _reasons(finding, expected)
            if found != expected:
                yield name, expected, found


def _root(trigger: str) -> str:
    """The record behind a trigger, which may be a stage that began with it."""
    return trigger.rpartition("@")[2].rstrip("+")


def _reasons(finding: Finding, expected: str) -> str:
    """What a conclusion is drawn from: events by name, and findings by their rule, as expected."""
    events = expected.split(", ")
    return _listed(one if one in events else one.partition("/")[0] for one in finding.reasons)


def _listed(reasons: Iterable[str]) -> str:
    return ", ".join(sorted(reasons))


def _field(finding: Finding, name: str) -> str:
    if name in TIMES:
        at = getattr(finding, f"{name}_at")
        return _NONE if at is None else written(at)
    value = finding.ended_by if name == "by" else getattr(finding, name)
    return str(value or _NONE)


def written(at: datetime) -> str:
    """A local time as a timeline writes it.

    >>> written(datetime(2026, 3, 4, 23, 59, 59, 999_999)), written(datetime(2026, 3, 4, 15))
    ('2026-03-04 end', '2026-03-04 15:00')
    """
    if at.hour == 23 and at.minute == 59 and at.second == 59 and at.microsecond == 999_999:
        return f"{at:%Y-%m-%d} end"
    finer = f":{at:%S.%f}" if at.microsecond else f":{at:%S}" if at.second else ""
    return f"{at:%Y-%m-%d %H:%M}{finer}"


def expectation(line: Node, story: Story, rulebook: Rulebook, practice: str | None) -> Expectation:
    """Read one line of what is expected.

    Args:
        line: The line.
        story: What happened.
        rulebook: The rules.
        practice: The rule that is meant where the line names none.
    """
    node, when, verdict, given = _split(line)
    as_of = story.clock.instant(node, when)
    if "status" not in given:
        raise verdict.wrong("what is the status? Write `status: fulfilled`, say")
    status = given["status"].only("status", STATUSES)
    id, rule_node = practice, verdict
    if "practice" in given:
        rule_node = given["practice"]
        id = rule_node.text("practice")
    if id is None:
        raise verdict.wrong("of which practice? Write `practice:` at the top, or here")
    part = given["part"].text("part") if "part" in given else None
    _check(id, status, part, rulebook, rule_node, given)
    known_at = given.get("known_at")
    return Expectation(
        line=node.line,
        when=when,
        as_of=as_of,
        known_at=story.clock.instant(known_at, known_at.text("time")) if known_at else None,
        practice=id,
        status=status,
        of=_triggers(given["of"], story) if "of" in given else None,
        part=part,
        fields=tuple(_fields(given, story, rulebook, status)),
    )


def _split(line: Node) -> tuple[Node, str, Node, dict[str, Node]]:
    """When, what is said of it, and that by its keys; ``at`` may stand among them."""
    if line.kind == "mapping" and any(key.given == "at" for key, _ in line.given):
        given = line.closed("an expectation", ("at", *EXPECTED))
        at = given.pop("at")
        return at, at.text("time"), line, given
    node, when, verdict = single(line, "expectation")
    if verdict is None:
        raise node.wrong(f"`{when[:60]}` expects nothing: write `{when[:20]}: fulfilled`, say")
    if verdict.kind == "text":
        return node, when, verdict, {"status": verdict}
    return node, when, verdict, verdict.closed("an expectation", EXPECTED)


def _check(
    id: str,
    status: str,
    part: str | None,
    rulebook: Rulebook,
    node: Node,
    given: dict[str, Node],
) -> None:
    """Refuse what no finding of the rule could ever be."""
    ids = [one.id for one in rulebook]
    if id not in ids:
        raise node.wrong(f"the rulebook has no practice `{id}`: {near(id, ids)}")
    rule = rulebook[id]
    if isinstance(rule, Prohibition):
        known: Iterable[str] = ("violated", "indeterminate", "allowed", "nothing")
    elif isinstance(rule, Lifecycle):
        known = ("current", "left", "indeterminate", "nothing")
        names = [one.name for one in rule.stages]
        if part is not None and part not in names:
            raise given["part"].wrong(f"`{id}` has no stage `{part}`: {near(part, names)}")
    elif isinstance(rule, Derivation):
        known = ("holds", "indeterminate", "nothing")
    else:
        known = [one for one in STATUSES if one not in ("current", "left", "holds", "allowed")]
        if not isinstance(rule, Procedure):
            known.remove("violated")
        elif part is not None:
            steps = [one.name for one in rule.steps]
            if part.rpartition(":")[2] not in steps:
                raise given["part"].wrong(f"`{id}` has no step `{part}`: {near(part, steps)}")
    known = list(known)
    if "reasons" in given and not isinstance(rule, Derivation):
        raise given["reasons"].wrong(f"`{id}` is no conclusion: leave `reasons` out")
    if status not in known:
        where = given["status"]
        hint = near(status, known, most=len(known))
        raise where.wrong(f"nothing of `{id}` is ever `{status}`: {hint}")


def _triggers(node: Node, story: Story) -> frozenset[str]:
    """The names of the event, or of the events of the day, that `of` says."""
    text = node.text("name of an event, or day")
    if is_day(text):
        day = story.clock.moment(node, text)
        if isinstance(day, datetime):
            raise node.wrong(f"`{text}` is a time: write the day alone, or the event's name")
        found = story.on(day)
        if not found:
            raise node.wrong(f"nothing happens on `{text}` in the story: write the day of an event")
        return frozenset(named(one.ref) for one in found)
    return frozenset({named(story.event(node, text).ref)})


def _fields(
    given: dict[str, Node], story: Story, rulebook: Rulebook, status: str
) -> Iterator[tuple[str, str]]:
    for name in (*TIMES, "by", "leaning", "reason", "reasons"):
        if name not in given:
            continue
        node = given[name]
        if status in NOTHING:
            raise node.wrong(f"where nothing is expected there is no `{name}`: leave it out")
        if name == "reasons":
            some = [_premise(one, story, rulebook) for one in node.items("reasons")]
            yield name, _listed(some)
            continue
        text = node.text(name)
        if text == _NONE:
            yield name, _NONE
        elif name in TIMES:
            yield name, _time(node, name, text, story)
        elif name == "by":
            yield name, named(story.event(node, text).ref)
        else:
            yield name, node.only("status", get_args(Status)) if name == "leaning" else text


def _premise(node: Node, story: Story, rulebook: Rulebook) -> str:
    """What a conclusion is drawn from: a rule by its id, or an event by its name."""
    text = node.text("id of a practice, or name of an event")
    if any(one.id == text for one in rulebook):
        return text
    return named(story.event(node, text).ref)


def _time(node: Node, name: str, text: str, story: Story) -> str:
    """A time; of a day its end, but its start where it opens."""
    at = story.clock.moment(node, text, last=name != "opens")
    if not isinstance(at, datetime):
        table, day = story.clock.table, at.toordinal()
        at = table.to_datetime(table.start(day) if name == "opens" else table.end(day))
    return written(at)


_WORDS = {
    "expected": Text("expected", "预期"),
    "is": Text("is", "实际"),
    "why": Text("why", "原因"),
}


def told(what: Expectation, findings: Findings, language: Language) -> str | None:
    """Why an expectation fails: what it is, what is so instead, and why; None if it holds."""
    found = what.about(findings)
    expected, now, why = (_WORDS[name].in_(language) for name in ("expected", "is", "why"))
    head = f"{what.when} (line {what.line}): {what.practice}"
    if what.nothing:
        if not found:
            return None
        lines = [f"{expected}: {what.status}"]
        lines += [f"{now}: {one.status} ({one.key})" for one in found]
        return "\n".join([head, *_indent(lines), *_reason(found[0], why, language)])
    if len(found) == 1:
        wrong = list(what.differences(found[0]))
        if not wrong:
            return None
        lines = [f"{name}: {expected} {one}, {now} {other}" for name, one, other in wrong]
        return "\n".join([head, *_indent(lines), *_reason(found[0], why, language)])
    lines = [f"{expected}: {what.status}"]
    if found:
        several = Text(
            f"{len(found)} findings; tell them apart with `of` or `part`",
            f"有{len(found)}项结论；请用`of`或`part`区分",
        )
        lines += [f"{now}: {several.in_(language)}"]
        lines += [f"  {one.status:13} part {one.part or '-'}  {one.key}" for one in found]
        return "\n".join([head, *_indent(lines)])
    nothing = Text("nothing: its trigger may not have matched", "没有结论；可能触发条件未满足")
    lines += [f"{now}: {nothing.in_(language)}"]
    others = findings.select(what.practice)
    if others:
        lines += [Text("there is", "已有").in_(language)]
        lines += [f"  {one.status:13} part {one.part or '-'}  {one.key}" for one in others]
    return "\n".join([head, *_indent(lines)])


def _reason(finding: Finding, why: str, language: Language) -> list[str]:
    return [f"  {why}:", *_indent(finding.explain(language).splitlines(), 4)]


def _indent(lines: Iterable[str], by: int = 2) -> list[str]:
    return [" " * by + line for line in lines]
