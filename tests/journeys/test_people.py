"""A reader follows a person: told of the posts that name them, and of no others."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.steps import FRESH, STATUS, Story, known, subscription_of
from tests.support.newsroom import Newsroom

ARTICLE = "article[data-post]"
MUTE_BOX = "[data-mute-box]"


@pytest.fixture
def person(own_newsroom: Newsroom) -> str:
    """The address of somebody in the news."""
    own_newsroom.run("person", "ann-moor", "--name", "Ann Moor", "--json")
    return f"{own_newsroom.url}/people/ann-moor"


def post(story: Story, headline: str, *more: str, push: bool = False) -> int:
    """Posts an update in the story; its number."""
    words = ["post", "--story", story.slug, "--json", "--headline", headline, *more]
    alert = ["--push"] if push else []
    return int(story.newsroom.run(*words, *alert, "-", text=f"{headline}.")["id"])


def test_a_person_is_followed_with_the_page_closed(
    reader, own_story, own_newsroom, person, desktop
):
    """The button follows them; the page closed, an alert that names them reaches the
    desktop, and another does not; what is followed has their name. On the page of a story
    that may name them, it can be left out."""
    page = reader.follow(person)
    expect(page.locator(STATUS)).to_contain_text("You are following.")
    assert known(own_newsroom, subscription_of(page)) == ["/people/ann-moor"]
    page.goto(f"{own_newsroom.url}/follow")
    expect(page.locator("[data-mine-list] li")).to_contain_text(["Ann Moor"])
    page.close()
    post(own_story, "Elsewhere", push=True)
    post(own_story, "She won", "--person", "Ann Moor", push=True)
    desktop.see(reader.app, title="She won")
    assert [one.title for one in desktop.by(reader.app)] == ["She won"]
    page = reader.open(own_story.url)
    box = page.locator(MUTE_BOX)
    expect(box).to_contain_text("are told where this story names them")
    box.get_by_role("button", name="Not this story").click()
    expect(box).to_contain_text("You follow people in the news but not this story.")


def test_a_persons_page_is_live(visitor, own_story, own_newsroom, person):
    """A post that names them waits behind the button, one that does not does not; so does
    an older one that comes to name them. Pressed, they stand by date, each with its story.
    A correction of who it was takes place on the page, and stays; what is amended to name
    them no more goes."""
    own_newsroom.run("story", "ferry", "--title", "The ferry", "--json")
    older = post(own_story, "Somebody won")
    page = visitor.read(person)
    post(own_story, "Nobody")
    newer = post(Story(own_newsroom, "ferry"), "Moor sails", "--person", "ann-moor")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    own_newsroom.run("amend", str(older), "--person", "Ann Moor", "--json")
    expect(page.locator(FRESH)).to_have_text("2 new updates")
    page.locator(FRESH).click()
    expect(page.locator(ARTICLE)).to_have_count(2)
    numbers = page.locator(ARTICLE).evaluate_all("all => all.map(a => a.dataset.post)")
    assert numbers == [str(newer), str(older)]
    expect(page.locator(".post-story").first).to_have_text("The ferry")
    expect(page.locator("main")).not_to_contain_text("Nobody.")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    fix = ["correct", str(newer), "--person", "Bo Ek", "--new-person", "--json"]
    own_newsroom.run(*fix, "--reason", "It is Bo Ek, not Ann Moor.")
    changed = page.locator(f'{ARTICLE}[data-post="{newer}"]')
    expect(changed).to_contain_text("It is Bo Ek, not Ann Moor.")
    expect(changed.locator(".post-people")).to_contain_text("Bo Ek")
    own_newsroom.run("amend", str(older), "--person", "", "--json")
    expect(page.locator(ARTICLE)).to_have_count(1)
    page.reload()
    expect(page.locator(ARTICLE)).to_have_count(1)
    expect(changed).to_contain_text("It is Bo Ek, not Ann Moor.")


def test_names_lead_to_their_pages(visitor, own_story, person):
    """From a post on its story's page to the person, and from there back to the story."""
    post(own_story, "She won", "--person", "Ann Moor")
    page = visitor.read(own_story.url)
    page.locator(".post-people").get_by_role("link", name="Ann Moor").click()
    expect(page).to_have_url(person)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ann Moor")
    page.locator(".post-story a").click()
    expect(page).to_have_url(own_story.url)
