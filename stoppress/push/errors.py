"""What can go wrong between a follower's browser and us."""

from __future__ import annotations


class PushError(Exception):
    """Base of this room's errors; the message is for the reader or the operator."""


class BadSubscription(PushError):
    """What the browser sent is not a push subscription that can be used."""


class UnknownService(BadSubscription):
    """The endpoint is not at a push service that this newsroom knows."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"This newsroom does not send to the push service {host[:100]!r}. If browsers "
            "really use it, add it to STOPPRESS_PUSH_SERVICES."
        )


class BadTopic(PushError):
    """Only everything, or a section, person or story that is here, can be followed."""


class TopicOver(BadTopic):
    """Nothing will ever come of this topic: its story is closed, or it is no more."""


class BadRest(PushError):
    """Quiet hours, or a number of alerts a day, that cannot be kept."""


class NotUrgent(PushError):
    """An alert cannot be made urgent, or not by this editor."""


class VaultError(PushError):
    """A sealed subscription does not open with the key in the data folder."""


class SharesLost(PushError):
    """Another process took this one for dead, and sends to its followers."""

    def __init__(self, owner: str) -> None:
        super().__init__(f"{owner} was away for too long: others send in its place.")


class KeyRetired(PushError):
    """A browser subscribed under a key that is not, or no longer, this newsroom's."""

    def __init__(self) -> None:
        super().__init__("This page is from before a change here. Load it again.")


class NoSuchKey(PushError):
    """There is no key of this name."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no push key {key[:80]!r}. See: stoppress keys")


class KeyInUse(PushError):
    """A key cannot be retired yet."""


class BadLine(PushError):
    """A line of a file of followers cannot be used."""
