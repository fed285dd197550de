"""A fingerprint of what is encoded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from hashlib import sha256
from typing import Any

from retention_rules.serialization._values import decode_instant


def digest_of(data: Any) -> str:
    """SHA-256 of encoded data, the same for what stands for equal values.

    >>> digest_of({"a": [{"@decimal": "1.50"}]}) == digest_of({"a": [{"@decimal": "1.5"}]})
    True
    """
    # ASCII and sorted keys: the same bytes whatever the platform, and half surrogates fit in.
    text = json.dumps(_plain(data), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()


def _plain(data: Any) -> Any:
    """The data with one spelling for numbers and instants that are equal."""
    if isinstance(data, Mapping):
        if len(data) == 1:
            ((tag, inner),) = data.items()
            if tag == "@decimal":
                return {tag: _shortest(Decimal(inner))}
            if tag == "@time":
                return {tag: _in_utc(inner)}
            if tag == "@map":
                return {tag: {key: _plain(value) for key, value in inner.items()}}
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(item) for item in data]
    if isinstance(data, float):
        return data + 0.0  # -0.0 is 0.0
    return data


def _in_utc(text: str) -> str:
    try:
        return decode_instant(text, "").astimezone(UTC).isoformat()
    except OverflowError:  # an end of the calendar that UTC has not
        return text


def _shortest(number: Decimal) -> str:
    """A decimal number without trailing zeros, however many digits it has."""
    sign, digits, exponent = number.as_tuple()
    if not isinstance(exponent, int):  # infinite
        return str(number)
    text = "".join(map(str, digits)).lstrip("0")
    short = text.rstrip("0")
    if not short:
        return "0"
    return f"{'-' * sign}{short}e{exponent + len(text) - len(short)}"
