"""Snapshots: what a monitor knows, as JSON text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs

from retention_rules.errors import DecodingError, shown
from retention_rules.events import Record
from retention_rules.rulebook import Rulebook
from retention_rules.serialization import decode, encode

if TYPE_CHECKING:
    from retention_rules.evaluation.monitor import Monitor

VERSION = 1


def written(monitor: Monitor) -> str:
    """Everything a monitor knows."""
    seen = monitor._seen
    now = monitor.now
    state: dict[str, Any] = {
        "version": VERSION,
        "now": None if now is None else monitor._now,
        "refused": monitor.refused,
        "records": [encode(seen[ref]) for ref in sorted(seen)],
    }
    sealed = {
        name: timeline.start_from
        for name, timeline in sorted(monitor._timelines.items())
        if timeline.start_from is not None
    }
    if sealed:
        state["sealed"] = sealed
        state["rulebook"] = monitor.rulebook.digest
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


@attrs.frozen
class Snapshot:
    """What was written.

    Attributes:
        now: The instant up to which time had passed; None before it was told.
        refused: How many records came after the horizon.
        records: All that were kept.
        sealed: By customer, the state that follows from those that were not.
    """

    now: int | None
    refused: int
    records: list[Record]
    sealed: Mapping[str, Any]

    @classmethod
    def read(cls, text: str, rulebook: Rulebook) -> Snapshot:
        """What a text says.

        Raises:
            DecodingError: it is no snapshot of a monitor, or of another version or rulebook.
        """
        try:
            state = json.loads(text)
            if state["version"] != VERSION:
                raise DecodingError(
                    f"the snapshot has version `{state['version']}`, not {VERSION}: take a new one"
                )
            records: list[Record] = [decode(record) for record in state["records"]]
            now, refused = state["now"], state["refused"]
            if not (now is None or type(now) is int) or type(refused) is not int:
                raise DecodingError(f"the snapshot's clock is {shown(now)}: it was changed by hand")
            sealed = state.get("sealed", {})
            if sealed and state["rulebook"] != rulebook.digest:
                raise DecodingError(
                    "the snapshot was sealed under another rulebook: restore it with that one"
                )
        except (ValueError, KeyError, TypeError):
            raise DecodingError(
                "this is no snapshot of a monitor: give the text that `snapshot()` returned"
            ) from None
        return cls(now, refused, records, sealed)
