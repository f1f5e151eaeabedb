"""The push bench's own judgement: it must not call a message right that is not."""

from __future__ import annotations

import json
from pathlib import Path

import http_ece
import pytest

from bench.errors import Broke
from bench.pushpeople import KEPT, People
from stoppress.protocols import base64url
from stoppress.protocols.push_encryption import encrypt

TEXT = json.dumps({"notification": {"title": "The strait is open"}})


def body(people: People, number: int, text: str) -> bytes:
    browser = people.given[number]
    keys = base64url.decode(browser["p256dh"]), base64url.decode(browser["auth"])
    return encrypt(text.encode(), *keys)


def test_the_sample_is_read_with_each_browsers_own_key(tmp_path: Path) -> None:
    """What was sealed for a browser is counted; what was sealed for another, or says
    something else, or did not arrive at all, breaks the run."""
    people = People(tmp_path)
    paths = [each["path"] for each in people.given[:KEPT]]
    good = {path: body(people, number, TEXT) for number, path in enumerate(paths)}
    assert people.decrypted(good, TEXT) == KEPT
    other = TEXT.replace("open", "shut")
    with pytest.raises(Broke):
        people.decrypted({paths[0]: body(people, 0, other)}, TEXT)
    with pytest.raises(http_ece.ECEException):
        people.decrypted({paths[0]: body(people, 1, TEXT)}, TEXT)
    with pytest.raises(Broke):
        people.decrypted({}, TEXT)
