"""Measures as tables for a terminal: a figure of nothing is ``none``, never 0 %."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import attrs
from rich import box
from rich.table import Table as Grid

from retention_rules.display.words import plain
from retention_rules.measures import (
    OnTime,
    Reach,
    Reason,
    Repeat,
    Touches,
    Week,
    WinRate,
)
from retention_rules.texts import Language, Text

TITLES: dict[type[Any], Text] = {
    OnTime: Text("Obligations met on time", "按时完成率"),
    Reason: Text(
        "Why customers left, beside the survey that D0 quotes", "客户流失原因，对照D0所引调查"
    ),
    Week: Text("Customers lost and won", "每周流失与新得的客户"),
    Repeat: Text("What existing customers bring", "老客户带来的部分"),
    WinRate: Text("Orders won, of those decided", "赢单率"),
    Touches: Text("Touches by customer and month", "每位客户每月的接触次数"),
    Reach: Text("Word of mouth: 5 and 10 are quoted from D2", "口碑：5与10引自D2"),
}
_HEADS = {
    "practice": Text("Practice", "实践"),
    "owner": Text("Owner", "负责人"),
    "strategy": Text("Strategy", "策略"),
    "month": Text("Month", "月份"),
    "week": Text("Week", "周"),
    "customer": Text("Customer", "客户"),
    "on_time": Text("On time", "按时"),
    "n": Text("Of", "总数"),
    "share": Text("Share", "比率"),
    "interval": Text("95 %", "95%区间"),
    "late": Text("Late", "补办"),
    "missed": Text("Missed", "未做"),
    "waiting": Text("Waiting", "未到期"),
    "released": Text("Released", "免除"),
    "indeterminate": Text("Unclear", "待核实"),
    "reason": Text("Reason", "原因"),
    "lost": Text("Lost", "流失"),
    "survey": Text("Survey", "调查"),
    "monday": Text("From", "起"),
    "won": Text("Won", "新得"),
    "customers": Text("Customers", "客户"),
    "measure": Text("Measure", "项目"),
    "existing": Text("Existing", "老客户"),
    "left_out": Text("Left out", "未计入"),
    "touches": Text("Touches", "接触"),
    "mood": Text("Mood", "满意与否"),
    "tells": Text("Each tells", "每人告诉"),
    "reach": Text("At least", "至少"),
}
_NONE = Text("none", "无")
_SHARES = ("share", "survey", "low", "high")
_GROUPS = ("practice", "owner", "strategy", "month", "week", "customer")


def table(kind: type[Any], rows: Sequence[Any], language: Language, by: Iterable[str] = ()) -> Grid:
    """A table of one measure.

    Args:
        kind: The class of its rows.
        rows: The rows.
        language: That of the headings.
        by: For `OnTime`, what it is grouped by; the other groups are not shown.
    """
    hidden = {*_GROUPS} - {*by} if kind is OnTime else set()
    names = [one.name for one in attrs.fields(kind) if one.name not in hidden]
    shown = ["interval" if name == "low" else name for name in names if name != "high"]
    grid = Grid(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        header_style="dim",
        title=TITLES[kind].in_(language),
        title_justify="left",
        title_style="bold",
    )
    for name in shown:
        left = name in (*_GROUPS, "reason", "measure", "mood", "monday")
        side: Literal["left", "right"] = "left" if left else "right"
        grid.add_column(_HEADS[name].in_(language), justify=side, no_wrap=name not in _GROUPS)
    for row in rows:
        grid.add_row(*(_cell(row, name, language) for name in shown))
    return grid


def _cell(row: Any, name: str, language: Language) -> str:
    none = _NONE.in_(language)
    if name == "interval":
        return "" if row.low is None else f"{row.low * 100:.0f}–{_percent(row.high)}"
    value = getattr(row, name)
    if value is None:
        counted = name == "share" and row.n is not None
        return none if counted else "–"
    return _percent(value) if name in _SHARES else plain(str(value))


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"
