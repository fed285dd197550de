"""Other people's formats: rulebook files, CloudEvents, CSV and JSON Lines."""

from retention_rules.interop.cloudevents import from_cloudevent, to_cloudevent
from retention_rules.interop.rulebooks import (
    edit_rulebook,
    read_rulebook,
    rulebook_schema,
    write_rulebook,
)
from retention_rules.interop.streams import BadRows, Reject, read_customers, read_events

__all__ = [
    "BadRows",
    "Reject",
    "edit_rulebook",
    "from_cloudevent",
    "read_customers",
    "read_events",
    "read_rulebook",
    "rulebook_schema",
    "to_cloudevent",
    "write_rulebook",
]
