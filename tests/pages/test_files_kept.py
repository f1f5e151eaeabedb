"""Style sheets, scripts and icons at the front door: read once, the same for everyone."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.templatetags.static import static

from stoppress.live.errors import WireUnreadable
from stoppress.pages.front_door import FrontDoor
from tests.pages.asking import Site, get
from tests.pages.conftest import Newsroom

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = static("css/post.css")
FILES = [SHEET, static("js/page.js"), static("icons/icon-192.png")]


async def no_wire() -> int:
    """What the wire says where a file needs to hear nothing of it."""
    raise WireUnreadable(OSError("The database is away."))


@pytest.fixture
def site(transactional_db: None) -> Site:
    return Site()


@pytest.fixture
async def door(site: Site) -> FrontDoor:
    return FrontDoor(site, no_wire)


@pytest.mark.parametrize("address", FILES)
async def test_the_door_says_what_the_site_says(door, site, address):
    """A file has the status, header fields and octets that Django gives it, each time and
    to HEAD, for good; and Django gave it once, with the wire away."""
    plain = await get(Site(), address)
    assert plain.status == 200
    assert "max-age=31536000" in plain.headers["cache-control"]
    for _ in range(3):
        assert await get(door, address) == plain
    head = await get(door, address, method="HEAD")
    assert (head.status, head.headers, head.body) == (200, plain.headers, b"")
    assert site.paths == [address]


async def test_a_post_changes_no_file(site):
    """A file is not read anew when the wire moves on."""
    heads = iter(range(10))

    async def moving() -> int:
        return next(heads)

    door = FrontDoor(site, moving)
    await sync_to_async(Newsroom().story)()
    for _ in range(3):
        await get(door, SHEET)
        await get(door, "/")
    assert site.paths.count(SHEET) == 1
    assert site.paths.count("/") == 3


async def test_a_browser_that_has_the_file_is_told_so(door, site):
    """If-None-Match is answered from memory; it counts where a date is sent as well
    (RFC 9110, section 13.2.2)."""
    first = await get(door, SHEET)
    had = first.headers["etag"]
    date = {"if_modified_since": first.headers["last-modified"]}
    for more in (None, date):
        told = await get(door, SHEET, if_none_match=had, **(more or {}))
        assert (told.status, told.body, told.headers["etag"]) == (304, b"", had)
        other = await get(door, SHEET, if_none_match='"x"', **(more or {}))
        assert other.status == 200
    assert site.paths == [SHEET]


@pytest.mark.parametrize(
    ("address", "more", "status"),
    [
        (SHEET, {"range": "bytes=0-9"}, 206),
        (SHEET, {"if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 304),
        (SHEET, {"host": "elsewhere.example"}, 200),
        (SHEET, {"method": "POST"}, 405),
        (static("css/none.css"), {}, 404),
        (f"{settings.STATIC_URL}../settings.py", {}, 404),
        ("/static/000000000000/css/post.css", {}, 404),
        (f"/x{SHEET}", {}, 404),
        (settings.STATIC_URL, {}, 404),
    ],
)
async def test_what_is_no_whole_file_goes_to_the_site(
    door, site, address, more, status
):
    """Parts of a file, dates, other hosts, and names that anyone can make up: Django
    answers, each time anew."""
    await get(door, SHEET)
    before = len(site.asked)
    for count in (1, 2):
        assert (await get(door, address, **more)).status == status
        assert len(site.asked) == before + count


async def test_what_follows_a_question_mark_chooses_no_file(door, site):
    """A file with a query is the same file: nobody fills the memory with made-up ones."""
    first = await get(door, SHEET)
    for number in range(3):
        assert await get(door, f"{SHEET}?{number}") == first
    assert site.paths == [SHEET]
