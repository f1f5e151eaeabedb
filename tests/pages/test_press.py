"""Times in the newsroom's zone, posts in one line."""

from __future__ import annotations

from django.utils import timezone

from stoppress.posts.templatetags import press
from tests.pages.builders import a_post, a_retracted_post


def test_a_time_is_given_in_the_newsrooms_zone_with_its_name():
    """A reader far away can tell whose clock a time is from."""
    with timezone.override("Europe/London"):
        assert press.in_words("2026-07-01T12:00:00.000Z") == "1 July 2026, 13:00 BST"


def test_the_machine_readable_time_stays_exact():
    """Browsers and search engines get the moment itself, whatever the zone."""
    with timezone.override("Asia/Kolkata"):
        drawn = press.moment("2026-11-24T20:00:00.000Z")
    assert 'datetime="2026-11-24T20:00:00.000Z"' in drawn
    assert "25 November 2026, 01:30 IST" in drawn


def test_no_time_is_no_words():
    """A draft's missing dates draw as nothing."""
    assert press.in_words("") == ""


def test_a_long_update_is_cut_to_one_line():
    """A list or a window's title shows the first words of a long update."""
    line = press.in_short(a_post(plain="word\nword " * 100))
    assert len(line) == press.SHORT
    assert line.startswith("word word word")


def test_a_retracted_post_is_named_as_one():
    """No list repeats the words of a post that was taken back."""
    assert (
        press.in_short(a_retracted_post(headline="A false claim")) == "A retracted post"
    )
