"""The addresses of the desk. Each is a thing; what is done to it is the verb of HTTP."""

from __future__ import annotations

from django.urls import path, re_path

from stoppress.desk import (
    composing,
    editing,
    names,
    people,
    pictures,
    rundown,
    sections,
    sign_in,
)
from stoppress.posts.addresses import FILE

urlpatterns = [
    path("", rundown.front),
    path("sign-in", sign_in.how),
    path("sign-in/<str:token>", sign_in.link),
    path("sign-out", sign_in.out),
    path("drafts", rundown.drafts),
    path("stories", rundown.stories),
    path("stories/<slug:slug>", composing.story),
    path("stories/<slug:slug>/posts", composing.posts),
    path("stories/<slug:slug>/masthead", composing.masthead),
    path("stories/<slug:slug>/closing", composing.closing),
    path("stories/<slug:slug>/opening", composing.opening),
    path("sections", sections.sections),
    path("sections/<slug:slug>", sections.section),
    path("sections/<slug:slug>/title", sections.title),
    path("sections/<slug:slug>/place", sections.place),
    path("sections/<slug:slug>/deletion", sections.deletion),
    path("names", names.names),
    path("names/<slug:slug>", names.name),
    path("names/<slug:slug>/words", names.words),
    path("names/<slug:slug>/deletion", names.deletion),
    path("people", people.staff),
    path("people/<int:user_id>", people.person),
    path("people/<int:user_id>/role", people.role),
    path("people/<int:user_id>/sign-in-link", people.link),
    path("people/<int:user_id>/leaving", people.leaving),
    path("people/<int:user_id>/returning", people.returning),
    path("posts/<int:post_id>", editing.post),
    path("posts/<int:post_id>/revisions", editing.revisions),
    path("posts/<int:post_id>/correction", editing.correction),
    path("posts/<int:post_id>/retraction", editing.retraction),
    path("posts/<int:post_id>/urgency", editing.urgency),
    path("posts/<int:post_id>/publication", editing.publication),
    path("posts/<int:post_id>/discarding", editing.discarding),
    path("posts/<int:post_id>/pin", composing.pin),
    re_path(rf"^photos/{FILE}\Z", pictures.photo),
]
