"""One home each: for commits, the wall clock, SMTP; files stay small."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import config
from tests.architecture import sources

CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
SESSION_WRITES = ("session.add", "session.add_all", "session.delete", "session.flush")
ENUMS = {"Enum", "StrEnum", "IntEnum", "Flag", "IntFlag"}
LONGEST_FILE = 400
READ_CLOCK_THEMSELVES = {
    f"booking/{module}.py"
    for module in (
        "accounts/address_change",
        "accounts/embedded_sign_in",
        "accounts/factors/notices",
        "accounts/sign_in/login_manager",
        "administration/setup/start",
        "audit/log",
        "availability/promises/queries",
        "i18n",
        "jobs",
        "styleguide/months",
        "web/request_limits",
    )
}
"""What a library calls without an instant, or what says when something was recorded."""

GENERATED = {Path("migrations/versions/0001_first_schema.py")}
"""A migration is written once and never grows."""


def _callers(*endings: str) -> set[str]:
    """The files in which a call ends in one of these dotted names."""
    return {
        path.as_posix()
        for path in sources.python_files()
        for call in sources.calls(path)
        if any(call == ending or call.endswith(f".{ending}") for ending in endings)
    }


def test_only_the_unit_of_work_commits() -> None:
    assert _callers("commit") - {"migrations/env.py"} == {"booking/db/unit_of_work.py"}


def test_only_one_module_reads_the_wall_clock() -> None:
    assert _callers(*CLOCKS) == {"booking/clock.py"}


def _reads_clock(path: Path) -> bool:
    """Whether a module asks for the present instant, by a call or by handing on the function."""
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) == "clock.now"
        for node in ast.walk(sources.tree(path))
    )


def test_the_clock_is_read_where_something_begins() -> None:
    """Pages, jobs and commands read it and hand the instant down, so that one act has one."""
    readers = {path for path in sources.python_files() if _reads_clock(path)}
    beginnings = re.compile(r"(.*_)?(views|page|forms|tasks|commands|security|delivery)")
    others = {path.as_posix() for path in readers if not beginnings.fullmatch(path.stem)}
    assert others == READ_CLOCK_THEMSELVES


def test_only_delivery_speaks_smtp() -> None:
    users = {
        path.as_posix()
        for path in sources.python_files()
        if any(name.split(".")[0] == "smtplib" for name in sources.imported(path))
    }
    assert users == {"booking/notifications/transmission/transports.py"}


def test_only_the_register_changes_entries_and_only_with_a_permission() -> None:
    """What writes an entry takes an `EditableEntry`; what makes one asks for the permission."""
    assert _callers("EditableEntry") == {"booking/instructors/editable_entry.py"}
    assert _callers("Instructor", "InstructorField", "ServedRegion", "Contact", "Topic") == {
        "booking/instructors/service.py"
    }


def test_every_function_that_changes_an_entry_takes_one_that_may_be_changed() -> None:
    writers = {
        function.name: {argument.arg for argument in function.args.kwonlyargs}
        for function in sources.tree(Path("booking/instructors/service.py")).body
        if isinstance(function, ast.FunctionDef)
        and any(
            isinstance(node, ast.Call) and ast.unparse(node.func) in SESSION_WRITES
            for node in ast.walk(function)
        )
    }
    assert "add_topic" in writers
    unguarded = {name for name, takes in writers.items() if not takes & {"entry", "actor"}}
    # The list of fields belongs to no entry.
    assert unguarded == {"add_field"}


def test_every_form_has_the_same_base() -> None:
    """What it does with stale tokens no form may miss; Flask-Security's have their own."""
    users = {
        path.as_posix()
        for path in sources.python_files()
        if any(
            ast.unparse(base) in {"FlaskForm", "wtforms.Form"}
            for node in ast.walk(sources.tree(path))
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        )
    }
    assert users == {"booking/web/request_safety.py"}


def test_no_lazy_text_of_the_library_holds_a_value() -> None:
    """Templates take those for HTML, with what somebody typed; `sentences` has ones that are not.

    (`LazyString.__html__` of Flask-Babel returns the text as it is.)
    """
    found = set()
    for path in sources.python_files():
        lazy = {
            alias.asname or alias.name
            for node in ast.walk(sources.tree(path))
            if isinstance(node, ast.ImportFrom) and node.module == "flask_babel"
            for alias in node.names
            if alias.name.startswith("lazy_")
        }
        found |= {
            f"{path}:{node.lineno}"
            for node in ast.walk(sources.tree(path))
            if isinstance(node, ast.Call) and ast.unparse(node.func) in lazy and node.keywords
        }
    assert found == set()


def test_no_two_enums_have_one_name() -> None:
    """A name that two lists share says of neither what it lists."""
    names = Counter(
        node.name
        for path in sources.python_files()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).split(".")[-1] in ENUMS for base in node.bases)
    )
    assert {"Side", "Party", "Role"} <= names.keys()
    assert [name for name, count in names.items() if count > 1] == []


def test_only_one_module_says_which_characters_are_removed() -> None:
    """By their Unicode category, or from NUL on; `isprintable` only refuses.

    `documents/glyphs` leaves out of papers what no font can print; nothing that is stored.
    """
    assert _callers("unicodedata.category") == {"booking/text.py", "booking/documents/glyphs.py"}
    ranges = {
        path.as_posix()
        for path in sources.python_files()
        for node in ast.walk(sources.tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if "\x00-" in node.value or r"\x00-" in node.value
    }
    assert ranges == {"booking/text.py"}
    assert _callers("isprintable") == {
        "booking/availability/external/engine/address.py",
        "booking/text.py",
        "config_keys.py",
    }


def test_files_stay_small() -> None:
    sizes = {
        path: len((config.ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in sources.python_files()
        if path not in GENERATED
    }
    assert {path: size for path, size in sizes.items() if size > LONGEST_FILE} == {}
