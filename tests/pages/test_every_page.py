"""What holds for every page: landmarks, headings, links, nothing hostile."""

from __future__ import annotations

import itertools

import pytest

from stoppress.posts import queries, sections, stories
from tests.pages.reading import meta, only, parsed, words


@pytest.fixture
def pages(newsroom):
    """Every kind of page that there is, by its address."""
    post = newsroom.post("Turnout is 41 per cent.", headline="Turnout", kind="article")
    newsroom.post("A bare update.")
    sections.make_section("world", "World")
    stories.amend_story("harbour", section="world")
    return [
        "/",
        "/sections/world",
        "/stories/harbour",
        f"/stories/harbour?before={post + 1}",
        f"/posts/{post}",
        f"/posts/{post + 1}",
        "/follow",
        "/no-such-page",
    ]


def test_every_page_has_its_landmarks(client, pages):
    """Each page has a language, a title, a description, landmarks, one h1, a way past the head."""
    for address in pages:
        tree = parsed(client.get(address))
        assert tree.get("lang") == "en", address
        assert words(only(tree, "//title")), address
        assert meta(tree, "description"), address
        assert words(only(tree, "//h1")), address
        for landmark in (
            "//header[@class='nameplate']",
            "//nav[@aria-label='Main']",
            "//main",
            "//body//footer[@class='foot']",
        ):
            only(tree, landmark)
        assert only(tree, "//a[starts-with(@class, 'skip')]").get("href") == "#main"


def test_every_page_names_its_one_address(client, pages):
    """Search engines are told which address a page goes by."""
    for address in pages[:-1]:
        link = only(parsed(client.get(address)), "//link[@rel='canonical']")
        assert link.get("href") == f"http://testserver{address}"


def test_what_a_link_brings_with_it_changes_no_byte(client, pages):
    """Who sent the reader, in parameters that choose nothing, is not in the page's one
    address, and whoever has the page is not sent it again for that."""
    for address in pages[:-1]:
        plain = client.get(address)
        decorated = f"{address}{'&' if '?' in address else '?'}utm_source=mail&x=%3C"
        assert client.get(decorated).content == plain.content, address
        tag = {"HTTP_IF_NONE_MATCH": plain.headers["ETag"]}
        assert client.get(decorated, **tag).status_code == 304, address


def test_a_cursor_is_written_in_one_way(client, pages):
    """A cursor with leading zeros is the same page, which names the address without."""
    [address] = (one for one in pages if "before" in one)
    page = client.get(address.replace("before=", "before=000"))
    assert page.content == client.get(address).content


def test_no_identifier_stands_twice_on_a_page(client, pages):
    """Links within a page and labels for those who listen are unambiguous."""
    for address in pages:
        found = parsed(client.get(address)).xpath("//@id")
        assert len(found) == len(set(found)), address


def test_headings_go_down_step_by_step(client, pages):
    """No level of heading is skipped, so that the page's outline can be heard."""
    for address in pages:
        levels = [
            int(one.tag[1])
            for one in parsed(client.get(address)).xpath("//h1|//h2|//h3|//h4")
        ]
        assert all(b - a <= 1 for a, b in itertools.pairwise(levels)), (
            address,
            levels,
        )


def test_no_page_holds_script_or_style_of_its_own(client, pages):
    """Everything that runs or dresses a page is a file of ours; the policy allows no other."""
    for address in pages:
        tree = parsed(client.get(address))
        assert not tree.xpath(
            "//style | //@style | //script[not(@src)] | //@*[starts-with(name(), 'on')]"
        )
        assert all(one.startswith("/static/") for one in tree.xpath("//script/@src"))


def test_hostile_titles_and_texts_stay_words(client, newsroom):
    """What an editor pastes never becomes markup on any page."""
    bad = "</title><script>alert(1)</script>"
    newsroom.story("bad", bad, summary=bad)
    post = newsroom.post(f"{bad} & more", story="bad", headline=bad, key_event=True)
    for address in ("/", "/stories/bad", f"/posts/{post}"):
        tree = parsed(client.get(address))
        assert not tree.xpath("//script[not(@src)]"), address


@pytest.mark.parametrize(
    "address",
    ["/stories/none", "/posts/404", "/posts/007", "/posts/x", "/posts/" + "9" * 40],
)
def test_what_is_not_there_is_not_found_in_the_same_look(client, newsroom, address):
    """A wrong address gets a page that looks like the others and leads on."""
    page = client.get(address)
    assert page.status_code == 404
    assert words(only(parsed(page), "//h1")) == "Nothing at this address"


def test_when_something_breaks_the_page_asks_nothing_of_what_broke(
    client, newsroom, monkeypatch
):
    """The page for a failure is made without the database."""

    def broken(*args, **kwargs):
        raise RuntimeError("the database is away")

    monkeypatch.setattr(queries, "front", broken)
    client.raise_request_exception = False
    page = client.get("/")
    assert page.status_code == 500
    assert words(only(parsed(page), "//h1")) == "Something broke on our side"


def test_without_javascript_the_button_is_not_shown_but_a_sentence_is(client, newsroom):
    """Nobody is offered a button that cannot work."""
    tree = parsed(client.get("/stories/harbour"))
    assert only(tree, "//button[@data-follow]").get("hidden") is not None
    assert only(tree, "//*[@data-follow-plain]").get("hidden") is None
