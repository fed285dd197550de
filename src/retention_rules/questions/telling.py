"""Telling: the words of one explanation, in its language and zone."""

from __future__ import annotations

from retention_rules.conditions import Pattern
from retention_rules.evaluation.evidence import Cited, Evidence
from retention_rules.rules import Procedure, Rule
from retention_rules.words import (
    instant_words,
    kind_words,
    listed,
    local,
    pattern_words,
)

_LONGEST = 240
NOBODY = "?"
"""The part of what is owed to contacts that are not known."""


class Telling:
    """One explanation on its way."""

    def __init__(self, evidence: Evidence, language: str) -> None:
        self.evidence = evidence
        self.finding = evidence.finding
        self.rule = evidence.rule
        self.language = language
        self.year: int | None = None

    def _in(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def _when(self, at: int, *, dated: bool = False) -> str:
        zone = self.evidence.zone
        year = self.year is None or local(at, zone).year != self.year
        return instant_words(at, zone, self.language, year=year, dated=dated)

    def _event(self, cited: Cited) -> str:
        """An event with its name, when it happened, and what corrected it."""
        kind = kind_words(cited.kind, self.language)
        if cited.kind.startswith(("stage", "conclusion")):
            name = cited.name.split("@")[-1]
            kind = kind if ":" in cited.kind else ""
            told = (
                f"{kind}{self._in(f' ({self._cause(name)})', f'（{self._cause(name)}）')}"
                if kind
                else self._cause(name)
            )
        else:
            told = self._in(f"{kind} {cited.name}", f"{kind}{cited.name}")
        told += self._in(", ", "，") + self._when(cited.first, dated=cited.dated)
        if cited.amended_by:
            names = listed(cited.amended_by, self.language)
            told += self._in(f" (corrected by {names})", f"（经{names}更正）")
        return told

    def _cause(self, name: str) -> str:
        """What led to a stage: a record, or time after one."""
        record = name.rstrip("+")
        if name == record:
            return self._in(f"by {record}", f"因{record}")
        return self._in(f"by time passing, after {record}", f"{record}之后因时间经过")

    def _shortened(self, text: str) -> str:
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"

    def _wanted(self, pattern: Pattern) -> str:
        """What pays, with the fields that tie it to the case."""
        told = self._shortened(pattern_words(pattern, self.language))
        ties = [
            self._in(f"{name} `{value}`", f"{name}为`{value}`")
            for name, value in zip(other_names(self.rule), self._values(), strict=False)
        ]
        step = step_of(self.rule, self.finding.part)
        same = getattr(step or self.rule, "same_on", None)
        differs = getattr(self.rule, "differs_on", None)
        if getattr(self.rule, "for_each", None) is not None and self.finding.part != NOBODY:
            ties.append(
                self._in(f"contact `{self.finding.part}`", f"contact为`{self.finding.part}`")
            )
        ties += [self._in(f"the same {same}", f"相同的{same}")] if same else []
        ties += [self._in(f"another {differs}", f"不同的{differs}")] if differs else []
        if not ties:
            return told
        joined = listed(ties, self.language)
        return self._in(f"{told} with {joined}", f"{told}，且{joined}")

    def _values(self) -> list[str]:
        return [value for _, value in self.finding.correlation]


def step_of(rule: Rule, part: str | None) -> object | None:
    """The step of a procedure that a finding is about."""
    steps = rule.steps if isinstance(rule, Procedure) else ()
    return next((step for step in steps if step.name == part), None)


def other_names(rule: Rule) -> list[str]:
    """The fields that tie what pays to its case."""
    keys = getattr(rule, "correlate_on", ())
    return [key if isinstance(key, str) else key[1] for key in keys]
