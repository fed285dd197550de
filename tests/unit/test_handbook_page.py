"""The handbook is written from the code: a door under version control, and pages at each build."""

import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

from retention_rules import Window, days, due, never
from retention_rules.practices import practices
from retention_rules.practices.parameters import PARAMETERS
from retention_rules.practices.sources import DOCUMENTS, STRATEGIES
from retention_rules.practices.variants import Guidance

pytest.importorskip("ruamel.yaml")

DOCS = Path(__file__).parents[2] / "docs"
LANGUAGES = ("en", "zh")
WORDS = re.compile(r"[A-Za-z][A-Za-z-]{2,}")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    sys.path.insert(0, str(DOCS))
    try:
        import handbook_pages
    finally:
        sys.path.remove(str(DOCS))
    return handbook_pages


@pytest.fixture(scope="module")
def pages(maker: ModuleType) -> dict[str, str]:
    return maker.pages()


def whole(pages: dict[str, str], language: str) -> str:
    return "\n".join(text for path, text in pages.items() if path.startswith(language))


def entry(pages: dict[str, str], language: str, id: str) -> str:
    """The part of a page that is about one practice."""
    place = f"({language}-{id.replace('.', '-')})=\n"
    _, _, rest = whole(pages, language).partition(place)
    return re.split(r"^\(\w\w-.*\)=$", rest, maxsplit=1, flags=re.MULTILINE)[0]


def pictures(text: str) -> list[str]:
    return re.findall(r'<svg class="picture".*?</svg>', text)


def test_the_door_is_up_to_date(maker: ModuleType) -> None:
    written = (DOCS / "handbook.md").read_text(encoding="utf-8")
    assert written == maker.door(), "run `python docs/make_handbook.py`"


def test_the_door_names_every_practice_once(maker: ModuleType) -> None:
    door = maker.door()
    assert all(door.count(f"| `{id}` |") == 1 for id in practices())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_practice_has_one_entry(pages: dict[str, str], language: str) -> None:
    text = whole(pages, language)
    places = [f"({language}-{id.replace('.', '-')})=\n" for id in practices()]
    assert [one for one in places if text.count(one) != 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_links_to_the_same_in_the_other_language(
    pages: dict[str, str], language: str
) -> None:
    there = {"en": "zh", "zh": "en"}[language]
    missing = [
        id
        for id in practices()
        if f"](#{there}-{id.replace('.', '-')})" not in entry(pages, language, id)
    ]
    assert missing == []


def test_both_languages_have_the_same_pages(pages: dict[str, str]) -> None:
    named = {one: {path[3:] for path in pages if path.startswith(one)} for one in LANGUAGES}
    assert named["en"] == named["zh"]


def test_an_overview_lists_every_practice_by_theme_and_by_strategy(pages: dict[str, str]) -> None:
    lines = re.findall(r"^- \[.*\]\(#en-.*\) `([^`]*)`", pages["en/index.md"], re.MULTILINE)
    assert all(lines.count(id) >= 2 for id in practices())


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_overview_has_the_documents_and_strategies(pages: dict[str, str], language: str) -> None:
    text = pages[f"{language}/index.md"]
    titles = [f"### {key} {one.title.in_(language)}" for key, one in DOCUMENTS.items()]
    titles += [f"### {one.in_(language)}" for one in STRATEGIES.values()]
    assert [one for one in titles if text.count(f"{one}\n") != 1] == []


def test_passages_stand_in_the_order_of_their_document(pages: dict[str, str]) -> None:
    places = [f"\n{one}\n: " for one in DOCUMENTS["D1"].sections]
    text = pages["en/index.md"].partition("### D1 ")[2]
    found = [text.index(one) for one in places]
    assert found == sorted(found)


def bare(text: str) -> str:
    """What a reader of Chinese is told: no code, no targets, no shapes, no links to English."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for away in (
        r"`[^`]*`",
        r"^\(zh-.*\)=$",
        r"\[English\]\(#[^)]*\)",
        r"\]\(#[^)]*\)",
        r'<span lang="en">.*?</span>',
        r"（[\w.:-]+）",
        r"<[^>]*>",
    ):
        text = re.sub(away, " ", text, flags=re.MULTILINE)
    return text


def test_chinese_pages_hold_no_english_but_names(pages: dict[str, str]) -> None:
    told = {
        word for text in pages if text.startswith("zh") for word in WORDS.findall(bare(pages[text]))
    }
    assert told <= {"IBM", *ROLES}


ROLES = {"decision-maker", "executive", "project"}
"""What stories call their contacts; a picture tells findings apart by them."""


def test_chinese_pages_set_chinese_marks_after_chinese_words(pages: dict[str, str]) -> None:
    text = bare(whole(pages, "zh"))
    assert re.findall(r"[\u4e00-\u9fff][,;:!?](?=\s|[\u4e00-\u9fff])", text) == []


def test_guidance_is_shown_as_such(pages: dict[str, str]) -> None:
    for id, one in practices().items():
        told = "not evaluated" in entry(pages, "en", id)
        assert told == isinstance(one, Guidance), id


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_listed(pages: dict[str, str], language: str) -> None:
    text = pages[f"{language}/numbers.md"]
    assert all(f"| {one.about.in_(language)} |" in text for one in PARAMETERS.values())


def test_what_is_evaluated_has_two_to_four_pictures(pages: dict[str, str]) -> None:
    counts = {
        id: len(pictures(entry(pages, "en", id)))
        for id, one in practices().items()
        if not isinstance(one, Guidance)
    }
    assert {id: count for id, count in counts.items() if not 2 <= count <= 4} == {}


def test_both_languages_show_the_same_pictures(pages: dict[str, str]) -> None:
    english, chinese = (len(pictures(whole(pages, one))) for one in LANGUAGES)
    assert english == chinese


def test_pictures_are_well_formed_and_small(pages: dict[str, str]) -> None:
    for svg in pictures(whole(pages, "en") + whole(pages, "zh")):
        assert ET.fromstring(svg).get("role") == "img"
        assert len(svg.encode()) <= 5_000


def test_pages_are_the_same_when_written_again(maker: ModuleType, pages: dict[str, str]) -> None:
    assert maker.theme_page("growth", "zh") == pages["zh/growth.md"]


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        ("en", [("Due", "end of the second local day after it"), ("Worth doing until", "never")]),
        ("zh", [("期限", "其后第2个当地日结束前"), ("补办截止", "永不")]),
    ],
)
def test_windows_in_words(maker: ModuleType, language: str, rows: list[tuple[str, str]]) -> None:
    from handbook_pages.works import window

    assert list(window(Window(due=days(2), expires=never), language)) == rows


def test_the_end_of_a_window_may_count_from_its_due_day(maker: ModuleType) -> None:
    from handbook_pages.works import window

    rows = dict(window(Window(due=days(0), expires=due + days(3)), "en"))
    assert rows["Worth doing until"] == "end of the third local day after the due date"
