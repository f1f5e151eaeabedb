"""A person's page: the posts that name them, of all stories."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from stoppress.live.source import Wire
from stoppress.pages import views
from stoppress.pages.front_door import FrontDoor
from stoppress.posts import people
from stoppress.wire import reading
from tests.pages.asking import Site, get
from tests.pages.conftest import Newsroom
from tests.pages.reading import meta, only, parsed, words
from tests.pages.test_pages import ids

ANN = "/people/ann-moor"


@pytest.fixture
def paper(newsroom: Newsroom) -> Newsroom:
    """A newsroom with somebody in the news."""
    people.make_person("Ann Moor", about="Mayor of Northgate")
    return newsroom


def test_a_person_shows_the_posts_that_name_them(client, paper):
    """Newest first, each with its story, and nothing else; who it is stands above."""
    paper.story("match", "The match")
    ours = [
        paper.post(story=slug, people=("ann-moor",)) for slug in ("harbour", "match")
    ]
    paper.post("Nobody.")
    tree = parsed(client.get(ANN))
    assert words(only(tree, "//h1")) == "Ann Moor"
    assert "Mayor of Northgate" in words(only(tree, "//header[@class='masthead']"))
    assert ids(tree) == ours[::-1]
    named = [words(one) for one in tree.xpath("//p[@class='post-story']/a")]
    assert named == ["The match", "Harbour vote"]


def test_a_person_is_followed_and_read_live_by_their_topic(client, paper):
    """Button, stream and Link header are about the person, from the wire's head on."""
    paper.post(people=("ann-moor",))
    page = client.get(ANN)
    tree = parsed(page)
    button = only(tree, "//button[@data-follow]")
    assert button.get("data-follow") == ANN
    assert button.get("data-now") == "You follow Ann Moor."
    assert meta(tree, "stoppress-topic") == ANN
    assert int(meta(tree, "stoppress-seq")) == reading.head()
    assert ANN in page.headers["Link"]


def test_a_post_names_its_people(client, paper):
    """Each with the way to their page, wherever the post is drawn; retracted, nobody."""
    post = paper.post(people=("ann-moor",))
    for address in ("/", "/stories/harbour", f"/posts/{post}"):
        tree = parsed(client.get(address))
        links = tree.xpath("//p[@class='post-people']/a")
        assert [(words(one), one.get("href")) for one in links] == [("Ann Moor", ANN)]
    paper.retract(post, "It was somebody else.")
    page = client.get(f"/posts/{post}").content.decode()
    assert "post-people" not in page
    assert "Ann Moor" not in page


def test_a_persons_page_goes_on(client, paper, monkeypatch):
    """Page by page, each post once; past the end, and for a post of others, there is none."""
    monkeypatch.setattr(views, "COLUMN_POSTS", 2)
    ours = [paper.post(people=("ann-moor",)) for _ in range(5)]
    other = paper.post("Nobody.")
    found, address = [], ANN
    while address:
        tree = parsed(client.get(address))
        found += ids(tree)
        link = tree.xpath("//a[@data-older]/@href")
        address = link[0] if link else ""
    assert found == ours[::-1]
    assert client.get(f"{ANN}?before={other}").status_code == 404
    assert client.get(f"{ANN}?before={ours[0]}").status_code == 404


def test_nobody_is_no_page(client, paper):
    """A slug that is nobody's."""
    assert client.get("/people/nobody").status_code == 404
    page = client.get(ANN).content.decode()
    assert "Nothing that names Ann Moor has been posted yet." in page


@pytest.mark.django_db(transaction=True)
async def test_a_persons_page_is_drawn_once_until_something_happens():
    """Before Django it is handed out from memory; under another name, it is drawn anew."""
    await sync_to_async(people.make_person)("Ann Moor")
    site, wire = Site(), Wire("test-people")
    door = FrontDoor(site, wire.head)
    pages = [await get(door, ANN) for _ in range(2)]
    assert pages[0] == pages[1]
    assert site.paths == [ANN]
    await sync_to_async(people.change_person)("ann-moor", name="Dame Ann")
    assert b"Dame Ann" in (await get(door, ANN)).body
    assert len(site.paths) == 2
