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


class NoSuchPerson(NotFound):
    """Nobody has these names, or slugs; each with the name that it nearly is, or ''.
    `new`: the writer says that they are new, but they may be slips. `meant`: by what
    words somebody is said to be new."""

    def __init__(
        self, near: dict[str, str], *, new: bool = False, meant: str = "so"
    ) -> None:
        self.near, self.new = near, new
        said = [
            f"Nobody called {name!r} is known here."
            + (f" Did you mean {close!r}?" if close else "")
            for name, close in near.items()
        ]
        hint = (
            "If it is somebody else, make their page first: at the desk under In the "
            "news, or with `stoppress person`."
            if new
            else f"If somebody new is meant, say {meant}."
        )
        super().__init__(" ".join([*said, hint]))


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


class PersonInUse(Refused):
    """Somebody whom posts name is not taken away."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"Posts name {slug!r}, or drafts do. Only whom nothing names can be deleted."
        )


class IsHere(Refused):
    """Somebody of this name is here already."""

    def __init__(self, name: str, slug: str, about: str) -> None:
        who = f"{slug}, {about}" if about else slug
        super().__init__(
            f"{name!r} is here already ({who}). If this is somebody else, give an address."
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
    """This cannot be the address of a story, a section or a person."""


class BadPeople(BadCopy):
    """A post cannot name these."""


class Namesakes(BadPeople):
    """Several people have this name."""

    def __init__(self, name: str, them: list[tuple[str, str]]) -> None:
        each = "; ".join(f"{slug} ({about})" if about else slug for slug, about in them)
        super().__init__(
            f"Several people are called {name!r}. Say which, by the address: {each}."
        )
