"""The class that gunicorn runs in each process, without gunicorn's master."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Iterator

import pytest
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from webserver.worker import BufferingWorker


class _Silent(BaseApplication):
    """Default settings, whatever the command line says."""

    def load_config(self) -> None:
        """Nothing."""


@pytest.fixture
def ended() -> Iterator[BufferingWorker]:
    """A worker that has been told to end, and has ended."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = _Silent()
        cfg = app.cfg
        worker = BufferingWorker(1, os.getppid(), [listener], app, 30, cfg, Logger(cfg))
        worker.wsgi = lambda _environ, _start: []
        worker.alive = False
        worker.run()
        yield worker
    worker.tmp.close()
    # `run` switches automatic collection off.
    gc.unfreeze()
    gc.enable()


def test_a_second_signal_finds_the_server_closed(ended: BufferingWorker) -> None:
    """systemd sends SIGTERM to each process, and gunicorn's master forwards its own."""
    ended.handle_exit(signal.SIGTERM, None)
    assert ended.alive is False
