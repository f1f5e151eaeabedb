"""Other sites are narrow, dark, strict, hostile or far away: the story still stands."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, expect

from stoppress.cli.demo_story.story import load
from tests.journeys.embedding import NEW, element, embedded, line, script, visit
from tests.support.hostsite import LOOK, HostSite
from tests.support.loopthread import LoopThread

NIGHT = "margin: 1rem; font: 16px/1.5 sans-serif; color: #e8e8ec; background: #14161c"
SIDE = "width: 260px; margin: 0; padding: 8px; font: 14px/1.4 sans-serif; color: #123"
# Nothing is allowed that docs/embedding.md does not ask for.
STRICT = (
    "default-src 'none'; script-src {0}; connect-src {0}; img-src 'self' {0}; "
    "require-trusted-types-for 'script'; trusted-types stop-press"
)
HOSTILE = (
    "<article class='post' data-post='7' data-seq='1' data-published='2026-11-24'"
    " onclick='window.hacked=1' style='color: red'>"
    "<script>window.hacked=1</script><style>*{display:none}</style>"
    "<img src='x' onerror='window.hacked=1'><svg onload='window.hacked=1'></svg>"
    "<iframe srcdoc='x'></iframe><host-thing>made</host-thing>"
    "<a id='bad' href='javascript:window.hacked=1'>Bad</a>"
    "<a id='good' href='/posts/7'>Good</a></article>"
)


@pytest.fixture(scope="module")
def site(thread: LoopThread) -> Iterator[HostSite]:
    """Another site, of another origin."""
    with HostSite(thread) as made:
        yield made


@pytest.mark.parametrize("style", [LOOK, NIGHT, SIDE], ids=["plain", "dark", "narrow"])
def test_no_barrier_on_any_ground(incognito, site, story, style):
    """Axe finds nothing on a plain, a dark and a narrow page, with the button in sight;
    nothing sticks out to the side, and the letters are the page's own."""
    (wrong,) = story.so_far(("Morning", "Boats leave."))
    story.correct(wrong, "Boats stay.", "They stay.")
    page = visit(incognito, story, site.page(line(story), style=style))
    story.post("Rain.", headline="Rain")
    expect(embedded(page).locator(NEW)).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room
    ink = "one => getComputedStyle(one).color"
    title = embedded(page).locator("h2.title")
    assert title.evaluate(ink) == page.locator("#after").evaluate(ink)


def test_a_strict_page_allows_three_things(visitor, site, story):
    """Under a policy with the newsroom as the only source of scripts, data and pictures,
    with Trusted Types and an embedder policy, all of it works and nothing is blocked."""
    picture = next(one.picture for one in load().articles if one.picture)
    words = ["post", "--story", story.slug, "--json", "--photo", str(picture.file)]
    story.newsroom.run(*words, "--photo-alt", "A drawing", "-", text="See.")
    headers = {
        "Content-Security-Policy": STRICT.format(story.newsroom.url),
        "Cross-Origin-Embedder-Policy": "require-corp",
    }
    page = visit(visitor, story, site.page(line(story), style="", headers=headers))
    one = embedded(page)
    photo = one.get_by_role("img", name="A drawing")
    photo.scroll_into_view_if_needed()
    page.wait_for_function("one => one.naturalWidth > 0", arg=photo.element_handle())
    weight = one.get_by_text("Live", exact=True).evaluate(
        "one => getComputedStyle(one).fontWeight"
    )
    assert weight == "700"
    story.post("At noon.", headline="Bridge opens")
    one.locator(NEW).click()
    expect(one).to_contain_text("At noon.")


def test_the_frame_needs_no_script_of_ours_in_the_page(visitor, site, story):
    """Where only a frame is allowed, the story stands in it and is live."""
    story.so_far(("Morning", "Boats leave."))
    frame = f'<iframe src="{story.url}/embed" title="The story" width="500"></iframe>'
    policy = f"default-src 'none'; img-src 'self'; frame-src {story.newsroom.url}"
    address = site.page(frame, style="", headers={"Content-Security-Policy": policy})
    page = visit(visitor, story, address, wait=False)
    inside = page.frame_locator("iframe").locator("stop-press")
    expect(inside.locator("section")).to_contain_text("Boats leave.")
    story.post("At noon.", headline="Bridge opens")
    # The drivers' own clicks miss in Firefox's frames of other sites.
    inside.locator(NEW).evaluate("one => one.click()")
    link = inside.get_by_role("link", name="Bridge opens")
    expect(link).to_be_visible()
    assert link.get_attribute("target") == "_top"
    if visitor.app == "Chromium":
        link.click()
        page.wait_for_url("**/posts/*")


def test_a_slug_that_no_story_has(incognito, site, story, watching):
    """An unknown slug leaves the page's own words, or says that there is no story; one
    that cannot be a slug is not even asked for."""
    watching["incognito"].forgiven.append("404")
    bad = "../../desk/sign-out?x="
    body = (
        f"{script(story)}<stop-press story='nothing-of-ours'></stop-press>"
        f"<stop-press story='{bad}'>Its own words instead.</stop-press>{element(story)}"
    )
    page = visit(incognito, story, site.page(body))
    none = page.get_by_text("There is no story at this address.")
    expect(none.first).to_be_visible()
    expect(none.last).not_to_be_visible()
    expect(page.get_by_text("Its own words instead.")).to_be_visible()
    asked = watching["incognito"].asked
    assert any("nothing-of-ours" in address for address in asked)
    assert not any("desk" in address for address in asked)


def test_what_might_slip_through_runs_nowhere(incognito, site, story):
    """Were something hostile in a post's drawing, the other site would not run it: only
    what a post is made of gets into its page, and links that lead somewhere."""

    def hostile(route: Route) -> None:
        said = route.fetch().json()
        said["posts"] = [{"id": 7, "seq": 1, "html": HOSTILE}]
        route.fulfill(
            body=json.dumps(said), headers={"Access-Control-Allow-Origin": "*"}
        )

    incognito.context.route("**/embed.json", hostile)
    page = visit(incognito, story, site.page(line(story)))
    one = embedded(page)
    article = one.locator("article")
    article.click()
    one.locator("#bad").click()
    good = one.locator("#good")
    assert good.get_attribute("href") == f"{story.newsroom.url}/posts/7"
    assert one.locator("#bad").get_attribute("href") is None
    left = one.locator("script, style, svg, iframe, host-thing, [onerror], [style]")
    assert left.count() == 0
    assert page.evaluate("window.hacked") is None


def test_a_wire_that_reaches_no_further_back(incognito, site, story):
    """A page whose number the wire does not have is told so, fetches the story again,
    and has what is new and what was corrected."""
    (first,) = story.so_far(("Morning", "Boats leave."))

    def beyond(route: Route) -> None:
        answer = route.fetch()
        said = answer.json() | {"seq": 10**9}
        story.correct(first, "Boats stay.", "They stay.")
        story.post("At noon.", headline="Bridge opens")
        route.fulfill(
            body=json.dumps(said), headers={"Access-Control-Allow-Origin": "*"}
        )

    incognito.context.route("**/embed.json", beyond, times=1)
    page = visit(incognito, story, site.page(line(story)))
    one = embedded(page)
    expect(one).to_contain_text("They stay.")
    expect(one.locator(NEW)).to_have_text("1 new update")
    story.post("Rain.", headline="Rain")
    expect(one.locator(NEW)).to_have_text("2 new updates")


@pytest.mark.usefixtures("broken_connections")
def test_where_no_stream_passes_the_story_is_asked_for(incognito, site, story):
    """On a line that lets no stream through a post comes by another way."""
    incognito.context.route("**/.well-known/**", lambda route: route.abort())
    page = visit(incognito, story, site.page(line(story)))
    story.post("At noon.", headline="Bridge opens")
    expect(embedded(page).locator(NEW)).to_have_text("1 new update", timeout=40_000)
