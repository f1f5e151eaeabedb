"""Whoever reads or listens is not disturbed: nothing jumps, and one voice says it once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps import FRESH, SPOKEN, Guest, Story, article, order, top

# Writes down each thing that the status region says.
LISTEN = f"""
() => {{
  const region = document.querySelector("{SPOKEN}");
  window.heard = [];
  new MutationObserver(() => window.heard.push(region.textContent))
    .observe(region, {{ childList: true, characterData: true, subtree: true }});
}}
"""
PART = "A paragraph of the day.\n\n" * 12


def read_on(page: Page, post: dict[str, object]) -> float:
    """Scroll a post to the top of the window; where it stands then."""
    found = article(page, post)
    found.evaluate("one => one.scrollIntoView({block: 'start', behavior: 'instant'})")
    assert page.evaluate("scrollY") > 0
    return top(found)


def test_thirty_updates_are_heard_once_or_twice(visitor, story):
    """Thirty posts in a row are not thirty announcements, and the last one says all."""
    page = visitor.read(story.url)
    page.evaluate(LISTEN)
    story.so_far(*[(f"Line {n}", f"Line {n}.") for n in range(30)])
    expect(page.locator(SPOKEN)).to_have_text("30 new updates", timeout=20_000)
    heard = page.evaluate("window.heard")
    assert len(heard) < 15, heard


def test_a_correction_is_heard_among_updates(visitor, story):
    """What was corrected is said as well as how many posts wait; what was shown already
    is not announced afterwards."""
    first, second = story.so_far(("Morning", "Morning."), ("Noon", "Noon."))
    page = visitor.read(story.url)
    page.evaluate(LISTEN)
    story.correct(first, "Late morning.", "It was late.")
    story.correct(second, "After noon.", "It was later.")
    story.post("One.", headline="One")
    expect(page.locator(SPOKEN)).to_contain_text("1 new update")
    heard = " ".join(page.evaluate("window.heard"))
    assert "corrected" in heard


@pytest.mark.parametrize("width", [360, 1280])
def test_a_pin_moves_the_post_and_nothing_jumps(visitor, story, width):
    """A pinned post goes to the top and back to its place when it is let go; the line
    being read stays where it is."""
    posts = story.so_far(*[(f"Part {n}", PART) for n in range(4)])
    ids = [one["id"] for one in reversed(posts)]
    page = visitor.read(story.url)
    page.set_viewport_size({"width": width, "height": 700})
    stood = read_on(page, posts[1])
    story.pin(posts[0])
    expect(article(page, posts[0])).to_contain_text("Pinned")
    assert order(page) == [ids[3], *ids[:3]]
    assert top(article(page, posts[1])) == pytest.approx(stood, abs=1)
    story.pin(posts[0], "--off")
    expect(article(page, posts[0])).not_to_contain_text("Pinned")
    assert order(page) == ids
    assert top(article(page, posts[1])) == pytest.approx(stood, abs=1)


def test_a_pin_of_an_earlier_post(visitor, story):
    """A post that the page did not have comes to its top when it is pinned; let go, it
    goes back among the earlier ones, where "Show earlier posts" finds it once."""
    posts = story.so_far(*[(f"Part {n}", PART) for n in range(9)])
    ids = [one["id"] for one in reversed(posts)]
    page = visitor.read(story.url)
    stood = read_on(page, posts[5])
    assert order(page) == ids[:6]
    story.pin(posts[0])
    expect(article(page, posts[0])).to_be_attached()
    assert order(page) == [ids[8], *ids[:6]]
    assert top(article(page, posts[5])) == pytest.approx(stood, abs=1)
    story.pin(posts[0], "--off")
    expect(article(page, posts[0])).not_to_be_attached()
    page.get_by_role("link", name="Show earlier posts").click()
    expect(article(page, posts[0])).to_be_attached()
    assert order(page) == ids


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("front", [True, False], ids=["front", "story"])
def test_what_grows_above_moves_nothing(
    visitor: Guest, story: Story, front: bool, width: int
) -> None:
    """A key event enters the lists beside the column and a post above grows: on a narrow
    page too the line being read stays."""
    posts = story.so_far(*[(f"Part {n}", PART) for n in range(4)])
    page = visitor.read(story.front if front else story.url)
    page.set_viewport_size({"width": width, "height": 700})
    stood = read_on(page, posts[1])
    story.correct(posts[2], "Put right.\n\n" * 20, "It was wrong.")
    expect(article(page, posts[2])).to_contain_text("It was wrong.")
    assert top(article(page, posts[1])) == pytest.approx(stood, abs=1)
    story.post("One.", headline="One")
    expect(page.locator(FRESH)).to_be_visible()
    assert top(article(page, posts[1])) == pytest.approx(stood, abs=1)


def test_nothing_glides_when_motion_is_unwanted(incognito, story):
    """The press leads to the first new post at once, with no gliding, also for whoever
    asked for less motion."""
    story.so_far(*[(f"Part {n}", PART) for n in range(3)])
    page = incognito.read(story.url)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("scrollTo({top: 1500, behavior: 'instant'})")
    posted = story.post("One.", headline="One")
    expect(page.locator(FRESH)).to_be_visible()
    moves = "let n = 0; addEventListener('scroll', () => window.moves = ++n)"
    page.evaluate(f"() => {{ {moves} }}")
    page.locator(FRESH).click()
    expect(article(page, posted)).to_be_in_viewport()
    assert page.evaluate("window.moves") <= 2
    assert page.evaluate("document.getAnimations().length") == 0
