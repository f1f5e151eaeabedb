"""draft-07 "Discovery": from a page of the newsroom to its updates."""

from __future__ import annotations

import re

import httpx

from tests.builders import STORY, a_post
from tests.conformance.house import SITE, documents, heard
from tests.conformance.musts import proves


def links(answer: httpx.Response) -> dict[str, tuple[str, str]]:
    """By relation: the address and the other attributes."""
    found = re.findall(
        r'<([^>]*)>; rel="(\w+)"((?:; [\w-]+="[^"]*")*)', answer.headers["link"]
    )
    return {rel: (address, more) for address, rel, more in found}


@proves("path", "link", "self", "link-last-event-id", "link-content-type")
def test_from_a_page_to_its_updates(house):
    """Whoever has a page finds hub, topic, place and type in its Link header; the stream
    that is opened with them has every entry after the page, in that type."""
    a_post("On the page.")
    page = links(house.ask(path=f"/stories/{STORY}"))
    address, attributes = page["mercure"]
    assert address == f"{SITE}/.well-known/mercure"
    assert 'content-type="application/json"' in attributes
    place = re.search(r'last-event-id="(\d+)"', attributes)
    assert place is not None
    missed = a_post("After the page.").seq
    reader = house.read(page["self"][0], last=place[1])
    [entry] = documents(heard(reader, until=str(missed)))
    assert "<p>After the page.</p>" in entry["html"]


@proves("self")
def test_the_topic_may_be_the_address_of_the_page(house):
    """The page's whole address selects the same updates as its topic."""
    whole = house.read(f"{SITE}/stories/{STORY}")
    seq = a_post("News.").seq
    assert heard(whole, until=str(seq))


@proves("link")
def test_every_live_page_announces_its_hub(house):
    """Front, story and post lead to the hub."""
    post = a_post("News.")
    for path in ("/", f"/stories/{STORY}", f"/posts/{post.post_id}"):
        assert "mercure" in links(house.ask(path=path)), path
