"""Words, dates and urgency, in English and Chinese. No optional library is needed here."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from retention_rules.findings import Finding
from retention_rules.texts import Language, Text

STRENGTHS: dict[str, Text] = {
    "must": Text("must", "必须"),
    "should": Text("should", "应当"),
    "example": Text("example", "示例"),
}
GROUPS: dict[str, Text] = {
    "late": Text("Late", "已逾期"),
    "today": Text("Today", "今天"),
    "later": Text("Later", "以后"),
    "clarify": Text("To clarify", "待核实"),
}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAST = time(23, 59, 59, 999_999)


def plain(text: str) -> str:
    r"""Text from a file, with what could steer a terminal made visible.

    >>> plain("Lin\x1b[31m")
    'Lin�[31m'
    """
    return "".join(
        letter if letter == "\n" or not unicodedata.category(letter).startswith("C") else "�"
        for letter in text
    )


def day(moment: date, language: Language, *, year: bool = False) -> str:
    """A date with its weekday.

    >>> day(date(2026, 3, 4), "en"), day(date(2026, 3, 4), "zh")
    ('Wed 4 Mar', '3月4日 周三')
    """
    weekday = _DAYS[language][moment.weekday()]
    if language == "zh":
        return f"{f'{moment.year}年' if year else ''}{moment.month}月{moment.day}日 {weekday}"
    named = f"{weekday} {moment.day} {_MONTHS[moment.month - 1]}"
    return f"{named} {moment.year}" if year else named


def when(moment: datetime, language: Language, *, year: bool = False) -> str:
    """A local time; the last microsecond of a day is shown as the end that it is.

    >>> when(datetime(2026, 3, 4, 23, 59, 59, 999_999), "en")
    'Wed 4 Mar 24:00'
    """
    clock = "24:00" if moment.time() == _LAST else f"{moment:%H:%M}"
    if moment.second and clock != "24:00":
        clock = f"{moment:%H:%M:%S}"
    return f"{day(moment, language, year=year)} {clock}"


def group(finding: Finding, as_of: datetime) -> str:
    """Where it stands on the agenda: ``late``, ``today``, ``later`` or ``clarify``."""
    if finding.status == "indeterminate":
        return "clarify"
    if finding.status == "breached":
        return "late"
    left = days_left(finding, as_of)
    return "today" if left is not None and left <= 0 else "later"


def days_left(finding: Finding, as_of: datetime) -> int | None:
    """Local dates until it is due; None if no date stands."""
    if finding.due_at is None:
        return None
    today = as_of.astimezone(ZoneInfo(finding.zone)).date()
    return (finding.due_at.date() - today) // timedelta(days=1)


def urgency(finding: Finding, as_of: datetime, language: Language) -> str:
    """How soon, or how late, in a few words."""
    left = days_left(finding, as_of)
    if finding.nature != "obligation":
        told = Text("happened", "已发生") if finding.nature == "violation" else Text("now", "现在")
    elif left is None:
        told = Text("no date", "无期限")
        if finding.paused_since is not None:
            told = Text("paused", "暂停中")
    elif finding.status == "breached" or left < 0:
        late = -left
        told = Text(f"{late} day{'s' * (late != 1)} late", f"逾期{late}天")
        if late == 0:
            told = Text("late today", "今天逾期")
    elif left == 0:
        told = Text("today", "今天")
    elif left == 1:
        told = Text("tomorrow", "明天")
    else:
        told = Text(f"in {left} days", f"{left}天后")
    return told.in_(language)
