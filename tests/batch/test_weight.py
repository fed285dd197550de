"""What findings are said to weigh is what their columns hold."""

from types import SimpleNamespace

import pytest

np = pytest.importorskip("numpy", reason="it comes with the extra `batch`")
pytest.importorskip("pyarrow", reason="it comes with the extra `batch`")


def part(**given):
    from bench.memory import COLUMNS

    return SimpleNamespace(**(dict.fromkeys(COLUMNS) | given))


def weight(*parts):
    from bench.memory import weight

    return weight(parts)


def test_an_array_weighs_what_it_holds():
    assert weight(part(opens=np.zeros(1_000, np.int64))) == 8_000


def test_a_value_that_is_repeated_weighs_as_much_as_one():
    assert weight(part(due=np.broadcast_to(np.int64(7), 1_000))) == 8
    assert weight(part(due=np.broadcast_to(np.array([7]), 1_000))) == 8


def test_what_two_parts_look_at_weighs_once():
    both = np.zeros(1_000, np.int64)
    assert weight(part(opens=both[:400]), part(opens=both[400:])) == 8_000


def test_part_of_an_array_holds_the_whole_of_it():
    assert weight(part(place=np.zeros((8, 100), np.int64)[0])) == 6_400


def test_no_findings_weigh_nothing():
    assert weight(part(change=np.empty(0, np.int64))) == 0
