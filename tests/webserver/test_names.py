"""waitress calls what is replaced: an upgrade that no longer does fails here, in words.

That the replaced names exist is checked in `test_inherited`.
"""

from __future__ import annotations

import inspect

from waitress import channel, parser, server, task, wasyncore
from waitress.adjustments import Adjustments


def test_methods_that_are_replaced_are_called_by_waitress() -> None:
    assert "self._flush_outbufs_below_high_watermark()" in inspect.getsource(
        channel.HTTPChannel.write_soon
    )
    assert "self.server.add_task(self)" in inspect.getsource(channel.HTTPChannel.received)
    assert "self.channel_class(" in inspect.getsource(server.BaseWSGIServer.handle_accept)
    assert "obj.readable()" in inspect.getsource(wasyncore.poll2)
    assert "task.service()" in inspect.getsource(task.ThreadedTaskDispatcher.handler_thread)
    assert "self.parse_header(" in inspect.getsource(parser.HTTPRequestParser.received)


def test_a_closing_answer_is_asked_for_by_the_header() -> None:
    assert 'headers.get("CONNECTION", "")' in inspect.getsource(task.Task.build_response_header)


def test_closing_keeps_the_pipe_that_wakes_the_loop() -> None:
    assert "self.trigger.close()" in inspect.getsource(server.BaseWSGIServer.close)
    assert "trigger" not in inspect.getsource(wasyncore.dispatcher.close)


def test_no_more_requests_are_read_ahead() -> None:
    assert Adjustments.channel_request_lookahead == 0
