"""What the desk's forms are made of: fields checked by the rule of what will be posted,
and a form that can be refused after it was filled in rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from stoppress.posts.errors import BadCopy, PostsError, Refused
from stoppress.push.errors import NotUrgent
from stoppress.staff.signing_in import StaffError

if TYPE_CHECKING:
    from collections.abc import Callable


# What the house says against a form that was filled in rightly.
Refusal = PostsError | StaffError | NotUrgent


class Checked(forms.CharField):
    """Text that `check` accepts and puts right; what it says against it
    stands beside the field."""

    def __init__(self, check: Callable[[str], str], **options: Any) -> None:
        super().__init__(**options)
        self.check = check

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return text
        try:
            return self.check(text)
        except (BadCopy, StaffError) as error:
            raise forms.ValidationError(str(error)) from error


class DeskForm(forms.Form):
    """A form of the desk. `name` keeps the ids of two forms on one page apart."""

    name = "form"
    refusal: Refusal | None = None

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(
            data, files, auto_id=f"{self.name}-%s", label_suffix="", **options
        )

    def refuse(self, error: Refusal) -> None:
        """Takes what the newsroom said against it, to be shown with it."""
        self.refusal = error
        self.add_error(self.blamed(error), str(error))

    def blamed(self, error: Refusal) -> str | None:
        """The field that the error is about; None: the whole form."""
        del error
        return None

    @property
    def status(self) -> int:
        """The answer's status: what is wrong with it, or with what it is about?
        (RFC 9110, sections 15.5.10 and 15.5.21)."""
        return (
            409 if isinstance(self.refusal, Refused | StaffError | NotUrgent) else 422
        )


def lines(rows: int, **attrs: str) -> forms.Textarea:
    """A box for text of some lines."""
    return forms.Textarea(attrs={"rows": rows, "cols": 60, **attrs})
