"""Where a browser says what it follows, and where the canary is told."""

from __future__ import annotations

from django.urls import path, re_path

from stoppress.push import hearing, requests
from stoppress.push.canary import PLACE

urlpatterns = [
    path("followers", requests.follow),
    path("followers/unfollow", requests.unfollow),
    path("followers/choice", requests.choice),
    path("followers/rest", requests.rest),
    path("followers/mute", requests.mute),
    path("followers/unmute", requests.unmute),
    path("followers/state", requests.state),
    path("followers/move", requests.move),
    path("followers/mine", requests.mine),
    path("followers/export", requests.export),
    path("followers/erase", requests.erase),
    path("followers/sample", requests.sample_notice),
    re_path(r"^broadcasts/(?P<broadcast>[1-9][0-9]{0,17})/clicks\Z", requests.click),
    path(f"{PLACE.removeprefix('/')}<str:token>", hearing.hear),
]
