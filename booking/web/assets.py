"""Static files: named by their contents, compressed ahead, served by ServeStatic.

`url_for("static", filename="app.css")` becomes `/static/app.0123456789ab.css`, which browsers keep
for a year without asking again; the plain name is served too, and asked for again each time.
Imports between scripts (`import … from "./other.js"`) get such names as well.

`make setup` writes the files into `BUILT`; where it did not, the first request that needs them
does. Outside production a changed source is noticed at the next request, in production at the next
start.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.headers import Headers

from flask import Flask, Response, abort, current_app, request
from servestatic import ServeStatic
from servestatic.compress import Compressor
from servestatic.manifest_hash import get_hashed_name
from werkzeug.wsgi import wrap_file
from zopfli import gzip as zopfli

logger = logging.getLogger(__name__)

PACKAGE = Path(__file__).resolve().parent.parent
BUILT = PACKAGE / "built"
BOOTSTRAP = "static/bootstrap5/css/bootstrap.min.css"
"""Of the package Bootstrap-Flask, whose other parts are not used."""

FOR_GOOD, ASK_AGAIN = "public, max-age=31536000, immutable", "public, no-cache"

_HASHED = re.compile(r"\.([0-9a-f]{12})\.\w+$")
_IMPORT = re.compile(rb'(\b(?:from|import)\s*\(?\s*")\./([\w.-]+\.js)(")')

Sources = Mapping[str, Path]
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Version:
    """The files at one time: `names` has the name with the hash of each plain name."""

    stamp: Stamp
    names: Mapping[str, str]
    files: Any


class Assets:
    """The static files of an application."""

    def __init__(
        self, sources: Callable[[], Sources], folders: Sequence[Path], *, watch: bool
    ) -> None:
        """`folders`: the first that has the files, or can be written, is used.

        With `watch` changed sources are noticed at once, as development needs it.
        """
        self._sources = sources
        self._folders = folders
        self._watch = watch
        self._version: _Version | None = None

    def name(self, filename: str) -> str:
        """The name under which a file is served now; unknown names stay as they are."""
        return self._current().names.get(filename, filename)

    def response(self, filename: str) -> Response:
        """The response with a file, or a part of it, in the best encoding; 304; or abort(404)."""
        found = self._current().files.get(f"/{filename}")
        if found is None:
            abort(404)
        answer = found.get_response(request.method, request.environ)
        body = wrap_file(request.environ, answer.file) if answer.file else None
        response = Response(body, answer.status, answer.headers, direct_passthrough=True)
        if answer.status >= 400:
            del response.headers["Cache-Control"]
        # Also for a list of ETags, and for one that a proxy marked as weak.
        response.make_conditional(request)
        return response

    def _current(self) -> _Version:
        version = self._version
        if version is None or (self._watch and version.stamp != _stamp(self._sources())):
            self._version = version = _publish(self._sources(), self._folders)
        return version


def sources() -> Sources:
    """The files of the product by name: those of `booking/static`, and Bootstrap's styles."""
    bootstrap = Path(str(resources.files("flask_bootstrap"))) / BOOTSTRAP
    own = sorted(path for path in (PACKAGE / "static").iterdir() if path.is_file())
    return {path.name: path for path in (*own, bootstrap)}


def _stamp(sources: Sources) -> Stamp:
    states = [(name, path.stat()) for name, path in sources.items()]
    return tuple((name, state.st_mtime_ns, state.st_size) for name, state in states)


def _publish(sources: Sources, folders: Sequence[Path]) -> _Version:
    """Write what is missing; where no folder can be written, serve the sources as they are."""
    stamp = _stamp(sources)
    hashed = with_hashes(_contents(sources))
    names = {name: new for name, (new, _content) in hashed.items()}
    for folder in folders:
        try:
            write(folder, hashed.values())
            found = {path.name: path for path in folder.iterdir() if path.is_file()}
        except OSError:
            continue
        # Names of earlier versions stay, for pages that are still open.
        plain = {name: folder / new for name, new in names.items()}
        return _Version(stamp, names, _served(found | plain))
    logger.error("static files are served uncompressed: nothing can be written to %s", folders[-1])
    return _Version(stamp, {}, _served(sources))


def _contents(sources: Sources) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in sources.items()}


def with_hashes(contents: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Each file's name with its hash, and its contents, in which imports have such names.

    Scripts may not import each other in a circle; a script that is missing is a KeyError.
    """
    done: dict[str, tuple[str, bytes]] = {}

    def finish(name: str) -> str:
        if name not in done:
            content = contents[name]
            if name.endswith(".js"):
                content = _IMPORT.sub(
                    lambda found: (
                        b"%b./%b%b" % (found[1], finish(found[2].decode()).encode(), found[3])
                    ),
                    content,
                )
            done[name] = get_hashed_name(name, content), content
        return done[name][0]

    for name in contents:
        finish(name)
    return done


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files that are not there yet, with their compressed forms; OSError if it cannot.

    Several processes may do so at once: a file appears entire, after its compressed forms.
    """
    missing = [(name, content) for name, content in files if not os.access(folder / name, os.R_OK)]
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    compressor = _Compressor(use_zstd=False, quiet=True)
    with TemporaryDirectory(dir=folder) as made:
        for name, content in missing:
            path = Path(made, name)
            path.write_bytes(content)
            for one in (*map(Path, compressor.compress(path)), path):
                os.replace(one, folder / one.name)


class _Compressor(Compressor):  # type: ignore[misc]
    @staticmethod
    def compress_gzip(data: bytes) -> bytes:
        """As gzip, but a tenth smaller; it takes a second for Bootstrap."""
        return bytes(zopfli.compress(data))


def _served(paths: Mapping[str, Path]) -> Any:
    server = ServeStatic(
        None, allow_all_origins=False, add_headers_function=_cache_headers, max_age=None
    )
    for name, path in paths.items():
        server.add_file_to_dictionary(f"/{name}", str(path))
    return server.files


def _cache_headers(headers: Headers, path: str, url: str) -> None:
    headers["Cache-Control"] = FOR_GOOD if _HASHED.search(url) else ASK_AGAIN
    known = _HASHED.search(path)
    if known is not None:
        # Weak, because the compressed forms have it as well (RFC 9110, section 8.8.1).
        headers["ETag"] = f'W/"{known[1]}"'


def init_app(app: Flask, *, instance: Path, watch: bool) -> None:
    """Let `url_for` name static files by their contents."""
    app.extensions["assets"] = assets = Assets(sources, (BUILT, instance / "assets"), watch=watch)

    @app.url_defaults
    def with_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values["filename"] = assets.name(values["filename"])


def current() -> Assets:
    """The static files of the current application."""
    assets: Assets = current_app.extensions["assets"]
    return assets


if __name__ == "__main__":
    write(BUILT, with_hashes(_contents(sources())).values())
