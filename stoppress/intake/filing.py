"""A page's place in a story: as a new post, once, or as the draft that it already is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoppress.intake import errors
from stoppress.intake.as_markdown import as_markdown
from stoppress.posts import publishing, queries, stories
from stoppress.posts.addresses import absolute, post_path
from stoppress.posts.copy import Copy, PhotoCopy

if TYPE_CHECKING:
    from stoppress.intake.dates import Dated
    from stoppress.intake.page import FoundPhoto, Page
    from stoppress.posts.publishing import Posted
    from stoppress.posts.views import PostView
    from stoppress.staff.models import User

# Characters of a credit that fit beside a picture; no photographer's name is longer.
MAX_CREDIT = 200


@dataclass(frozen=True, slots=True)
class Slip:
    """What goes with a page into its story: `name` is the file's for messages, `dated`
    the date that was given or found, `editor` who files it."""

    story: str
    name: str
    dated: Dated | None = None
    draft: bool = False
    new_story: bool = False
    editor: User | None = None

    @property
    def is_draft(self) -> bool:
        """A draft was asked for, or the date is not known."""
        return self.draft or self.dated is None


def file(page: Page, slip: Slip) -> tuple[Posted, list[str]]:
    """Puts the page into its story, inside the caller's transaction. Returns what was
    posted and what there is to say about it.

    Raises AlreadyImportedError, or an error of the posts.
    """
    title = stories.title_of(slip.story)
    opened = stories.ensure(slip.story, title, new=slip.new_story)
    notes = [f"A new story was opened, “{title}”."] if opened else []
    # Two imports of one page at once: the second waits here, then finds the first.
    stories.find(slip.story, lock=True)
    earlier = queries.with_digest(slip.story, page.digest)
    if earlier is None:
        keep = publishing.save_draft if slip.is_draft else publishing.publish
        return keep(_copy(page, slip)), notes
    if earlier["state"] != "draft" or slip.is_draft or slip.dated is None:
        raise _already(earlier, slip)
    posted = publishing.publish_draft(
        earlier["id"], published_at=slip.dated.at, day_only=slip.dated.day_only
    )
    notes.append(
        "The draft of an earlier import was published, as it stands at the desk."
    )
    return posted, notes


def _copy(page: Page, slip: Slip) -> Copy:
    source = {
        "name": page.site_name,
        "stamp": page.stamp or "",
        "url": page.url,
        "byline": page.byline,
        "digest": page.digest,
    }
    return Copy(
        story=slip.story,
        text=as_markdown(page.passages),
        headline=page.headline,
        kind="article",
        published_at=slip.dated.at if slip.dated else None,
        day_only=slip.dated.day_only if slip.dated else False,
        photo=_photo(page.photo) if page.photo else None,
        source={key: value for key, value in source.items() if value},
        by=slip.editor,
    )


def _photo(photo: FoundPhoto) -> PhotoCopy:
    return PhotoCopy(credit=photo.credit[:MAX_CREDIT], caption=photo.caption)


def _already(earlier: PostView, slip: Slip) -> errors.AlreadyImportedError:
    path, advice = earlier["url"], "Amend or correct that one instead."
    if earlier["state"] == "retracted":
        advice = "It was retracted and stays so."
    elif earlier["state"] == "draft":
        path = f"/desk{post_path(earlier['id'])}"
        advice = (
            "It is a draft: publish it at the desk, or import again with --published."
        )
    return errors.AlreadyImportedError(
        name=slip.name,
        slug=slip.story,
        post=earlier["id"],
        url=absolute(path),
        advice=advice,
    )
