"""What drawing a post needs: times in the newsroom's zone, a post in one line.

A post view carries ISO 8601 text. Every reader gets the same bytes, so nothing here
depends on what day it is or where the reader sits; the page's own script adds "3 minutes
ago" beside it. Where only the day is known no clock time is made up.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from stoppress.lib import clock
from stoppress.posts import viewing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.safestring import SafeString

    from stoppress.posts.views import PostView

register = template.Library()

# News and its arrival here further apart than this: an import, and said so.
LATE_ARRIVAL = timedelta(days=1)

# A line in a list or a window's title: more is cut off by the browser anyway.
SHORT = 80  # characters


def _local(iso: str) -> datetime:
    return timezone.localtime(clock.parse(iso))


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"


# The heading of a post in a column; its text's own headings are made to go beneath it.
COLUMN_LEVEL = 2
_HEADING = re.compile(r"(</?h)([3-5])(?=>)")

# A draft is drawn for its editor and has no date yet.
NOT_YET = mark_safe('<span class="post-day">Not published yet</span>')


@register.filter
def in_words(iso: str) -> str:
    """`24 November 2026, 14:02 GMT`; nothing for an empty text."""
    if not iso:
        return ""
    moment = _local(iso)
    return f"{_day(moment)}, {_clock(moment)} {moment:%Z}"


@register.simple_tag
def moment(iso: str) -> SafeString:
    """A `<time>` element with day and clock time."""
    return format_html('<time datetime="{}">{}</time>', iso, in_words(iso))


@register.simple_tag
def published(post: Mapping[str, Any]) -> SafeString:
    """A `<time>` element with the date of the news, by day alone where no more is known."""
    if not post["published_at"]:
        return NOT_YET
    if post["published_on"]:
        day = _local(post["published_at"])
        return format_html('<time datetime="{}">{}</time>', day.date(), _day(day))
    return moment(post["published_at"])


@register.simple_tag
def hung(post: Mapping[str, Any]) -> SafeString:
    """The date of the news as it hangs beside a post: the clock large, the day small."""
    if not post["published_at"]:
        return NOT_YET
    at = _local(post["published_at"])
    if post["published_on"]:
        return format_html(
            '<time datetime="{}"><span class="post-day">{}</span></time>',
            at.date(),
            _day(at),
        )
    return format_html(
        '<time datetime="{}"><span class="post-clock">{}</span> '
        '<span class="post-zone">{}</span> <span class="post-day">{}</span></time>',
        *(post["published_at"], _clock(at), f"{at:%Z}", _day(at)),
    )


@register.filter
def came_late(post: Mapping[str, Any]) -> bool:
    """True when the news is from another day than its arrival on our wire."""
    if not post["posted_at"]:
        return False
    apart = clock.parse(post["posted_at"]) - clock.parse(post["published_at"])
    return apart > LATE_ARRIVAL


@register.simple_tag
def put_right(post: PostView) -> SafeString:
    """A `<time>` element with the moment of its last correction, or of its retraction."""
    return moment(viewing.put_right_at(post))


@register.filter
def in_short(post: Mapping[str, Any]) -> str:
    """A post in one line: its headline, or the first words of its text."""
    if post["state"] == "retracted":
        return "A retracted post"
    return post["headline"] or Truncator(" ".join(post["plain"].split())).chars(SHORT)


@register.filter
def beneath(html: str, level: int) -> SafeString:
    """A post's sanitised HTML with its headings beneath a heading of this level, so that
    who listens to the page finds no step left out."""
    by = level - COLUMN_LEVEL
    moved = _HEADING.sub(lambda heading: f"{heading[1]}{int(heading[2]) + by}", html)
    return mark_safe(moved)  # noqa: S308  what comes in was sanitised (lib/html.py)
