"""As much of Protocol Buffers as Chromium's push connection needs, and no more.

A message is a run of fields; a field is a varint (number << 3 | type) and a value.
Types here: 0 varint, 1 eight bytes, 2 counted bytes, 5 four bytes.
"""

from __future__ import annotations

import struct

VARINT, FIXED64, COUNTED, FIXED32 = 0, 1, 2, 5


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first, the top bit set on all but the last."""
    out = bytearray()
    while True:
        low, number = number & 127, number >> 7
        out.append(low | (128 if number else 0))
        if not number:
            return bytes(out)


def read_varint(raw: bytes, at: int) -> tuple[int, int]:
    """The number that starts at `at`, and where it ends."""
    number = shift = 0
    while True:
        byte = raw[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return number, at


def integer(field: int, value: int) -> bytes:
    return varint(field << 3 | VARINT) + varint(value)


def fixed64(field: int, value: int) -> bytes:
    return varint(field << 3 | FIXED64) + struct.pack("<Q", value)


def counted(field: int, value: bytes | str) -> bytes:
    """Text, bytes or a message within the message."""
    raw = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | COUNTED) + varint(len(raw)) + raw


class Fields:
    """A message that was read: each field's values, in order."""

    def __init__(self, raw: bytes) -> None:
        self._values: dict[int, list[int | bytes]] = {}
        at = 0
        while at < len(raw):
            key, at = read_varint(raw, at)
            value, at = _value(raw, at, key & 7)
            self._values.setdefault(key >> 3, []).append(value)

    def number(self, field: int) -> int:
        """The first value of a field as a number; 0 when there is none."""
        value = self._values.get(field, [0])[0]
        return value if isinstance(value, int) else int.from_bytes(value, "little")

    def text(self, field: int) -> str:
        """The first value of a field as text; empty when there is none."""
        value = self._values.get(field, [b""])[0]
        return value.decode() if isinstance(value, bytes) else str(value)

    def texts(self, field: int) -> list[str]:
        values = self._values.get(field, [])
        return [value.decode() for value in values if isinstance(value, bytes)]


def _value(raw: bytes, at: int, kind: int) -> tuple[int | bytes, int]:
    if kind == VARINT:
        return read_varint(raw, at)
    if kind == COUNTED:
        length, at = read_varint(raw, at)
        return raw[at : at + length], at + length
    width = {FIXED64: 8, FIXED32: 4}[kind]
    return raw[at : at + width], at + width
