"""A reader follows a section: told of its stories, page open or closed, and of no others."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.steps import FRESH, STATUS, Story, following, known, subscription_of
from tests.support.newsroom import Newsroom

MUTE_BOX = "[data-mute-box]"


@pytest.fixture
def section(own_newsroom: Newsroom, own_story: Story) -> str:
    """The address of a section with one story in it; a second stands outside."""
    own_newsroom.run("section", "world", "--title", "World", "--json")
    own_newsroom.run("story", own_story.slug, "--section", "world", "--json")
    return f"{own_newsroom.url}/sections/world"


@pytest.fixture
def outside(own_newsroom: Newsroom) -> Story:
    """A story that stands in no section."""
    own_newsroom.run("story", "outside", "--title", "The ferry", "--json")
    return Story(own_newsroom, "outside")


def test_a_section_is_followed_with_the_page_closed(
    reader, own_story, outside, section, desktop
):
    """The button follows the section; the page closed, an alert in a story of it reaches
    the desktop, and one in another story does not."""
    page = reader.follow(section)
    expect(page.locator(STATUS)).to_contain_text("You are following.")
    assert known(own_story.newsroom, subscription_of(page)) == ["/sections/world"]
    page.close()
    outside.post("It sails.", headline="Elsewhere", push=True)
    own_story.post("It opens.", headline="In the section", push=True)
    desktop.see(reader.app, title="In the section")
    assert [one.title for one in desktop.by(reader.app)] == ["In the section"]


def test_a_sections_page_is_live(visitor, own_story, outside, section):
    """A post in a story of it waits behind the button, one of another story does not, also
    where the front page of everything is open beside it; pressed, it is on the page."""
    visitor.read(own_story.newsroom.url)
    page = visitor.read(section)
    outside.post("It sails.")
    own_story.post("It opens.")
    expect(page.locator(FRESH)).to_have_text("1 new update")
    page.locator(FRESH).click()
    expect(page.locator("article[data-post]")).to_have_count(1)
    expect(page.locator("article[data-post]")).to_contain_text("It opens.")
    expect(page.locator("main")).not_to_contain_text("It sails.")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_story_is_left_out_of_a_followed_section(
    reader, own_story, section, own_newsroom, desktop
):
    """On the story's page, who follows its section can leave it out, and take it back;
    the list of what is followed names the section by its title."""
    own_newsroom.run("story", "second", "--section", "world", "--json")
    other = Story(own_newsroom, "second")
    reader.follow(section).close()
    page = reader.open(own_story.url)
    box = page.locator(MUTE_BOX)
    expect(box).to_contain_text("You follow “World”, and this story with it.")
    box.get_by_role("button", name="Not this story").click()
    expect(box).to_contain_text("You follow “World” but not this story.")
    own_story.post("Unheard.", headline="Unheard", push=True)
    other.post("Heard.", headline="Heard", push=True)
    desktop.see(reader.app, title="Heard")
    assert [one.title for one in desktop.by(reader.app)] == ["Heard"]
    page.goto(f"{own_newsroom.url}/follow")
    expect(page.locator("[data-mine-list] li")).to_contain_text(["World, the section"])
    page.goto(section)
    following(page)
