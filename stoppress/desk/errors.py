"""What the desk itself refuses."""

from __future__ import annotations


class DeskError(Exception):
    """Base of the desk's errors; the message is for the one who works here."""


class NotAllowed(DeskError):
    """Someone asked for what their role does not let them do; `title` is the page's."""

    title = "This is not for you"


class EditorsOnly(NotAllowed):
    """A reporter asked for what only an editor or the chief may do."""

    title = "This is for an editor"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"Only an editor or the chief may {what}. Reporters write drafts. "
            "Nothing was changed."
        )


class ChiefOnly(NotAllowed):
    """Someone else asked for what only the chief may do."""

    title = "This is for the chief"

    def __init__(self, what: str) -> None:
        super().__init__(f"Only the chief may {what}. Nothing was changed.")
