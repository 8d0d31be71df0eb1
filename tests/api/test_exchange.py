"""Reading requests: what comes too late, and clients that leave."""

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request

from libonto.api.exchange import LEAVING, body, while_there
from libonto.api.negotiation import accepts_gzip, choose, prefers_html
from libonto.errors import LateError, TooLargeError


def request(*parts: Any, length: str = "") -> Request:
    waiting = list(parts)

    async def receive() -> Any:
        if not waiting:
            await asyncio.sleep(60)
        return {
            "type": "http.request",
            "body": waiting.pop(0),
            "more_body": bool(waiting) or len(parts) > 2,
        }

    headers = [(b"content-length", length.encode())] if length else []
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    return Request(scope, receive)


def test_a_body_is_read_whole() -> None:
    assert asyncio.run(body(request(b"ab", b"cd"), 4, 1)) == b"abcd"


@pytest.mark.parametrize("sent", [request(b"abc", b"de"), request(b"", length="5")])
def test_a_body_that_is_too_long_is_not_read_to_its_end(sent: Request) -> None:
    with pytest.raises(TooLargeError):
        asyncio.run(body(sent, 4, 1))


def test_a_body_that_does_not_come_is_late() -> None:
    with pytest.raises(LateError):
        asyncio.run(body(request(b"a", b"b", b"c"), 10, 0.05))


class TestWhileThere:
    def run(self, seconds: float, leaves_after: float | None) -> Any:
        ended: list[str] = []

        async def work() -> str:
            try:
                await asyncio.sleep(seconds)
            except asyncio.CancelledError:
                ended.append("cancelled")
                raise
            ended.append("done")
            return "answer"

        async def scene() -> Any:
            leaving: set[Any] = set()

            def tell() -> None:
                for leave in tuple(leaving):
                    leave()

            if leaves_after is not None:
                asyncio.get_running_loop().call_later(leaves_after, tell)
            try:
                return await while_there({LEAVING: leaving}, work()), ended
            except ClientDisconnect:
                return "left", ended

        return asyncio.run(scene())

    @pytest.mark.parametrize("seconds", [0, 0.01, 0.1])
    def test_the_work_is_done_for_a_client_that_stays(self, seconds: float) -> None:
        assert self.run(seconds, None) == ("answer", ["done"])

    def test_the_work_is_cancelled_for_a_client_that_leaves(self) -> None:
        assert self.run(10, 0.05) == ("left", ["cancelled"])

    @pytest.mark.parametrize("scope", [{LEAVING: set()}, {}])
    def test_somebody_else_may_cancel_it_too(self, scope: dict[str, Any]) -> None:
        async def scene() -> bool:
            task = asyncio.create_task(while_there(scope, asyncio.sleep(60)))
            await asyncio.sleep(0.05)
            task.cancel()
            await asyncio.wait({task})
            return task.cancelled()

        assert asyncio.run(scene())


OFFERS = {"a/b": "ab", "a/c": "ac", "d/e": "de"}


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "ab"),
        ("", "ab"),
        ("*/*", "ab"),
        ("a/*", "ab"),
        ("d/*", "de"),
        ("a/c", "ac"),
        ("a/c, */*", "ac"),
        ("*/*;q=0.5, d/e;q=0.6", "de"),
        ("a/*;q=0.5, a/b;q=0.1", "ac"),
        ("a/*, a/b;q=0, a/c;q=0", None),
        ("x/y", None),
        ("a/b;q=0", None),
        ("a/b;charset=utf-8;q=0.3, d/e;q=0.2", "ab"),
        ("a/b; q=2", "ab"),
        ("a/b;q=-1", None),
        (",,;;", None),
    ],
)
def test_the_offer_that_is_wanted_most(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERS) == chosen


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (None, False),
        ("gzip", True),
        ("br, gzip;q=0.1", True),
        ("*", True),
        ("gzip;q=0, *", False),
        ("br", False),
        ("identity", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(header: str | None, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html;q=0.5, text/turtle", False),
        ("*/*", False),
        ("text/*", False),
        (None, False),
        ("text/html;q=0", False),
    ],
)
def test_a_browser_is_told_by_what_it_wants(accept: str | None, page: bool) -> None:
    assert prefers_html(accept) is page
