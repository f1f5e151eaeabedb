"""The forms that open a story and give it other words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from stoppress.desk.fields import Checked, DeskForm, Refusal, lines
from stoppress.posts import queries, section_queries
from stoppress.posts.copy import checked_paragraph, checked_slug, checked_title


class MastheadForm(DeskForm):
    """A story's title, summary and section; where there is no section, none is asked."""

    name = "masthead"

    title = Checked(
        checked_title,
        label="Title",
        error_messages={"required": "A story needs a title."},
    )
    summary = Checked(
        lambda text: checked_paragraph(text, "The summary"),
        label="Summary (optional)",
        required=False,
        widget=lines(2),
        help_text="One or two sentences under the title: what is it about?",
    )
    section = forms.ChoiceField(
        label="Section",
        required=False,
        help_text="Who follows the section is told of this story too.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        there = [(each["slug"], each["title"]) for each in section_queries.sections()]
        field = self.fields["section"]
        if there and isinstance(field, forms.ChoiceField):
            field.choices = [("", "None"), *there]
        else:
            del self.fields["section"]


class StoryForm(MastheadForm):
    """Title, summary, address. The address is made from the title unless given."""

    name = "story"

    slug = Checked(
        checked_slug,
        label="Address (optional)",
        required=False,
        help_text="The last part of its address, such as russia-belarus-union. Left "
        "empty, it is made from the title. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("title") or "slug" in self.errors:
            return data
        slug = data["slug"] = data.get("slug") or slugify(data["title"])[:80].strip(
            "-_"
        )
        if not slug:
            self.add_error("slug", "No address can be made from this title: give one.")
        elif taken := queries.story(slug):
            self.add_error(
                "slug", f"The story “{taken['title']}” has the address {slug} already."
            )
        return data

    def blamed(self, error: Refusal) -> str:
        del error
        return "slug"
