"""Mutants: a module with one fault seeded into one function, and how it is imported."""

import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PACKAGE = "retention_rules"
UNTRIED = (
    "__init__",
    "arguments",
    "checks",
    "evidence",
    "mentions",
    "origin",
    "replays",
    "witness",
)
"""Modules of the evaluator that decide nothing: they check what is handed over, and explain."""
CLASS = {"calendars": "DayTable."}
"""Of these modules only the functions whose names begin so."""
LEFT_OUT = ("__repr__", "__reduce__", "_repr_pretty_")

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
EXTREMES = {"min": "max", "max": "min"}
UNSWAPPED = {"isinstance", "cast", "getattr", "hasattr", "setattr", "min", "max", "multiply"}
"""Calls in which to swap arguments would be an error at once, or would change nothing."""
ASSERTED = {"strict"}
"""Arguments that assert something, and change nothing while it holds."""
EARLY = "return early"


@dataclass
class Site:
    """A place where a fault can be seeded: `seed` changes the tree that it was found in."""

    operator: str
    line: int
    before: str
    seed: Callable[[], ast.AST | None]
    after: str = field(default="", compare=False)

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.operator}: {self.before}{self.after and ' -> '}{self.after}"
        )


@dataclass(frozen=True)
class Mutant:
    """One fault: the n-th of the sites of a function."""

    module: str
    function: str
    site: int
    told: str = ""

    @property
    def place(self) -> str:
        return f"{self.module}:{self.function}"

    @property
    def id(self) -> str:
        return f"{self.place}:{self.site}"


def named(text: str) -> Mutant:
    """The mutant with an `id`."""
    module, function, site = text.split(":")
    return Mutant(module, function, int(site))


def modules(root: Path) -> dict[str, Path]:
    """The modules in which faults are seeded, by short name."""
    package = root / "src" / PACKAGE
    paths = [one for one in (package / "evaluation").rglob("*.py") if one.stem not in UNTRIED]
    paths += [*package.glob("knowledge.py"), *package.glob("knowledge/*.py")]
    found = {one.stem: one for one in sorted(paths)}
    found["calendars"] = next(
        one
        for one in (*package.glob("calendars.py"), *package.glob("calendars/*.py"))
        if "\nclass DayTable" in one.read_text()
    )
    return found


def source(root: Path, module: str) -> Path:
    return modules(root)[module]


def imported(root: Path, module: str) -> str:
    """The name by which a module is imported."""
    return ".".join(source(root, module).relative_to(root / "src").with_suffix("").parts)


def functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """All functions by qualified name; one inside another is part of it."""
    found: dict[str, ast.FunctionDef] = {}

    def look(body: list[ast.stmt], prefix: str) -> None:
        for one in body:
            if isinstance(one, ast.ClassDef):
                look(one.body, f"{prefix}{one.name}.")
            elif isinstance(one, ast.FunctionDef) and one.name not in LEFT_OUT:
                if not all(_says_nothing(part) for part in one.body):
                    found[prefix + one.name] = one

    look(tree.body, "")
    return found


def _says_nothing(one: ast.stmt) -> bool:
    """Whether it is a docstring or an ellipsis, or leaves all to a layer above."""
    if isinstance(one, ast.Raise):
        return isinstance(one.exc, ast.Name) and one.exc.id == "NotImplementedError"
    return isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)


def chosen(root: Path, module: str, number: int | None) -> dict[str, list[Mutant]]:
    """Some mutants of each function of a module, always the same; all if no number is given."""
    tree = ast.parse(source(root, module).read_text())
    found: dict[str, list[Mutant]] = {}
    for name, function in functions(tree).items():
        if not name.startswith(CLASS.get(module, "")):
            continue
        places = list(enumerate(sites(function)))
        if number is not None:
            places = _varied(places, number, random.Random(f"{module}:{name}"))
        found[name] = [Mutant(module, name, at, _told(site)) for at, site in places]
    return found


def _varied(
    places: list[tuple[int, Site]], number: int, chance: random.Random
) -> list[tuple[int, Site]]:
    """Of as many operators as possible; to return early is the last resort."""
    by_operator: dict[str, list[tuple[int, Site]]] = {}
    for place in places:
        by_operator.setdefault(place[1].operator, []).append(place)
    early = by_operator.pop(EARLY, [])
    lots = list(by_operator.values())
    for lot in lots:
        chance.shuffle(lot)
    chance.shuffle(lots)
    found: list[tuple[int, Site]] = []
    while any(lots) and len(found) < number:
        found += [lot.pop() for lot in lots if lot]
    return sorted([*found, *early][:number], key=lambda place: place[0])


def _told(site: Site) -> str:
    changed = site.seed()
    site.after = "" if changed is None else _short(changed)
    return str(site)


def mutated(text: str, mutant: Mutant) -> ast.Module:
    """The tree of a module with the fault in it."""
    tree = ast.parse(text)
    sites(functions(tree)[mutant.function])[mutant.site].seed()
    return ast.fix_missing_locations(tree)


# ---- where faults can be seeded ------------------------------------------------------------------


def sites(function: ast.FunctionDef) -> list[Site]:
    """All of a function, in the order of its text."""
    bound = [
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    bound += [one.arg for one in ast.walk(function) if isinstance(one, ast.arg)]
    found = [*_in_body(function, bound), _early(function)]
    return found


def _early(function: ast.FunctionDef) -> Site:
    def seed() -> None:
        at = 1 if ast.get_docstring(function, clean=False) is not None else 0
        line = function.body[-1]
        function.body.insert(at, ast.copy_location(ast.Return(ast.Constant(None)), line))

    return Site(EARLY, function.lineno, function.name, seed)


def _in_body(function: ast.FunctionDef, bound: list[str]) -> Iterator[Site]:
    for default in (*function.args.defaults, *function.args.kw_defaults):
        if default is not None:
            yield from _in(default)
    yield from _in_block(function.body, bound, last=function.body[-1])


def _in_block(block: list[ast.stmt], bound: list[str], last: ast.stmt) -> Iterator[Site]:
    for place, one in enumerate(block):
        if isinstance(one, ast.Assert | ast.Import | ast.ImportFrom | ast.Pass | ast.Nonlocal):
            continue
        if _says_nothing(one):
            continue
        if _droppable(one, bound) and one is not last:
            yield _dropped(block, place)
        elif one is last and isinstance(one, ast.Expr | ast.Assign | ast.AugAssign):
            if _droppable(one, bound):
                yield _dropped(block, place)
        if isinstance(one, ast.Raise):
            continue  # what an error says is not looked at
        if isinstance(one, ast.FunctionDef):
            yield from _in_block(one.body, bound, one.body[-1])
            continue
        if isinstance(one, ast.If | ast.While):
            yield _negated(one)
        for name, value in ast.iter_fields(one):
            if name in ("annotation", "targets", "target"):
                continue
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield from _in_block(value, bound, last)
            elif isinstance(value, list):
                for part in value:
                    if isinstance(part, ast.ExceptHandler):
                        yield from _in_block(part.body, bound, last)
                    elif isinstance(part, ast.withitem):
                        yield from _in(part.context_expr)
            elif isinstance(value, ast.expr):
                yield from _in(value)


def _droppable(one: ast.stmt, bound: list[str]) -> bool:
    if isinstance(one, ast.Assign | ast.AnnAssign):
        if one.value is None:
            return False
        targets = one.targets if isinstance(one, ast.Assign) else [one.target]
        names = [part.id for part in targets if isinstance(part, ast.Name)]
        plain = len(names) == len(targets) or isinstance(targets[0], ast.Tuple)
        return not plain or (bool(names) and all(bound.count(name) > 1 for name in names))
    kinds = (ast.Expr, ast.AugAssign, ast.Delete, ast.Raise, ast.Continue, ast.Break, ast.Return)
    return isinstance(one, kinds)


def _dropped(block: list[ast.stmt], place: int) -> Site:
    one = block[place]

    def seed() -> None:
        block[place] = ast.copy_location(ast.Pass(), one)

    return Site("drop", one.lineno, _short(one), seed)


def _negated(one: Any) -> Site:
    def seed() -> ast.AST:
        one.test = ast.copy_location(ast.UnaryOp(ast.Not(), one.test), one.test)
        return one.test  # type: ignore[no-any-return]

    return Site("negate", one.test.lineno, _short(one.test), seed)


def _in(node: ast.AST) -> Iterator[Site]:
    """The sites in an expression."""
    if isinstance(node, ast.JoinedStr):
        return
    yield from _here(node)
    if isinstance(node, ast.IfExp):
        yield _negated(node)
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            yield from _in(child.iter)
            for place, test in enumerate(child.ifs):
                yield _negated_filter(child, place)
                yield from _in(test)
        elif isinstance(child, ast.expr | ast.keyword):
            if getattr(child, "arg", None) not in ASSERTED:
                yield from _in(child)


def _negated_filter(one: ast.comprehension, place: int) -> Site:
    test = one.ifs[place]

    def seed() -> ast.AST:
        one.ifs[place] = ast.copy_location(ast.UnaryOp(ast.Not(), test), test)
        return one.ifs[place]

    return Site("negate", test.lineno, _short(test), seed)


def _here(node: Any) -> Iterator[Site]:
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            yield _changed("compare", node, node.ops, place, FLIPPED[type(op)]())
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _changed("and/or", node, node, "op", other)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _changed("flag", node, node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield _changed("number", node, node, "value", node.value + 1)
        yield _changed("number", node, node, "value", node.value - 1)
    elif isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(node.func, ast.Name):
            name = node.func.id
            if name in EXTREMES:
                yield _changed("min/max", node, node.func, "id", EXTREMES[name])
        plain = not any(isinstance(one, ast.Starred) for one in node.args)
        if plain and name not in UNSWAPPED:
            for place in range(len(node.args) - 1):
                yield _swapped(node, place)


def _changed(operator: str, shown: ast.AST, owner: Any, place: Any, value: object) -> Site:
    def seed() -> ast.AST:
        if isinstance(owner, list):
            owner[place] = value
        else:
            setattr(owner, place, value)
        return shown

    return Site(operator, shown.lineno, _short(shown), seed)  # type: ignore[attr-defined]


def _swapped(node: ast.Call, place: int) -> Site:
    def seed() -> ast.AST:
        args = node.args
        args[place], args[place + 1] = args[place + 1], args[place]
        return node

    return Site("swap", node.lineno, _short(node), seed)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(copy.deepcopy(node)).split())
    return text if len(text) <= 90 else text[:87] + "..."


# ---- importing a mutant --------------------------------------------------------------------------


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, fullname: str, path: str, mutant: Mutant) -> None:
        super().__init__(fullname, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> Any:
        text = Path(self.path).read_text()
        return compile(mutated(text, self.mutant), self.path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the mutant where the module is looked for."""

    def __init__(self, root: Path, mutant: Mutant) -> None:
        self.mutant = mutant
        self.name = imported(root, mutant.module)
        self.where = str(source(root, mutant.module))

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        loader = _Loader(fullname, self.where, self.mutant)
        return importlib.util.spec_from_file_location(fullname, self.where, loader=loader)


def install(root: Path, mutant: Mutant) -> None:
    """From now on the mutant is imported instead of the module."""
    assert not any(name.split(".")[0] == PACKAGE for name in sys.modules), "it is too late"
    sys.meta_path.insert(0, Finder(root, mutant))
