"""No number stands in the code of a practice but in a reading, or where it counts to one."""

import ast
import re
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "src" / "retention_rules" / "practices"
PLACES = {"parameters", "variants", "listing", "catalogue", "sources", "vocabulary", "cadences"}
MODULES = sorted(file.stem for file in CODE.glob("*.py") if file.stem not in {*PLACES, "__init__"})
MAKERS = {
    "days", "weeks", "months", "years", "business_days", "hours", "minutes", "seconds",
    "working_hours", "working_minutes", "at", "day_window",
}  # fmt: skip


def strays(code):
    """The numbers in a module's code that stand neither in a reading, nor count to one."""
    tree = ast.parse(code)
    parent = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not _numeric(node.value):
            continue
        above = [node]
        while above[-1] in parent:
            above.append(parent[above[-1]])
        calls = {_called(one) for one in above if isinstance(one, ast.Call)}
        if calls & {"Reading", "Figures"} or _is_place(above):
            continue
        if node.value in (0, 1) and _called(above[1]) not in MAKERS:
            continue
        yield node.lineno, node.value


def _numeric(value):
    clock = isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value)
    return type(value) in (int, float) or clock


def _called(node):
    function = getattr(node, "func", None)
    return getattr(function, "id", getattr(function, "attr", None))


def _is_place(above):
    """Whether a number picks one of several, or names a paragraph of a document."""
    if any(isinstance(one, ast.Subscript | ast.Slice) for one in above[1:3]):
        return True
    return any(
        isinstance(one, ast.GeneratorExp) and _called(one.elt) == "Citation" for one in above
    )


@pytest.mark.parametrize("module", MODULES)
def test_no_number_strays_outside_the_parameters(module):
    assert not list(strays((CODE / f"{module}.py").read_text("utf-8")))


@pytest.mark.parametrize(
    "code",
    [
        "CALL = FollowUp(id='acme.call', window=Window(due=days(2)))",
        "CALL = FollowUp(id='acme.call', window=Window(due=days(0)))",
        "NOON = days(ONE.value).at('12:00')",
        "LARGE = field('amount') >= 100_000",
        "TWICE = prior(DEAL).count() >= 2",
        "_LIMIT = 12",
        "BUSY = Derivation(id='acme.busy', given=happened(DEAL, at_least=2))",
    ],
)
def test_a_stray_number_is_noticed(code):
    assert len(list(strays(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "CALL = FollowUp(id='acme.call', window=Window(due=CALLED_BY.value))",
        "NEW = prior(DEAL).count() == 0",
        "ASK = Reading(Text('Within 48 hours.', '48小时内。'), window=Window(due=hours(48)))",
        "FIRST = figures.days[2]",
        "CITED = tuple(Citation('D4', f'¶{number}') for number in (3, 4, 5))",
    ],
)
def test_a_number_in_its_place_is_left_alone(code):
    assert not list(strays(code))
