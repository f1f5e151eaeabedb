"""A reader chooses what, when and how much they are told; a story ends."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.steps import following, not_following, press, top

SAID = "[data-mine-status]"
SAVED = "[data-mine-rest-status]"  # beside the button that saves
TOPS = """
row => ["select", "button"].map(one => row.querySelector(one).getBoundingClientRect().top)
"""
LOOK_AGAIN = "document.dispatchEvent(new CustomEvent('following', { detail: [] }))"
DRAWN = "new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))"
ROW = 30  # CSS px: two things that start closer to each other stand in one row


def test_key_events_only(reader, own_story, own_newsroom, desktop):
    """The reader wants key events only: the ordinary alert does not come, the key event
    does, and the choice is there on the next visit."""
    reader.follow(own_story.url).close()
    page = reader.open(f"{own_newsroom.url}/follow")
    choice = page.locator("[data-mine-list] select")
    choice.select_option("Key events only")
    expect(page.locator(SAID)).to_contain_text("key events only")
    assert Axe().run(page).violations_count == 0
    page.reload()
    expect(page.locator("[data-mine-list] select")).to_have_value("key")
    page.close()
    own_story.post("A bus was late.", headline="Late bus", push=True)
    words = ["post", "--story", own_story.slug, "--json", "--headline", "It resigns"]
    own_newsroom.run(*words, "--push", "--key-event", "-", text="It does.")
    desktop.see(reader.app, title="It resigns")
    assert [one.title for one in desktop.by(reader.app)] == ["It resigns"]


def test_quiet_hours_are_kept_by_the_readers_clock(
    reader, own_story, own_newsroom, desktop
):
    """Quiet hours that include now hold the alert back; without them it comes, by the
    digest or as the next alert does. (What the morning brings is tested where the clock
    can be set: tests/push/test_resting.py.)"""
    reader.follow(own_story.url).close()
    page = reader.open(f"{own_newsroom.url}/follow")
    form = page.locator("[data-mine-rest]")
    form.get_by_label("Quiet hours", exact=True).check()
    hour = int(page.evaluate("new Date().getHours()"))
    form.get_by_label("Quiet hours from").select_option(f"{hour:02}:00")
    form.get_by_label("Quiet hours until").select_option(f"{(hour + 12) % 24:02}:00")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(SAVED)).to_contain_text("Saved. The quiet hours go by")
    page.reload()
    expect(form.get_by_label("Quiet hours", exact=True)).to_be_checked()
    expect(form.get_by_label("Quiet hours from")).to_have_value(str(hour * 60))
    own_story.post("Hush.", headline="Not now", push=True)
    form.get_by_label("Quiet hours", exact=True).uncheck()
    form.get_by_role("button", name="Save").click()
    expect(page.locator(SAVED)).to_contain_text("There are no quiet hours.")
    page.close()
    own_story.post("Loud.", headline="Now", push=True)
    desktop.see(reader.app, title="Now")


def test_an_answer_that_comes_late_leaves_the_readers_choice(reader, own_story):
    """What the reader ticked stays ticked when the server's answer is drawn after it, and
    is what is saved; nor is the row redrawn that they are about to press."""
    reader.follow(own_story.url).close()
    page = reader.open(f"{own_story.newsroom.url}/follow")
    form = page.locator("[data-mine-rest]")
    quiet = form.get_by_label("Quiet hours", exact=True)
    quiet.check()
    stop = page.locator("[data-mine-list] button").first.element_handle()
    with page.expect_request_finished(lambda request: "mine" in request.url):
        page.evaluate(LOOK_AGAIN)
    page.evaluate(DRAWN)
    assert quiet.is_checked()
    assert stop.evaluate("button => button.isConnected")
    form.get_by_role("button", name="Save").click()
    expect(page.locator(SAVED)).to_contain_text("Saved. The quiet hours go by")


def test_a_narrow_page_keeps_together_what_belongs_together(reader, story):
    """On a phone a story's choice and its button stand in one row; "Saved." is in sight
    beside the button that saved."""
    reader.follow(story.url).close()
    page = reader.open(f"{story.newsroom.url}/follow")
    page.set_viewport_size({"width": 360, "height": 740})
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    expect(page.locator(SAVED)).to_contain_text("Saved.")
    assert abs(top(page.locator(SAVED)) - top(save)) < ROW
    tops = page.locator("[data-mine-list] li").first.evaluate(TOPS)
    assert abs(tops[0] - tops[1]) < ROW, tops


def test_a_story_that_is_closed_lets_its_followers_go(
    reader, own_story, own_newsroom, desktop
):
    """A last notice, without a sound; opened again, the story is not followed by
    itself, and can be followed anew."""
    reader.follow(own_story.url).close()
    own_story.close()
    last = desktop.see(reader.app, title="The harbour bridge")
    assert "This story is closed" in last.body
    assert last.silent
    own_newsroom.run("story", own_story.slug, "--json")
    page = reader.open(own_story.url)
    not_following(page)
    press(page)
    following(page)
