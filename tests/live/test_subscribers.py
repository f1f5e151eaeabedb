"""The index of who reads what, held against a plain list of readers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stoppress.live.subscribers import Subscribers, wanted

TOPICS = st.sampled_from(["/stories/a", "/stories/b", "/posts/1", "/posts/2"])
SELECTORS = st.lists(TOPICS | st.just("*"), min_size=1, max_size=5).map(tuple)
STEPS = st.lists(st.tuples(st.integers(0, 9), st.none() | SELECTORS), max_size=40)


@given(STEPS, st.lists(TOPICS, max_size=3).map(tuple))
def test_each_reader_once(steps, topics):
    """An entry's readers are exactly those who asked for any of its topics, each once,
    whoever came and went before."""
    readers: dict[int, tuple[str, ...]] = {}
    index = Subscribers()
    for reader, selectors in steps:
        if selectors is None:
            assert index.drop(reader) == (readers.pop(reader, None) is not None)
        elif reader not in readers:
            readers[reader] = selectors
            index.add(reader, selectors)
    found = index.of(topics)
    assert len(found) == len(set(found))
    assert set(found) == {r for r, asked in readers.items() if wanted(topics, asked)}
    assert set(index) == set(readers)
    assert len(index) == len(readers)
    assert all((reader in index) == (reader in readers) for reader in range(10))


@given(STEPS)
def test_nothing_is_remembered_of_who_left(steps):
    """When everyone has gone, no topic is left."""
    index = Subscribers()
    for reader, selectors in steps:
        if selectors is not None and reader not in index:
            index.add(reader, selectors)
    for reader in list(index):
        assert index.drop(reader)
    assert (len(index), index.counts()) == (0, {})


def test_entry_without_topics_is_for_nobody():
    """An entry without topics reaches not even those who read everything."""
    index = Subscribers()
    index.add(1, ("*",))
    assert index.of(()) == []
    assert not wanted((), ("*",))


def test_readers_of_an_entry_are_a_copy():
    """Who leaves while an entry is written does not disturb the list it is written from."""
    index = Subscribers()
    index.add(1, ("/a",))
    found = index.of(("/a",))
    index.drop(1)
    assert found == [1]
