"""Reads one request, and refuses what could be read in two ways."""

from __future__ import annotations

import re
from io import BytesIO

from waitress.buffers import OverflowableBuffer
from waitress.parser import HTTPRequestParser, TransferEncodingNotImplemented
from waitress.receiver import FixedStreamReceiver

from webserver.limits import LARGEST_BODY

_TRANSFER_ENCODING = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class Parser(HTTPRequestParser):
    """The parser of waitress with three rules of our own.

    - What follows a request before its answer is not read as a second request (RFC 9112, 9.3.2
      lets clients expect that): the connection is closed after the answer. Pipelined requests
      could pile up answers, and hidden ones are what request smuggling is made of.
    - A body has a Content-Length. No browser sends chunks, and a proxy that buffers sends none
      (RFC 9112, 6.1: 501). waitress needs seconds for a body of chunks of one byte.
    - A body that is too large is read and dropped, so that the product can say so on a page.
      (A connection that is closed while the browser sends shows no page.) The product refuses
      such a request by its Content-Length.
    """

    headers: dict[str, str]

    def received(self, data: bytes) -> int:
        """Take what was received; returns how many bytes of it belong to this request."""
        used = super().received(data)
        if not self.completed or self.empty:
            return used
        if data[used:].strip(b"\r\n"):
            self.close_afterwards()
        return len(data)

    def close_afterwards(self) -> None:
        """Let the answer to this request be the last one of its connection."""
        self.headers["CONNECTION"] = "close"

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers; raises what waitress turns into an error."""
        super().parse_header(header_plus)
        if _TRANSFER_ENCODING.search(header_plus):
            raise TransferEncodingNotImplemented("Send the body with Content-Length.")
        if self.content_length > LARGEST_BODY:
            self.body_rcv = FixedStreamReceiver(self.content_length, _Dropped(0))


class _Dropped(OverflowableBuffer):
    """Keeps nothing."""

    def append(self, s: bytes) -> None:
        """Drop some bytes."""

    def getfile(self) -> BytesIO:
        """What is left of them."""
        return BytesIO()
