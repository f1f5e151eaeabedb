"""A page names all its modules at once, and its scripts know the server's pace."""

from __future__ import annotations

import re

from django.conf import settings
from django.templatetags.static import static

from stoppress.live import room
from stoppress.posts.templatetags.scripts import graph
from tests.pages.reading import parsed

SCRIPTS = settings.PACKAGE / "static" / "js"
# Looser than the tag's own: whatever a module quotes that is a module beside it.
QUOTED = re.compile(r'from\s+"\./([a-z_]+\.js)"|import\s+"\./([a-z_]+\.js)"')


def imported(name: str) -> set[str]:
    """All that a module leads to, itself included."""
    found, left = set(), {name}
    while left:
        one = left.pop()
        found.add(one)
        text = (SCRIPTS / one).read_text()
        left |= {a or b for a, b in QUOTED.findall(text)} - found
    return found


def test_a_page_names_every_module_that_it_will_need(client, newsroom):
    """The preloaded modules are those that the page's scripts import, no more, no less."""
    newsroom.post()
    for address in ("/", "/stories/harbour", "/follow"):
        tree = parsed(client.get(address))
        entries = set(tree.xpath("//script[@type='module']/@src"))
        named = set(tree.xpath("//link[@rel='modulepreload']/@href"))
        starts = {entry.rpartition("/")[2] for entry in entries}
        needed = set().union(*(imported(start) for start in starts))
        assert named | entries == {static(f"js/{name}") for name in needed}
        assert len(named) > 3


def test_a_module_is_named_once_though_two_import_it():
    """What several modules need stands once in the list, and the module itself not."""
    names = graph("js/live.js")
    assert len(names) == len(set(names))
    assert "js/live.js" not in names
    assert {"js/stream.js", "js/switchboard.js", "js/patience.js"} <= set(names)


def test_a_stream_is_not_given_up_between_two_heartbeats():
    """The page waits longer than the hub is ever silent, with a margin: twice the beat
    for a stream that works, once for the first sign of a new one."""
    text = (SCRIPTS / "patience.js").read_text()
    waits = dict(re.findall(r"export const ([A-Z_]+) = ([\d_]+);", text))
    beat = room.BEAT_EVERY * 1000  # milliseconds
    margin = 10_000
    assert int(waits["SILENT"]) >= 2 * beat + margin
    assert int(waits["UNPROVEN"]) >= beat + margin
    assert int(waits["DOUBTFUL"]) >= beat + margin
