"""A picture is there while a published post shows it, and gone with the last of them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from stoppress.posts import publishing, queries
from stoppress.posts.copy import Copy
from tests.builders import a_photo, an_editor
from tests.pages.reading import only, parsed


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """The folder in which the pictures of this test are kept."""
    settings.PHOTOS = tmp_path


def of_post(client: Client, post: int) -> str:
    """The address of the picture that a post's page shows."""
    image = only(parsed(client.get(f"/posts/{post}")), "//figure//img")
    return str(image.get("src"))


def test_a_published_picture_is_served(client, newsroom):
    """A post's picture is there for everyone, and kept by caches for minutes alone:
    never for good, or a retraction would not reach it."""
    answer = client.get(of_post(client, newsroom.post(photo=a_photo())))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] in {"image/jpeg", "image/png"}
    told = re.fullmatch(r"public, max-age=(\d+)", answer.headers["Cache-Control"])
    assert told
    assert 0 < int(told[1]) <= 600
    tag = {"HTTP_IF_NONE_MATCH": answer.headers["ETag"]}
    assert client.get(answer.request["PATH_INFO"], **tag).status_code == 304


def test_a_retracted_picture_is_gone(client, newsroom):
    """Who has the address of a retracted post's picture gets it no more, not even who
    asks whether it changed, and no cache keeps the refusal without asking."""
    post = newsroom.post(photo=a_photo())
    address = of_post(client, post)
    before = client.get(address)
    newsroom.retract(post, "It shows someone else.")
    for more in ({}, {"HTTP_IF_NONE_MATCH": before.headers["ETag"]}):
        answer = client.get(address, **more)
        assert answer.status_code == 410
        assert before.content not in answer.content
        assert answer.headers["Cache-Control"] == "public, no-cache"


def test_a_picture_of_two_posts_stays_while_one_stands(client, newsroom):
    """The same picture in another post, or in a correction's successor, is not taken
    from it by a retraction; with the last post it goes."""
    first, second = (newsroom.post(photo=a_photo()) for _ in range(2))
    address = of_post(client, first)
    assert of_post(client, second) == address
    newsroom.retract(first, "Twice the same.")
    assert client.get(address).status_code == 200
    newsroom.retract(second, "Not true either.")
    assert client.get(address).status_code == 410


def test_a_draft_shows_its_picture_to_editors_alone(client, newsroom):
    """Before it is published a picture has no address for readers; the desk shows it to
    who is signed in and sends others to sign in."""
    draft = publishing.save_draft(Copy("harbour", "Not yet.", photo=a_photo()))
    view = queries.any_post(draft.post_id)
    assert view is not None
    assert view["photo"] is not None
    address = view["photo"]["url"]
    public = address.removeprefix("/desk")
    assert (client.get(public).status_code, client.get(address).status_code) == (
        404,
        302,
    )
    client.force_login(an_editor())
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert (
        f'src="{address}"'
        in client.get(f"/desk/posts/{draft.post_id}").content.decode()
    )
    assert client.get(public).status_code == 404
    publishing.publish_draft(draft.post_id)
    assert client.get(public).status_code == 200
    assert of_post(client, draft.post_id) == public


def test_a_picture_that_no_post_has_is_not_served(client, newsroom, tmp_path):
    """A file that lies in the folder is not reached by its name alone."""
    name = "0123456789abcdef0123456789abcdef.jpg"
    (tmp_path / name).write_bytes(b"\xff\xd8\xff")
    assert client.get(f"/photos/{name}").status_code == 404
