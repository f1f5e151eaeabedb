"""The forms that make a post: a short update, an article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django import forms

from stoppress.desk.alerting import URGENT
from stoppress.desk.fields import Checked, DeskForm, Refusal, lines
from stoppress.desk.naming import People, about_people, new_people
from stoppress.posts.copy import (
    Copy,
    PhotoCopy,
    checked_credit,
    checked_headline,
    checked_text,
)
from stoppress.posts.errors import BadCopy
from stoppress.posts.photos import MAX_BYTES
from stoppress.posts.typesetting import Ready, make_ready

if TYPE_CHECKING:
    from stoppress.staff.models import User

# What the browser offers to choose from, and refuses before it is sent.
PICTURES = {
    "accept": "image/jpeg,image/png,image/webp,image/gif",
    "data-most": f"{MAX_BYTES}",
    "data-too-large": f"This photo is too large: {MAX_BYTES >> 20} MB fit.",
}


class PostForm(DeskForm):
    """What every new post may have."""

    kind: Literal["article", "update"]
    copy: Copy
    ready: Ready

    key_event = forms.BooleanField(
        label="Key event",
        required=False,
        help_text="Stands out in the story, and in its outline.",
    )
    people = People()
    new_people = new_people()
    push = forms.BooleanField(label="Tell followers", required=False)
    urgent = forms.BooleanField(label="Urgent", required=False, help_text=URGENT)
    image = forms.FileField(
        label="Picture",
        required=False,
        widget=forms.FileInput(attrs=PICTURES),
        error_messages={"empty": "The file of this picture is empty."},
    )
    credit = Checked(
        checked_credit,
        label="Credit",
        required=False,
        help_text="Who took it: a name, an agency.",
    )
    caption = forms.CharField(
        label="Caption",
        required=False,
        widget=lines(2),
        help_text="What readers are told about it.",
    )
    alt = forms.CharField(
        label="Alternative text",
        required=False,
        widget=lines(2),
        help_text="What is to be seen, for those who cannot see it.",
    )

    def __init__(self, told: str, data: Any = None, files: Any = None) -> None:
        """`told` says beside the box how many would be told."""
        super().__init__(data, files)
        self.fields["push"].help_text = told

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("urgent") and not data.get("push"):
            self.add_error("urgent", "Urgent is about an alert: tell followers too.")
        image = data.get("image")
        if image and image.size > MAX_BYTES:
            size, most = image.size >> 20, MAX_BYTES >> 20
            self.add_error("image", f"The photo has {size} MB; {most} MB fit.")
        elif image and not data.get("alt"):
            self.add_error(
                "alt", "Say what is to be seen, for those who cannot see it."
            )
        elif not image and any(data.get(word) for word in ("credit", "caption", "alt")):
            self.add_error(
                "image", "These words are about a picture, but none is chosen."
            )
        return data

    def blamed(self, error: Refusal) -> str | None:
        if about_people(error):
            return "people"
        # The words were checked field by field before: what is left is the picture.
        pictured = isinstance(error, BadCopy) and self.cleaned_data.get("image")
        return "image" if pictured else None

    @property
    def lost_image(self) -> bool:
        """A browser never sends a chosen file twice of itself."""
        return bool(self.files) and not self.is_valid()

    @property
    def pictured(self) -> bool:
        """The part about the photo is in use."""
        return any(self[name].errors or self[name].value() for name in PHOTO)

    def make_ready(self, story: str, by: User) -> None:
        """Sets what was written and draws its picture: what takes long. BadCopy."""
        self.copy = self._as_copy(story, by)
        self.ready = make_ready(self.copy)

    def _as_copy(self, story: str, by: User) -> Copy:
        data = self.cleaned_data
        photo = None
        if image := data["image"]:
            words = {name: data[name] for name in ("credit", "caption", "alt")}
            photo = PhotoCopy(image.read(), **words)
        return Copy(
            story=story,
            text=data["text"],
            headline=data["headline"],
            kind=self.kind,
            key_event=data["key_event"],
            photo=photo,
            people=data["people"],
            new_people=data["new_people"],
            by=by,
        )


PHOTO = ("image", "credit", "caption", "alt")


class UpdateForm(PostForm):
    """A short update: its text is enough."""

    name = "update"
    kind = "update"

    text = Checked(
        checked_text,
        label="Update",
        widget=lines(4),
        error_messages={"required": "An update needs a text."},
    )
    headline = Checked(checked_headline, label="Headline (optional)", required=False)


class ArticleForm(PostForm):
    """An article: headline and text."""

    name = "article"
    kind = "article"

    headline = Checked(
        checked_headline,
        label="Headline",
        error_messages={"required": "An article needs a headline."},
    )
    text = Checked(
        checked_text,
        label="Text",
        widget=lines(16),
        error_messages={"required": "An article needs a text."},
    )
