"""Rules of the house that the syntax tree shows, each a function from a source file to its problems."""

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("agents", "environment", "experiments")
LONGEST_FILE, LONGEST_FUNCTION, MOST_ARGUMENTS = 300, 60, 9
CHANCE = ("numpy.random", "random", "secrets", "uuid")
BY_NAME_AT_RUN_TIME = ("importlib.import_module", "importlib.util", "pkgutil", "runpy")

Problem = str
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Source(NamedTuple):
    """One file: its path from the top of the project, with slashes, and its text."""

    name: str
    text: str

    @property
    def room(self) -> str:
        """The top-level folder."""
        return self.name.split("/", maxsplit=1)[0]

    def tree(self) -> ast.Module:
        """The syntax tree, which nobody changes."""
        return parsed(self)

    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the syntax tree."""
        return walked(self)

    def functions(self) -> Iterator[FunctionNode]:
        """Every function and method, at any depth."""
        return (node for node in self.nodes() if isinstance(node, FunctionNode))

    def problem(self, node: ast.AST, text: str) -> Problem:
        """Say where something is wrong."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {text}"


Rule = Callable[[Source], Iterator[Problem]]


# One file is kept, for the rules that look at it one after the other: the trees of all would fill the memory.
@lru_cache(maxsize=1)
def parsed(source: Source) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(source.text, source.name)


@lru_cache(maxsize=1)
def walked(source: Source) -> tuple[ast.AST, ...]:
    """Every node of the syntax tree of a file."""
    return tuple(ast.walk(parsed(source)))


def sources(*folders: str) -> list[Source]:
    """Read every Python file of some folders, in order of the path."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def imports(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every module that a file may import, at any depth: `from a import b` counts as `a` and as `a.b`."""
    for node in source.nodes():
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def within(module: str, *packages: str) -> bool:
    """Tell whether a module is one of some packages or inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def banned_imports(source: Source, reason: str, *packages: str) -> Iterator[Problem]:
    """Every import of some packages, once a line."""
    found = {
        getattr(node, "lineno", 1): (node, module)
        for node, module in imports(source)
        if within(module, *packages)
    }
    return (source.problem(node, f"imports {module}: {reason}") for node, module in found.values())


def doors_between_rooms(source: Source) -> Iterator[Problem]:
    """agents <- environment <- experiments, agents seen by the World only, Mesa above it in the benchmark."""
    if source.room == "agents":
        yield from banned_imports(source, "agents know nothing of ours", "environment", "experiments")
    if source.room == "environment":
        yield from banned_imports(source, "experiments lie above the environment", "experiments")
        if source.name != "environment/model.py":
            yield from banned_imports(source, "only environment/model.py meets the agents", "agents")
            yield from banned_imports(source, "the parts do not know the whole", "environment.model")
    if source.room == "experiments" and source.name != "experiments/bench/plain_mesa.py":
        yield from banned_imports(source, "experiments see the World, not Mesa", "mesa")


def results_are_outputs(source: Source) -> Iterator[Problem]:
    """Nothing imports from results or, in the rooms, from the tests."""
    yield from banned_imports(source, "results are outputs only", "results")
    if source.room in ROOMS:
        yield from banned_imports(source, "the program does not need its tests", "tests")


def imports_are_absolute(source: Source) -> Iterator[Problem]:
    """No relative imports."""
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom) and node.level:
            yield source.problem(node, "relative import")


def doors_are_visible(source: Source) -> Iterator[Problem]:
    """Agents and environment import by statement, where the other rules can see it."""
    if source.room not in ("agents", "environment"):
        return
    for node, module in imports(source):
        whole = module == "importlib" and isinstance(node, ast.Import)
        if whole or within(module, *BY_NAME_AT_RUN_TIME):
            yield source.problem(node, "imports by name at run time")
    for node in source.nodes():
        if isinstance(node, ast.Name) and node.id == "__import__":
            yield source.problem(node, "imports by name at run time")


def chance_is_addressed(source: Source) -> Iterator[Problem]:
    """No generator but environment.luck, no clock in the model, no order that differs between runs."""
    if source.room == "tests":
        return
    yield from banned_imports(source, "luck comes from environment.luck", *CHANCE)
    if source.room != "experiments":
        yield from banned_imports(source, "the model has no clock", "time")
    for node in source.nodes():
        if isinstance(node, ast.Attribute) and not ast.unparse(node).startswith("qmc."):  # designs, not luck
            yield from chance_in_attribute(source, node)
        elif isinstance(node, ast.For | ast.comprehension) and is_set(node.iter):
            yield source.problem(node.iter, "the order of a set is not fixed")


def chance_in_attribute(source: Source, node: ast.Attribute) -> Iterator[Problem]:
    """`np.random`, a generator of Mesa's, or the present time."""
    owner = ast.unparse(node.value).rsplit(".", maxsplit=1)[-1]
    if node.attr in ("random", "rng"):
        yield source.problem(node, f"draws from {ast.unparse(node)}: luck comes from environment.luck")
    clock = node.attr in ("now", "utcnow", "today") and owner in ("datetime", "date", "dt")
    if clock and source.room != "experiments":
        yield source.problem(node, "the model has no clock")


def is_set(node: ast.AST) -> bool:
    """Tell whether an expression is plainly a set."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in ("set", "frozenset")
    return isinstance(node, ast.Set | ast.SetComp)


def sizes_are_readable(source: Source) -> Iterator[Problem]:
    """Files, functions and lists of arguments of a size that one can hold in the head."""
    if source.room not in ROOMS:
        return
    lines = len(source.text.splitlines())
    if lines > LONGEST_FILE:
        yield f"{source.name}:1: {lines} lines, {LONGEST_FILE} at most"
    for node in source.functions():
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > LONGEST_FUNCTION:
            yield source.problem(node, f"{node.name} has {length} lines, {LONGEST_FUNCTION} at most")
        count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
        if count > MOST_ARGUMENTS:
            yield source.problem(node, f"{node.name} takes {count} arguments, {MOST_ARGUMENTS} at most")


def public_names_are_explained(source: Source) -> Iterator[Problem]:
    """Every module, and every public class, function and method, has a docstring."""
    if source.room not in ROOMS:
        return
    tree = source.tree()
    if ast.get_docstring(tree) is None:
        yield f"{source.name}:1: module without a docstring"
    yield from unexplained(source, tree)


def unexplained(source: Source, parent: ast.Module | ast.ClassDef) -> Iterator[Problem]:
    """Public definitions without a docstring in a module or class, and in its public classes."""
    for node in parent.body:
        if not isinstance(node, FunctionNode | ast.ClassDef) or node.name.startswith("_"):
            continue
        overload = any(ast.unparse(mark).endswith("overload") for mark in node.decorator_list)
        if ast.get_docstring(node) is None and not overload:
            yield source.problem(node, f"{node.name} has no docstring")
        if isinstance(node, ast.ClassDef):
            yield from unexplained(source, node)


RULES: tuple[Rule, ...] = (
    doors_between_rooms,
    results_are_outputs,
    imports_are_absolute,
    doors_are_visible,
    chance_is_addressed,
    sizes_are_readable,
    public_names_are_explained,
)
