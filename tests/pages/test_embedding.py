"""What other sites get to show a story: the script, the feed, the frame."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from stoppress.lib.html import TAGS
from stoppress.pages import embedding
from stoppress.pages.headers import POLICY
from stoppress.posts import publishing
from stoppress.posts.copy import Copy
from stoppress.wire import reading
from tests.pages.reading import only, parsed, words

FEED = "/stories/harbour/embed.json"
FRAME = "/stories/harbour/embed"
MODULE = re.compile(r'import "([^"]+)"')


def read(client: Client, address: str = FEED) -> Any:
    """The feed, which must be there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.json()


def test_the_feed_tells_the_story_and_where_its_stream_goes_on(
    client, newsroom, settings
):
    """Title, address, newsroom, latest posts as drawn, and the wire's number."""
    settings.SITE_NAME = "The Northgate Post"
    post = newsroom.post("The first boxes are **open**.")
    said = read(client)
    assert said["seq"] == reading.head()
    assert said["url"] == "http://testserver/stories/harbour"
    assert (said["title"], said["newsroom"]) == ("Harbour vote", "The Northgate Post")
    assert (said["closed"], said["more"], said["lang"]) == (False, False, "en")
    [one] = said["posts"]
    article = only(parsed(one["html"]), "//article")
    assert article.get("data-post") == str(one["id"]) == str(post)
    assert article.get("data-seq") == str(one["seq"])
    assert "<strong>open</strong>" in one["html"]


def test_the_feed_has_the_latest_posts_and_says_that_there_are_more(
    client, newsroom, monkeypatch
):
    """A guest is brief: the newest few, newest first."""
    monkeypatch.setattr(embedding, "EMBED_POSTS", 2)
    posts = [newsroom.post(f"Box {number}.") for number in range(3)]
    said = read(client)
    assert [one["id"] for one in said["posts"]] == [posts[2], posts[1]]
    assert said["more"] is True


def test_what_readers_may_not_see_is_not_in_it(client, newsroom):
    """A draft is in neither form; of a retracted post there is its notice alone."""
    wrong = newsroom.post("Nobody came.", headline="An empty hall")
    newsroom.retract(wrong, "The hall was full.")
    publishing.save_draft(Copy("harbour", "Not to be seen yet."))
    for address in (FEED, FRAME):
        text = client.get(address).content.decode()
        assert "The hall was full." in text
        assert "Nobody came" not in text
        assert "An empty hall" not in text
        assert "Not to be seen" not in text


def test_a_closed_story_says_so(client, newsroom):
    """The feed and the frame of a closed story tell that it goes on no more."""
    newsroom.post()
    newsroom.close()
    assert read(client)["closed"] is True
    flag = only(parsed(client.get(FRAME)), "//*[contains(@class, 'flag')]")
    assert words(flag) == "Closed"


def test_any_site_may_read_the_feed_without_cookies(client, newsroom):
    """The answer is open to every origin, also when there is no such story, and never
    with credentials; nothing is set, and nothing of the asker matters."""
    for address, status in ((FEED, 200), ("/stories/none/embed.json", 404)):
        answer = client.get(address, headers={"origin": "https://paper.example"})
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert not answer.cookies
        assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_a_feed_that_has_not_changed_is_not_sent_again(client, newsroom):
    """It must be asked for anew, and is not sent to those who have it."""
    newsroom.post()
    first = client.get(FEED)
    assert first.headers["Cache-Control"] == "public, no-cache"
    tag = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
    assert client.get(FEED, **tag).status_code == 304
    newsroom.post("More.")
    assert client.get(FEED, **tag).status_code == 200


@pytest.mark.parametrize("address", [FEED, FRAME, "/embed.js"])
def test_there_is_nothing_but_reading(client, newsroom, address):
    """Nothing can be sent to what is embedded."""
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address).status_code in {403, 405}
    assert client.post(address).status_code == 405


def test_the_script_lies_where_it_stays_and_names_this_release(client, db):
    """`/embed.js` is asked for anew each time, by any site; each module behind it is
    there, may be read by any site, and is kept for good."""
    answer = client.get("/embed.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["ETag"]
    assert not answer.cookies
    for address in named(answer.content.decode()):
        assert address.startswith(settings.STATIC_URL)
        with closing(client.get(address)) as module:
            assert module.status_code == 200, address
            assert module.headers["Access-Control-Allow-Origin"] == "*"
            assert "max-age=31536000" in module.headers["Cache-Control"]


def test_the_script_names_every_module_at_once(client, db):
    """No module behind it is found only when another has been fetched."""
    folder = settings.PACKAGE / "static"
    listed = {
        (folder / address.removeprefix(settings.STATIC_URL)).resolve()
        for address in named(client.get("/embed.js").content.decode())
    }
    assert listed >= set((folder / "js/embed").glob("*.js"))
    for module in listed:
        for other in re.findall(r'from "(\.[^"]+)"', module.read_text()):
            assert (module.parent / other).resolve() in listed, (module.name, other)


def test_the_script_asks_without_cookies_and_keeps_nothing():
    """No storage of any kind is named in its modules, and every fetch leaves cookies out."""
    for module in (settings.PACKAGE / "static/js/embed").glob("*.js"):
        text = module.read_text()
        assert not re.search(
            r"cookie\b|localStorage|sessionStorage|indexedDB|caches\b", text
        )
        assert "withCredentials" not in text
        if "fetch(" in text:
            assert 'credentials: "omit"' in text


def test_the_script_lets_through_what_a_post_is_made_of():
    """Whatever the templates of a post and the sanitiser write stands in its list; no
    element that runs, loads or sends anything does."""
    text = (settings.PACKAGE / "static/js/embed/drawing.js").read_text()
    [listed] = re.findall(r"const TAGS = .*?\((.*?)\.split", text, re.DOTALL)
    allowed = set(re.findall(r"[a-z][a-z0-9]*", listed))
    templates = (settings.PACKAGE / "templates/posts").glob("*.html")
    drawn = {
        tag
        for template in templates
        for tag in re.findall(r"<([a-z][a-z0-9]*)[\s>]", template.read_text())
    }
    assert len(drawn) > 8
    assert (TAGS | drawn) - allowed == set()
    assert not allowed & {"script", "style", "iframe", "object", "form", "svg", "link"}


def test_the_frame_is_the_only_page_that_others_may_frame(client, newsroom):
    """The frame's policy differs from all others' in who may frame it, and in nothing
    else; a frame for a story that is not there may not be framed."""
    answer = client.get(FRAME)
    assert answer.status_code == 200
    assert "X-Frame-Options" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert policy == POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    assert policy != POLICY
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "public, no-cache"
    for address in ("/", "/stories/harbour", "/stories/none/embed", "/desk/", FEED):
        other = client.get(address)
        assert other.headers["X-Frame-Options"] == "DENY", address
        assert other.headers["Content-Security-Policy"] == POLICY, address


def test_the_frame_is_whole_without_scripts(client, newsroom):
    """The latest posts stand in it, its links open in the whole window, and it names
    the story's own address as the one to be found."""
    newsroom.post("The count is over.", headline="Over")
    tree = parsed(client.get(FRAME))
    element = only(tree, "//stop-press")
    assert element.get("story") == "harbour"
    assert "The count is over." in words(only(element, ".//article"))
    assert only(tree, "//base").get("target") == "_top"
    assert only(tree, "//base").get("href") is None
    canonical = only(tree, "//link[@rel='canonical']").get("href")
    assert canonical == "http://testserver/stories/harbour"
    assert only(tree, "//script").get("src") == "/embed.js"
    assert not tree.xpath("//style | //@style | //form | //button")


def test_hostile_words_stay_words(client, newsroom):
    """A title that is markup is none in either form."""
    bad = "</title></stop-press><script>alert(1)</script>"
    newsroom.story("bad", bad)
    newsroom.post(bad, story="bad", headline=bad)
    [one] = read(client, "/stories/bad/embed.json")["posts"]
    assert not parsed(one["html"]).xpath("//script")
    tree = parsed(client.get("/stories/bad/embed"))
    assert len(tree.xpath("//script")) == 1
    assert bad in words(only(tree, "//h2"))


def named(script: str) -> list[str]:
    """The addresses of the modules that a script names."""
    found = MODULE.findall(script)
    assert len(found) > 5
    return found
