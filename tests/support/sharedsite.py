"""A site whose address the newsroom shares: some paths are the site's own, the rest is
handed on to the newsroom, as a proxy in front does."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import aiohttp
from aiohttp import web

from tests.support.closing import Closing
from tests.support.loopthread import LoopThread

# Between two hops, and not the other end's to say (RFC 9110 section 7.6.1).
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class SharedSite(Closing):
    """`own`: scripts of the site's own, by path."""

    def __init__(self, thread: LoopThread, own: Mapping[str, str]) -> None:
        self.newsroom = 0  # the port that it is at, once it is known
        self._own = own
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._served = thread.serve(app)

    @property
    def url(self) -> str:
        return f"http://localhost:{self._served.port}"

    def close(self) -> None:
        self._served.stop()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.path in self._own:
            text = self._own[request.path]
            return web.Response(text=text, content_type="text/javascript")
        there = f"http://127.0.0.1:{self.newsroom}{request.path_qs}"
        sent = {k: v for k, v in request.headers.items() if k.lower() not in HOP}
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.request(
                request.method,
                there,
                data=await request.read(),
                headers=sent,
                allow_redirects=False,
            ) as got,
        ):
            kept = {k: v for k, v in got.headers.items() if k.lower() not in HOP}
            answer = web.StreamResponse(status=got.status, headers=kept)
            await answer.prepare(request)
            # A reader who leaves a stream ends it.
            with contextlib.suppress(ConnectionError):
                async for data in got.content.iter_any():
                    await answer.write(data)
            return answer
