"""The ASGI application: what uvicorn serves beside the live hub."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from stoppress.lib.bodies import Bounded, Limit
from stoppress.protocols.mercure import HUB_PATH
from stoppress.protocols.mercure_publication import BODY_AT_MOST
from stoppress.protocols.push_encryption import BODY_AT_MOST as BODY_OF_PUSH

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.settings")
site = get_asgi_application()

# What follows needs Django to have been set up.
from stoppress.live.source import Wire  # noqa: E402
from stoppress.pages.front_door import FrontDoor  # noqa: E402
from stoppress.push.canary import PLACE  # noqa: E402

LIMITS = (
    # A subscription has some 500 octets.
    Limit(
        "/followers",
        16 * 1024,
        "This is too long to be a subscription: 16 KB fit.",
        as_json=True,
    ),
    # A form with a photo (posts/photos.py, MAX_BYTES) and the longest article there is.
    Limit(
        "/desk/",
        32 * 1024 * 1024,
        "This is too large to be sent to the desk. Nothing was posted. A photo may have "
        "30 MB: go back, choose a smaller one, and send it again.",
    ),
    # An update of another system (docs/live.md), whose larger ones the hub turns away.
    Limit(
        HUB_PATH,
        BODY_AT_MOST,
        "The body is larger than this hub takes.",
        as_json=True,
    ),
    # The longest push message.
    Limit(PLACE, BODY_OF_PUSH, "This is no push message."),
    # No other address takes anything.
    Limit("/", 16 * 1024, "This address takes no request as long as this."),
)


def built(wire: Wire) -> Bounded:
    """The application, for one event loop; pages are as new as this `wire`."""
    return Bounded(FrontDoor(site, wire.head), LIMITS)


application = built(Wire("pages"))
