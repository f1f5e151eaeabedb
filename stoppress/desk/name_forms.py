"""The forms that make a person in the news, and give them another name."""

from __future__ import annotations

from django import forms

from stoppress.desk.fields import Checked, DeskForm, Refusal
from stoppress.posts.copy import checked_about, checked_name, checked_slug
from stoppress.posts.errors import BadSlug, Refused


class NameForm(DeskForm):
    """Somebody's name, and who that is."""

    name = "name"

    person = Checked(
        checked_name,
        label="Name",
        error_messages={"required": "A person needs a name."},
    )
    about = Checked(
        checked_about,
        label="Who that is (optional)",
        required=False,
        help_text="In a few words, such as President of Belarus. Readers see it, and it "
        "tells namesakes apart.",
    )

    shown = forms.BooleanField(
        label="Readers can follow them now",
        required=False,
        help_text="Else from the first post on that comes out with the name.",
    )

    def blamed(self, error: Refusal) -> str:
        del error
        return "person"


class NewNameForm(NameForm):
    """A new person, with an address that is made from the name unless given."""

    name = "new"

    slug = Checked(
        lambda slug: checked_slug(slug, "a person"),
        label="Address (optional)",
        required=False,
        help_text="The last part of the address, such as vladimir-putin. Left empty, it is "
        "made from the name. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def blamed(self, error: Refusal) -> str:
        about_slug = isinstance(error, BadSlug | Refused)
        return "slug" if about_slug else super().blamed(error)
