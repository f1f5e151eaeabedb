"""Mozilla's push service, here: the far end of Firefox's followers.

Firefox keeps one WebSocket to its push service (pref dom.push.serverURL) and speaks
autopush's protocol on it: hello, register, unregister, notification, ack. Newsrooms
post by RFC 8030 to the endpoints that it hands out. This service does both and passes
the encrypted body on unread, as the real one does: Firefox decrypts it.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.support.loopthread import LoopThread, Served
from tests.support.pushrules import RefusedError, b64u, check
from tests.support.waiting import Noticeboard

# What Firefox's ack says became of a message (autopush, "ack" codes).
DELIVERED, NOT_DECRYPTED, REPEATED, WORKER_FAILED = 100, 101, 102, 302


@dataclass
class Message:
    """A message on its way to one subscription."""

    id: str
    channel: str
    body: bytes
    expires: float  # time.time()
    topic: str | None


@dataclass
class Channel:
    """One subscription of one browser."""

    id: str
    uaid: str  # the browser
    token: str  # the end of the endpoint's path
    key: str  # the application server key it was made with; empty: any
    gone: bool = False
    pending: list[Message] = field(default_factory=list)  # not acknowledged yet


class Autopush(Noticeboard):
    """The service: served on loopback, everything said on it kept for the tests."""

    def __init__(self, thread: LoopThread) -> None:
        super().__init__()
        self.log: list[tuple[str, dict[str, Any]]] = []  # who said what, in order
        self.acks: list[dict[str, Any]] = []
        self.channels: dict[str, Channel] = {}  # by channelID
        self.last: Message | None = None
        self._thread = thread
        self._tokens: dict[str, Channel] = {}
        self._uaids: set[str] = set()
        self._sockets: dict[str, web.WebSocketResponse] = {}
        app = web.Application(client_max_size=1 << 20)
        app.router.add_get("/", self._browser)
        app.router.add_post("/wpush/v2/{token}", self._newsroom)
        self._served: Served = thread.serve(app)

    @property
    def address(self) -> str:
        """What dom.push.serverURL is set to."""
        return f"ws://127.0.0.1:{self._served.port}/"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._served.port}"

    def acked(self, code: int, message: Message | None = None) -> bool:
        """Whether Firefox acknowledged this (or the last) message with this code."""
        wanted = message or self.last
        return any(
            wanted and ack["version"] == wanted.id and ack["code"] == code
            for ack in list(self.acks)
        )

    def redeliver(self) -> None:
        """Send the last message again under its id, as after a lost ack."""
        if self.last:
            self._thread.run(self._deliver(self.last))

    def disconnect(self) -> None:
        """Cut every browser off; each comes back by itself."""

        async def cut() -> None:
            for socket in list(self._sockets.values()):
                await socket.close()

        self._thread.run(cut())

    def forget(self) -> None:
        """Lose every browser: each gets a new identity and learns its loss."""
        for kept in (self._uaids, self.channels, self._tokens):
            kept.clear()
        self.disconnect()

    def expire(self, endpoint: str) -> None:
        """Answer 410 for this subscription from now on; its browser is not told."""
        self._tokens[endpoint.rsplit("/", 1)[-1]].gone = True

    def describe(self) -> str:
        return "\n".join(f"{who}: {what}" for who, what in self.log[-12:])

    def close(self) -> None:
        self.disconnect()
        self._served.stop()

    # Browsers ---------------------------------------------------------------------

    async def _browser(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() != "websocket":
            return web.Response(text="A push service for tests.\n")
        socket = web.WebSocketResponse(protocols=("push-notification",))
        await socket.prepare(request)
        uaid = ""
        async for frame in socket:
            if frame.type == WSMsgType.TEXT:
                said = json.loads(frame.data)
                self._note("browser", said)
                uaid = await self._answer(socket, uaid, said)
        if self._sockets.get(uaid) is socket:
            del self._sockets[uaid]
        return socket

    async def _answer(
        self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]
    ) -> str:
        """Answer one frame; give back who the browser is."""
        kind = said.get("messageType", "ping")
        if kind == "hello":
            return await self._hello(socket, said)
        acts: dict[str, Callable[..., Awaitable[None]]] = {
            "ping": self._ping,
            "register": self._register,
            "unregister": self._unregister,
            "ack": self._ack,
            "nack": self._nack,
        }
        if kind in acts:
            await acts[kind](socket, uaid, said)
        return uaid

    async def _hello(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> str:
        known = said.get("uaid") in self._uaids
        uaid = str(said["uaid"]) if known else uuid.uuid4().hex
        self._uaids.add(uaid)
        self._sockets[uaid] = socket
        await self._say(
            socket,
            messageType="hello",
            uaid=uaid,
            status=200,
            use_webpush=True,
            broadcasts={},
        )
        waiting = [c for c in self.channels.values() if c.uaid == uaid and not c.gone]
        for message in [m for channel in waiting for m in channel.pending]:
            if message.expires >= time.time():
                await self._deliver(message)
        return uaid

    async def _ping(
        self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]
    ) -> None:
        await self._say(socket)

    async def _register(
        self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]
    ) -> None:
        token = uuid.uuid4().hex
        key = str(said.get("key") or "").rstrip("=")
        channel = Channel(said["channelID"], uaid, token, key)
        self.channels[channel.id] = self._tokens[token] = channel
        await self._say(
            socket,
            messageType="register",
            channelID=channel.id,
            status=200,
            pushEndpoint=f"{self.origin}/wpush/v2/{token}",
        )

    async def _unregister(
        self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]
    ) -> None:
        if channel := self.channels.get(said["channelID"]):
            channel.gone = True
        await self._say(
            socket,
            messageType="unregister",
            channelID=said["channelID"],
            status=200,
        )

    async def _ack(
        self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]
    ) -> None:
        for update in said["updates"]:
            self.acks.append(update)
            if channel := self.channels.get(update["channelID"]):
                channel.pending = [
                    m for m in channel.pending if m.id != update["version"]
                ]
        self.changed()

    async def _nack(
        self, socket: web.WebSocketResponse, uaid: str, said: dict[str, Any]
    ) -> None:
        self.acks.append({"version": said["version"], "code": said["code"]})
        self.changed()

    async def _deliver(self, message: Message) -> bool:
        channel = self.channels[message.channel]
        socket = self._sockets.get(channel.uaid)
        if socket is None or socket.closed:
            return False
        frame: dict[str, Any] = {
            "messageType": "notification",
            "channelID": channel.id,
            "version": message.id,
            "ttl": max(0, int(message.expires - time.time())),
        }
        if message.body:
            frame["data"] = b64u(message.body)
            frame["headers"] = {"encoding": "aes128gcm"}
        await self._say(socket, **frame)
        return True

    async def _say(self, socket: web.WebSocketResponse, **frame: Any) -> None:
        self._note("service", frame)
        await socket.send_str(json.dumps(frame))

    # Newsrooms --------------------------------------------------------------------

    async def _newsroom(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            channel = self._tokens.get(request.match_info["token"])
            message = self._accept(request, channel, body)
        except RefusedError as refused:
            self._note("newsroom", {"status": refused.status, "why": refused.why})
            return web.Response(status=refused.status, text=refused.why)
        self.last = message
        self._note("newsroom", {"status": 201, "topic": message.topic})
        delivered = await self._deliver(message)
        # RFC 8030 section 5.2: a TTL of zero is for now or never.
        if not delivered and message.expires <= time.time():
            self.channels[message.channel].pending.remove(message)
        headers = {"Location": f"{self.origin}/m/{message.id}"}
        return web.Response(status=201, headers=headers)

    def _accept(
        self, request: web.Request, channel: Channel | None, body: bytes
    ) -> Message:
        if channel is None:
            raise RefusedError(404, "no such subscription")
        if channel.gone:
            raise RefusedError(410, "unsubscribed")
        headers = request.headers
        check(headers, body, audiences={self.origin}, key=channel.key)
        message = Message(
            uuid.uuid4().hex,
            channel.id,
            body,
            time.time() + int(headers["TTL"]),
            headers.get("Topic"),
        )
        # RFC 8030 section 5.4: a message waiting under the same topic is replaced.
        if message.topic:
            kept = [m for m in channel.pending if m.topic != message.topic]
            channel.pending = kept
        channel.pending.append(message)
        return message

    def _note(self, who: str, what: dict[str, Any]) -> None:
        self.log.append((who, what))
        self.changed()
