"""Writes the handbook from the practices; Sphinx runs it before each build.

docs/handbook.md, the door to it, is under version control: run this after adding a practice, or
changing a title. The pages below docs/handbook are not.
"""

from __future__ import annotations

from pathlib import Path

from handbook_pages import door, pages

PAGE = Path(__file__).parent / "handbook.md"
FOLDER = Path(__file__).parent / "handbook"


def write() -> None:
    """Write what has changed, and remove pages that are no more."""
    _write(PAGE, door())
    wanted = {FOLDER / path: text for path, text in pages().items()}
    for path, text in wanted.items():
        _write(path, text)
    for path in FOLDER.glob("*/*.md"):
        if path not in wanted:
            path.unlink()


def _write(path: Path, text: str) -> None:
    """Write a file, if it has changed: Sphinx reads again what is newer."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
