"""Other people's formats: CloudEvents, CSV and JSON Lines."""

from retention_rules.interop.cloudevents import from_cloudevent, to_cloudevent
from retention_rules.interop.streams import BadRows, Reject, read_customers, read_events

__all__ = [
    "BadRows",
    "Reject",
    "from_cloudevent",
    "read_customers",
    "read_events",
    "to_cloudevent",
]
