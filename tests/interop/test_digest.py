"""A rulebook has one fingerprint, which names its content and nothing else."""

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from tests.interop import values

from retention_rules.conditions import event, field
from retention_rules.practices import handbook
from retention_rules.rulebook import Rulebook
from retention_rules.rules import Prohibition, days
from retention_rules.serialization import digest, dumps, encode, loads
from retention_rules.testing import strategies

EAST = datetime(2026, 3, 2, 15, tzinfo=timezone(timedelta(hours=8)))
WEST = EAST.astimezone(timezone(timedelta(hours=-5)))


def forbidding(constant):
    return Rulebook(Prohibition(id="a", forbids=event("x").where(field("a") == constant)))


@given(values.rulebooks | strategies.rulebooks())
def test_the_digest_survives_a_file(book):
    assert loads(dumps(book)).digest == book.digest


@given(strategies.rulebooks(), strategies.rulebooks())
def test_equal_rulebooks_and_no_others_have_the_same_digest(one, other):
    assert (one == other) == (one.digest == other.digest)


@pytest.mark.parametrize(
    ("one", "other"),
    [(Decimal("1.50"), Decimal("1.5")), (Decimal("0.0"), Decimal(0)), (0.0, -0.0), (EAST, WEST)],
)
def test_equal_constants_have_the_same_digest_however_they_are_written(one, other):
    assert forbidding(one) == forbidding(other)
    assert forbidding(one).digest == forbidding(other).digest


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (1, "1"), (10, Decimal(10))])
def test_constants_of_other_types_have_another_digest(one, other):
    assert forbidding(one).digest != forbidding(other).digest


def test_one_changed_deadline_changes_the_digest():
    assert handbook().adapt("thanks.ever", due=days(15)).digest != handbook().digest


def test_another_process_with_another_hash_seed_finds_the_same_digest():
    code = "from retention_rules.practices import handbook; print(handbook().digest)"
    found = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert found == [handbook().digest] * 2


def test_the_digest_is_the_sha256_of_the_canonical_text():
    text = (
        '{"rules":[{"forbids":{"event":"x","where":{"==":"b","field":"a"}},'
        '"id":"a","shape":"prohibition"}]}'
    )
    assert forbidding("b").digest == sha256(text.encode()).hexdigest()


def test_the_short_digest_begins_the_long_one():
    assert handbook().digest.startswith(handbook().short_digest)
    assert len(handbook().short_digest) == 12


def test_a_list_of_rules_has_a_digest_too():
    assert digest(list(handbook())) == digest(list(loads(dumps(handbook()))))
    assert encode(handbook())
