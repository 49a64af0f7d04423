"""What webserver/ uses of gunicorn and waitress exists: an upgrade that removes it fails here."""

from __future__ import annotations

import inspect
import runpy
from types import ModuleType

import pytest
from gunicorn.arbiter import Arbiter
from gunicorn.config import KNOWN_SETTINGS, Config
from gunicorn.workers.base import Worker
from waitress.adjustments import Adjustments

import config
from tests.webserver.inherited import MODULES, Use, library_class, provided, uses
from webserver import channel, parser, server, worker

OWNERS = {
    "self.cfg": Config,
    "self.adj": Adjustments,
    "channel": channel.Channel,
    "newcomer": channel.Channel,
    "evicted": channel.Channel,
    "request": parser.Parser,
    "listening": server._Tcp,  # noqa: SLF001
    "self._listening[0]": server._Tcp,  # noqa: SLF001
    "self.requests[0]": parser.Parser,
}
"""The classes of variables in webserver/, by the name that they have everywhere."""

SETTINGS = runpy.run_path(str(config.ROOT / "gunicorn.conf.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.__name__)
def test_what_a_module_uses_of_a_library_is_there(module: ModuleType) -> None:
    assert [str(use) for use in uses(module, OWNERS) if not use.is_met] == []


def test_what_is_used_is_found() -> None:
    """The search itself: one name of each kind, of both libraries."""
    found = {(use.owner.__name__, use.name) for module in MODULES for use in uses(module, OWNERS)}
    assert found >= {
        ("Worker", "ppid"),
        ("Worker", "notify"),
        ("Worker", "run"),
        ("Config", "graceful_timeout"),
        ("HTTPChannel", "_flush_outbufs_below_high_watermark"),
        ("HTTPChannel", "total_outbufs_len"),
        ("HTTPChannel", "will_close"),
        ("HTTPChannel", "parser_class"),
        ("HTTPRequestParser", "headers_finished"),
        ("Adjustments", "outbuf_high_watermark"),
        ("ThreadedTaskDispatcher", "stop_count"),
        ("TcpWSGIServer", "pull_trigger"),
    }
    assert not {name for _owner, name in found} & {"admission", "_watch", "_server", "phase"}


@pytest.mark.parametrize("name", ["alive", "ppid", "notify", "handle_exit", "run", "wsgi"])
def test_a_worker_that_lacks_something_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    less = frozenset(provided(Worker) - {name})
    monkeypatch.setattr("tests.webserver.inherited.provided", lambda _cls: less)
    said = [str(use) for use in uses(worker, {}) if not use.is_met]
    assert len(said) == 1
    assert f"needs Worker.{name}, which gunicorn " in said[0]
    assert "adapt webserver/ to it, or keep the gunicorn before it" in said[0]


def test_overridden_methods_have_the_parameters_that_the_library_passes() -> None:
    different = []
    for module in MODULES:
        for use in uses(module, {}):
            for cls in vars(module).values():
                own = vars(cls).get(use.name) if isinstance(cls, type) else None
                if inspect.isfunction(own) and library_class(cls) is use.owner:
                    theirs = inspect.signature(getattr(use.owner, use.name)).parameters
                    if list(inspect.signature(own).parameters) != list(theirs):
                        different.append((use, list(theirs)))
    assert different == []


def test_gunicorn_calls_the_worker() -> None:
    assert "self.run()" in inspect.getsource(Worker.init_process)
    assert "signal.SIGTERM, self.handle_exit" in inspect.getsource(Worker.init_signals)
    assert "self.alive = False" in inspect.getsource(Worker.handle_exit)


def test_gunicorn_knows_the_settings() -> None:
    """gunicorn ignores a name in its configuration file that it does not know."""
    known = {setting.name for setting in KNOWN_SETTINGS}
    modules = {name for name, value in SETTINGS.items() if inspect.ismodule(value)}
    named = {name for name in SETTINGS if name.islower() and not name.startswith("_")}
    assert named - modules - known == set()


def test_gunicorn_shows_its_listeners_to_the_hook() -> None:
    assert Use(Arbiter, "LISTENERS", "gunicorn.conf.py").is_met
