"""Explanations: evidence told in words, in English and Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from retention_rules.evaluation.evidence import Evidence
from retention_rules.findings import LIVE, Finding, Status
from retention_rules.questions.misses import Misses
from retention_rules.questions.reckoning import cited_words
from retention_rules.questions.telling import NOBODY
from retention_rules.rules import Derivation, Lifecycle, Procedure, Prohibition, Recurring
from retention_rules.texts import Text
from retention_rules.words import (
    STATUSES,
    condition_words,
    date_words,
    listed,
    local,
    pattern_words,
    point_words,
    premise_words,
)

_LABELS = {
    "occasion": Text("occasion", "日子"),
    "owed": Text("owed since", "起因"),
    "opens": Text("opens", "开始"),
    "due": Text("due", "期限"),
    "target": Text("best by", "最好在"),
    "miss": Text("nearest miss", "最接近者"),
    "paid": Text("paid by", "完成于"),
    "freed": Text("freed by", "免除于"),
    "doubt": Text("doubtful", "存疑"),
    "settle": Text("would settle", "如何了结"),
    "list": Text("checklist", "清单"),
    "next": Text("next change", "下次变化"),
    "happened": Text("happened", "事件"),
    "wrong": Text("wrong", "不当之处"),
    "cleared": Text("needed first", "须先有"),
    "instead": Text("instead", "应改为"),
    "source": Text("source", "出处"),
    "drawn": Text("drawn from", "依据"),
    "until": Text("holds until", "成立至"),
    "entered": Text("entered", "进入"),
    "ends": Text("ends", "结束"),
    "left": Text("left", "离开"),
}

_LINKS: dict[Status, str] = {
    "upcoming": " until ",
    "open": " since ",
    "breached": " since ",
    "lapsed": " since ",
    "current": " since ",
    "left": " since ",
    "fulfilled": " on ",
    "repaired": " on ",
    "released": " on ",
    "violated": " on ",
    "holds": " since ",
    "indeterminate": "",
}

_ZH_LINKS: dict[Status, str] = {
    "upcoming": "，{}开始",
    "open": "，自{}起",
    "breached": "，自{}起",
    "lapsed": "，自{}起",
    "current": "，自{}起",
    "left": "，自{}起",
    "fulfilled": "，{}",
    "repaired": "，{}",
    "released": "，{}",
    "violated": "，{}",
    "holds": "，自{}起",
    "indeterminate": "",
}


def explain(evidence: Evidence, language: str = "en") -> str:
    """Why a finding is as it is: what happened, how each point was reckoned, what would settle it.

    Args:
        evidence: The facts, as `Finding.evidence` gives them.
        language: ``en`` or ``zh``.

    Raises:
        DefinitionError: `language` is neither.
    """
    return _Explanation(evidence, language).text()


class _Explanation(Misses):
    """One explanation, from its head to its last line."""

    def text(self) -> str:
        head = self._head()
        nature = self.finding.nature
        rows = (
            self._obligation()
            if nature == "obligation"
            else self._violation()
            if nature == "violation"
            else self._conclusion()
            if nature == "conclusion"
            else self._stage()
        )
        told = [(_LABELS[name].in_(self.language), text) for name, text in rows if text]
        width = max((_width(label) for label, _ in told), default=0)
        lines, before = [head], ""
        for label, text in told:
            shown = "" if label == before else label
            lines.append(f"  {shown}{' ' * (width - _width(shown))} {text}")
            before = label
        return "\n".join(lines)

    def _head(self) -> str:
        finding, zone = self.finding, self.evidence.zone
        told, at = self._standing(finding), since(finding)
        if at is not None:
            self.year = local(at, zone).year
        if finding.leaning is not None:
            leaning = STATUSES[finding.leaning].in_(self.language)
            told += self._in(f", leaning to {leaning}", f"，倾向于{leaning}")
        about = [self._in(f" for {finding.customer}", f"，客户{finding.customer}")]
        about += [
            self._in(f", {name} {value}", f"，{name} {value}")
            for name, value in finding.correlation
        ]
        part = "" if finding.part in (None, NOBODY) else f" {finding.part}"
        name = f"{finding.rule}{part}"
        return f"{name}{''.join(about)}{self._in(f': {told} ({zone})', f'：{told}（{zone}）')}"

    def _standing(self, finding: Finding) -> str:
        """The status of a finding, and since when."""
        at, status = since(finding), STATUSES[finding.status].in_(self.language)
        when = "" if at is None else self._when(at)
        return self._in(
            f"{status}{_LINKS[finding.status] if when else ''}{when}",
            f"{status}{_ZH_LINKS[finding.status].format(when) if when else ''}",
        )

    def _obligation(self) -> Iterator[tuple[str, str]]:
        evidence, finding = self.evidence, self.finding
        if isinstance(self.rule, Recurring) and self.rule.on is not None and finding.part:
            day = date.fromisoformat(finding.part)
            year = self.year is None or day.year != self.year
            yield "occasion", date_words(day, self.language, year=year)
        yield "owed", self._event(evidence.trigger)
        for one in evidence.reckoned:
            if one.end == "opens" and (one.point is not None or finding.status == "upcoming"):
                yield "opens", self._reckoned(one)
            elif one.end == "due":
                yield "due", self._due(one)
            elif one.end == "target" and one.instant is not None:
                yield "target", self._reckoned(one)
        if evidence.decided_by is not None:
            paid = finding.status in ("fulfilled", "repaired")
            label = "paid" if paid else "freed"
            yield label, self._event(evidence.decided_by) + (self._timing() if paid else "")
        elif evidence.miss is not None and finding.status not in ("upcoming", "indeterminate"):
            yield "miss", self._miss(evidence.miss)
        if finding.status == "indeterminate":
            for told in self._doubts():
                yield "doubt", told
        yield "settle", self._settling()
        if finding.status in LIVE or finding.status in ("upcoming", "indeterminate"):
            for item in self.rule.checklist:
                yield "list", item.text.in_(self.language)
        yield "next", "" if finding.next_change is None else self._when(finding.next_change)

    def _violation(self) -> Iterator[tuple[str, str]]:
        evidence, rule = self.evidence, self.rule
        yield "happened", self._event(evidence.trigger)
        if isinstance(rule, Prohibition):
            yield from self._forbidden(rule)
        elif isinstance(rule, Procedure):
            yield from self._out_of_order(rule)
        if self.finding.status == "indeterminate":
            for told in self._doubts():
                yield "doubt", told
        if isinstance(rule, Prohibition):
            yield "instead", rule.instead.in_(self.language)
        yield "source", "; ".join([*self._adapted(), *cited_words(rule.citations)])
        change = self.finding.next_change
        yield "next", "" if change is None else self._when(change)

    def _forbidden(self, rule: Prohibition) -> Iterator[tuple[str, str]]:
        told = pattern_words(rule.forbids, self.language)
        if rule.context is not None:
            context = condition_words(rule.context, self.language)
            told = self._in(f"{told}, while {context}", f"{context}时{told}")
        yield "wrong", self._shortened(told)
        if rule.unless_prior is not None:
            yield "cleared", self._wanted(rule.unless_prior)

    def _out_of_order(self, rule: Procedure) -> Iterator[tuple[str, str]]:
        what, _, name = (self.finding.part or "").partition(":")
        missing = listed((f"`{one}`" for one in self.evidence.missing), self.language)
        if what == "out-of-order":
            yield (
                "wrong",
                self._in(
                    f"`{name}` was done before {missing or 'the steps ahead of it'}",
                    f"`{name}`做在{missing or '之前各步'}之前",
                ),
            )
            yield "cleared", missing
            return
        yield "wrong", self._in(f"the case was closed without `{name}`", f"结案时未做`{name}`")
        if self.evidence.wanted is not None:
            yield "cleared", self._wanted(self.evidence.wanted)

    def _conclusion(self) -> Iterator[tuple[str, str]]:
        evidence, rule = self.evidence, self.rule
        for one in evidence.reasons:
            if one.finding is None:
                yield "drawn", one.name if one.event is None else self._event(one.event)
                continue
            part = f" {one.finding.part}" if one.finding.part else ""
            comma = self._in(", ", "，")
            ties = "".join(f"{comma}{name} {value}" for name, value in one.finding.correlation)
            standing = self._standing(one.finding)
            yield "drawn", f"{one.finding.rule}{part}{ties}{self._in(': ', '：')}{standing}"
        if self.finding.status == "indeterminate":
            for told in self._doubts():
                yield "doubt", told
        if isinstance(rule, Derivation):
            unless = [premise_words(one, self.language) for one in rule.unless]
            yield "until", self._shortened(listed(unless, self.language, last="or"))
        yield "source", "; ".join([*self._adapted(), *cited_words(rule.citations)])
        change = self.finding.next_change
        yield "next", "" if change is None else self._when(change)

    def _stage(self) -> Iterator[tuple[str, str]]:
        finding, evidence = self.finding, self.evidence
        told = self._event(evidence.trigger)
        opens = finding.opens
        if opens is not None and opens != evidence.trigger.first:
            told += self._in(f"; in force {self._when(opens)}", f"；生效于{self._when(opens)}")
        yield "entered", told
        if finding.status == "left":
            yield "left", self._left()
        if finding.status == "indeterminate":
            for doubt in self._doubts():
                yield "doubt", doubt
        for told in self._ends():
            yield "ends", told
        yield "source", "; ".join([*self._adapted(), *cited_words(self.rule.citations)])
        change = finding.next_change
        yield "next", "" if change is None else self._when(change)

    def _left(self) -> str:
        finding, decided = self.finding, self.evidence.decided_by
        if decided is not None:
            return self._event(decided)
        when = "" if finding.ended is None else self._when(finding.ended)
        return self._in(f"by time passing, {when}", f"因时间经过，{when}")

    def _ends(self) -> Iterable[str]:
        """What ends a stage that lasts."""
        rule, part = self.rule, self.finding.part
        if not isinstance(rule, Lifecycle) or self.finding.status == "left":
            return
        for one in rule.timeouts:
            if one.source == part:
                after = point_words(one.after, self.language)
                yield self._in(f"{after}: then `{one.to}`", f"{after}：转入`{one.to}`")
        for move in rule.moves:
            if move.source in (part, None) and not (move.source is None and move.to == part):
                on = self._shortened(pattern_words(move.on, self.language))
                yield self._in(f"on {on}: then `{move.to}`", f"{on}：转入`{move.to}`")


def _width(text: str) -> int:
    """How many columns a terminal gives a text."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


__all__ = ["explain"]


def since(finding: Finding) -> int | None:
    """The instant from (or, if it lies ahead, until) which the status of a finding holds."""
    if finding.status in ("fulfilled", "repaired", "released", "left"):
        return finding.ended
    if finding.status == "breached":
        return finding.due
    if finding.status == "lapsed":
        return finding.expires if finding.ended is None else finding.ended
    return None if finding.status == "indeterminate" else finding.opens
