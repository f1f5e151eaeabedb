"""The newsroom's own key towards push services (RFC 8292), kept in the data folder.

Browsers tie each subscription to this key: a newsroom that loses it loses its followers.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from django.conf import settings

from stoppress.protocols import vapid

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey


@functools.cache
def load() -> EllipticCurvePrivateKey:
    """The private key; made when there is none yet."""
    return vapid.read_key(settings.FOLDER.key("vapid.pem", vapid.new_key))


def public() -> str:
    """What a page hands to `pushManager.subscribe`: 65 bytes as base64url."""
    return vapid.public_key(load())
