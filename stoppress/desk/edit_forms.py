"""The forms that change a post: new words and another date for it, a draft's publication,
a retraction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Literal

from django import forms
from django.utils import timezone

from stoppress.desk.alerting import URGENT, chase, count_told, warning_of
from stoppress.desk.fields import Checked, DeskForm, Refusal, lines
from stoppress.desk.naming import People, about_people, new_people
from stoppress.lib import clock
from stoppress.posts.copy import (
    Change,
    checked_alt,
    checked_credit,
    checked_date,
    checked_headline,
    checked_note,
    checked_paragraph,
    checked_text,
)
from stoppress.posts.errors import BadCopy
from stoppress.posts.people_queries import said

if TYPE_CHECKING:
    from stoppress.posts.views import PostView
    from stoppress.staff.models import User

# A day alone stands for its noon, as in what is imported: no change of the newsroom's
# zone makes another day of it.
NOON = time(12)

UPDATE_LINES = 4

# What is said of a photo, where the post has one.
PHOTO: tuple[Literal["credit", "caption", "alt"], ...] = ("credit", "caption", "alt")


class WordsForm(DeskForm):
    """A post's words as they were when the form was opened, to be changed."""

    name = "words"

    headline = Checked(checked_headline, label="Headline", required=False)
    text = Checked(
        checked_text,
        label="Text",
        widget=lines(14),
        error_messages={
            "required": "There is no text left. To take a post back, retract it."
        },
    )
    credit = Checked(checked_credit, label="Credit", required=False)
    caption = Checked(
        lambda text: checked_paragraph(text, "The caption"),
        label="Caption",
        required=False,
        widget=lines(2),
    )
    alt = Checked(
        lambda text: checked_alt(text, needed=False),
        label="Alternative text",
        required=False,
        widget=lines(2),
        error_messages={
            "required": "Say what is to be seen, for those who cannot see it."
        },
    )
    day = forms.DateField(
        label="Date of the news",
        required=False,
        # A browser without a date picker sends what was typed: no guess at 07/08/2016.
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "Write the date as year-month-day: 2006-01-25."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hour = forms.TimeField(
        label="Time (if known)",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    key_event = forms.BooleanField(label="Key event", required=False)
    people = People(show_hidden_initial=True)
    new_people = new_people()
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, post: PostView, text: str, data: Any = None) -> None:
        self.post = post
        words = {
            "headline": post["headline"],
            "text": text,
            "key_event": post["key_event"],
            "people": ", ".join(said(post["people"])),
            "seen": post["revision"],
        }
        photo = post["photo"]
        about = {name: photo[name] for name in PHOTO} if photo else {}
        super().__init__(data, initial={**words, **about, **_date_known(post)})
        for name in [] if photo else PHOTO:
            del self.fields[name]
        if photo:
            self.fields["alt"].required = bool(photo["url"])
        if post["kind"] == "update":
            self.fields["text"].widget.attrs["rows"] = UPDATE_LINES
        headline = self.fields["headline"]
        headline.required = post["kind"] == "article"
        headline.error_messages["required"] = "An article needs a headline."
        if not headline.required:
            headline.label = "Headline (optional)"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        day, hour = data.get("day"), data.get("hour")
        data["published_at"] = None
        if hour and not day and "day" not in self.errors:
            self.add_error("day", "A time needs its day.")
        if day and {"day", "hour"} & set(self.changed_data):
            moment = datetime.combine(
                day, hour or NOON, timezone.get_current_timezone()
            )
            try:
                data["published_at"] = checked_date(moment)
            except BadCopy as error:
                self.add_error("day", str(error))
        return data

    def blamed(self, error: Refusal) -> str | None:
        return "people" if about_people(error) else super().blamed(error)

    def change(self, by: User) -> Change:
        """The new words; the mark of a key event only where it changes."""
        data = self.cleaned_data
        key_event = data["key_event"]
        return replace(
            self.words(by),
            key_event=None if key_event == self.post["key_event"] else key_event,
        )

    def words(self, by: User) -> Change:
        """What can be right or wrong: the words, the photo's, the date of the news."""
        data = self.cleaned_data
        return Change(
            headline=data["headline"],
            text=data["text"],
            published_at=data["published_at"],
            day_only=not data["hour"],
            people=data["people"] if "people" in self.changed_data else None,
            new_people=data["new_people"],
            **{name: data[name] for name in PHOTO if name in self.data},
            by=by,
            seen=data["seen"],
        )


class RevisionForm(WordsForm):
    """New words for a published post: an amendment, or with a note a correction."""

    silent = forms.BooleanField(
        label="Silently",
        required=False,
        help_text="For a slip of the pen: readers are not shown that it was updated.",
    )
    note = forms.CharField(
        label="What was wrong, and what is right",
        required=False,
        widget=lines(3),
        help_text="Readers see this under the post for good.",
    )
    push = chase()

    def __init__(self, post: PostView, text: str, data: Any = None) -> None:
        super().__init__(post, text, data)
        count_told(self, post["id"])

    def needs_note(self) -> None:
        """Asks for the note: this is a correction."""
        self.fields["note"] = Checked(
            lambda note: checked_note(note, "A correction"),
            label=self.fields["note"].label,
            help_text=self.fields["note"].help_text,
            widget=lines(3),
            error_messages={"required": "Say what was wrong and what is right."},
        )


class DraftForm(WordsForm):
    """A draft's words, and what its publication needs to know."""

    push = forms.BooleanField(label="Tell followers", required=False)
    urgent = forms.BooleanField(label="Urgent", required=False, help_text=URGENT)

    def __init__(self, post: PostView, text: str, data: Any = None) -> None:
        super().__init__(post, text, data)
        self.fields["push"].help_text = warning_of(post)

    @property
    def undated(self) -> bool:
        """It came in from elsewhere, and when its news was is not known."""
        return self.post["source"] is not None and not self.post["published_at"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("urgent") and not data.get("push"):
            self.add_error("urgent", "Urgent is about an alert: tell followers too.")
        return data

    def needs_date(self) -> None:
        """Asks for the date of the news where nothing else gives it."""
        field = self.fields["day"]
        field.required = self.undated
        field.error_messages["required"] = (
            "When was this news? What came in gives no date that can be trusted."
        )


def _date_known(post: PostView) -> dict[str, Any]:
    if not post["published_at"]:
        return {}
    at = timezone.localtime(clock.parse(post["published_at"]))
    hour = None if post["published_on"] else at.time().replace(second=0, microsecond=0)
    return {"day": at.date(), "hour": hour}


class RetractionForm(DeskForm):
    """Why a post is taken back."""

    name = "retraction"

    reason = Checked(
        lambda reason: checked_note(reason, "A retraction"),
        label="Reason",
        widget=lines(3),
        help_text="Readers see it in the place of the post.",
        error_messages={"required": "Readers need a reason that they can understand."},
    )
    push = chase()

    def __init__(self, post_id: int, data: Any = None) -> None:
        super().__init__(data)
        count_told(self, post_id)
