"""docs/handbook.md is written from the code."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from retention_rules import Window, business_days, days, due, earliest, hours, never, step, until
from retention_rules.practices import practices

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = spec_from_file_location("make_handbook", DOCS / "make_handbook.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_is_up_to_date(maker: ModuleType) -> None:
    written = (DOCS / "handbook.md").read_text(encoding="utf-8")
    assert written == maker.page(), "run `python docs/make_handbook.py`"


def test_every_practice_has_an_entry(maker: ModuleType) -> None:
    page = maker.page()
    assert all(page.count(f"### `{id}`\n") == 1 for id in practices())


@pytest.mark.parametrize(
    ("window", "words"),
    [
        (Window(due=days(2)), "due 2 days after the trigger, to the end of that day"),
        (Window(due=hours(48)), "due 48 hours after the trigger"),
        (Window(due=business_days(1).at("10:00")), "due 1 business day after the trigger at 10:00"),
        (
            Window(opens=until("ends") - days(30), due=until("ends") - business_days(5)),
            "opens 30 days before the date in `ends`; "
            "due 5 business days before the date in `ends`, to the end of that day",
        ),
        (
            Window(due=earliest(days(1), until("ends"))),
            "due the earliest of 1 day after the trigger, the date in `ends`",
        ),
        (
            Window(due=step("listen") + days(1), expires=never),
            "due 1 day after the end of `listen`, to the end of that day; "
            "never too late to be done",
        ),
        (
            Window(due=days(0), expires=due + days(3)),
            "due the day of the trigger, to the end of that day; "
            "worth doing until 3 days after the due day",
        ),
    ],
)
def test_windows_in_words(maker: ModuleType, window: Window, words: str) -> None:
    assert maker.window(window, "the trigger") == words
