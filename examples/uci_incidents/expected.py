"""What SQL makes of the same log. This file imports nothing of `retention_rules`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
LOG = HERE.parent / "data" / "uci498_incident_event_log.parquet"


class Expected:
    """The log in DuckDB, and what is owed at an instant by two SQL scripts.

    Args:
        path: The log.
    """

    def __init__(self, path: Path = LOG) -> None:
        self._db = duckdb.connect()
        script = (HERE / "events.sql").read_text(encoding="utf-8")
        quoted = str(path).replace("'", "''")
        self._db.execute(script.replace("$path", f"'{quoted}'"))
        self.query = (HERE / "findings.sql").read_text(encoding="utf-8")

    def count(self, table: str) -> int:
        """How many rows a table of events.sql has."""
        (found,) = self._db.execute(f"select count(*) from {table}").fetchone() or (0,)
        return int(found)

    def events(self) -> Iterator[tuple[Any, ...]]:
        """Id, kind, customer, instant, incident of every event."""
        yield from self._db.execute(
            "select id, 'incident.' || what, customer, instant, incident from happened"
        ).fetchall()

    def findings(self, as_of: int) -> Iterator[dict[str, Any]]:
        """What is owed at an instant in microseconds since 1970: one row per finding."""
        found = self._db.execute(self.query, {"as_of": as_of})
        names = [column[0] for column in found.description or ()]
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))
