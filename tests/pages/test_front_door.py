"""The front door: one drawing for everyone, never an old one, nothing of who asks in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings

from stoppress.live.errors import WireUnreadable
from stoppress.live.source import Wire
from stoppress.pages.front_door import FrontDoor
from stoppress.posts import publishing
from stoppress.posts.copy import Copy
from stoppress.wire import reading
from tests.builders import a_photo
from tests.pages.asking import Site, get, until
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(transactional_db: None, settings: Any, tmp_path: Any) -> Newsroom:
    """A newsroom whose entries other threads can see, with a story."""
    settings.PHOTOS = tmp_path
    room = Newsroom()
    room.story()
    return room


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire("test-pages")
    yield wire
    wire.close()


@pytest.fixture
async def door(site: Site, wire: Wire) -> FrontDoor:
    return FrontDoor(site, wire.head)


@pytest.fixture
def addresses(room: Newsroom) -> list[str]:
    """Every kind of thing that the door keeps, and what is not there."""
    posts = [room.post(photo=a_photo()) for _ in range(2)]
    gone = room.post(photo=a_photo(b"", alt=""))
    room.retract(gone, "It was not so.")
    [picture] = {name.name for name in _pictures()}
    story = "/stories/harbour"
    there = ["/", story, f"{story}?before={posts[1]}", f"/posts/{posts[0]}"]
    there += [f"/posts/{gone}", "/follow", f"/photos/{picture}"]
    return [*there, "/stories/none", f"{story}?before=x", "/posts/999"]


async def test_the_door_says_what_the_site_says(door, site, addresses):
    """Every page, picture and refusal has the status, headers and bytes that Django gives
    it: drawn just now, from memory, and to HEAD."""
    for address in addresses:
        plain = await get(site, address)
        for _ in range(2):
            assert await get(door, address) == plain, address
        head = await get(door, address, method="HEAD")
        assert (head.status, head.headers, head.body) == (
            *(plain.status, plain.headers),
            b"",
        )


async def test_a_page_is_drawn_once_until_something_happens(door, site, room):
    """The same page is not drawn again, whoever sent the reader, until an entry comes;
    then it is at once the new one."""
    for mail in range(3):
        await get(door, f"/stories/harbour?utm_source={mail}")
        await get(door, "/")
    assert sorted(site.paths) == ["/", "/stories/harbour"]
    await sync_to_async(room.post)("The sale is off.")
    for _ in range(2):
        assert b"The sale is off." in (await get(door, "/stories/harbour")).body
    assert site.paths[2:] == ["/stories/harbour"]


async def test_many_at_once_are_handed_one_drawing(door, site, room):
    """A crowd that comes for one page has it drawn once, and everyone gets it; one who
    goes away meanwhile takes it from nobody."""
    site.shut = asyncio.Event()
    crowd = [asyncio.create_task(get(door, "/")) for _ in range(50)]
    await until(lambda: bool(site.asked))
    crowd.pop(0).cancel()
    site.shut.set()
    got = await asyncio.gather(*crowd)
    assert all(one == got[0] for one in got)
    assert (got[0].status, site.paths) == (200, ["/"])


async def test_who_comes_after_a_post_never_gets_the_page_before_it(door, site, room):
    """A page that is still being drawn when a post comes is handed to those who came
    before; who comes after has one of its own, and that is the one kept."""
    site.shut = asyncio.Event()
    early = asyncio.create_task(get(door, "/stories/harbour"))
    await until(lambda: bool(site.asked))
    await sync_to_async(room.post, thread_sensitive=False)("The sale is off.")
    late = asyncio.create_task(get(door, "/stories/harbour"))
    await until(lambda: len(site.asked) == 2)
    site.shut.set()
    await early
    assert b"The sale is off." in (await late).body
    assert await get(door, "/stories/harbour") == await late
    assert len(site.asked) == 2


async def test_the_head_is_looked_up_after_each_came_and_for_many_at_once(site, room):
    """Whoever asks while the wire is being looked at waits for the next look, which
    serves all who came meanwhile."""
    looks: list[asyncio.Future[int]] = []

    async def look() -> int:
        looks.append(asyncio.get_running_loop().create_future())
        return await looks[-1]

    door = FrontDoor(site, look)
    first = asyncio.create_task(get(door, "/"))
    await until(lambda: len(looks) == 1)
    later = [asyncio.create_task(get(door, "/")) for _ in range(20)]
    for _ in range(10):
        await asyncio.sleep(0)
    looks[0].set_result(1)
    await first
    await until(lambda: len(looks) == 2)
    assert not any(task.done() for task in later)
    looks[1].set_result(2)
    await asyncio.gather(*later)
    assert (len(looks), len(site.asked)) == (2, 2)


async def test_nothing_of_who_asks_is_in_the_drawing(door, site, room):
    """The request that a page is drawn from has the site's own host and no more: no
    cookie, no other field, no address, no parameter but a cursor."""
    await get(
        door,
        "/stories/harbour?utm_source=x&before=%31",
        host="localhost:8000",
        cookie="sessionid=1",
        accept_language="be",
        x_forwarded_for="10.0.0.1",
    )
    [scope] = site.asked
    assert scope["headers"] == [(b"host", b"testserver")]
    assert scope["query_string"] == b"before=1"
    assert (scope["client"], scope["server"]) == (None, None)


async def test_a_browser_that_has_the_page_is_told_so(door, room):
    """If-None-Match is answered from memory, in each form that it may have; other tags
    are not taken for ours, and a refusal is never called unchanged."""
    first = await get(door, "/")
    etag = first.headers["etag"]
    for had in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        told = await get(door, "/", if_none_match=had)
        assert (told.status, told.body, told.headers["etag"]) == (304, b"", etag)
        assert told.headers["cache-control"] == "public, no-cache"
        assert "content-length" not in told.headers
    for had in ('"x"', "nonsense", etag.strip('"')):
        assert (await get(door, "/", if_none_match=had)).status == 200
    assert (await get(door, "/posts/9", if_none_match="*")).status == 404


@pytest.mark.parametrize(
    ("address", "more", "status"),
    [
        ("/desk/", {}, 302),
        ("/desk/posts/1", {}, 302),
        ("/", {"host": "elsewhere.example"}, 400),
        ("/", {"method": "POST"}, 403),
        ("/", {"content_length": "0"}, 200),
        ("/?" + "a=1&" * 1001, {}, 200),
        ("/sw.js", {}, 200),
    ],
)
async def test_what_is_no_page_goes_to_the_site(
    door, site, room, address, more, status
):
    """The desk, forms, other hosts and what asks for more than a page are Django's, each
    time anew and as they came."""
    for count in (1, 2):
        assert (await get(door, address, **more)).status == status
        assert len(site.asked) == count
        assert site.asked[-1]["query_string"] == address.partition("?")[2].encode()


async def test_what_is_retracted_leaves_the_memory_at_once(door, room):
    """A post's words and picture are gone with its retraction, however often they were
    handed out before; a draft's never come in."""
    post = await sync_to_async(room.post)("Slander.", photo=a_photo())
    draft = await sync_to_async(publishing.save_draft)(Copy("harbour", "Not yet."))
    [picture] = (f"/photos/{file.name}" for file in _pictures())
    for _ in range(2):
        assert b"Slander." in (await get(door, f"/posts/{post}")).body
        assert (await get(door, picture)).status == 200
        assert (await get(door, f"/posts/{draft.post_id}")).status == 404
    await sync_to_async(room.retract)(post, "It was not so.")
    for address in ("/", "/stories/harbour", f"/posts/{post}"):
        assert b"Slander." not in (await get(door, address)).body
    assert (await get(door, picture)).status == 410
    await sync_to_async(publishing.publish_draft)(draft.post_id)
    assert (await get(door, f"/posts/{draft.post_id}")).status == 200


async def test_what_no_cache_may_keep_is_not_kept(door, site, room):
    """Refusals for addresses that anyone can make up are drawn anew each time: they
    would push the pages out."""
    for _ in range(3):
        assert (await get(door, "/stories/none")).status == 404
    assert len(site.asked) == 3


async def test_without_the_wire_the_site_answers(site, room):
    """When the wire cannot be read nothing is handed out from memory: Django says what
    there is to say. When it can be read again, so is the memory."""
    broken = True

    async def look() -> int:
        if broken:
            raise WireUnreadable(OSError("The database is away."))
        return reading_head

    reading_head = await sync_to_async(reading.head)()
    door = FrontDoor(site, look)
    for _ in range(2):
        assert (await get(door, "/")).status == 200
    assert len(site.asked) == 2
    broken = False
    for _ in range(3):
        await get(door, "/")
    assert len(site.asked) == 3


def _pictures() -> list[Any]:
    return sorted(django_settings.PHOTOS.iterdir())
