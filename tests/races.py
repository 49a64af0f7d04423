"""Several acts at the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from booking.errors import DomainError


def at_once(*acts: Callable[[], None]) -> list[bool]:
    """Start all at the same moment; of each, whether it was done or refused."""
    barrier, done = threading.Barrier(len(acts)), [False] * len(acts)
    wrong: list[BaseException] = []

    def run(number: int) -> None:
        barrier.wait(10)
        try:
            acts[number]()
            done[number] = True
        except DomainError:
            pass
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    return done
