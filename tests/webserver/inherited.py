"""What the classes of webserver/ take from the classes of gunicorn and waitress, by their source.

Most of it is documented nowhere. It is collected from our source instead of from a list, so that
nothing is left out, and compared with the installed versions.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from types import ModuleType

from gunicorn.config import Config

import webserver

LIBRARIES = ("gunicorn", "waitress")
MODULES = [
    import_module(f"webserver.{one.name}") for one in pkgutil.iter_modules(webserver.__path__)
]


@dataclass(frozen=True, slots=True)
class Use:
    """A name of a class of a library, and where ours needs it."""

    owner: type
    name: str
    place: str

    @property
    def is_met(self) -> bool:
        """Whether the installed version has the name."""
        return self.name in provided(self.owner)

    def __str__(self) -> str:
        library = _root(self.owner)
        return (
            f"{self.place} needs {self.owner.__qualname__}.{self.name}, which {library} "
            f"{version(library)} lacks: adapt webserver/ to it, or keep the {library} before it"
        )


def _root(cls: type) -> str:
    return cls.__module__.partition(".")[0]


def library_class(cls: type) -> type | None:
    """The class of a library that a class of ours extends, or the class itself."""
    return next((base for base in cls.__mro__ if _root(base) in LIBRARIES), None)


@cache
def provided(cls: type) -> frozenset[str]:
    """The attributes of a class of a library, with those that its methods assign to `self`."""
    found = set(dir(cls)) - set(dir(object))
    for base in cls.__mro__:
        if _root(base) in LIBRARIES:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
            found |= {one.attr for one in _attributes(tree, "self") if _is_assigned(one)}
    if issubclass(cls, Config):
        found |= set(cls().settings)
    return frozenset(found)


def uses(module: ModuleType, owners: Mapping[str, type]) -> Iterator[Use]:
    """What a module needs of classes of libraries.

    These are the attributes of `self` and `super()` that are not ours, the names that are defined
    for a library to use, and the attributes of variables: `owners` are their classes.
    """
    tree = _tree(module)
    for cls in vars(module).values():
        if isinstance(cls, type) and cls.__module__ == module.__name__:
            base = library_class(cls)
            if base is not None:
                yield from _of_class(module, _body(tree, cls), base)
    for variable, cls in owners.items():
        base = library_class(cls)
        assert base is not None
        ours = _ours() | (vars(cls).keys() if cls is not base else set())
        for one in _attributes(tree, variable):
            if one.attr not in ours:
                yield Use(base, one.attr, f"{module.__name__}:{one.lineno}")


def _of_class(module: ModuleType, body: ast.ClassDef, base: type) -> Iterator[Use]:
    defined = dict(_defined(body))
    needed = {one.attr: one.lineno for one in _attributes(body, "self") if one.attr not in defined}
    # Nobody of ours uses them: they are there for the library.
    needed |= {name: line for name, line in defined.items() if name not in _read()}
    needed |= {one.attr: one.lineno for one in _attributes(body, "super()")}
    for name, line in sorted(needed.items()):
        if name not in _ours() and not name.startswith("__"):
            yield Use(base, name, f"{module.__name__}:{line}")


@cache
def _ours() -> frozenset[str]:
    """The attributes that our own classes assign to `self` in `__init__`."""
    return frozenset(
        one.attr
        for module in MODULES
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        for one in _attributes(node, "self")
        if _is_assigned(one)
    )


@cache
def _read() -> frozenset[str]:
    """The attributes that modules of ours read, of whatever but `super()`."""
    return frozenset(
        node.attr
        for module in MODULES
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.Attribute) and not _is_assigned(node)
        if ast.unparse(node.value) != "super()"
    )


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _body(tree: ast.Module, cls: type) -> ast.ClassDef:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    return next(node for node in found if node.name == cls.__name__)


def _defined(body: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """The methods, and the names that the body of a class assigns."""
    for node in body.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.Assign):
            yield from ((one.id, one.lineno) for one in node.targets if isinstance(one, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
            yield node.target.id, node.lineno


def _attributes(tree: ast.AST, of: str) -> list[ast.Attribute]:
    """All `<of>.<name>` in a tree."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return [node for node in found if ast.unparse(node.value) == of]


def _is_assigned(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, ast.Store)
