"""Measures: shares and counts over findings and events, as tidy tables.

Each is a pure function that returns a `Table` of frozen rows. What is counted, of what, and what is
left out is said with each; a share of nothing is None and never 0 %. A share of counts comes with
its 95 % Wilson interval, since of few it says little.

>>> on_time([]).to_dicts(), [row.share for row in win_rate(History([]))]
([], [None, None])
"""

from retention_rules.measures._customers import (
    SURVEY,
    Reason,
    Repeat,
    Week,
    WinRate,
    churn_reasons,
    lost_and_won,
    repeat,
    win_rate,
)
from retention_rules.measures._history import Happened, History
from retention_rules.measures._on_time import DIMENSIONS, OnTime, on_time
from retention_rules.measures._tables import Share, Table, share
from retention_rules.measures._touches import TOLD, Reach, Touches, touches, word_of_mouth

__all__ = [
    "DIMENSIONS",
    "SURVEY",
    "TOLD",
    "Happened",
    "History",
    "OnTime",
    "Reach",
    "Reason",
    "Repeat",
    "Share",
    "Table",
    "Touches",
    "Week",
    "WinRate",
    "churn_reasons",
    "lost_and_won",
    "on_time",
    "repeat",
    "share",
    "touches",
    "win_rate",
    "word_of_mouth",
]
