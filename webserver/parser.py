"""Parses one request, and rejects requests that could be parsed in two ways."""

from __future__ import annotations

import re
from io import BytesIO

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, TransferEncodingNotImplemented
from waitress.receiver import FixedStreamReceiver

from webserver.limits import LARGEST_BODY

_TRANSFER_ENCODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class Parser(HTTPRequestParser):
    """The parser of waitress with three additional rules.

    - No pipelining: bytes that follow a request before its response are discarded, and the
      connection is closed after the response (RFC 9112, 9.3.2 requires clients to cope).
      Pipelined requests could pile up responses, and request smuggling relies on them.
    - A body needs a Content-Length; chunked transfer coding is rejected (RFC 9112, 6.1: 501).
      Browsers and buffering proxies do not send chunks, and waitress needs seconds for a body in
      chunks of one byte.
    - A body that is too large is received and discarded, so that the application can answer with
      a page. (A browser whose connection is closed while it sends shows none.) The application
      rejects such a request by its Content-Length.
    """

    headers: dict[str, str]

    def received(self, data: bytes) -> int:
        """Parse received bytes; returns how many of them this request consumed."""
        used = super().received(data)
        if not self.completed or self.empty:
            return used
        if data[used:].strip(b"\r\n"):
            self.close_afterwards()
        return len(data)

    def close_afterwards(self) -> None:
        """Close the connection after the response to this request."""
        self.headers["CONNECTION"] = "close"

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the request line and the headers.

        Raises exceptions that waitress turns into an error response.
        """
        super().parse_header(header_plus)
        if _TRANSFER_ENCODING.search(header_plus):
            raise TransferEncodingNotImplemented("Send the body with Content-Length.")
        if self.content_length > LARGEST_BODY:
            self.body_rcv = FixedStreamReceiver(self.content_length, _DiscardBuffer(0))


class _DiscardBuffer(OverflowableBuffer):
    """A buffer that discards what is written to it."""

    def append(self, s: bytes) -> None:
        """Discard `s`."""

    def getfile(self) -> BytesIO:
        """An empty file."""
        return BytesIO()
