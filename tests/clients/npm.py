"""Installs the Node.js judges once, from ``package-lock.json``."""

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

SECONDS = 300


class NotInstalled(Exception):
    """Node.js is missing, or npm failed; the message says which."""


def install(folder: Path) -> None:
    """Install the versions of ``folder/package-lock.json`` into ``folder/node_modules``.

    Does nothing if they are installed. Parallel test processes wait for each other. Raises
    NotInstalled.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotInstalled("install node 20 and npm")
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-from"
    key = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    # The lock file is outside node_modules, which npm deletes before installing.
    with (Path(tempfile.gettempdir()) / f"judges-{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        _clean_install(folder)
        stamp.write_text(wanted)


def _clean_install(folder: Path) -> None:
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise NotInstalled("npm ci took too long") from error
    if done.returncode != 0:
        raise NotInstalled("npm ci failed: " + done.stderr.decode(errors="replace")[-500:])
