"""How pages are answered: headers, the same bytes for everyone, files at the root."""

from __future__ import annotations

import json
import re
from contextlib import closing

import pytest
from django.conf import settings

from tests.pages.reading import meta, only, parsed


def test_every_answer_allows_only_what_comes_from_this_site(client, newsroom):
    """No page can run, load or send to anything that is not ours."""
    for address in ("/", "/stories/harbour", "/follow", "/sw.js", "/none", "/desk/"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert policy.startswith(
            "default-src 'none'; script-src 'self'; style-src 'self'"
        )
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_reading_sets_no_cookie_and_depends_on_none(client, newsroom):
    """A reader's page is the same for everyone and leaves nothing behind."""
    post = newsroom.post()
    for address in (
        "/",
        "/stories/harbour",
        f"/posts/{post}",
        "/follow",
        "/none",
        "/sw.js",
    ):
        answer = client.get(address)
        assert not answer.cookies, address
        assert "cookie" not in answer.headers.get("Vary", "").lower(), address


def test_every_reader_gets_the_same_bytes(client, newsroom, django_user_model):
    """Who is signed in as an editor reads the same page as everyone."""
    newsroom.post()
    before = client.get("/stories/harbour").content
    client.force_login(django_user_model.objects.create_user(username="ada"))
    assert client.get("/stories/harbour").content == before


def test_a_page_that_has_not_changed_is_not_sent_again(client, newsroom):
    """A browser that has the page is told so until something is posted."""
    newsroom.post()
    first = client.get("/stories/harbour")
    tag = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
    assert client.get("/stories/harbour", **tag).status_code == 304
    newsroom.post("More.")
    assert client.get("/stories/harbour", **tag).status_code == 200


def test_a_page_must_be_asked_for_again(client, newsroom):
    """A cache keeps a page but never shows it without asking."""
    assert client.get("/").headers["Cache-Control"] == "public, no-cache"


def test_a_live_page_says_where_its_updates_are(client, newsroom):
    """Other programs find the hub and the topic in the answer's Link header."""
    links = client.get("/stories/harbour").headers["Link"]
    assert '<http://testserver/.well-known/mercure>; rel="mercure"' in links
    assert '</stories/harbour>; rel="self"' in links


@pytest.mark.parametrize("verb", ["post", "put", "delete"])
def test_pages_are_only_read(client, newsroom, verb):
    """Nothing can be changed at a reader's address."""
    assert getattr(client, verb)("/stories/harbour").status_code in {403, 405}


def test_a_page_carries_the_key_for_following(client, newsroom):
    """The button finds the newsroom's public key: 65 bytes in base64url."""
    assert re.fullmatch(
        r"B[\w-]{86}", meta(parsed(client.get("/")), "stoppress-push-key")
    )


def test_the_worker_rules_over_the_whole_site_and_is_never_stale(client, db):
    """The service worker lies at the root, as a script, asked for anew each time."""
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert b"addEventListener" in answer.content


def test_a_sites_own_worker_can_import_ours(client, db):
    """The same worker as a guest: inside a function, so that no name of ours meets one of
    the host's, with the scripts of this release."""
    own, guest = (client.get(path) for path in ("/sw.js", "/push-worker.js"))
    assert guest.headers["Cache-Control"] == "no-cache"
    assert guest.content.startswith(b"((beside) => {")
    assert own.content.endswith(b"})(false);\n")
    assert guest.content.endswith(b"})(true);\n")
    assert b'"/static/js' not in guest.content


def test_the_manifest_lets_a_home_screen_open_the_site_on_its_own(client, db, settings):
    """iOS notifies only from the Home Screen and only in standalone display."""
    settings.SITE_NAME = "The Northgate Post"
    answer = client.get("/manifest.webmanifest")
    about = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (about["name"], about["display"]) == ("The Northgate Post", "standalone")
    assert {one["sizes"] for one in about["icons"]} >= {"192x192", "512x512"}


def test_every_file_that_a_page_names_is_there(client, newsroom):
    """Styles, scripts, icons, and what these name in turn, exist in the package."""
    folder = settings.PACKAGE / "static"
    tree = parsed(client.get("/stories/harbour"))
    named = set(
        tree.xpath("//script/@src | //link[starts-with(@href, '/static/')]/@href")
    )
    named |= {
        one["src"]
        for one in json.loads(client.get("/manifest.webmanifest").content)["icons"]
    }
    worker = client.get("/sw.js").content.decode()
    named |= set(re.findall(r'"(/static/[^"]+)"', worker))
    assert len(named) > 15
    for address in named:
        assert (folder / address.removeprefix(settings.STATIC_URL)).is_file(), address
    for script in (folder / "js").glob("*.js"):
        for other in re.findall(r'from "\./([^"]+)"', script.read_text()):
            assert (folder / "js" / other).is_file(), (script.name, other)


def test_styles_and_scripts_are_kept_for_good(client, newsroom):
    """Their address changes with what is in them, so a browser asks once."""
    [first, *_] = parsed(client.get("/")).xpath("//link[@rel='stylesheet']/@href")
    with closing(client.get(first)) as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    [
        "../keys/secret.key",
        "%2e%2e/keys/secret.key",
        "x.jpg",
        "0" * 32 + ".svg",
        "0" * 32 + ".jpg",
    ],
)
def test_no_other_file_is_served_as_a_photo(client, db, name):
    """A photo's address cannot be bent to reach another file."""
    assert client.get(f"/photos/{name}").status_code == 404


def test_the_icon_is_where_browsers_look(client, db):
    """Browsers ask for /favicon.ico whatever a page says."""
    assert client.get("/favicon.ico").headers["Content-Type"] == "image/x-icon"


def test_the_follow_page_helps_those_who_are_blocked(client, db):
    """Every address that the button's words lead to is there."""
    tree = parsed(client.get("/follow"))
    script = (settings.PACKAGE / "static/js/obstacles.js").read_text()
    script += (settings.PACKAGE / "static/js/subscribing.js").read_text()
    targets = set(re.findall(r'"/follow#([a-z]+)"', script))
    assert targets >= {"blocked", "iphone"}
    for target in targets:
        only(tree, f"//*[@id='{target}']")
