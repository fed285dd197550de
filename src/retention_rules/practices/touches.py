"""What the practices take a touch to be: thanks, a follow-up, or something that it states.

A touch without a `purpose` is *doubtful* where a practice asks for something said (thanks, an
apology, an offer), and *counts* where it asks for a contact.
"""

from __future__ import annotations

from retention_rules.conditions import Condition, customer, event, field, prior

IMPERSONAL = ("invoice", "advertising")
NO_FOLLOW_UP = ("thanks", "greeting", "apology", *IMPERSONAL)


def says(flag: str) -> Condition:
    """Whether the event states `flag`; a flag that is absent says no, without any doubt."""
    return field(flag).is_known() & field(flag).in_(True)


def purpose(*purposes: str) -> Condition:
    """Whether the touch is for one of `purposes`; in doubt if it names none."""
    return field("purpose").in_(*purposes)


def unless_for(*purposes: str) -> Condition:
    """Whether the touch is for anything but `purposes`; a touch that names none counts."""
    return ~field("purpose").is_known() | ~purpose(*purposes)


THANKS = purpose("thanks") | says("thanked")
"""It thanks: that was its purpose, or it is stated of a touch made for something else."""

FOLLOW_UP = unless_for(*NO_FOLLOW_UP)
"""It sees how the customer is doing: a touch recorded as thanks or as an invoice does not."""

PERSONAL = unless_for(*IMPERSONAL)
"""It is meant for this customer: anything but invoices and advertising."""

_OWNER = prior("deal.closed").last("owner")

IN_PERSON = ~field("actor").is_known() | ~_OWNER.is_known() | (field("actor") == _OWNER)
"""The owner of the latest deal made it: in doubt for the customer's good if either is unnamed."""

DEAL_UNDONE = event("deal.cancelled") | event("customer.lost")
"""What ends the duties that a deal begins (ours: no document speaks of it)."""

MAY_GET_GIFTS = (customer("kind") != "government") | (prior("gift.cleared").count() >= 1)
"""Gifts to the customer are no matter of law, or cleared; in doubt if the kind is not known."""
