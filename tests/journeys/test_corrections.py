"""A correction travels exactly as far as the error did: to the desktop, in the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import FRESH, SPOKEN, article, order, top
from tests.support.desktop import Desktop, Shown

REASON = "We said noon. The bridge opens at four."
TAKEN_BACK = "The bridge does not open at all this week."


def only(desktop: Desktop, shown: Shown, instead_of: Shown) -> None:
    """One notification is left, and it took the other's place."""
    desktop.wait(lambda: list(desktop.open) == [shown.id], "one notification left")
    # Firefox takes the old one away and shows anew; Chromium changes it in place.
    if shown.app == "Chromium":
        assert shown.replaces == instead_of.id
    else:
        assert desktop.closed[-1] == instead_of.id


def test_the_right_words_replace_the_wrong_ones(reader, story, desktop):
    """A correction stands silently where the wrong words stood; then a retraction, and
    that is heard; a click on it leads to the post, with the reason."""
    reader.follow(story.url).close()
    posted = story.post("At noon.", headline="Bridge opens", push=True)
    wrong = desktop.see(reader.app, title="Bridge opens")
    story.correct(posted, "At four.", REASON)
    right = desktop.see(reader.app, title="Correction: Bridge opens")
    assert right.body.endswith(REASON)
    only(desktop, right, instead_of=wrong)
    story.retract(posted, TAKEN_BACK)
    taken = desktop.see(reader.app, title="Retracted: The harbour bridge")
    assert taken.body.endswith(TAKEN_BACK)
    only(desktop, taken, instead_of=right)
    assert [shown.silent for shown in desktop.shown] == [False, True, False]
    with reader.context.expect_page() as opened:
        desktop.click(taken)
    opened.value.wait_for_url(story.address(posted))
    expect(article(opened.value, posted)).to_contain_text(TAKEN_BACK)


def test_a_repeated_message_makes_no_sound(chromium, story, desktop, fcm):
    """A message that the push service delivers twice is not heard twice, and stands
    once; Chromium, unlike Firefox, wakes the worker for it again."""
    chromium.follow(story.url).close()
    story.post("At noon.", headline="Bridge opens", push=True)
    first = desktop.see("Chromium", title="Bridge opens")
    fcm.redeliver()
    desktop.wait(lambda: len(desktop.shown) > 1, "the second delivery")
    again = desktop.shown[-1]
    assert (again.title, again.silent) == (first.title, True)
    assert list(desktop.open) == [first.id]


def test_a_changed_post_changes_in_the_page(visitor, story):
    """The open page corrects the post where it stands, marks it and says so; taken
    back, the text goes and the reason comes."""
    first, second = story.so_far(
        ("Bridge opens", "At noon."), ("Crowds", "Crowds wait.")
    )
    page = visitor.read(story.url)
    changed = article(page, first)
    story.correct(first, "At four.", REASON)
    expect(changed).to_contain_text("At four.")
    expect(changed).not_to_contain_text("At noon.")
    expect(changed).to_contain_text(REASON)
    expect(changed).to_contain_text("Corrected")
    expect(page.locator(SPOKEN)).to_contain_text("corrected")
    story.retract(first, TAKEN_BACK)
    expect(changed).to_contain_text(TAKEN_BACK)
    expect(changed).not_to_contain_text("At four.")
    expect(changed).not_to_contain_text("Bridge opens")
    expect(page.locator(FRESH)).to_be_hidden()
    assert order(page) == [second["id"], first["id"]]


def test_a_correction_above_moves_nothing(visitor, story):
    """What is being read stays where it is when a post above it is corrected, to about
    its length and to much more."""
    part = "A paragraph of the day.\n\n" * 12
    posts = story.so_far(*[(f"Part {n}", part) for n in range(4)])
    page = visitor.read(story.url)
    being_read = article(page, posts[1])
    being_read.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    stood = top(being_read)
    above = posts[3]
    for longer in (1, 30):
        reason = f"It was put right {longer} times."
        story.correct(above, "A line put right.\n\n" * longer, reason)
        expect(article(page, above)).to_contain_text(reason)
        assert top(being_read) == pytest.approx(stood, abs=1)


def test_what_waits_is_corrected_before_it_is_shown(incognito, story):
    """A post still behind the button comes out corrected, once."""
    story.so_far(("Morning", "Morning."))
    page = incognito.read(story.url)
    posted = story.post("At noon.", headline="Bridge opens")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    story.correct(posted, "At four.", REASON)
    # A later post is the proof that the correction has come.
    story.post("All is said.", headline="Marker")
    expect(page.locator(FRESH)).to_have_text("2 new updates")
    page.locator(FRESH).click()
    expect(article(page, posted)).to_have_count(1)
    expect(article(page, posted)).to_contain_text("At four.")
    expect(article(page, posted)).not_to_contain_text("At noon.")


def test_the_posts_own_page_is_changed_too(firefox, story):
    """A reader on the post's own page sees there that it was taken back, in its title
    as well, and is told so."""
    (posted,) = story.so_far(("Bridge opens", "At noon."))
    page = firefox.read(story.address(posted))
    story.retract(posted, TAKEN_BACK)
    expect(article(page, posted)).to_contain_text(TAKEN_BACK)
    expect(article(page, posted)).not_to_contain_text("At noon.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Retracted")
    expect(page.locator(SPOKEN)).to_contain_text("retracted")
