"""Zones and instants."""

from __future__ import annotations

import difflib
import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache

from retention_rules.errors import DefinitionError, UnknownZone, shown

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_ZONES = {"localtime", "posixrules", "Factory"}  # whatever the machine, or nobody, says


_MEANT = {
    "Asia/Beijing": "Asia/Shanghai",
    "Asia/Peking": "Asia/Shanghai",
    "Asia/Bombay": "Asia/Kolkata",
    "Europe/Munich": "Europe/Berlin",
}


def instant(moment: datetime) -> int:
    """Return an aware datetime as microseconds since 1970-01-01 UTC, exactly.

    Example:
        >>> instant(datetime.fromisoformat("1970-01-01T01:00:00.000001+01:00"))
        1
    """
    if moment.utcoffset() is None:
        raise DefinitionError(f"`{moment}` has no time zone: give an aware datetime")
    return (moment - EPOCH) // timedelta(microseconds=1)


@cache
def zone_named(name: str) -> zoneinfo.ZoneInfo:
    try:
        if name not in _NO_ZONES and not name.startswith("right/"):
            return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError, AttributeError):
        pass
    if not isinstance(name, str):
        raise UnknownZone(f"{shown(name)} is no name of a zone: write one such as 'Asia/Shanghai'")
    if name in _MEANT:
        raise UnknownZone(f"unknown time zone `{name}`: did you mean `{_MEANT[name]}`?")
    known = zoneinfo.available_timezones() - _NO_ZONES
    close = difflib.get_close_matches(str(name), known, n=1) or ["Europe/Berlin"]
    hint = (
        f"use an IANA name such as `{close[0]}`"
        if known
        else "there are no zones: install `tzdata`"
    )
    raise UnknownZone(f"unknown time zone `{name}`: {hint}")
