"""Another site, on another origin than the newsroom's: pages that embed a story."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from tests.support.closing import Closing
from tests.support.loopthread import LOOPBACK, LoopThread

LOOK = "max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 18px/1.6 serif"


class HostSite(Closing):
    """A site that answers with the pages it is given."""

    def __init__(self, thread: LoopThread) -> None:
        self._pages: dict[str, tuple[str, Mapping[str, str]]] = {}
        app = web.Application()
        app.router.add_get("/favicon.ico", _no_icon)
        app.router.add_get("/{name}", self._page)
        self._served = thread.serve(app)

    def page(
        self,
        body: str,
        *,
        style: str = LOOK,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """A new page with this in its middle; its address."""
        name = f"page-{len(self._pages)}"
        look = f"<style>body {{ {style} }}</style>" if style else ""
        html = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f"<title>A paper</title>{look}</head><body><main><h1>A paper</h1>"
            f'<p>Its own words.</p>\n{body}\n<p id="after">Its own words again.</p>'
            "</main></body></html>"
        )
        self._pages[name] = (html, headers or {})
        return f"http://{LOOPBACK}:{self._served.port}/{name}"

    def close(self) -> None:
        self._served.stop()

    async def _page(self, request: web.Request) -> web.Response:
        html, headers = self._pages[request.match_info["name"]]
        return web.Response(text=html, content_type="text/html", headers=headers)


async def _no_icon(_request: web.Request) -> web.Response:
    return web.Response(status=204)
