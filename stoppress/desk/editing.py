"""A post's page: its words to be changed, put right, taken back, or first published.

A text that someone else changed meanwhile is shown beside the one that was being written;
saving again then counts from there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.views.decorators.http import require_POST, require_safe

from stoppress.desk.alerting import books, urgent
from stoppress.desk.doors import DeskRequest, editors_only, see_other, staff_only
from stoppress.desk.edit_forms import DraftForm, RetractionForm, RevisionForm, WordsForm
from stoppress.desk.errors import EditorsOnly
from stoppress.desk.fields import DeskForm
from stoppress.desk.once import once
from stoppress.desk.paper import page, written
from stoppress.desk.saying import address, said
from stoppress.lib.clock import iso, now
from stoppress.posts import publishing, queries
from stoppress.posts.errors import AlreadyRetracted, ChangedMeanwhile, NothingChanged
from stoppress.push import pleas

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stoppress.posts.views import PostView
    from stoppress.staff.models import User


@require_safe
@staff_only
def post(request: DeskRequest, post_id: int) -> HttpResponse:
    """The post as readers see it, and the forms that change it."""
    return _post(request, _find(post_id))


@require_POST
@staff_only
def revisions(request: DeskRequest, post_id: int) -> HttpResponse:
    """Amends a post; `silent` for a slip of the pen."""
    found = _find(post_id)
    form = _words(found, request.POST)

    def deed() -> str:
        silent = bool(form.cleaned_data.get("silent"))
        change = form.change(request.user)
        done = publishing.amend(post_id, change, silent=silent)
        if done.seq is None:
            return address(_path(post_id), "draft")
        # Asked of what was done, not of what was found before: a draft may have been
        # published in between. The refusal takes back what was done.
        editors_only(request.user, "change what is published")
        return address(_path(post_id), "edited" if silent else "amended", post_id)

    return _sent(request, found, form, deed)


@require_POST
@staff_only
def correction(request: DeskRequest, post_id: int) -> HttpResponse:
    """Puts right what was wrong, and says so."""
    editors_only(request.user, "correct a post")
    found = _find(post_id)
    form = RevisionForm(found, queries.text(post_id) or "", request.POST)
    form.needs_note()

    def deed() -> str:
        note = form.cleaned_data["note"]
        push = form.cleaned_data.get("push", True)
        publishing.correct(post_id, form.words(request.user), note, push=push)
        return address(_path(post_id), "corrected", post_id)

    return _sent(request, found, form, deed)


@require_POST
@staff_only
def retraction(request: DeskRequest, post_id: int) -> HttpResponse:
    """Takes the post back."""
    editors_only(request.user, "retract a post")
    found = _find(post_id)
    form = RetractionForm(post_id, request.POST)

    def deed() -> str:
        reason, push = form.cleaned_data["reason"], form.cleaned_data.get("push", True)
        publishing.retract(post_id, reason, by=request.user, push=push)
        return address(_path(post_id), "retracted", post_id)

    return _sent(request, found, form, deed)


@require_POST
@staff_only
def publication(request: DeskRequest, post_id: int) -> HttpResponse:
    """Publishes a draft, with the words as they stand in the form."""
    editors_only(request.user, "publish")
    found = _find(post_id)
    form = DraftForm(found, queries.text(post_id) or "", request.POST)
    form.needs_date()

    def deed() -> str:
        data = form.cleaned_data
        # A date alone makes no version of it.
        change = replace(form.change(request.user), published_at=None)
        with suppress(NothingChanged):
            publishing.amend(post_id, change)
        publishing.publish_draft(
            post_id,
            push=data["push"],
            published_at=data["published_at"],
            day_only=not data["hour"],
        )
        if data["urgent"]:
            pleas.ask(post_id, request.user)
            return address(_path(post_id), "urgent", post_id)
        story = f"/desk{found['story']['url']}"
        return address(story, "told" if data["push"] else "published", post_id)

    return _sent(request, found, form, deed)


@require_POST
@staff_only
def urgency(request: DeskRequest, post_id: int) -> HttpResponse:
    """Another editor agrees that the post's alert is urgent."""
    editors_only(request.user, "confirm an urgent alert")
    found = _find(post_id)
    form = DeskForm(request.POST)

    def deed() -> str:
        pleas.confirm(post_id, request.user)
        return address(_path(post_id), "confirmed", post_id)

    return _sent(request, found, form, deed)


@require_POST
@staff_only
def discarding(request: DeskRequest, post_id: int) -> HttpResponse:
    """Throws a draft away. Sent again, it is not there any more, and yet no error."""
    form = DeskForm(request.POST)

    def deed() -> str:
        story = _find(post_id)["story"]
        if not _may_discard(request.user, post_id):
            raise EditorsOnly("discard what someone else has written")
        publishing.discard(post_id)
        return address(f"/desk{story['url']}", "discarded")

    going = once(request, form, deed)
    if going:
        return see_other(going)
    return _post(request, _find(post_id), form=form, status=form.status)


def _sent(
    request: DeskRequest, found: PostView, form: DeskForm, deed: Callable[[], str]
) -> HttpResponse:
    """Does what the form asks for, or shows it again with what is wrong."""
    going = once(request, form, deed)
    if going:
        return see_other(going)
    return _post(request, _find(found["id"]), form=form, status=form.status)


def _post(
    request: DeskRequest,
    found: PostView,
    *,
    form: DeskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "here": "stories",
        "post": found,
        "drawn": _as_readers_will(found),
        "words": _words_shown(request, found, form),
        "seen": found["revision"],
        "retraction": form
        if isinstance(form, RetractionForm)
        else RetractionForm(found["id"]),
        "books": books(found["id"]),
        "urgent": urgent(found["id"], request.user),
    }
    if found["state"] == "draft":
        context["may_discard"] = _may_discard(request.user, found["id"])
    if form and found["state"] == "retracted":
        context |= {"gone": AlreadyRetracted(found["id"]), "written": written(request)}
    elif form and form.refusal and not isinstance(form, WordsForm | RetractionForm):
        context["gone"] = form.refusal
    elif form and isinstance(form.refusal, ChangedMeanwhile):
        context["theirs"] = queries.text(found["id"])
    elif isinstance(form, WordsForm):
        context["seen"] = form["seen"].value()
    return page(request, "post.html", context, said=said(request), status=status)


def _words_shown(
    request: DeskRequest, found: PostView, form: DeskForm | None
) -> RevisionForm | DraftForm:
    """The form for new words: the refused one, unless the post has left the state that
    it was for; then what was written stands in the form for the new state."""
    if not isinstance(form, RevisionForm | DraftForm):
        return _words(found, None)
    if isinstance(form, DraftForm) == (found["state"] == "draft"):
        return form
    fresh = _words(found, request.POST)
    if form.refusal:
        fresh.refuse(form.refusal)
    return fresh


def _words(found: PostView, data: Any) -> RevisionForm | DraftForm:
    """The form for new words that fits the post's state."""
    which = DraftForm if found["state"] == "draft" else RevisionForm
    return which(found, queries.text(found["id"]) or "", data)


def _as_readers_will(found: PostView) -> PostView:
    """A draft as it would be drawn if it were published now."""
    if found["state"] != "draft":
        return found
    at = iso(now())
    known = found["published_at"] or at
    return {
        **found,
        "url": _path(found["id"]),
        "published_at": known,
        "posted_at": at,
        "changed_at": at,
    }


def _may_discard(user: User, post_id: int) -> bool:
    return user.may_publish or queries.written_by(post_id, user.pk)


def _find(post_id: int) -> PostView:
    found = queries.any_post(post_id)
    if found is None:
        raise Http404
    return found


def _path(post_id: int) -> str:
    return f"/desk/posts/{post_id}"
