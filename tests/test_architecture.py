"""The package keeps to its architecture; and the check that says so can fail."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "libonto"

# From below to above; a module imports from its own layer and from those below it.
LAYERS = (
    {"errors", "files", "locales"},
    {"graph", "sandbox"},
    {"profile", "crosswalk", "law"},
    {"verdict", "settings"},
    {"voice", "ontology", "drafting"},
    {"cli", "api", "pages", "batch", "mcp", "public", "__init__", "__main__"},
)
# What only one place may import, and that place.
RESERVED = {
    "pyshacl": "verdict/shacl",
    "owlready2": "ontology/reasoner",
    "lark": "drafting",
    "mcp": "mcp",
    "multiprocessing": "sandbox",
    "concurrent.futures.process": "sandbox",
    "concurrent.futures.ProcessPoolExecutor": "sandbox",
    "os.fork": "sandbox",
    "os.forkpty": "sandbox",
}
VAGUE = {"utils", "helpers", "common"}
MOST_LINES = 600
# A name says what a thing is, not what was done to get it; and these words say neither.
ACTS = frozenset(
    "asked chosen found given got held kept looked made meant said seen shown stated taken told "
    "wanted".split()
)
RIDDLES = frozenset("asked bench crew keeper nobody nought odd panel said somebody told".split())
SCHEMAS = "api/models.py"  # its classes describe what other rooms hold; its fields are JSON keys
RESTATED = re.compile(r"(higher|middle)-(none|second|first|highest)|librarian", re.IGNORECASE)

# Imports each named module and prints which of them open a file meanwhile. The opening belongs
# to a module of the package when its code is reached, going up the stack, before the import
# system is: what is opened in order to import something else is not its doing.
WATCH_IMPORTS = """
import importlib, pathlib, sys
package = pathlib.Path(sys.argv[1]).resolve()
sys.path.insert(0, str(package.parent))
sys.dont_write_bytecode = True
def watch(event, args):
    if event != "open":
        return
    frame = sys._getframe(1)
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        file = pathlib.Path(frame.f_code.co_filename)
        if package in file.parents:
            print(f"{file.relative_to(package)}:{frame.f_lineno}: opens {args[0]} when imported")
            return
        frame = frame.f_back
sys.addaudithook(watch)
for name in sys.argv[2:]:
    importlib.import_module(name)
print("imported", len(sys.argv) - 2)
"""


def python_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def module_name(package: Path, path: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place(package: Path, path: Path) -> str:
    return path.relative_to(package).as_posix()


def imports(package: Path, path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of all that is imported anywhere in a file, also inside functions."""
    name = module_name(package, path)
    parent = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = parent.split(".")[: len(parent.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.lineno, f"{node.value.id}.{node.attr}"  # os.fork, after `import os`
        elif isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func).rpartition(".")[2]
            first = node.args[0]
            if called in {"import_module", "__import__"} and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


def top(package: Path, path: Path) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def layer(name: str) -> int | None:
    return next((n for n, names in enumerate(LAYERS) if name in names), None)


def against_the_layers(package: Path) -> Iterator[str]:
    tops = {top(package, path) for path in python_files(package)}
    for path in python_files(package):
        own = top(package, path)
        own_layer = layer(own)
        if own_layer is None:
            yield f"{place(package, path)}: {own} belongs to no layer; name it in LAYERS"
            continue
        for line, name in imports(package, path):
            root, _, rest = name.partition(".")
            other = rest.partition(".")[0]
            if root != package.name or other not in tops:
                continue
            other_layer = layer(other)
            if other_layer is not None and other_layer > own_layer:
                yield f"{place(package, path)}:{line}: {own} imports {other}, which is above it"


def circles(package: Path) -> Iterator[str]:
    """A circle of modules that import each other, for types or inside functions included."""
    modules = {module_name(package, path): path for path in python_files(package)}
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        graph[module] = set()
        for _, name in imports(package, path):
            while name and name not in modules:
                name = name.rpartition(".")[0]
            if name and name != module:
                graph[module].add(name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        yield "a circle of imports: " + " <- ".join(error.args[1])


def against_the_reservations(package: Path) -> Iterator[str]:
    for path in python_files(package):
        where = place(package, path)
        for line, name in imports(package, path):
            for reserved, owner in RESERVED.items():
                if f"{name}.".startswith(f"{reserved}.") and not where.startswith(owner):
                    yield f"{where}:{line}: {reserved} is only for {owner}"


def vague_names(package: Path) -> Iterator[str]:
    for path in python_files(package):
        for part in path.relative_to(package).with_suffix("").parts:
            if part.strip("_") in VAGUE:
                yield f"{place(package, path)}: the name {part} says nothing"


def defined_names(path: Path) -> Iterator[tuple[int, str]]:
    """The variables, parameters and functions of a file, each with its line."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name


def names_of_acts(package: Path) -> Iterator[str]:
    for path in python_files(package):
        for line, name in defined_names(path) if place(package, path) != SCHEMAS else ():
            word = name.strip("_").lower()
            if word in ACTS or RIDDLES.intersection(word.split("_")):
                yield f"{place(package, path)}:{line}: {name} does not say what the thing is"


def classes_of_one_name(package: Path) -> Iterator[str]:
    first: dict[str, str] = {}
    for path in python_files(package):
        where = place(package, path)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and where != SCHEMAS:
                if node.name in first:
                    yield f"{where}:{node.lineno}: {first[node.name]} has a class {node.name} too"
                first.setdefault(node.name, where)


def long_files(folder: Path) -> Iterator[str]:
    for path in python_files(folder):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MOST_LINES:
            yield f"{place(folder, path)}: {lines} lines, more than {MOST_LINES}"


def restated_rules(package: Path) -> Iterator[str]:
    for path in python_files(package):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if found := RESTATED.search(line):
                yield f"{place(package, path)}:{number}: says {found[0]}, which is for the data"


def files_opened_by_imports(package: Path) -> Iterator[str]:
    names = [module_name(package, p) for p in python_files(package) if p.stem != "__main__"]
    run = subprocess.run(
        [sys.executable, "-c", WATCH_IMPORTS, str(package), *names],
        capture_output=True,
        text=True,
        check=False,
    )
    *found, last = run.stdout.splitlines() or [""]
    yield from found
    if last != f"imported {len(names)}":
        yield f"the modules cannot be imported: {last} {run.stderr}"


CHECKS: list[Callable[[Path], Iterator[str]]] = [
    against_the_layers,
    circles,
    against_the_reservations,
    vague_names,
    names_of_acts,
    classes_of_one_name,
    long_files,
    restated_rules,
    files_opened_by_imports,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_package_keeps_to_its_architecture(check: Callable[[Path], Iterator[str]]) -> None:
    assert python_files(PACKAGE), "nothing was looked at"
    assert list(check(PACKAGE)) == []


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_no_python_file_outside_the_package_is_long_either(folder: str) -> None:
    assert list(long_files(ROOT / folder)) == []


# A small package in which all is well; each case below adds one file that is not.
SOUND = {
    "__init__.py": "from fake.cli import main\n",
    "__main__.py": "from fake.cli import main\n",
    "errors.py": "import os\n",
    "graph/__init__.py": "from fake import errors\n",
    "profile/__init__.py": "from fake.graph import *\nimport concurrent.futures\n",
    "law/__init__.py": "from fake.graph import errors\n",
    "verdict/shacl.py": "def judge():\n    import pyshacl\n",
    "ontology/reasoner_classes.py": "def reason():\n    import owlready2\n",
    "sandbox/worker.py": "import os, multiprocessing\n\ndef work():\n    os.fork()\n",
    "verdict/__init__.py": "from ..law import errors\n",
    "cli/__init__.py": "from fake.verdict import errors\n\ndef main():\n    open('x')\n",
}
UNSOUND = [
    ("graph/a.py", "from fake.law import shacl\n", "graph/a.py:1: graph imports law"),
    ("graph/b.py", "def f():\n    import fake.cli\n", "graph/b.py:2: graph imports cli"),
    ("profile/a.py", "from ..verdict import shacl\n", "profile/a.py:1: profile imports verdict"),
    ("profile/b.py", "from .. import cli\n", "profile/b.py:1: profile imports cli"),
    ("law/a.py", "from fake import verdict\n", "law/a.py:1: law imports verdict"),
    ("law/b.py", "import fake.cli as face\n", "law/b.py:1: law imports cli"),
    (
        "verdict/a.py",
        "import importlib\n\nimportlib.import_module('fake.cli')\n",
        "verdict/a.py:3: verdict imports cli",
    ),
    (
        "verdict/b.py",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from fake.cli import main\n",
        "verdict/b.py:4: verdict imports cli",
    ),
    ("attic.py", "", "attic.py: attic belongs to no layer"),
    (
        "cli/__init__.py",
        "def main():\n    from fake import __main__\n",
        "a circle of imports: ",
    ),
    ("verdict/c.py", "import pyshacl.rules\n", "verdict/c.py:1: pyshacl is only for"),
    ("law/c.py", "def f():\n    from owlready2 import World\n", "law/c.py:2: owlready2 is"),
    ("verdict/shacl_b.py", "import owlready2\n", "verdict/shacl_b.py:1: owlready2 is only for"),
    ("cli/a.py", "from multiprocessing import Pool\n", "cli/a.py:1: multiprocessing is only for"),
    (
        "cli/b.py",
        "import os\n\ndef f():\n    return os.fork()\n",
        "cli/b.py:4: os.fork is only for sandbox",
    ),
    ("cli/c.py", "from os import fork\n", "cli/c.py:1: os.fork is only for sandbox"),
    (
        "cli/d.py",
        "from concurrent.futures import ProcessPoolExecutor\n",
        "cli/d.py:1: concurrent.futures.ProcessPoolExecutor is only for sandbox",
    ),
    ("law/utils.py", "", "law/utils.py: the name utils says nothing"),
    ("cli/_helpers.py", "", "cli/_helpers.py: the name _helpers says nothing"),
    ("cli/common/tables.py", "", "cli/common/tables.py: the name common says nothing"),
    ("law/f.py", "def f(found): ...\n", "law/f.py:1: found does not say"),
    ("law/g.py", "class A:\n    said: str\n", "law/g.py:2: said does not say"),
    ("law/h.py", "\ndef _edition_said(): ...\n", "law/h.py:2: _edition_said does not say"),
    ("law/i.py", "class A: ...\nclass A: ...\n", "law/i.py:2: law/i.py has a class A too"),
    ("cli/e.py", "\n" * 601, "cli/e.py: 601 lines"),
    ("law/d.py", "TOP = 'middle-highest'\n", "law/d.py:1: says middle-highest"),
    ("law/e.py", "\n# a Librarian's\n", "law/e.py:2: says Librarian"),
    ("cli/f.py", "TEXT = open(__file__).read()\n", "cli/f.py:1: opens"),
    (
        "cli/g.py",
        "import pathlib\n\ndef f():\n    return pathlib.Path(__file__).read_text()\n\nX = f()\n",
        "cli/g.py:4: opens",
    ),
    ("cli/h.py", "import nowhere_to_be_found\n", "the modules cannot be imported"),
]


def build(package: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def findings(package: Path, *, static: bool) -> list[str]:
    """What the checks report; `static`: without importing the package."""
    checks = [check for check in CHECKS if not (static and check is files_opened_by_imports)]
    return [finding for check in checks for finding in check(package)]


def test_a_sound_package_is_not_blamed(tmp_path: Path) -> None:
    build(tmp_path / "fake", SOUND)
    assert findings(tmp_path / "fake", static=False) == []


@pytest.mark.parametrize(("name", "text", "expected"), UNSOUND, ids=[case[0] for case in UNSOUND])
def test_a_breach_is_reported(tmp_path: Path, name: str, text: str, expected: str) -> None:
    build(tmp_path / "fake", SOUND | {name: text})
    at_import = "opens" in expected or "imported" in expected
    found = findings(tmp_path / "fake", static=not at_import)
    assert [line for line in found if expected in line], found
    assert len(found) == 1, found
