"""Explanations: evidence told in words, in English and Chinese."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from retention_rules.conditions import Pattern
from retention_rules.evaluation.evidence import Cited, Evidence, Miss, Reckoned
from retention_rules.findings import LIVE, Status
from retention_rules.rules import FollowUp, Lifecycle, Procedure, Prohibition, Recurring, Rule
from retention_rules.texts import Citation, Text
from retention_rules.windows import Field, Offset, Point
from retention_rules.words import (
    check_words,
    condition_words,
    date_words,
    instant_words,
    kind_words,
    length_words,
    listed,
    local,
    pattern_words,
    point_words,
    value_words,
)

_STATUSES: dict[Status, Text] = {
    "upcoming": Text("upcoming", "未开始"),
    "open": Text("open", "待办"),
    "fulfilled": Text("fulfilled", "已完成"),
    "breached": Text("breached", "已逾期"),
    "repaired": Text("repaired", "已补办"),
    "lapsed": Text("lapsed", "已失效"),
    "released": Text("released", "已免除"),
    "violated": Text("violated", "违规"),
    "current": Text("current", "当前阶段"),
    "left": Text("left", "已离开"),
    "indeterminate": Text("indeterminate", "待核实"),
}
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
    "entered": Text("entered", "进入"),
    "ends": Text("ends", "结束"),
    "left": Text("left", "离开"),
}
_CLOSED = {
    "closed": Text("closed", "休息"),
    "clocks skip the opening hours": Text("clocks skip the opening hours", "时钟跳过营业时间"),
    "no such date in this zone": Text("no such date in this zone", "该时区没有这一天"),
}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST = 240
_PASSAGES = 3
_NOBODY = "?"
"""The part of what is owed to contacts that are not known."""


def explain(evidence: Evidence, language: str = "en") -> str:
    """Why a finding is as it is: what happened, how each point was reckoned, what would settle it.

    Args:
        evidence: The facts, as `Finding.evidence` gives them.
        language: ``en`` or ``zh``.

    Raises:
        DefinitionError: `language` is neither.
    """
    return _Telling(evidence, language).text()


class _Telling:
    """One explanation on its way."""

    def __init__(self, evidence: Evidence, language: str) -> None:
        self.evidence = evidence
        self.finding = evidence.finding
        self.rule = evidence.rule
        self.language = language
        self.year: int | None = None

    def text(self) -> str:
        head = self._head()
        nature = self.finding.nature
        rows = (
            self._obligation()
            if nature == "obligation"
            else self._violation()
            if nature == "violation"
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

    def _in(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    # ---- the first line --------------------------------------------------------------------

    def _head(self) -> str:
        finding, zone = self.finding, self.evidence.zone
        status = _STATUSES[finding.status].in_(self.language)
        at = self._since()
        if at is not None:
            self.year = local(at, zone).year
        when = "" if at is None else instant_words(at, zone, self.language)
        told = self._in(
            f"{status}{_LINKS[finding.status] if when else ''}{when}",
            f"{status}{_ZH_LINKS[finding.status].format(when) if when else ''}",
        )
        if finding.leaning is not None:
            leaning = _STATUSES[finding.leaning].in_(self.language)
            told += self._in(f", leaning to {leaning}", f"，倾向于{leaning}")
        about = [self._in(f" for {finding.customer}", f"，客户{finding.customer}")]
        about += [
            self._in(f", {name} {value}", f"，{name} {value}")
            for name, value in finding.correlation
        ]
        part = "" if finding.part in (None, _NOBODY) else f" {finding.part}"
        name = f"{finding.rule}{part}"
        return f"{name}{''.join(about)}{self._in(f': {told} ({zone})', f'：{told}（{zone}）')}"

    def _since(self) -> int | None:
        """The instant from (or, if it lies ahead, until) which the status holds."""
        finding = self.finding
        if finding.status in ("fulfilled", "repaired", "released", "left"):
            return finding.ended
        if finding.status == "breached":
            return finding.due
        if finding.status == "lapsed":
            return finding.expires if finding.ended is None else finding.ended
        return None if finding.status == "indeterminate" else finding.opens

    # ---- parts of sentences ----------------------------------------------------------------

    def _when(self, at: int, *, dated: bool = False) -> str:
        zone = self.evidence.zone
        year = self.year is None or local(at, zone).year != self.year
        return instant_words(at, zone, self.language, year=year, dated=dated)

    def _event(self, cited: Cited) -> str:
        """An event with its name, when it happened, and what corrected it."""
        kind = kind_words(cited.kind, self.language)
        name = cited.name.split("@")[-1] if cited.kind.startswith("stage") else cited.name
        if cited.kind.startswith("stage"):
            kind = kind_words(cited.kind, self.language) if ":" in cited.kind else ""
            told = (
                f"{kind}{self._in(f' ({self._cause(name)})', f'（{self._cause(name)}）')}"
                if kind
                else self._cause(name)
            )
        else:
            told = self._in(f"{kind} {name}", f"{kind}{name}")
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
            for name, value in zip(_other_names(self.rule), self._values(), strict=False)
        ]
        step = _step(self.rule, self.finding.part)
        same = getattr(step or self.rule, "same_on", None)
        differs = getattr(self.rule, "differs_on", None)
        if getattr(self.rule, "for_each", None) is not None and self.finding.part != _NOBODY:
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

    # ---- obligations -----------------------------------------------------------------------

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

    def _reckoned(self, one: Reckoned) -> str:
        parts = []
        if one.point is not None:
            parts.append(self._point(one.point, lower=one.end == "opens"))
        if one.instant is not None:
            parts.append(self._when(one.instant))
        if one.end == "opens" and one.instant == self.evidence.trigger.first:
            parts.append(self._in("not before what it is owed for", "不早于起因"))
        told = self._in(", ", "，").join(parts)
        for aside in (self._skipped(one), self._pauses(one)):
            told += self._in(f"; {aside}", f"；{aside}") if aside else ""
        return told

    def _point(self, point: Point, *, lower: bool) -> str:
        """The point that decided; a default that was not needed is not told."""
        anchor = point.anchor
        if isinstance(anchor, Field) and anchor.default is not None:
            point = attrs.evolve(point, anchor=Field(anchor.name))
        return point_words(point, self.language, lower=lower)

    def _skipped(self, one: Reckoned) -> str:
        days = []
        for day, why in one.skipped:
            named = date_words(day, self.language, year=self.year not in (None, day.year))
            reason = _CLOSED[why].in_(self.language) if why in _CLOSED else why
            days.append(named if why in _WEEKDAYS else f"{named} ({reason})")
        some = days if len(days) <= 8 else [*days[:8], "…"]
        told = listed(some, self.language, last="")
        return self._in(f"not counted: {told}", f"不计：{told}") if days else ""

    def _pauses(self, one: Reckoned) -> str:
        spans = []
        for begin, end in one.pauses:
            until = "…" if end is None else self._when(end)
            spans.append(
                self._in(f"{self._when(begin)} to {until}", f"{self._when(begin)}至{until}")
            )
        told = listed(spans, self.language, last="")
        return self._in(f"paused {told}", f"暂停：{told}") if spans else ""

    def _due(self, one: Reckoned) -> str:
        finding = self.finding
        source = self._source()
        aside = f"  {source}" if source else ""
        if finding.paused_since is not None:
            since = self._when(finding.paused_since)
            return self._in(f"the clock stands still since {since}", f"自{since}起暂停计时") + aside
        if one.instant is None and one.point is None:
            return source
        return self._reckoned(one) + aside

    def _source(self) -> str:
        parts = []
        if _is_ours(self.rule, self.finding.part):
            parts.append(self._in("default ours", "默认值由我们定"))
        parts += self._adapted()
        parts += _cited(self.rule.citations)
        return self._in(f"({'; '.join(parts)})", f"（{'；'.join(parts)}）") if parts else ""

    def _adapted(self) -> list[str]:
        """In what the rule departs from the passages that it cites."""
        if not self.rule.adapted:
            return []
        names = (f"`{name}`" for name in self.rule.adapted)
        told = listed(names, self.language)
        return [self._in(f"adapted in {told}", f"有改动：{told}")]

    def _timing(self) -> str:
        """How early or late it was paid."""
        finding = self.finding
        if finding.ended is None or finding.due is None:
            return ""
        length = length_words(finding.due - finding.ended, self.language)
        if finding.status == "repaired":
            return self._in(f": {length} late", f"：迟了{length}")
        if finding.due == finding.ended:
            return self._in(": at the last moment", "：在最后一刻")
        return self._in(f": {length} to spare", f"：提前{length}")

    def _miss(self, miss: Miss) -> str:
        return self._event(miss.event) + self._in(": ", "：") + self._shortened(self._why(miss))

    def _why(self, miss: Miss) -> str:
        if miss.failed:
            # What is wrong comes before what is missing.
            failed = sorted(miss.failed, key=lambda check: check.result is None)
            told = (
                check_words(check.condition, check.result, check.values, self.language)
                for check in failed
            )
            return self._in("; ", "；").join(told)
        if miss.field is not None:
            return self._untied(miss.why, *miss.field)
        by = "" if miss.by is None else length_words(miss.by, self.language)
        return {
            "early": self._in(f"too early by {by}", f"早了{by}"),
            "late": self._in(f"too late by {by}", f"晚了{by}"),
            "before": self._in("it came before the trigger", "发生在起因之前"),
            "used": self._in("it paid an older obligation", "已抵更早的一项"),
            "dated": self._in(
                "only its day is known, the time of day decides", "只知日期，而须按时刻判断"
            ),
        }.get(miss.why, miss.why)

    def _untied(self, why: str, field: str, had: object, needed: object) -> str:
        mine = None if had is None else value_words(had, self.language)
        other = None if needed is None else value_words(needed, self.language)
        if mine is None:
            return self._in(f"{field} is missing", f"缺少{field}") + (
                ""
                if other is None or why == "same"
                else self._in(f", needs {other}", f"，须为{other}")
            )
        if other is None:
            return self._in(
                f"{field} is `{mine}`, but is missing in what it is owed for",
                f"{field}为`{mine}`，但起因缺少{field}",
            )
        if why == "same":
            return self._in(
                f"{field} is `{mine}` again, needs another", f"{field}仍为`{mine}`，须不同"
            )
        return self._in(f"{field} is `{mine}`, needs {other}", f"{field}为`{mine}`，须为{other}")

    def _settling(self) -> str:
        """What would still pay or repair it, and until when."""
        finding, pattern = self.finding, self.evidence.wanted
        status = finding.leaning or finding.status
        if pattern is None or status not in ("upcoming", "open", "breached"):
            return ""
        wanted = self._wanted(pattern)
        if finding.status == "indeterminate" and finding.due is None:
            return wanted
        if status == "breached":
            return self._repairing(wanted)
        told, joint = wanted, ", by "
        if status == "upcoming" and finding.opens is not None:
            opens = self._when(finding.opens)
            told = self._in(f"{told}, from {opens}", f"{told}，自{opens}起")
            joint = " to "
        if finding.due is None:
            return told
        due = self._when(finding.due)
        return self._in(f"{told}{joint}{due}", f"{told}，在{due}之前")

    def _repairing(self, wanted: str) -> str:
        expires = self.finding.expires
        if expires is None:
            return self._in(f"{wanted} repairs it at any time", f"{wanted}，随时可补办")
        until = self._when(expires)
        return self._in(
            f"{wanted}, by {until}, repairs it; after that it lapses",
            f"{wanted}，在{until}之前可补办；此后失效",
        )

    # ---- doubts ----------------------------------------------------------------------------

    def _doubts(self) -> Iterator[str]:
        """What is unknown, and which event to clarify."""
        for miss in self.evidence.doubtful:
            clarify = self._in(f"; correct {miss.event.name}", f"；请更正{miss.event.name}")
            yield self._miss(miss) + clarify
        unknown = [one for one in self.evidence.context if one.result is None]
        for check in unknown:
            yield check_words(check.condition, None, check.values, self.language)
        reason, trigger = self.finding.reason, self.evidence.trigger
        if reason == "incomplete":
            yield self._incomplete()
        elif reason in ("missing-date", "not-a-date"):
            fields = listed(
                (f"`{name}`" for name in _fields(self.rule, self.finding.part)),
                self.language,
                last="or",
            )
            missing = reason == "missing-date"
            problem = self._in(
                f"{fields} {'is missing' if missing else 'holds no date'}",
                f"{'缺少' if missing else '不是日期：'}{fields}",
            )
            yield self._in(
                f"{problem}, and the window is counted from it; correct {trigger.name}",
                f"{problem}，期限由此起算；请更正{trigger.name}",
            )
        elif reason == "due-before-trigger":
            yield self._in(
                f"it would have been due before it was owed; correct {trigger.name}",
                f"期限早于起因；请更正{trigger.name}",
            )
        elif reason == "opens-after-due":
            yield self._in(
                f"it would open after it is due; correct {trigger.name}",
                f"开始晚于期限；请更正{trigger.name}",
            )
        elif not self.evidence.doubtful and not unknown:
            yield self._vague()

    def _vague(self) -> str:
        """What is in doubt where no event is."""
        part = self.finding.part
        if getattr(self.rule, "for_each", None) is None:
            return self._in("it turns on something that is not known", "取决于尚不明确的事实")
        if part == _NOBODY:
            return self._in(
                "the customer's contacts are not known; hand them over with the customer",
                "客户的联系人不明；请随客户资料提供",
            )
        return self._in(
            f"it is not known whether contact `{part}` is meant; complete what is known of them",
            f"不知联系人`{part}`是否在内；请补全其资料",
        )

    def _incomplete(self) -> str:
        complete = self.evidence.complete
        if complete is None:
            return self._in("the history is not known far enough back", "历史记录不够久远")
        until = self._when(complete)
        return self._in(f"the records are complete up to {until} only", f"记录只完整到{until}")

    # ---- violations ------------------------------------------------------------------------

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
        yield "source", "; ".join([*self._adapted(), *_cited(rule.citations)])
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

    # ---- stages ----------------------------------------------------------------------------

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
        yield "source", "; ".join([*self._adapted(), *_cited(self.rule.citations)])
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
    "indeterminate": "",
}


def _width(text: str) -> int:
    """How many columns a terminal gives a text."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _cited(citations: Iterable[Citation]) -> list[str]:
    """The passages of each document."""
    found: dict[str, list[str]] = {}
    for one in citations:
        found.setdefault(one.document, []).append(f'"{one.section}"')
    return [
        f"{document} {', '.join(sections[:_PASSAGES])}" + (", …" if sections[_PASSAGES:] else "")
        for document, sections in found.items()
    ]


def _step(rule: Rule, part: str | None) -> object | None:
    steps = rule.steps if isinstance(rule, Procedure) else ()
    return next((step for step in steps if step.name == part), None)


def _other_names(rule: Rule) -> list[str]:
    """The fields that tie what pays to its case."""
    keys = getattr(rule, "correlate_on", ())
    return [key if isinstance(key, str) else key[1] for key in keys]


def _fields(rule: Rule, part: str | None) -> list[str]:
    """The fields that a window is counted from."""
    window = getattr(_step(rule, part) or rule, "window", None)
    ends = () if window is None or callable(window) else (window.opens, window.due)
    parts = [one for end in ends if end is not None for one in end.parts()]
    return list(dict.fromkeys(one.anchor.name for one in parts if isinstance(one.anchor, Field)))


def _is_ours(rule: Rule, part: str | None) -> bool:
    """Whether it is due at the handbook's own default, which no document gives."""
    from retention_rules.practices import practices
    from retention_rules.practices.parameters import PARAMETERS

    built_in = getattr(practices().get(rule.id), "rule", None)
    default = None if built_in is None else _length(built_in, part)
    if default is None or default != _length(rule, part):
        return False
    ours = (one.value for one in PARAMETERS.values() if one.source == "ours")
    return any(value is default for value in ours)


def _length(rule: Rule, part: str | None) -> Offset | None:
    """The offset by which a rule is due."""
    if isinstance(rule, Recurring):
        return rule.every
    holder = _step(rule, part) or rule
    window = getattr(holder, "window", None) if not isinstance(rule, FollowUp) else rule.window
    if window is None or not isinstance(window.due, Point):
        return None
    return window.due.offset


__all__ = ["explain"]
