"""A newsroom in which everything has happened that a page can show."""

from __future__ import annotations

from dataclasses import replace

from stoppress.cli import demonstrating
from stoppress.posts import people, publishing, sections, stories
from stoppress.posts.copy import Change, Copy, PhotoCopy

HOSTILE = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)><b>&amp;&nosuch;&#x0;"
    "</article></main></textarea><!-- <a href='javascript:alert(1)'>x</a>"
)
MAX_SECTION = 40
MAX_PERSON = 100
MAX_ABOUT = 200
MARKDOWN = """\
# A heading

## Below it

Words, *stressed*, **strong**, `typed`, [linked](https://example.org/?a=1&b=2 "A title"),
<u>marked up</u>, and <https://example.org/>.

> Quoted
> on

- one
- two
  1. three

| a | b |
|---|---|
| 1 | 2 |

---

    code

<div id=main class=x style='color:red'><p>a<td>b</div>

![A picture elsewhere](https://example.org/a.png)
"""


def happens() -> None:
    """The demo, and beside it what no demo shows."""
    demonstrating.fill()
    sections.make_section("calm", "Calm")
    people.make_person("Cal Morrow")
    stories.open_story("quiet", "Nothing yet", section="calm")
    publishing.save_draft(Copy("quiet", "Not yet."))
    stories.open_story("over", "It is over")
    publishing.publish(Copy("over", "That was it."))
    stories.close_story("over")
    _hostile_words_wherever_words_go()


def _hostile_words_wherever_words_go() -> None:
    sections.make_section("hostile", HOSTILE[:MAX_SECTION])
    people.make_person(HOSTILE[:MAX_PERSON], slug="hostile", about=HOSTILE[:MAX_ABOUT])
    stories.open_story("hostile", HOSTILE, summary=HOSTILE, section="hostile")
    photo = PhotoCopy(credit=HOSTILE, caption=HOSTILE, alt=HOSTILE)
    update = Copy(
        "hostile",
        HOSTILE + MARKDOWN,
        headline=HOSTILE,
        key_event=True,
        source={"name": HOSTILE, "stamp": HOSTILE},
        people=("hostile",),
    )
    for copy in (update, replace(update, kind="article", photo=photo)):
        post = publishing.publish(copy).post_id
        publishing.correct(post, Change(text=MARKDOWN + HOSTILE), HOSTILE)
        publishing.pin(post)
        retracted = publishing.publish(copy).post_id
        publishing.retract(retracted, HOSTILE)
        publishing.save_draft(copy)
