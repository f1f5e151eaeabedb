"""The addresses that readers see."""

from __future__ import annotations

from django.urls import path, re_path

from stoppress.pages import embedding, root_files, views
from stoppress.posts.addresses import FILE

urlpatterns = [
    path("", views.front),
    path("sections/<slug:slug>", views.section),
    path("people/<slug:slug>", views.person),
    path("stories/<slug:slug>", views.story),
    path("stories/<slug:slug>/embed", embedding.frame),
    path("stories/<slug:slug>/embed.json", embedding.feed),
    re_path(r"^posts/(?P<post_id>[1-9][0-9]{0,17})\Z", views.post),
    path("follow", views.following),
    path("sw.js", root_files.worker),
    path("push-worker.js", root_files.guest),
    path("embed.js", root_files.embed),
    path("manifest.webmanifest", root_files.manifest),
    path("favicon.ico", root_files.icon),
    re_path(rf"^photos/{FILE}\Z", root_files.photo),
]
