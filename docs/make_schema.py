"""Writes the JSON Schema of rulebook files: run it after changing the format of rules."""

import json
from pathlib import Path

from retention_rules.interop import rulebook_schema

FILE = Path(__file__).parents[1] / "src/retention_rules/interop/rulebook.schema.json"


def text() -> str:
    return json.dumps(rulebook_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
