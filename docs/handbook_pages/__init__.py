"""The pages of the handbook, in both languages, from the practices and their timelines."""

from __future__ import annotations

from handbook_pages.entries import theme_page
from handbook_pages.orders import door, index_page
from handbook_pages.phrases import LANGUAGES
from handbook_pages.tables import numbers_page, readings_page, vocabulary_page
from retention_rules.practices.listing import THEMES

__all__ = ["door", "pages"]


def pages() -> dict[str, str]:
    """The text of every page but the door, by its path below docs/handbook."""
    found = {}
    for language in LANGUAGES:
        found[f"{language}/index.md"] = index_page(language)
        for theme in THEMES:
            found[f"{language}/{theme}.md"] = theme_page(theme, language)
        found[f"{language}/numbers.md"] = numbers_page(language)
        found[f"{language}/readings.md"] = readings_page(language)
        found[f"{language}/vocabulary.md"] = vocabulary_page(language)
    return found
