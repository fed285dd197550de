"""Offsets, points and windows."""

from __future__ import annotations

from typing import Any

from retention_rules.serialization._codec import (
    FLAG,
    TEXT,
    WHOLE,
    Codec,
    Record,
    codec,
    inside,
    made,
    mapping,
    named,
    sequence,
    shown,
    unknown,
    wrong,
)
from retention_rules.windows import (
    DAY,
    HOUR,
    SECOND,
    BusinessDays,
    CalendarDays,
    Due,
    Earliest,
    Elapsed,
    Field,
    Never,
    Offset,
    Point,
    StepEnd,
    Trigger,
    Window,
    WorkingTime,
    clock,
)

_SIZES = {"hours": HOUR, "minutes": 60 * SECOND, "seconds": SECOND, "microseconds": 1}
UNITS: dict[str, tuple[type[Any], str, int]] = {
    **{unit: (Elapsed, "microseconds", size) for unit, size in _SIZES.items()},
    **{f"working_{unit}": (WorkingTime, "microseconds", size) for unit, size in _SIZES.items()},
    "days": (CalendarDays, "days", 1),
    "weeks": (CalendarDays, "days", 7),
    "months": (CalendarDays, "months", 1),
    "years": (CalendarDays, "months", 12),
    "business_days": (BusinessDays, "count", 1),
}
"""For each unit: the offset, the attribute that counts it, and its size in it."""

DAYTIME = ("at", "closing")
ANCHORS = ("from", "until", "step", "earliest")


def encode_offset(offset: Offset) -> dict[str, Any]:
    """An offset by its units.

    >>> from retention_rules.windows import business_days, minutes
    >>> encode_offset(minutes(90)), encode_offset(business_days(1).at("10:00"))
    ({'minutes': 90}, {'business_days': 1, 'at': '10:00'})
    """
    if isinstance(offset, Elapsed | WorkingTime):
        amount = offset.microseconds
        unit, size = next(pair for pair in _SIZES.items() if amount % pair[1] == 0)
        return {("working_" if isinstance(offset, WorkingTime) else "") + unit: amount // size}
    out: dict[str, Any] = {}
    if isinstance(offset, BusinessDays):
        out["business_days"] = offset.count
        if offset.to_closing:
            out["closing"] = True
    else:
        if offset.months:
            out["months"] = offset.months
        if offset.days or not offset.months:
            out["days"] = offset.days
    if offset.clock is not None:
        out["at"] = _clock_text(offset.clock)
    return out


def _clock_text(at: int) -> str | int:
    if at % SECOND or not 0 <= at <= DAY:
        return at
    minutes, seconds = divmod(at // SECOND, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def decode_offset(data: Any, path: str) -> Offset:
    """The offset that an object of units describes."""
    data = mapping(data, path, "an amount of time, such as {'days': 3}")
    families: dict[type[Any], dict[str, Any]] = {}
    for key, amount in data.items():
        if key in UNITS:
            family, name, size = UNITS[key]
            parts = families.setdefault(family, {})
            whole = WHOLE.decode(amount, inside(path, key))
            parts[name] = parts.get(name, 0) + whole * size
        elif key not in DAYTIME:
            raise unknown(key, (*UNITS, *DAYTIME), path)
    if len(families) != 1:
        problem = "names no unit" if not families else "mixes elapsed, calendar and working time"
        raise wrong(path, f"{shown(data)} {problem}: give one kind, such as {{'days': 3}}")
    ((family, parts),) = families.items()
    _daytime(data, family, parts, path)
    return made(path, family, **parts)  # type: ignore[no-any-return]


def _daytime(data: dict[str, Any], family: type[Any], parts: dict[str, Any], path: str) -> None:
    if "at" in data:
        if family not in (CalendarDays, BusinessDays):
            raise wrong(path, "`at` goes with days, months or business days only")
        at = data["at"]
        place = inside(path, "at")
        whole = isinstance(at, int)
        parts["clock"] = WHOLE.decode(at, place) if whole else made(place, clock, at)
    if "closing" in data:
        if family is not BusinessDays:
            raise wrong(path, "`closing` goes with business days only")
        parts["to_closing"] = FLAG.decode(data["closing"], inside(path, "closing"))


OFFSET = Codec(encode_offset, decode_offset, named("offset"))


def encode_point(point: Point | Earliest | Never, *, full: bool = False) -> Any:
    """A point; in a window an offset alone is counted from the trigger.

    >>> from retention_rules.windows import days, until
    >>> encode_point(until("ends") - days(30)), encode_point(Point(Trigger(), days(2)))
    ({'until': 'ends', 'days': -30}, {'days': 2})
    """
    if isinstance(point, Never):
        return "never"
    if isinstance(point, Earliest):
        return {"earliest": [encode_point(part) for part in point.points]}
    anchor, out = point.anchor, {}
    if isinstance(anchor, Field):
        out["until"] = anchor.name
    elif isinstance(anchor, StepEnd):
        out["step"] = anchor.name
    elif isinstance(anchor, Due):
        out["from"] = "due"
    elif point.offset is None or full:
        out["from"] = "trigger"
    if point.offset is not None:
        out |= encode_offset(point.offset)
    if isinstance(anchor, Field) and anchor.default is not None:
        out["default"] = encode_point(anchor.default)
    return out


def decode_point(data: Any, path: str) -> Point | Earliest:
    """The point that an object describes."""
    data = mapping(data, path, "a point, such as {'days': 3} or {'until': 'ends'}")
    anchors = [key for key in ANCHORS if key in data]
    if len(anchors) > 1:
        raise wrong(path, f"`{anchors[0]}` and `{anchors[1]}`: a point has one anchor")
    if "earliest" in data:
        if len(data) > 1:
            raise unknown(next(key for key in data if key != "earliest"), ["earliest"], path)
        place = inside(path, "earliest")
        listed = sequence(data["earliest"], place)
        points = (decode_point(one, inside(place, at)) for at, one in enumerate(listed))
        return made(path, Earliest, points)  # type: ignore[no-any-return]
    anchor = _anchor(data, path)
    rest = {key: value for key, value in data.items() if key not in (*ANCHORS, "default")}
    if "default" in data and not isinstance(anchor, Field):
        raise wrong(path, "`default` goes with `until` only")
    if not anchors and not rest:
        raise wrong(path, "an empty point: give {'from': 'trigger'}, or an amount of time")
    return Point(anchor, decode_offset(rest, path) if rest else None)


def _anchor(data: dict[str, Any], path: str) -> Trigger | Due | Field | StepEnd:
    if "until" in data:
        name = TEXT.decode(data["until"], inside(path, "until"))
        default = data.get("default")
        place = inside(path, "default")
        return Field(name, None if default is None else decode_point(default, place))
    if "step" in data:
        return StepEnd(TEXT.decode(data["step"], inside(path, "step")))
    start = data.get("from", "trigger")
    if start not in ("trigger", "due"):
        raise wrong(inside(path, "from"), f"{shown(start)}: choose `trigger` or `due`")
    return Due() if start == "due" else Trigger()


def _decode_end(data: Any, path: str) -> Point | Earliest | Never:
    return Never() if data == "never" else decode_point(data, path)


POINT = Codec(encode_point, decode_point, named("point"))
END = Codec(encode_point, _decode_end, named("end"))
ENDS = Record(
    Window,
    {
        "opens": ("opens", POINT),
        "due": ("due", POINT),
        "expires": ("expires", END),
        "target": ("target", POINT),
    },
)
WINDOW = codec(ENDS)
