"""The index of who reads what, held against a plain list of readers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stoppress.live import subscribers
from stoppress.live.subscribers import Subscribers
from stoppress.live.wishes import Wish
from stoppress.protocols.mercure_token import Grant

TOPICS = st.sampled_from(["/stories/a", "/stories/b", "/posts/1", "/posts/2"])
SELECTOR = TOPICS | st.sampled_from(["*", "/stories/{slug}", "/posts/{id}", "{+any}"])
SELECTORS = st.lists(SELECTOR, min_size=1, max_size=5, unique=True).map(tuple)
GRANTS = st.none() | st.builds(Grant, subscribe=SELECTORS)
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.none() | st.builds(Wish, SELECTORS, GRANTS)),
    max_size=40,
)


@given(STEPS, st.lists(TOPICS, max_size=3, unique=True).map(tuple), st.booleans())
def test_each_reader_once(steps, topics, private):
    """An entry's readers are exactly those who asked for any of its topics and, if it is
    private, may have one of them, each once, whoever came and went before."""
    readers: dict[int, Wish] = {}
    index = Subscribers()
    for reader, wish in steps:
        index.of(topics)  # what is kept of it must not outlive its readers
        if wish is None:
            assert index.drop(reader) == (readers.pop(reader, None) is not None)
        elif reader not in readers:
            readers[reader] = wish
            index.add(reader, wish)
    found = index.of(topics, private=private)
    assert len(found) == len(set(found))
    assert set(found) == {
        r for r, wish in readers.items() if wish.wants(topics, private=private)
    }
    assert set(index) == set(readers)
    assert len(index) == len(readers)
    assert all((reader in index) == (reader in readers) for reader in range(10))


@given(STEPS)
def test_nothing_is_remembered_of_who_left(steps):
    """When everyone has gone, no topic is left."""
    index = Subscribers()
    for reader, wish in steps:
        if wish is not None and reader not in index:
            index.add(reader, wish)
    for reader in list(index):
        assert index.drop(reader)
    assert (len(index), index.counts(), index.templates) == (0, {}, 0)
    assert not index._granted


def test_entry_without_topics_is_for_nobody():
    """An entry without topics reaches not even those who read everything."""
    index = Subscribers()
    index.add(1, Wish(("*",), Grant(subscribe=("*",))))
    assert index.of(()) == []
    assert index.of((), private=True) == []
    assert not Wish(("*",)).wants(())


def test_readers_of_an_entry_are_a_copy():
    """Who leaves while an entry is written does not disturb the list it is written from."""
    index = Subscribers()
    index.add(1, Wish(("/a",)))
    found = index.of(("/a",))
    index.drop(1)
    assert found == [1]


def test_templates_are_tried_once_for_the_same_topics(monkeypatch):
    """However often a story has news, a template is held against its topics once, and
    again only when the templates have changed."""
    tried = []
    index = Subscribers()
    monkeypatch.setattr(subscribers, "matches", lambda *pair: tried.append(pair))
    index.add(1, Wish(("/stories/{slug}",)))
    for reader in range(2, 50):
        index.add(reader, Wish(("/stories/{slug}", "/stories/a")))
        index.of(("/stories/a",))
    assert tried == [("/stories/{slug}", "/stories/a")]
    index.add(50, Wish(("/{x}",)))
    index.of(("/stories/a",))
    assert len(tried) == 3


def test_what_is_kept_of_topics_is_bounded(monkeypatch):
    """A stranger's thousand topics are not remembered."""
    monkeypatch.setattr(subscribers, "TOPIC_SETS_KEPT", 3)
    index = Subscribers()
    index.add(1, Wish(("/stories/{slug}",)))
    for number in range(20):
        assert index.of((f"/stories/{number}",)) == [1]
    assert len(index._matching) <= 3
