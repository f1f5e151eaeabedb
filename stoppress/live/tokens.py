"""The keys that tokens are checked with, and tokens made with our own.

The newsroom has a key of its own (HS256), made at the first start, which publishers and
subscribers may both be given tokens of. Where another system makes the tokens, its secret
or public key is named in a setting, for publishers and for subscribers apart: whoever may
let people read must not thereby be able to let them publish.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from stoppress.lib.clock import now
from stoppress.live.errors import BadHubKey
from stoppress.protocols import mercure_token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from stoppress.protocols.mercure_token import Key

NAME = "hub.key"


@cache
def own() -> Key:
    """The newsroom's own key; made when there is none yet."""
    return mercure_token.key(settings.FOLDER.key(NAME, _new))


@cache
def publishers() -> tuple[Key, ...]:
    """Keys of tokens that may publish. Raises BadHubKey."""
    return own(), *_others("HUB_PUBLISHER_KEY", settings.HUB_PUBLISHER_KEY)


@cache
def subscribers() -> tuple[Key, ...]:
    """Keys of tokens that may read what is private. Raises BadHubKey."""
    return own(), *_others("HUB_SUBSCRIBER_KEY", settings.HUB_SUBSCRIBER_KEY)


def issue(
    *,
    publish: Sequence[str] = (),
    subscribe: Sequence[str] = (),
    valid_for: timedelta,
) -> str:
    """A token of our own that allows these selectors, from now on."""
    claim: dict[str, Any] = {}
    if publish:
        claim["publish"] = list(publish)
    if subscribe:
        claim["subscribe"] = list(subscribe)
    ends = int((now() + valid_for).timestamp())
    return mercure_token.sign({"mercure": claim, "exp": ends}, own())


def _others(setting: str, path: str) -> tuple[Key, ...]:
    if not path:
        return ()
    try:
        return (mercure_token.key(Path(path).read_bytes()),)
    except (OSError, mercure_token.BadKeyError) as error:
        raise BadHubKey(setting, path, error) from error


def _new() -> bytes:
    # As text, so that it can be handed to another system as it stands.
    return secrets.token_hex(mercure_token.SECRET_AT_LEAST).encode()
