"""Every page that the product can show.

Found by walking along each link, as a reader and as those who work here; then what only
a mistake or a broken machine brings up, and what comes down the stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from lxml import html as lxml_html  # type: ignore[import-untyped]

from stoppress.desk import composing, paper, rundown
from stoppress.live.frames import bare
from stoppress.live.framing import framed
from stoppress.pages import views
from stoppress.posts import publishing, queries
from stoppress.posts.copy import Change
from stoppress.push.watch import Alarm
from stoppress.staff import people, signing_in
from stoppress.staff.models import Role
from stoppress.wire import reading
from tests.truth.everything import HOSTILE, happens

# Addresses on a walk at most: there are far fewer; a walk without end is a failure.
ENOUGH = 400
SHORT = 8  # posts on one page of a story

WRITTEN = {"text": HOSTILE, "headline": HOSTILE, "note": HOSTILE, "reason": HOSTILE}


@dataclass
class Papers:
    """Pages by what they are, the templates that drew them, and links that led nowhere."""

    pages: dict[str, str] = field(default_factory=dict)
    templates: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)

    def keep(self, what: str, answer: Any, status: int = 200) -> None:
        """Keeps the page of an answer, which must have this status."""
        assert answer.status_code == status, f"{what}: {answer.status_code}"
        self.templates |= {made.name for made in answer.templates if made.name}
        self.pages[what] = answer.content.decode()

    def walk(self, who: str, client: Client, *starts: str) -> None:
        """Keeps every page that can be reached from the starts."""
        ahead, seen = list(starts), set(starts)
        while ahead:
            path = ahead.pop()
            answer = client.get(path)
            if answer.status_code != 200:
                self.dead.append(f"{who}: {path}: {answer.status_code}")
            elif answer.headers["Content-Type"].startswith("text/html"):
                self.keep(f"{who}: {path}", answer)
                further = set(_links(path, answer.content)) - seen
                seen |= further
                ahead += sorted(further)
            assert len(seen) < ENOUGH, f"the walk does not end: {path}"


def all_papers(monkeypatch: pytest.MonkeyPatch) -> Papers:
    """Lets everything happen in a newsroom and keeps each page of it."""
    # So that few posts fill a column, and it has pages before and after.
    monkeypatch.setattr(views, "COLUMN_POSTS", SHORT)
    monkeypatch.setattr(composing, "POSTS_SHOWN", SHORT)
    for room, bound in (
        (composing, "DRAFTS_SHOWN"),
        (rundown, "DRAFTS_SHOWN"),
        (rundown, "DRAFTS_A_PAGE"),
    ):
        monkeypatch.setattr(room, bound, 1)
    papers = Papers()
    editor, reporter = _browser("ada", Role.CHIEF), _browser(HOSTILE, Role.REPORTER)
    papers.keep("nothing yet: /", Client().get("/"))
    papers.keep("nothing yet: /desk/", editor.get("/desk/"))
    happens()
    papers.walk("reader", Client(), "/", "/follow")
    papers.walk("editor", editor, "/desk/")
    for path in (
        "",
        "stories",
        "stories/quiet",
        "stories/hostile",
        "sections",
        "names",
    ):
        papers.keep(f"reporter: {path}", reporter.get(f"/desk/{path}"))
    for slug in ("quiet", "over", "hostile"):
        papers.keep(f"frame: {slug}", Client().get(f"/stories/{slug}/embed"))
    _at_the_door(papers)
    _said_and_refused(papers, editor, reporter)
    papers.keep("reader: an empty section", Client().get("/sections/calm"))
    papers.keep("reader: nobody named yet", Client().get("/people/cal-morrow"))
    papers.keep("editor: a name", editor.get("/desk/names?q=host"))
    papers.keep("reader: no such page", Client().get("/stories/no-such-story"), 404)
    papers.keep("editor: no such page", editor.get("/desk/posts/999999"), 404)
    _alarms(papers, editor, monkeypatch)
    papers.keep("broken", _broken(monkeypatch), 500)
    papers.pages |= _stream()
    return papers


def _stream() -> dict[str, str]:
    """Each drawing that went down the stream, read from its frame as a browser does."""
    found = {}
    for entry in reading.after(0, limit=ENOUGH):
        lines = bare(framed(entry).chunk).decode().splitlines()
        assert not any(line.startswith("event:") for line in lines), entry
        data = [
            line.removeprefix("data:") for line in lines if line.startswith("data:")
        ]
        said = json.loads("\n".join(data))
        if "html" in said:
            found[f"stream: {said['kind']} {said['seq']}"] = _page_around(said["html"])
    return found


def _page_around(fragment: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>One</title>'
        f"</head><body><main><h1>One</h1>\n{fragment}\n</main></body></html>\n"
    )


def _links(path: str, content: bytes) -> Iterator[str]:
    """Addresses on our own site that a page leads to, without their fragments."""
    for link in lxml_html.fromstring(content).xpath("//a/@href"):
        parts = urlsplit(urljoin(f"http://testserver{path}", link))
        if (parts.scheme, parts.netloc) == ("http", "testserver"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _browser(name: str, role: Role) -> Client:
    client = Client()
    client.force_login(signing_in.editor_named(name[:150], role=role))
    return client


def _at_the_door(papers: Papers) -> None:
    """Signing in, and what is said to those who may not."""
    path = signing_in.make_link("ada")
    papers.keep("door: how", Client().get("/desk/sign-in"))
    papers.keep("door: the link", Client().get(path))
    papers.keep("door: spent", Client().get(f"{path}x"), 404)
    papers.keep("door: signed out", Client().post("/desk/posts/1/pin", WRITTEN), 403)
    careful = Client(enforce_csrf_checks=True)
    papers.keep("door: a stale form", careful.post("/desk/sign-out"), 403)


def _said_and_refused(papers: Papers, editor: Client, reporter: Client) -> None:
    """What the desk says after a deed, and when there was none."""
    papers.keep("said", editor.get("/desk/stories/quiet?said=told&post=1"))
    draft = next(d["id"] for d in queries.drafts() if d["story"]["slug"] == "hostile")
    post = queries.of_story("hostile")[0]["id"]
    gone = next(p["id"] for p in queries.of_story("hostile") if p["retraction"])
    publishing.amend(post, Change(headline="Calm again"))
    chief = next(user.pk for user in people.everyone() if user.is_chief)
    for path, fields, status in (
        ("stories", {"title": "", "slug": HOSTILE, "summary": HOSTILE}, 422),
        ("stories/quiet/posts", {"credit": HOSTILE}, 422),
        ("stories/quiet/posts", {"kind": "article", "text": HOSTILE}, 422),
        ("stories/over/posts", {"text": HOSTILE}, 409),
        ("stories/over/closing", {}, 409),
        (f"posts/{post}/correction", {**WRITTEN, "note": ""}, 422),
        (f"posts/{post}/correction", {**WRITTEN, "seen": "1"}, 409),
        (f"posts/{post}/retraction", {}, 422),
        (f"posts/{gone}/revisions", {**WRITTEN, "seen": "2"}, 409),
        (f"posts/{draft}/publication", {**WRITTEN, "day": "2999-01-01"}, 422),
        (f"posts/{post}/discarding", {}, 409),
        ("stories/hostile/masthead", {"title": "", "summary": HOSTILE}, 422),
        ("sections", {"title": HOSTILE, "slug": HOSTILE}, 422),
        ("sections/hostile/title", {"title": HOSTILE}, 422),
        ("sections/hostile/deletion", {}, 409),
        ("names", {"person": "", "slug": HOSTILE}, 422),
        ("names/hostile/words", {"person": "", "about": HOSTILE * 9}, 422),
        ("names/hostile/deletion", {}, 409),
        ("stories/quiet/posts", {"text": HOSTILE, "people": HOSTILE}, 422),
        ("people", {"username": HOSTILE, "role": HOSTILE}, 422),
        (f"people/{chief}/leaving", {}, 409),
        (f"people/{chief}/role", {"role": HOSTILE}, 422),
        (f"people/{chief}/sign-in-link", {}, 200),
    ):
        what = f"refused: {path} {', '.join(fields)}"
        papers.keep(what, editor.post(f"/desk/{path}", fields), status)
    refused = reporter.post("/desk/stories/quiet/posts", WRITTEN)
    papers.keep("refused: a reporter", refused, 403)


def _alarms(papers: Papers, editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk while followers may not be told."""
    since = "2026-11-24T14:00:00.000Z"
    for found in (
        Alarm(1, "alert", since, untaken=False),
        Alarm(None, "digest", since, untaken=False),
        Alarm(1, "post.published", since, untaken=True),
    ):
        with monkeypatch.context() as now:
            now.setattr(paper, "alarm", lambda found=found: found)
            papers.keep(f"alarm: {found.nature}", editor.get("/desk/"))


def _broken(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page that is shown when the database is away."""

    def away(*_: Any, **__: Any) -> None:
        raise ConnectionError("The database is away.")

    with monkeypatch.context() as now:
        now.setattr(queries, "front", away)
        return Client(raise_request_exception=False).get("/")
