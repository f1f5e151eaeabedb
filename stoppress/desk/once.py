"""A form that is sent twice is done once.

Someone under pressure presses twice, or a phone sends again what it believes lost. Each
form carries a number of its own. What a form led to is noted in the sender's session in
the same transaction as the deed; the session's row is locked first, so the second of two
simultaneous requests waits, finds the note and goes where the first one went.

The note is taken of the number *and* of what the form held: whoever goes back in the
browser, writes something else and sends the old page has written something else.

What takes long, a picture above all, is made ready before the transaction: on SQLite
nobody else can write while one is open.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import UploadedFile

from stoppress.lib.transactions import atomic
from stoppress.posts.errors import PostsError
from stoppress.push.errors import NotUrgent
from stoppress.staff.signing_in import StaffError

if TYPE_CHECKING:
    from collections.abc import Callable

    from stoppress.desk.doors import DeskRequest
    from stoppress.desk.fields import DeskForm

NOTES = "forms"

# Notes kept a session: no one goes back further, and a session is read each time.
MAX_NOTES = 40


def once(
    request: DeskRequest,
    form: DeskForm,
    deed: Callable[[], str],
    *,
    first: Callable[[], None] = lambda: None,
) -> str | None:
    """Does the deed when the form is good, and returns the address to go to, which is
    what the deed returns; or None, with what is wrong said in the form. A form that did
    its deed before is not even looked at: it led where it led. `first` makes ready what
    the deed needs, outside the transaction; whatever it makes may go to waste."""
    numbered, sent = bool(request.POST.get("form")), _fingerprint(request)
    if numbered and (led := _notes(request).get(sent)):
        return led
    if not _ready(form, first):
        # Perhaps wrong only because the other of two presses has just done it.
        return _notes(request).get(sent) if numbered else None
    if not numbered:
        return _done(form, deed)
    session = request.session
    with atomic():
        rows = Session.objects.select_for_update()
        rows.filter(pk=session.session_key or "").first()
        notes = _notes(request)
        if sent in notes:
            return notes[sent]
        address = _done(form, deed)
        if address is not None:
            kept = list({**notes, sent: address}.items())[-MAX_NOTES:]
            session[NOTES] = dict(kept)
            session.save()
            # Not saved again as the answer leaves (SessionMiddleware): outside the lock,
            # that would wipe out what another form has noted meanwhile.
            session.modified = False
    return address


def _notes(request: DeskRequest) -> dict[str, str]:
    """Where the forms of this browser led, as the database has it now."""
    session = request.session
    notes: dict[str, str] = type(session)(session.session_key).get(NOTES, {})
    return notes


def _ready(form: DeskForm, first: Callable[[], None]) -> bool:
    if not form.is_valid():
        return False
    try:
        first()
    except (PostsError, StaffError, NotUrgent) as error:
        form.refuse(error)
        return False
    return True


def _done(form: DeskForm, deed: Callable[[], str]) -> str | None:
    try:
        with atomic():
            return deed()
    except (PostsError, StaffError, NotUrgent) as error:
        form.refuse(error)
        return None


def _fingerprint(request: DeskRequest) -> str:
    fields = sorted(
        item for item in request.POST.lists() if item[0] != "csrfmiddlewaretoken"
    )
    files = [
        (name, file.name, file.size)
        for name, file in sorted(request.FILES.items())
        if isinstance(file, UploadedFile)
    ]
    whole = json.dumps([request.path, fields, files])
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
