"""draft-07 "Reconnection, State Reconciliation and Event Sourcing"."""

from __future__ import annotations

from stoppress.live import history
from tests.builders import STORY, a_post
from tests.conformance.house import datas, heard
from tests.conformance.musts import proves


@proves("id")
def test_every_event_has_an_id(house):
    """Posts, updates and the hub's own events have an id each."""
    reader = house.read("*")
    a_post("News.")
    last = house.publish("x")
    heard(reader, until=last)
    house.on_loop(house.live._beat)
    reader.until(lambda one: any(event.type == "beat" for event in one.events))
    assert all(event.last_event_id for event in reader.events)


@proves("last-event-id", "answer-id")
def test_resuming(house):
    """With an id as header or parameter, in either spelling, a stream goes on after it,
    and says so; with that of a post as well as with that of an update."""
    first, then = house.publish("first"), house.publish("then")
    post = str(a_post("News.", story=STORY).seq)
    last = house.publish("last")
    for asked in (
        {"last": first},
        {"header": first},
        {"query": f"Last-Event-ID=%23{first[1:]}"},
    ):
        reader = house.read(**asked)
        assert reader.headers["last-event-id"] == first
        assert datas(reader, until=last) == ["then", "last"]
    assert datas(house.read(last=post), until=last) == ["last"]
    assert datas(house.read(last=then[1:]), until=last) == ["last"]  # by its number


@proves("header-id-wins")
def test_of_both_the_header_counts(house):
    """A browser that reconnects sends the newer id as a header."""
    first, second, last = (house.publish(text) for text in ("1", "2", "3"))
    reader = house.read(last=first, header=second)
    assert reader.headers["last-event-id"] == second
    assert datas(reader, until=last) == ["3"]


@proves("answer-earliest")
def test_an_id_that_is_not_there(house):
    """An id of nobody's is answered with `earliest` and an event that says so; so is one
    on a wire where nothing has happened."""
    assert house.read(last="urn:uuid:1").headers["last-event-id"] == "earliest"
    house.publish("x")
    for unknown in ("urn:uuid:1", "#999999", "999999"):
        reader = house.read(last=unknown)
        assert reader.headers["last-event-id"] == "earliest"
        reader.until(lambda one: one.resyncs)
    assert "last-event-id" not in house.read().headers


@proves("answer-earliest")
def test_all_there_is(house, monkeypatch):
    """`earliest` is answered with everything that is kept, from the database as well as
    from memory, up to the bound of what one reader is sent."""
    last = [house.publish(str(number)) for number in range(6)][-1]
    reader = house.read(last="earliest")
    assert reader.headers["last-event-id"] == "earliest"
    assert datas(reader, until=last) == list("012345")
    monkeypatch.setattr(history, "ENTRIES_BEHIND", 3)
    assert datas(house.read(header="earliest"), until=last) == list("345")


@proves("id")
def test_no_gap_while_others_publish(house):
    """A reader who comes back with the last id that it saw has each update once."""
    begin = house.publish("0")
    got: list[str] = []
    for number in range(1, 6):
        last = house.publish(str(number))
        reader = house.read(last=begin)
        got += datas(reader, until=last)
        begin = reader.last_event_id
        reader.close()
    assert got == list("12345")
