"""Awkward words, over the real socket: what was published is what is read."""

from __future__ import annotations

import re

import pytest

from stoppress.protocols.mercure_publication import DATA_AT_MOST
from tests.conformance.house import datas, heard

AWKWARD = {
    "every line end": "a\nb\r\nc\rd\n\ne\r\n\r\nf\r\rg",
    "ends in line ends": "a\n\n",
    "only a line end": "\n",
    "half a line end": "a\r",
    "no line ends": "a\x0bb\x0cc\x1cd\x85e\u2028f\u2029g",
    "NUL": "a\0b\0",
    "byte order marks": "\ufeffa\n\ufeffb\ufeff",
    "field names": "data: x\nid: 1\nevent: y\n: no comment\nretry: 1",
    "leading spaces": " a\n  b\n\tc",
    "form letters": "a+b&c=d%20e;f",
    "controls": "".join(map(chr, range(1, 32))),
    "emoji": "\U0001f5de\ufe0f\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1e7\U0001f1fe",
    "right to left": "\u202eabc\u202c \u05d0\u05d1\u05d2",
    "beyond": "\U0010ffff\ufffe\uffff",
    "nothing": "",
}


def as_read(data: str) -> str:
    """Each line end arrives as LF (HTML, "Interpreting an event stream")."""
    return re.sub("\r\n|\r", "\n", data)


@pytest.mark.parametrize("http", ["1.1", "1.0"])
def test_awkward_words(house, http):
    """Whatever letters they hold, data arrive as published, to old clients too, live and
    when they are read later, and do not disturb what follows."""
    live = house.read(http=http)
    last = [house.publish(data) for data in AWKWARD.values()][-1]
    expected = [as_read(data) for data in AWKWARD.values()]
    assert datas(live, until=last) == expected
    assert datas(house.read(last="earliest", http=http), until=last) == expected


def test_a_megabyte(house):
    """The longest data arrive whole, and what comes after them too."""
    reader = house.read()
    long = ("x" * 1023 + "\n") * (DATA_AT_MOST // 1024)
    house.publish(long)
    last = house.publish("after")
    assert datas(reader, until=last) == [long, "after"]
    assert datas(house.read(last="earliest"), until=last) == [long, "after"]


def test_letters_across_pieces(house):
    """A letter of four octets that is cut anywhere on the way is whole for the reader."""
    reader = house.read(buffer=4096)
    long = "".join(chr(0x1F300 + number % 256) for number in range(DATA_AT_MOST // 8))
    last = house.publish("a" + long)
    [event] = heard(reader, until=last)
    assert event.data == "a" + long


@pytest.mark.parametrize("kind", ["goal", "é", "a: b", "\ufeff", "x" * 100, "error"])
def test_awkward_types(house, kind):
    """A type of an event arrives as it was given."""
    reader = house.read()
    [event] = heard(reader, until=house.publish("x", type=kind))
    assert event.type == kind
