"""A page that is open has each post at once, in its own time, and loses none."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.steps import (
    FRESH,
    SPOKEN,
    Posted,
    article,
    await_fresh,
    fresh_after,
    live,
    order,
    top,
)

# The texts that lie under a button.
COVERED = """
button => {
  const over = button.getBoundingClientRect();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.data.trim() || text.parentElement.closest("button, .unseen")) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const one of range.getClientRects()) {
      const beside = one.right <= over.left || one.left >= over.right;
      const apart = one.bottom <= over.top || one.top >= over.bottom;
      if (!beside && !apart) found.push(text.data);
    }
  }
  return found;
}
"""
IN_THE_PAGE = 1.0  # seconds from the post to the button in an open page


def test_a_post_is_offered_within_a_second(visitor, story, record_property):
    """A post on the command line is behind "1 new update" within a second; the key
    Enter shows it and leads there."""
    story.so_far(("Morning", "Morning."))
    page = visitor.read(story.url)
    await_fresh(page)
    posted = story.post("At noon.", headline="Bridge opens")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    expect(article(page, posted)).to_have_count(0)
    page.locator(FRESH).focus()
    page.keyboard.press("Enter")
    expect(article(page, posted)).to_be_focused()
    expect(article(page, posted)).to_be_in_viewport()
    took = fresh_after(page, article(page, posted))
    record_property("seconds to the page", round(took, 3))
    assert took < IN_THE_PAGE


def test_a_new_post_moves_nothing(visitor, story):
    """What is being read stays where it is, and the page says once what waits."""
    part = "A paragraph of the day.\n\n" * 12
    posts = story.so_far(*[(f"Part {n}", part) for n in range(4)])
    page = visitor.read(story.url)
    being_read = article(page, posts[1])
    being_read.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    stood, scrolled = top(being_read), page.evaluate("scrollY")
    assert scrolled > 0
    story.post("At noon.\n\n" * 20, headline="Bridge opens")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    expect(page.locator(SPOKEN)).to_have_text("1 new update")
    assert page.locator(SPOKEN).get_attribute("role") == "status"
    assert top(being_read) == pytest.approx(stood, abs=1)
    assert page.evaluate("scrollY") == pytest.approx(scrolled, abs=1)
    assert order(page) == [one["id"] for one in reversed(posts)]


def test_the_button_has_room_of_its_own(visitor, story):
    """At the head of the front page and of a story it covers no words, narrow or wide;
    who listens hears its words without the arrow."""
    story.so_far(
        ("A headline that is as long as the column is wide, and longer", "One.")
    )
    pages = [visitor.read(address) for address in (story.newsroom.url, story.url)]
    story.post("At noon.", headline="Bridge opens")
    for page in pages:
        button = page.get_by_role("button", name="1 new update", exact=True)
        for width in (320, 360, 700, 1280):
            page.set_viewport_size({"width": width, "height": 700})
            assert button.evaluate(COVERED) == [], (page.url, width)


def test_the_button_shows_all_in_order(incognito, story, other_story):
    """The story's own three posts wait together; one press shows them, newest first,
    and no button is left."""
    (first,) = story.so_far(("Morning", "Morning."))
    page = incognito.read(story.url)
    other_story.so_far(("Fish", "Cod is dear."))
    more = story.so_far(*[(f"Line {n}", f"Line {n}.") for n in range(3)])
    expect(page.locator(FRESH)).to_have_text("3 new updates")
    page.locator(FRESH).click()
    expect(page.locator(FRESH)).to_be_hidden()
    assert order(page) == [*[one["id"] for one in reversed(more)], first["id"]]
    expect(page.locator("main")).not_to_contain_text("Cod is dear.")


def test_the_front_page_is_live(firefox, story):
    """The front page offers a new post of any story, and the press shows it."""
    page = firefox.read(story.newsroom.url)
    posted = story.post("At noon.", headline="Bridge opens")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    page.locator(FRESH).click()
    expect(article(page, posted)).to_have_count(1)
    expect(page.locator(FRESH)).to_be_hidden()


def test_the_front_pages_rail_says_whose_correction_it_is(firefox, story):
    """A correction that comes into the open front page is listed with its story's name,
    there and after the page is loaded again."""
    wrong = story.post("At noon.", headline="Bridge opens")
    page = firefox.read(story.newsroom.url)
    story.correct(wrong, "At four.", "We said noon.")
    line = page.locator(
        f"[data-outline='corrections'] [data-outline-post='{wrong['id']}']"
    )
    title = page.locator(".front-story--lead h2").inner_text()
    for _ in range(2):
        expect(line.locator(".outline-story")).to_have_text(title)
        page.reload()


def test_no_post_falls_between_page_and_stream(incognito, story):
    """A post published after the page was made and before its stream opened is there."""
    story.so_far(("Morning", "Morning."))
    made: list[Posted] = []

    def late(route: Route) -> None:
        made.append(story.post("At noon.", headline="Bridge opens"))
        route.continue_()

    incognito.context.route("**/js/live*.js", late, times=1)
    page = incognito.open(story.url)
    live(page)
    expect(page.locator(FRESH)).to_have_text("1 new update")
    page.locator(FRESH).click()
    expect(article(page, made[0])).to_have_count(1)
    assert len(order(page)) == 2


@pytest.mark.usefixtures("broken_connections")
def test_a_server_killed_in_between(visitor, own_story):
    """The server is killed, posts and corrects while down, and comes back: the page
    catches up by itself, with nothing lost and nothing doubled."""
    (first,) = own_story.so_far(("Morning", "Morning."))
    page = visitor.read(own_story.url)
    second = own_story.post("At noon.", headline="Bridge opens")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    own_story.newsroom.kill()
    third = own_story.post("Crowds.", headline="Crowds")
    own_story.correct(first, "Late morning.", "It was late morning.")
    own_story.retract(second, "It stays shut.")
    own_story.newsroom.start()
    expect(page.locator(FRESH)).to_have_text("2 new updates", timeout=30_000)
    expect(article(page, first)).to_contain_text("Late morning.")
    fourth = own_story.post("Evening.", headline="Evening")
    expect(page.locator(FRESH)).to_have_text("3 new updates")
    page.locator(FRESH).click()
    newest_first = [one["id"] for one in (fourth, third, second, first)]
    expect(article(page, fourth)).to_be_visible()
    assert order(page) == newest_first
    expect(article(page, second)).to_contain_text("It stays shut.")
    page.reload()
    assert order(page) == newest_first


def test_a_closed_story_says_so(firefox, story):
    """Closing the story shows in the open page, which promises no updates any more."""
    page = firefox.read(story.url)
    promise = page.get_by_text("Updates come in by themselves")
    expect(promise).to_be_visible()
    story.close()
    expect(page.locator("[data-standing]").first).to_have_text("Closed")
    expect(promise).to_be_hidden()
