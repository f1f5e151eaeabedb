"""Post and story views as other rooms hand them over, made up for the drawing tests."""

from __future__ import annotations

from typing import Any

STORY = {
    "slug": "harbour-vote",
    "title": "Harbour vote: the count",
    "summary": "Northgate decides whether its harbour is sold. Counting began at 22:00.",
    "url": "/stories/harbour-vote",
    "section": None,
    "closed": False,
    "opened_at": "2026-11-23T08:00:00.000Z",
    "changed_at": "2026-11-24T14:02:00.000Z",
    "posts": 4,
    "corrections": 1,
}


def a_story(**changes: Any) -> Any:
    """A story view, open, with a few posts."""
    return {**STORY, **changes}


def a_post(**changes: Any) -> Any:
    """A post view: an update without a headline, never changed."""
    post: Any = {
        "id": 7,
        "kind": "update",
        "key_event": False,
        "pinned": False,
        "state": "published",
        "story": {key: STORY[key] for key in ("slug", "title", "url")},
        "headline": "",
        "html": "<p>The first boxes from the lower town are open.</p>",
        "plain": "The first boxes from the lower town are open.",
        "published_at": "2026-11-24T13:40:00.000Z",
        "published_on": False,
        "posted_at": "2026-11-24T13:40:00.000Z",
        "changed_at": "2026-11-24T13:40:00.000Z",
        "revision": 1,
        "version": 1,
        "nature": "first",
        "corrections": [],
        "retraction": None,
        "photo": None,
        "source": None,
        "seq": 12,
        **changes,
    }
    post["url"] = f"/posts/{post['id']}"
    return post


def an_article(**changes: Any) -> Any:
    """An article of five paragraphs with a headline."""
    paragraphs = [
        "The council sat until after midnight and left the sale to the voters.",
        "“We have waited nine years for this,” said Ada Brook, who runs the ferry office.",
        "The port authority says that the quay needs repair whoever owns it.",
        "Two earlier offers, in 2019 and 2023, came to nothing.",
        "A result is expected before the morning boat.",
    ]
    return a_post(
        **{
            "kind": "article",
            "headline": "Northgate votes on its harbour",
            "html": "".join(f"<p>{text}</p>" for text in paragraphs),
            "plain": "\n".join(paragraphs),
            **changes,
        }
    )


def a_corrected_post(**changes: Any) -> Any:
    """An update whose figure was wrong and is put right in revision 2."""
    note = "Turnout at noon was 41 per cent. We wrote 51 per cent."
    return a_post(
        **{
            "headline": "Turnout 41 per cent at noon",
            "changed_at": "2026-11-24T14:02:00.000Z",
            "revision": 2,
            "version": 2,
            "nature": "correction",
            "corrections": [
                {"at": "2026-11-24T14:02:00.000Z", "note": note, "revision": 2}
            ],
            "seq": 19,
            **changes,
        }
    )


def a_retracted_post(**changes: Any) -> Any:
    """A post that was taken back: a notice and no body."""
    reason = "The statement we quoted was not made by the harbour master."
    return a_post(
        **{
            "state": "retracted",
            "headline": "",
            "html": "",
            "plain": "",
            "changed_at": "2026-11-24T14:30:00.000Z",
            "revision": 2,
            "version": 2,
            "nature": "retraction",
            "retraction": {"at": "2026-11-24T14:30:00.000Z", "reason": reason},
            "seq": 21,
            **changes,
        }
    )


def a_photo(**changes: Any) -> Any:
    """A photo whose credit, caption and alternative text are three things."""
    return {
        "url": "/photos/harbour.jpg",
        "width": 1200,
        "height": 800,
        "credit": "Mara Quill/Northgate Post",
        "caption": "The ferry office on Tuesday morning.",
        "alt": "A low white building on a quay, with a queue at its door",
        **changes,
    }
