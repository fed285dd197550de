"""Every error the library raises on purpose, under one root."""

from __future__ import annotations


class RetentionRulesError(Exception):
    """Root of all errors of this library."""


class DefinitionError(RetentionRulesError):
    """A rule, rulebook, window or calendar that cannot mean anything."""


class InvalidEvent(RetentionRulesError):
    """A record that cannot be taken: a naive time, a reserved kind, a value of a wrong type."""


class ConflictingEvents(RetentionRulesError):
    """Two records claim the same source and id but differ in content."""


class UnknownTarget(RetentionRulesError):
    """A correction or retraction of something that was never handed over."""


class AmendmentCycle(RetentionRulesError):
    """Amendments that amend each other in a circle."""


class UnknownZone(RetentionRulesError):
    """A time zone that is missing, unknown, or not installed on this machine."""


class OutOfRange(RetentionRulesError):
    """An instant or date outside the years that the library can place."""


class TooLate(RetentionRulesError):
    """A record that arrived after the horizon of its monitor had passed it."""


class DecodingError(RetentionRulesError):
    """Text or data that does not describe a value of this library."""


class NotExplainable(RetentionRulesError):
    """A finding that was decoded or built by hand, and so carries no evidence."""
