"""The forms that make a section and give it another title."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from stoppress.desk.fields import Checked, DeskForm, Refusal
from stoppress.posts import section_queries
from stoppress.posts.copy import checked_section, checked_slug


class SectionTitleForm(DeskForm):
    """A section's title."""

    name = "title"

    title = Checked(
        checked_section,
        label="Title",
        error_messages={"required": "A section needs a title."},
    )

    def blamed(self, error: Refusal) -> str:
        del error
        return "title"


class SectionForm(SectionTitleForm):
    """Title and address. The address is made from the title unless given."""

    name = "section"

    slug = Checked(
        lambda slug: checked_slug(slug, "a section"),
        label="Address (optional)",
        required=False,
        help_text="The last part of its address, such as world. Left empty, it is made "
        "from the title. It cannot be changed later.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("title") or "slug" in self.errors:
            return data
        slug = data["slug"] = data.get("slug") or slugify(data["title"]).strip("-_")
        if not slug:
            self.add_error("slug", "No address can be made from this title: give one.")
        elif taken := section_queries.section(slug):
            self.add_error(
                "slug",
                f"The section “{taken['title']}” has the address {slug} already.",
            )
        return data

    def blamed(self, error: Refusal) -> str:
        del error
        return "slug"
