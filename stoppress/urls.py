"""Every address of the site, room by room."""

from __future__ import annotations

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("desk", RedirectView.as_view(url="/desk/")),
    path("desk/", include("stoppress.desk.urls")),
    path("api/v1/", include("stoppress.api.urls")),
    path("", include("stoppress.live.urls")),
    path("", include("stoppress.push.urls")),
    path("", include("stoppress.pages.urls")),
]
handler404 = "stoppress.pages.views.not_found"
handler500 = "stoppress.pages.views.server_error"
