"""Web Push for any Python program: RFC 8030, 8291 and 8292, many messages at once.

Nothing in here knows of Django or of a newsroom. docs/webpush.md has an example.
"""

from __future__ import annotations

from stoppress.protocols.push_encryption import (
    EncryptionError,
    KeyingMaterial,
    agree,
    encrypt,
    receiver,
    seal,
)
from stoppress.protocols.push_request import Answer, Fault, Outcome, Reach, Urgency
from stoppress.protocols.vapid import new_key, public_key, read_key
from stoppress.push.keyring import Keyring
from stoppress.push.webpush.line import Ways
from stoppress.push.webpush.sender import LEFT_ALONE, UNUSABLE, Message, Sender

__all__ = [
    "LEFT_ALONE",
    "UNUSABLE",
    "Answer",
    "EncryptionError",
    "Fault",
    "KeyingMaterial",
    "Keyring",
    "Message",
    "Outcome",
    "Reach",
    "Sender",
    "Urgency",
    "Ways",
    "agree",
    "encrypt",
    "new_key",
    "public_key",
    "read_key",
    "receiver",
    "seal",
]
