"""The followers' browsers: their keys, and what they make of what arrives."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bench.errors import Broke
from stoppress.protocols import base64url

if TYPE_CHECKING:
    from pathlib import Path

# Key pairs; a larger crowd shares them, which costs a sender the same.
PAIRS = 1_000

# Of them, so many have an address whose messages are written down and decrypted.
KEPT = 50


class People:
    """Key pairs and addresses, also as a file for those who enrol them."""

    def __init__(self, folder: Path) -> None:
        self._private = [ec.generate_private_key(ec.SECP256R1()) for _ in range(PAIRS)]
        self._auth = [secrets.token_bytes(16) for _ in range(PAIRS)]
        self.given = [self._browser(number) for number in range(PAIRS)]
        self.file = folder / "people.json"
        self.file.write_text(json.dumps(self.given))

    def decrypted(self, bodies: dict[str, bytes], text: str) -> int:
        """How many of the bodies, by path, their browsers can read. Raises Broke for one
        that says anything but `text`."""
        numbers = {each["path"]: number for number, each in enumerate(self.given)}
        for path, body in bodies.items():
            number = numbers[path]
            read = http_ece.decrypt(
                body,
                private_key=self._private[number],
                auth_secret=self._auth[number],
                version="aes128gcm",
            )
            said, meant = json.loads(read), json.loads(text)
            if said["notification"]["title"] != meant["notification"]["title"]:
                raise Broke("A message", read.decode(errors="replace"))
        if not bodies:
            raise Broke("The sample", "nothing was written down")
        return len(bodies)

    def _browser(self, number: int) -> dict[str, str]:
        public = self._private[number].public_key()
        octets = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        under = "kept" if number < KEPT else "w"
        return {
            "path": f"/{under}/{secrets.token_urlsafe(110)}",
            "p256dh": base64url.encode(octets),
            "auth": base64url.encode(self._auth[number]),
        }
