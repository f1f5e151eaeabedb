"""What the desk itself refuses."""

from __future__ import annotations


class DeskError(Exception):
    """Base of the desk's errors; the message is for the one who works here."""


class EditorsOnly(DeskError):
    """A reporter asked for what only an editor or the chief may do."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Only an editor or the chief may {what}. Reporters write drafts. "
            "Nothing was changed."
        )
