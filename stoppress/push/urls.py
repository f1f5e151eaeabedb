"""Where a browser says what it follows, and where the canary is told."""

from __future__ import annotations

from django.urls import path

from stoppress.push import hearing, requests
from stoppress.push.canary import PLACE

urlpatterns = [
    path("followers", requests.follow),
    path("followers/unfollow", requests.unfollow),
    path("followers/choice", requests.choice),
    path("followers/rest", requests.rest),
    path("followers/state", requests.state),
    path("followers/move", requests.move),
    path("followers/mine", requests.mine),
    path("followers/export", requests.export),
    path("followers/erase", requests.erase),
    path("followers/sample", requests.sample_notice),
    path(f"{PLACE.removeprefix('/')}<str:token>", hearing.hear),
]
