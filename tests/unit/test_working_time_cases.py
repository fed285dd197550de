"""ERPNext's own cases of working time; see the source note in the data."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from retention_rules.calendars import Calendar, DayTable, day_table, instant

DATA = json.loads((Path(__file__).parents[1] / "data" / "working_time_cases.json").read_text())
MINUTE = 60_000_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def table(case: dict[str, Any]) -> DayTable:
    spec = case["calendar"]
    hours = f"{spec['open']}-{spec['close']}"
    calendar = Calendar(
        hours={WEEKDAYS[day]: hours for day in spec["days"]},
        holidays=[date.fromisoformat(day) for day in case.get("holidays", [])],
    )
    return day_table(spec["tz"], calendar)


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


def of(source: str) -> list[Any]:
    cases = [case for case in DATA["cases"] if case["src"] == source]
    return [
        pytest.param(case, id=f"{case.get('created') or case['created_utc']}-{number}")
        for number, case in enumerate(cases)
    ]


@pytest.mark.parametrize("case", of("erpnext_frt"))
def test_working_time_until_the_first_response_is_as_expected(case: dict[str, Any]) -> None:
    worked = table(case).worked(at(case["created"]), at(case["responded"]))
    assert worked == case["expected_working_seconds"] * 1_000_000


@pytest.mark.parametrize("case", of("erpnext_sla"))
def test_the_deadline_of_a_service_level_is_as_expected(case: dict[str, Any]) -> None:
    assert case["paused_utc"] == []
    due = table(case).after_work(at(case["created_utc"]), case["budget_working_minutes"] * MINUTE)
    assert due == at(case["expected_deadline_utc"])


def test_every_case_of_the_file_is_tested() -> None:
    assert len(of("erpnext_frt")) + len(of("erpnext_sla")) == len(DATA["cases"]) == 39
