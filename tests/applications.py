"""Applications that tests share, with a fresh database and an empty data folder for each test.

Building an application and compiling its SQL statements takes longer than most tests. So a worker
keeps one application for each set of settings, and `Applications.get` brings it back to the state
in which it was built. A test that adds routes marks itself with `own_application`.
"""

from __future__ import annotations

import shutil
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flask import Flask
from flask_limiter import Limiter

from booking.db import db
from booking.jobs import Jobs
from booking.settings import queries
from tests import databases

MOST = 12
"""Applications kept by one worker; the one used least recently is closed first."""

QUEUE = "huey.db"
"""The task queue in the data folder: emptied, not removed, as its tables are made once."""


class _Shared:
    """One application, and what is brought back between two tests."""

    def __init__(
        self, url: str, folder: Path, environment: Mapping[str, str], cost: Mapping[str, int]
    ) -> None:
        self._stack = ExitStack()
        self.app = self._stack.enter_context(
            databases.running(url, folder, environment, password_cost=cost)
        )
        self._config = _copied(self.app.config)
        self._extensions = dict(self.app.extensions)
        self._globals = dict(self.app.jinja_env.globals)
        self._loader = self.app.jinja_env.loader
        self._wsgi = self.app.wsgi_app
        self._rules = self._count()
        self._log = dict(vars(self.app.extensions["audit"]))

    def _count(self) -> int:
        return sum(1 for _rule in self.app.url_map.iter_rules())

    @property
    def as_built(self) -> bool:
        """Whether no test added routes, which cannot be removed again."""
        return self._count() == self._rules

    def restore(self) -> None:
        """Bring back settings and extensions, and forget what is stored outside the database."""
        app = self.app
        app.config.clear()
        app.config.update(_copied(self._config))
        app.extensions.clear()
        app.extensions.update(self._extensions)
        app.jinja_env.globals.clear()
        app.jinja_env.globals.update(self._globals)
        app.jinja_env.loader = self._loader
        app.wsgi_app = self._wsgi  # type: ignore[method-assign]
        limiter: Limiter = app.extensions["request_limits"]
        limiter.reset()
        with app.app_context():
            queries.forget()
        log = app.extensions["audit"]
        vars(log).update(self._log)
        log.waiting.clear()
        jobs: Jobs = app.extensions["jobs"]
        jobs.huey.flush()
        for path in Path(app.instance_path).iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith(QUEUE):
                path.unlink()

    def close(self) -> None:
        """Close its connections."""
        self._stack.close()


class Applications:
    """The applications that one worker keeps."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: OrderedDict[tuple[Any, ...], _Shared] = OrderedDict()
        self._number = 0

    def get(self, url: str, environment: Mapping[str, str], cost: Mapping[str, int]) -> Flask:
        """The application with these settings, as it was built; its database is the caller's."""
        key = (url, *sorted(environment.items()), *sorted(cost.items()))
        shared = self._kept.pop(key, None)
        if shared is not None and shared.as_built:
            shared.restore()
        else:
            if shared is not None:
                shared.close()
            self._number += 1
            folder = self._folder / str(self._number)
            folder.mkdir()
            shared = _Shared(url, folder, environment, cost)
        self._kept[key] = shared
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)[1].close()
        return shared.app

    @staticmethod
    def release(app: Flask) -> None:
        """End a test's use: close its sessions, and connections to a file that is replaced."""
        with app.app_context():
            db.session.remove()
            if db.engine.dialect.name == "sqlite":
                db.engine.dispose()
        jobs: Jobs = app.extensions["jobs"]
        jobs.huey.storage.close()

    def close(self) -> None:
        """Close them all."""
        for shared in self._kept.values():
            shared.close()


def _copied(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(one) if isinstance(one, list) else one for name, one in config.items()}
