"""The configurations in docs/fronts.md, run as they stand there before the real product."""

from __future__ import annotations

import contextlib
import http.client
import re
import signal
from collections.abc import Iterator

import pytest

from stoppress.live.room import BEAT_EVERY
from tests.conformance.fronts.asking import Answer, Reader, ask
from tests.conformance.fronts.conftest import READERS_OF_ONE
from tests.support.fronts import HOST, SITE, Caddy, Front, Nginx, snippet
from tests.support.waiting import until

VERSIONS = ["1.1", "2"]

# Addresses that are public, and nobody's any more (RFC 7526): to Python those of the
# documentation are private, and whom we hear of from there is taken for a proxy.
READER, OTHER, LEAVING = "192.88.99.7", "192.88.99.8", "192.88.99.9"
FORGED = "192.88.99.66"


@contextlib.contextmanager
def all_readers(*fronts: Front) -> Iterator[list[Reader]]:
    """A reader of each HTTP version at each front, their streams open."""
    with contextlib.ExitStack() as stack:
        made = [Reader(front, version) for front in fronts for version in VERSIONS]
        for reader in made:
            stack.enter_context(reader)
        yield [reader.opened() for reader in made]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_streams_first_words_come_at_once(front, version):
    """While nothing is posted, a reader over either HTTP gets its place on the wire: it
    is not gathered, not compressed, and as we sent it."""
    with Reader(front, version) as reader:
        reader.opened()
        assert not reader.ended
    assert reader.http == version
    assert reader.headers["content-type"] == "text/event-stream"
    assert reader.headers["cache-control"] == "private, no-store, no-transform"
    assert "content-encoding" not in reader.headers


def test_an_update_comes_while_the_streams_stay_open(newsroom, nginx, caddy):
    """What is posted is with every reader, and every stream goes on."""
    with all_readers(nginx, caddy) as readers:
        text = "It opens at noon."
        posted = newsroom.run("post", "--story", "bridge", "--json", "-", text=text)
        for reader in readers:
            reader.until_seq(posted["seq"])
            assert not reader.ended


def test_heartbeats_keep_a_silent_stream_open(newsroom, certificate):
    """A stream outlives the front's time-out when heartbeats come more often than that,
    although nothing is posted."""
    shorter = [("proxy_read_timeout 90s", "proxy_read_timeout 1s")]
    shorter += [("send_timeout 90s", "send_timeout 1s")]
    nginx = Nginx(newsroom.port, certificate, *shorter)
    with nginx, all_readers(nginx) as readers:
        for reader in readers:
            reader.until_beats(5)
            assert reader.events[-1].at - reader.events[0].at > 1
            assert not reader.ended


def test_a_stream_without_heartbeats_is_cut(newsroom, certificate):
    """The same time-out ends a stream that is silent for longer: what the test before
    this shows is due to the heartbeat."""
    shorter = ("proxy_read_timeout 90s", "proxy_read_timeout 100ms")
    with Nginx(newsroom.port, certificate, shorter) as nginx, Reader(nginx) as reader:
        reader.until_ended()


def test_time_outs_in_the_docs_are_longer_than_the_heartbeat():
    """One heartbeat may be lost, and the documented time-outs still do not strike."""
    found = re.findall(r"(\w*_timeout) (\d+)s;", snippet("nginx"))
    assert {name for name, _ in found} == {"proxy_read_timeout", "send_timeout"}
    assert all(int(seconds) > 2 * BEAT_EVERY for _, seconds in found)
    assert "timeout" not in snippet("caddy")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reader_that_comes_back_has_what_it_missed(front, version):
    """Last-Event-ID passes, and so does the answer's own. What was missed is more than a
    front compresses unasked, and is not compressed."""
    with Reader(front, version, {"Last-Event-ID": "1"}) as reader:
        reader.wait(lambda: reader.seqs[:1] == [2], "what came after entry 1")
    assert reader.headers["last-event-id"] == "1"
    assert "content-encoding" not in reader.headers


def test_pages_are_compressed(front):
    """What a front should compress it does: pages, asked for again cheaply."""
    page = ask(front, "/stories/bridge", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    known = {"If-None-Match": page.headers["etag"]}
    assert ask(front, "/stories/bridge", headers=known).status == 304


def test_a_reader_cannot_say_who_it_is(front):
    """What a reader writes into X-Forwarded-For itself is thrown away: more come under
    one forged address than may come from one."""
    forged = {"X-Forwarded-For": FORGED}
    with contextlib.ExitStack() as stack:
        for _ in range(READERS_OF_ONE + 1):
            reader = stack.enter_context(Reader(front, headers=forged))
            assert reader.answered() == 200


def test_readers_are_counted_by_the_address_that_the_balancer_tells(behind):
    """Behind a load balancer readers of one address are bounded, whatever they write
    before it, and those of another are not concerned."""
    one = {"X-Forwarded-For": READER}
    hides = {"X-Forwarded-For": f"{FORGED}, {READER}, 127.0.0.1"}  # two balancers
    other = {"X-Forwarded-For": OTHER}
    with contextlib.ExitStack() as stack:

        def comes(headers: dict[str, str]) -> int:
            return stack.enter_context(Reader(behind, headers=headers)).answered()

        assert [comes(one) for _ in range(READERS_OF_ONE)] == [200] * READERS_OF_ONE
        assert [comes(one), comes(hides), comes(other)] == [429, 429, 200]


def test_who_leaves_is_gone(behind):
    """A reader who closes the page takes up no place: the front tells us at once."""
    one = {"X-Forwarded-For": LEAVING}
    with contextlib.ExitStack() as stack:
        readers = [Reader(behind, headers=one) for _ in range(READERS_OF_ONE)]
        for reader in readers:
            stack.enter_context(reader)
            assert reader.answered() == 200

        def comes() -> bool:
            with Reader(behind, headers=one) as another:
                return another.answered() == 200

        assert not comes()
        readers[0].close()
        until(comes, "a free place")


def test_an_editor_signs_in_over_https(newsroom, front):
    """The desk knows that it is asked over https: it takes a form from its own site,
    none from another, and its cookies are for https alone."""
    going = ask(front, "/desk/sign-in?next=/desk/stories").headers["set-cookie"]
    assert "; Secure" in going
    link = newsroom.command("sign-in").out.split(SITE)[1].strip()
    page = ask(front, link)
    assert page.status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body)
    cookie = page.headers["set-cookie"].split(";")[0]
    assert token
    assert "; Secure" in page.headers["set-cookie"]

    def signs_in(origin: str) -> Answer:
        headers = {"Origin": origin, "Cookie": cookie}
        form = {"csrfmiddlewaretoken": token[1]}
        return ask(front, link, form=form, headers=headers)

    assert signs_in("https://evil.example").status == 403
    inside = signs_in(SITE)
    assert inside.status == 303
    session = [c for c in inside.headers["set-cookie"].splitlines() if "session" in c]
    assert session
    assert "; Secure" in session[0]


def test_pages_name_the_hub_by_its_public_address(front):
    """The Link header passes, and leads to where this stream was."""
    link = ask(front, "/stories/bridge").headers["link"]
    assert 'rel="mercure"' in link
    assert "http://" not in link


def test_metrics_are_closed_to_who_comes_through_the_front(front):
    """A front on this machine does not open what is open to this machine alone."""
    assert ask(front, "/metrics").status == 404


def test_plain_http_leads_to_https(nginx):
    """Who types the name without https is sent on, with the path."""
    connection = http.client.HTTPConnection("127.0.0.1", nginx.redirects, timeout=5)
    connection.request("GET", "/stories/bridge?before=7", headers={"Host": HOST})
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 301
    assert answer.getheader("Location") == f"{SITE}/stories/bridge?before=7"


def test_a_restart_of_the_newsroom_is_seen_and_survived(newsroom, nginx, caddy):
    """When the newsroom stops, every reader's stream ends at once; when it is back, they
    come back with their id and go on where they were."""
    with all_readers(nginx, caddy) as readers:
        newsroom.stop()
        for reader in readers:
            reader.until_ended()
    newsroom.start()
    for front, reader in zip((nginx, caddy), readers[::2], strict=True):
        with Reader(front, headers={"Last-Event-ID": reader.last}) as again:
            again.opened()
            assert again.headers["last-event-id"] == reader.last


def test_a_reload_of_nginx_lets_its_readers_go(newsroom, certificate):
    """An old worker ends, though its streams never do, and its readers find the new."""
    soon = ("worker_shutdown_timeout 20s", "worker_shutdown_timeout 1s")
    with Nginx(newsroom.port, certificate, main=[soon]) as nginx:
        with all_readers(nginx) as readers:
            nginx.signal(signal.SIGHUP)
            for reader in readers:
                reader.until_ended()
        with Reader(nginx) as again:
            again.opened()


def test_caddy_lets_its_readers_go(newsroom, certificate):
    """Told to end, Caddy ends its streams after its time of grace."""
    soon = ("grace_period 20s", "grace_period 1s")
    with (
        Caddy(newsroom.port, certificate, soon) as caddy,
        all_readers(caddy) as readers,
    ):
        caddy.signal(signal.SIGTERM)
        for reader in readers:
            reader.until_ended()


def test_the_room_in_the_docs_is_room_for_as_many_readers(nginx):
    """nginx takes the numbers that the docs give, two connections for each reader."""
    main = snippet("nginx-main")
    connections = int(re.findall(r"worker_connections (\d+);", main)[0])
    files = int(re.findall(r"worker_rlimit_nofile (\d+);", main)[0])
    assert connections // 2 >= 16_000
    assert files >= connections
