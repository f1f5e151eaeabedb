"""Topics and the selectors that select them (draft-dunglas-mercure-07 "Topic Selectors").

The one matching function of the product: what a stream asks for, what a token allows and
what a reader who comes back has missed are all decided by `matches`. A selector selects
what is the same text, everything when it is `*`, and what a URI template could be expanded
to. Nothing is normalised, with one exception: an address on this site may be written whole
or as its path. Our own topics are paths, so the path is what is kept (see `local`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoppress.protocols import uri_template
from stoppress.protocols.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERYTHING = "*"  # "Topic Selectors": the reserved selector of all topics

# Stops long texts from being kept for each reader: characters of one topic.
TOPIC_LENGTH_AT_MOST = 512


class BadTopicError(ProtocolError):
    """A topic is empty, too long, or holds control characters."""


class UnservedSelectorError(ProtocolError):
    """A URI template that this hub does not match (protocols/uri_template.py)."""


def selects(selectors: Iterable[str], topics: Iterable[str]) -> bool:
    """True when one of the selectors selects one of an update's topics.

    An update without topics is for nobody, not even for readers of everything.
    """
    return any(matches(selector, topic) for topic in topics for selector in selectors)


def matches(selector: str, topic: str) -> bool:
    """True when `selector` selects `topic`."""
    if selector in (EVERYTHING, topic):
        return True
    if not is_template(selector):
        return False
    try:
        return uri_template.template(selector).matches(topic)
    except uri_template.TemplateError:
        return False  # it selects the same text and nothing else


def is_template(selector: str) -> bool:
    """True when `selector` may select more than one topic. `*` is no template."""
    return "{" in selector  # RFC 6570 section 2: an expression opens with a brace


def check_topic(topic: str) -> None:
    """Raises BadTopicError for what can be neither a topic nor a selector."""
    if not topic:
        raise BadTopicError("a topic is empty")
    if len(topic) > TOPIC_LENGTH_AT_MOST:
        raise BadTopicError(f"a topic is longer than {TOPIC_LENGTH_AT_MOST} characters")
    if has_control(topic):
        raise BadTopicError("a topic holds control characters")


def check_selector(selector: str) -> None:
    """Raises BadTopicError, or UnservedSelectorError for a template that is not matched:
    a client that waits in silence for updates that never match would be worse."""
    check_topic(selector)
    if is_template(selector):
        try:
            uri_template.template(selector)
        except uri_template.UnservedTemplateError as error:
            raise UnservedSelectorError(
                f"this template is not served: {error}"
            ) from error
        except uri_template.BadTemplateError:
            return  # any text is a selector: this one selects itself


def local(topic: str, site: str) -> str:
    """The topic or selector as it is kept: an address on `site` becomes its path.

    `site` is the public address with no slash at the end. A path that opens with two
    slashes would be another site's, and is left whole.
    """
    rest = topic.removeprefix(site) if site else topic
    if rest == topic or not rest.startswith("/") or rest.startswith("//"):
        return topic
    return rest


def has_control(text: str) -> bool:
    """True for C0, DEL and C1: they break logs and headers, and PostgreSQL cannot store
    NUL."""
    return any(mark < " " or "\x7f" <= mark <= "\x9f" for mark in text)
