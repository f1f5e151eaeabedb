"""The part of a post's form in which its people are named."""

from __future__ import annotations

from typing import Any

from django import forms

from stoppress.desk.fields import Refusal
from stoppress.posts.errors import BadPeople, NoSuchPerson
from stoppress.posts.names import split

HELP = "With commas between. Who follows one of them is told as well."
NEW = "Who is not known yet gets a page, which readers can follow."


class People(forms.CharField):
    """Names in a line, with commas between; a tuple of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Names",
            required=False,
            help_text=HELP,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            **options,
        )

    def clean(self, value: Any) -> tuple[str, ...]:
        return split(super().clean(value))


def new_people() -> forms.BooleanField:
    """The box that says that a name is no slip."""
    return forms.BooleanField(label="Some are new here", required=False, help_text=NEW)


def about_people(error: Refusal) -> bool:
    """Whether a refusal is about whom the post names."""
    return isinstance(error, NoSuchPerson | BadPeople)
