"""The ASGI application: what uvicorn serves beside the live hub."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.settings")
site = get_asgi_application()

# What follows needs Django to have been set up.
from stoppress.live.source import Wire  # noqa: E402
from stoppress.pages.front_door import FrontDoor  # noqa: E402

application = FrontDoor(site, Wire("pages").head)
