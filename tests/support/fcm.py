"""Google's push service, here: the far end of Chromium's followers.

Chromium checks in, registers (both plain HTTP, by command-line switches) and keeps a
TLS connection to the connection server (mcs). Without all three, subscribe() never
settles. The endpoint that it then gives the page is Google's own https address, and
the newsroom posts to just that: a test replaces the resolver and the certificate
authority (`settings`), nothing else.
"""

from __future__ import annotations

import secrets
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tests.support.certificates import certify
from tests.support.loopthread import LoopThread
from tests.support.mcs import ConnectionServer
from tests.support.protobuf import Fields, counted, fixed64, integer
from tests.support.pushrules import RefusedError, check
from tests.support.sender import Route
from tests.support.waiting import Noticeboard

# Debian's Chromium carries no "stable" mark, so its endpoints are on the second host.
HOSTS = ("fcm.googleapis.com", "jmt17.google.com")
AUDIENCES = {f"https://{host}" for host in HOSTS}
WEB_PUSH = "aes128gcm"


@dataclass
class Token:
    """One subscription of one browser."""

    app: str  # Chromium's name for the page's origin
    category: str  # Chromium's name for itself
    key: str  # the application server key it was made with
    device: str
    gone: bool = False


class FCM(Noticeboard):
    """The service: three listeners on loopback, everything kept for the tests."""

    def __init__(self, thread: LoopThread, folder: Path) -> None:
        super().__init__()
        self.log: list[str] = []
        self.tokens: dict[str, Token] = {}
        self._thread = thread
        self._devices: dict[int, int] = {}  # device number -> security token
        self._last: tuple[str, bytes] | None = None
        self._certificate = certify(folder, ["localhost", *HOSTS])
        self.connections = ConnectionServer(thread, self._certificate.context())
        self._google = thread.serve(self._browsers_app())
        self._endpoint = thread.serve(
            self._newsrooms_app(), tls=self._certificate.context()
        )

    @property
    def switches(self) -> list[str]:
        """The command line that points a Chromium here."""
        http = f"http://127.0.0.1:{self._google.port}"
        return [
            f"--gcm-checkin-url={http}/checkin",
            f"--gcm-registration-url={http}/register",
            f"--gcm-mcs-endpoint=https://localhost:{self.connections.port}",
            f"--ignore-certificate-errors-spki-list={self._certificate.pin}",
        ]

    @property
    def settings(self) -> dict[str, str]:
        """The environment that leads a newsroom here under Google's own names."""
        here = f"127.0.0.1:{self._endpoint.port}"
        return {
            "STOPPRESS_PUSH_CONNECT_TO": ",".join(f"{h}:443={here}" for h in HOSTS),
            "STOPPRESS_PUSH_CA": str(self._certificate.ca),
        }

    @property
    def routes(self) -> dict[str, Route]:
        """The same for a plain Sender."""
        route = Route(self._endpoint.port, str(self._certificate.ca))
        return dict.fromkeys(HOSTS, route)

    def redeliver(self) -> None:
        """Send the last message again under its id."""
        if self._last:
            self._thread.run(self.connections.deliver(*self._last))

    def expire(self, endpoint: str) -> None:
        """Answer 410 for this subscription from now on; its browser is not told."""
        self.tokens[endpoint.rsplit("/", 1)[-1]].gone = True

    def describe(self) -> str:
        return "\n".join([*self.log[-10:], *self.connections.log[-10:]])

    def close(self) -> None:
        self.connections.close()
        self._google.stop()
        self._endpoint.stop()

    def _browsers_app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        app.router.add_post("/checkin", self._checkin)
        app.router.add_post("/register", self._register)
        return app

    def _newsrooms_app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 20)
        for path in ("/fcm/send/{token}", "/wp/{token}"):
            app.router.add_post(path, self._newsroom)
        return app

    async def _checkin(self, request: web.Request) -> web.Response:
        device = Fields(await request.read()).number(2)  # its own, from a former time
        if device not in self._devices:
            device = secrets.randbits(62)
            self._devices[device] = secrets.randbits(62)
        self._note(f"checkin {device}")
        answer = (
            integer(1, 1)
            + integer(3, int(time.time() * 1000))
            + fixed64(7, device)
            + fixed64(8, self._devices[device])
        )
        return web.Response(body=answer, content_type="application/x-protobuffer")

    async def _register(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        app = form.get("X-subtype") or form["app"]
        if form.get("delete") == "true":
            for known in self.tokens.values():
                known.gone = known.gone or known.app == app
            self._note(f"unregister {app}")
            return web.Response(text=f"token={form.get('sender', '')}")
        token = f"{secrets.token_hex(8)}:APA91b{secrets.token_hex(16)}"
        self.tokens[token] = Token(app, form["app"], form["sender"], form["device"])
        self._note(f"register {app}")
        return web.Response(text=f"token={token}")

    async def _newsroom(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            token = self._accept(request, body)
        except RefusedError as refused:
            self._note(f"newsroom: {refused}")
            return web.Response(status=refused.status, text=refused.why)
        self._note(f"newsroom: 201, topic {request.headers.get('Topic')}")
        number = f"0:{uuid.uuid4().hex}"
        ttl = int(request.headers["TTL"])
        self._last = (token.device, _stanza(token, number, ttl, body))
        await self.connections.deliver(*self._last)
        # RFC 8030 section 5: a message taken has an address of its own.
        location = f"https://{HOSTS[0]}/{number}"
        return web.Response(status=201, headers={"Location": location})

    def _accept(self, request: web.Request, body: bytes) -> Token:
        token = self.tokens.get(request.match_info["token"])
        if token is None:
            raise RefusedError(404, "no such subscription")
        if token.gone:
            raise RefusedError(410, "unsubscribed")
        check(request.headers, body, audiences=AUDIENCES, key=token.key)
        return token

    def _note(self, text: str) -> None:
        self.log.append(text)
        self.changed()


def _stanza(token: Token, number: str, ttl: int, body: bytes) -> bytes:
    """A DataMessageStanza, as the connection server sends it to the browser."""
    head = (
        counted(2, "")
        + counted(3, token.key)
        + counted(5, token.category)
        + counted(9, number)
        + _data("subtype", token.app)
        + integer(17, ttl)
        + integer(18, int(time.time() * 1000))
    )
    if not body:
        return head
    return head + _data("content-encoding", WEB_PUSH) + counted(21, body)


def _data(name: str, value: str) -> bytes:
    return counted(7, counted(1, name) + counted(2, value))
