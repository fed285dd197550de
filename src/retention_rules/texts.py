"""Words for people: texts in two languages, and where a practice comes from."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import attrs

from retention_rules.errors import DefinitionError, shown

Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def _is_text(owner: object, attribute: Any, value: Any) -> None:
    if not isinstance(value, str):
        raise DefinitionError(
            f"`{attribute.name}` of a {type(owner).__name__} is {shown(value)}: give text"
        )


@attrs.frozen
class Text:
    """A text in English and Chinese; where one is missing the other serves.

    >>> Text("Call before the contract ends").in_("zh")
    'Call before the contract ends'
    """

    en: str = attrs.field(default="", validator=_is_text)
    zh: str = attrs.field(default="", validator=_is_text)

    def in_(self, language: str) -> str:
        """The text in `language`, or in the other one if it is missing there.

        Raises:
            DefinitionError: `language` is neither ``en`` nor ``zh``.
        """
        if language not in LANGUAGES:
            raise DefinitionError(f"`{language}` is no language here: choose `en` or `zh`")
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


def text(value: str | Text) -> Text:
    """A text as it is; plain text is English.

    Raises:
        DefinitionError: it is neither.
    """
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(en=value)
    raise DefinitionError(f"{shown(value)} is no text: give text, or Text(en='...', zh='...')")


@attrs.frozen
class Citation:
    """Where a document says it.

    Attributes:
        document: The key of the document, such as ``D0``.
        section: The heading, part, slide or paragraph.
        words: The signal words in the document's own language, if they decide the strength.
    """

    document: str = attrs.field(validator=_is_text)
    section: str = attrs.field(validator=_is_text)
    words: str = attrs.field(default="", validator=_is_text)

    def __str__(self) -> str:
        return f"{self.document} {self.section}"
