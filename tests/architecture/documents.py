"""Finds names in backticks in documents, and checks that they exist in the repository.

The rules by form of the name:

- a path (`lectures/service.py`, `tests/lectures/`, `docs/*.md`) exists below the root, below
  `booking/` or beside the document; `accounts/guards.acting` is a name within a file;
- `module.name` and `Class.name` exist in the module or class of the first part;
- every other identifier (`Lecture`, `why_not()`, `ix_instructor_words`) is a module, or occurs in
  the Python sources as a name or as a word of a string, or is a macro of the templates; docstrings
  and comments do not count.

Words of capitals only (`LIKE`), options, addresses, and texts of several words are not looked
up; of commands and lists the words with an underscore are.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import config

SUFFIXES = "py js css html md toml txt yaml yml ini mako po".split()

DOCUMENTS = sorted(
    path.relative_to(config.ROOT).as_posix()
    for path in (*config.ROOT.glob("*.md"), *(config.ROOT / "docs").rglob("*.md"))
    if path.name != "CHANGELOG.md"
)
"""Without the changelog, which names what no longer exists."""

_PRODUCT = ("booking", "webserver", "migrations")
_BESIDE = ("tests", "benchmarks")
_FENCED = re.compile(r"^(?P<fence>```+).*?^(?P=fence)", re.MULTILINE | re.DOTALL)
_BACKTICKED = re.compile(r"`([^`]+)`")
_PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/?")
_SUFFIX_ALONE = re.compile(r"\.\w+")
_FENCED_PATH = re.compile(r"(?<![\w/.-])(?:\w+/)+\w+\.py\b")
_NAME_IN_FILE = re.compile(r"(\w+(?:/\w+)+)\.(\w+)(?:\(\))?")
_DOTTED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\(\))?")
_IDENTIFIER = re.compile(r"([A-Za-z_]\w*)(?:\(\))?")
_CAPITALS = re.compile(r"[A-Z][A-Z0-9]*")
_WORD = re.compile(r"\w+")
_MACRO = re.compile(r"\{%-? macro (\w+)")


def missing(document: str) -> list[str]:
    """The names in a document that the repository does not have, in order."""
    text = (config.ROOT / document).read_text(encoding="utf-8")
    folder = (config.ROOT / document).parent
    fenced = [path for block in _FENCED.finditer(text) for path in _FENCED_PATH.findall(block[0])]
    named = [" ".join(token.split()) for token in _BACKTICKED.findall(_FENCED.sub("", text))]
    return [token for token in [*named, *fenced] if not is_there(token, folder)]


def is_there(token: str, folder: Path = config.ROOT / "docs") -> bool:
    """Whether a token in backticks exists; True if its form is none of the checked ones."""
    if " " in token:
        words = (word.strip(".,;") for word in token.split())
        names = [word for word in words if "_" in word[1:] and word.isidentifier()]
        return all(is_there(name, folder) for name in names)
    if found := _NAME_IN_FILE.fullmatch(token):
        return not _is_path(token) or _exists(token, folder) or _in_file(found[1], found[2])
    if _is_path(token):
        return _exists(token, folder)
    if found := _DOTTED.fullmatch(token):
        return _chain(found[1].split("."))
    if found := _IDENTIFIER.fullmatch(token):
        return _CAPITALS.fullmatch(token) is not None or _known(found[1])
    return True


def _is_path(token: str) -> bool:
    """Whether a token is a path of the repository: by first folder, suffix or final slash."""
    if not _PATH.fullmatch(token) or _SUFFIX_ALONE.fullmatch(token):
        return False
    first = token.partition("/")[0]
    ours = any((base / first).is_dir() for base in (config.ROOT, config.ROOT / "booking"))
    return token.endswith("/") or token.rpartition(".")[2] in SUFFIXES or ("/" in token and ours)


def _exists(token: str, folder: Path) -> bool:
    bases = (config.ROOT, config.ROOT / "booking", folder)
    if "/" not in token and any((config.ROOT / "booking").rglob(token)):
        return True
    return any(next(base.glob(token), None) is not None for base in bases)


def _in_file(path: str, name: str) -> bool:
    for base in (config.ROOT, config.ROOT / "booking"):
        if (file := (base / path).with_suffix(".py")).exists():
            return name in _read(file).names
    return False


def _chain(parts: list[str]) -> bool:
    """Whether each part exists, within the previous part if that is a module or class."""
    inside = _members()
    return _known(parts[0]) and all(
        name in inside[owner] if owner in inside else _known(name)
        for owner, name in pairwise(parts)
    )


def _known(name: str) -> bool:
    """Whether a name occurs in any source file; the product is searched first."""
    return name in _names(_PRODUCT) or name in _names(_BESIDE) or name in _macros()


@dataclass(frozen=True, slots=True)
class _Source:
    """The names and words of strings in one file, and the members of its classes."""

    names: frozenset[str]
    classes: dict[str, set[str]]


@cache
def _names(folders: tuple[str, ...]) -> frozenset[str]:
    files = _files(folders)
    modules = {path.stem for path in files} | {path.parent.name for path in files}
    return frozenset(modules.union(*(_read(path).names for path in files)))


@cache
def _macros() -> frozenset[str]:
    """The macros of the product's templates."""
    templates = (config.ROOT / "booking" / "templates").rglob("*.html")
    sources = [path.read_text(encoding="utf-8") for path in templates]
    return frozenset(name for source in sources for name in _MACRO.findall(source))


@cache
def _members() -> dict[str, set[str]]:
    """The members of the product's modules, packages and classes, by name."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in _files(_PRODUCT):
        module = path.parent.name if path.stem == "__init__" else path.stem
        source = _read(path)
        found[module] |= source.names
        found[path.parent.name].add(path.stem)
        found[path.parent.parent.name].add(path.parent.name)
        for name, defined in source.classes.items():
            found[name] |= defined
    return found


@cache
def _files(folders: tuple[str, ...]) -> tuple[Path, ...]:
    found = [path for folder in folders for path in (config.ROOT / folder).rglob("*.py")]
    if folders == _PRODUCT:
        found += config.ROOT.glob("*.py")
    # The exceptions listed there are the names that do not exist.
    return tuple(path for path in found if path.name != "test_documents.py")


@cache
def _read(path: Path) -> _Source:
    names: set[str] = set()
    classes: dict[str, set[str]] = {}
    docstrings: set[ast.AST] = set()
    # A statement comes before the constants within it.
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Expr(value=ast.Constant()):
                docstrings.add(node.value)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
                classes[name] = set().union(*map(_defined, node.body))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.keyword(arg=str(name)):
                names.add(name)
            case ast.alias(name=name):
                names.update(name.split("."))
            case ast.Constant(value=str(text)) if node not in docstrings:
                names.update(_WORD.findall(text))
    return _Source(frozenset(names), classes)


def _defined(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return {name}
        case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
    return set()
