"""What can go wrong on the way in."""

from __future__ import annotations


class PostsError(Exception):
    """Base of the errors of posts; the message is for the one who posts."""


class NotFound(PostsError):
    """What was asked for is not here."""


class NoSuchSection(NotFound):
    """No section has this slug."""

    def __init__(self, slug: str, known: list[str]) -> None:
        some = ", ".join(known) or "none yet"
        super().__init__(f"There is no section {slug!r}. Sections here: {some}.")


class NoSuchStory(NotFound):
    """No story has this slug."""

    def __init__(self, slug: str, known: list[str]) -> None:
        some = ", ".join(known[:10]) or "none yet"
        super().__init__(f"There is no story {slug!r}. Stories here: {some}.")


class LikelySlip(NotFound):
    """No story has this slug, but one nearly does."""

    def __init__(self, slug: str, close: str, meant: str = "--new-story") -> None:
        super().__init__(
            f"There is no story {slug!r}. Did you mean {close!r}? If a new story is "
            f"meant, say {meant}."
        )


class NoSuchPost(NotFound):
    """No post has this number."""

    def __init__(self, post_id: int) -> None:
        super().__init__(f"There is no post {post_id}.")


class Refused(PostsError):
    """The post or story is in a state that does not allow this."""


class StoryClosed(Refused):
    """Nothing new is posted in a closed story."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The story {slug!r} is closed. Open it again to post in it.")


class SectionInUse(Refused):
    """A section that stories stand in is not taken away."""

    def __init__(self, slug: str, stories: int) -> None:
        many = "A story stands" if stories == 1 else f"{stories:,} stories stand"
        super().__init__(
            f"{many} in the section {slug!r}. Only an empty one can be deleted."
        )


class AlreadyRetracted(Refused):
    """A retracted post stays as it is."""

    def __init__(self, post_id: int) -> None:
        super().__init__(
            f"Post {post_id} was retracted: it cannot be changed any more."
        )


class StillADraft(Refused):
    """What nobody has read needs no correction."""

    def __init__(self, post_id: int) -> None:
        super().__init__(
            f"Post {post_id} is a draft: readers have not seen it. Amend it, or publish "
            "or discard it at the desk."
        )


class AlreadyPublished(Refused):
    """A draft is published once."""

    def __init__(self, post_id: int) -> None:
        super().__init__(f"Post {post_id} is published already.")


class ChangedMeanwhile(Refused):
    """Someone else changed the post after it was opened for editing."""

    def __init__(self, post_id: int, revision: int) -> None:
        super().__init__(
            f"Post {post_id} was changed while you were writing: it is at version "
            f"{revision} now. Look at it, then save again."
        )


class NothingChanged(Refused):
    """What is asked for is so already."""

    def __init__(self, post_id: int) -> None:
        super().__init__(f"Post {post_id} is so already: nothing was changed.")


class BadCopy(PostsError):
    """What was handed in cannot be posted as it is."""


class BadSlug(BadCopy):
    """This cannot be the address of a story or a section."""
