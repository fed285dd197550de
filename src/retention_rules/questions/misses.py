"""Misses: what did not count and why, and what would settle a finding."""

from __future__ import annotations

from collections.abc import Iterator

from retention_rules.evaluation.evidence import Miss
from retention_rules.questions.reckoning import Reckoning, fields_of
from retention_rules.questions.telling import NOBODY
from retention_rules.words import (
    check_words,
    length_words,
    listed,
    value_words,
)


class Misses(Reckoning):
    """Tells of what came near, and of what is in doubt."""

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
                (f"`{name}`" for name in fields_of(self.rule, self.finding.part)),
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
        if part == NOBODY:
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
