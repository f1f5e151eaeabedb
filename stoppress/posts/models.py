"""The rows behind what readers see: sections, stories, people, posts, revisions, photos."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from stoppress.posts.names import MAX_KEY

# Each field's bound is a page's layout or an alert's size, not a database's need.
MAX_SLUG = 80
MAX_HEADLINE = 250
MAX_TITLE = 200
MAX_SECTION = 40  # in a bar with all the others
MAX_PERSON = 100
MAX_ABOUT = 200
MAX_CREDIT = 200
MAX_NAME = 150


# A post that readers may see, and a retracted one in its place: all but the drafts.
SEEN = Q(posted_at__isnull=False)
NOT_YET_SEEN = Q(posted_at__isnull=True)


# How sections stand.
IN_ORDER = ("place", "pk")


class Section(models.Model):
    """A part of the paper, such as World, that stories stand in; readers can follow it."""

    slug = models.SlugField(max_length=MAX_SLUG, unique=True)
    title = models.CharField(max_length=MAX_SECTION)
    # Where it stands among the others; the lowest is first.
    place = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.title


class Story(models.Model):
    """A subject that goes on, which readers can follow."""

    slug = models.SlugField(max_length=MAX_SLUG, unique=True)
    title = models.CharField(max_length=MAX_TITLE)
    summary = models.TextField(blank=True)
    section = models.ForeignKey(
        Section,
        on_delete=models.PROTECT,
        null=True,
        related_name="stories",
        db_index=False,  # it begins other indexes
    )
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Kept by publishing with each entry: counting them would cost more with each post.
    seen_posts = models.PositiveIntegerField(default=0)
    corrections = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stories"
        indexes: ClassVar = [
            models.Index(
                fields=["-changed_at", "-id"],
                condition=Q(changed_at__isnull=False),
                name="story_by_change",
            ),
            models.Index(
                fields=["-changed_at", "-id"],
                condition=Q(changed_at__isnull=False, closed_at__isnull=True),
                name="story_still_live",
            ),
            models.Index(
                fields=["-opened_at", "-id"],
                condition=Q(changed_at__isnull=True),
                name="story_still_empty",
            ),
            models.Index(
                fields=["section", "-changed_at", "-id"],
                condition=Q(changed_at__isnull=False),
                name="story_in_section",
            ),
            models.Index(
                fields=["section", "-changed_at", "-id"],
                condition=Q(changed_at__isnull=False, closed_at__isnull=True),
                name="story_live_in_section",
            ),
            models.Index(
                fields=["section", "-opened_at", "-id"],
                condition=Q(changed_at__isnull=True),
                name="story_empty_in_section",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Person(models.Model):
    """Somebody in the news, whom posts name; readers can follow them."""

    slug = models.SlugField(max_length=MAX_SLUG, unique=True)
    name = models.CharField(max_length=MAX_PERSON)
    # The name without case, accents and marks: two people may have the same.
    key = models.CharField(max_length=MAX_KEY)
    # Who that is, in a few words; tells namesakes apart.
    about = models.CharField(max_length=MAX_ABOUT, blank=True)
    # Readers may know of them.
    shown = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "people"
        indexes: ClassVar = [models.Index(fields=["key", "id"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class Photo(models.Model):
    """An image with credit, caption and alternative text: three different things.

    `file` is empty where only the words about the picture are known, as in a page
    that came in as plain text.
    """

    file = models.CharField(max_length=100, blank=True, db_index=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    credit = models.CharField(max_length=MAX_CREDIT, blank=True)
    caption = models.TextField(blank=True)
    alt = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.caption or self.file


class Post(models.Model):
    """What is published in a story; its words are in its revisions."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        UPDATE = "update"

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        RETRACTED = "retracted"

    story = models.ForeignKey(
        Story,
        on_delete=models.PROTECT,
        related_name="posts",
        db_index=False,  # it begins other indexes
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    key_event = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    photo = models.OneToOneField(Photo, on_delete=models.PROTECT, null=True)
    # The date of the news, as the newsroom gives it; for a draft perhaps not yet known.
    published_at = models.DateTimeField(null=True)
    # Only the day of `published_at` is known.
    published_on = models.BooleanField(default=False)
    # When it came on our wire, and when readers last saw it change.
    posted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    # The revision with which it came out; those before it no reader ever saw.
    first_revision = models.PositiveIntegerField(default=1)
    # When it was last corrected or retracted, however it was amended since.
    put_right_at = models.DateTimeField(null=True)
    # The wire's entry that last changed what readers see.
    seq = models.BigIntegerField(default=0)
    # Where an imported post came from: stamp, name, url, digest.
    source: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict
    )
    digest = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        # Each answers one list of queries.py in the order it is shown in, so that a
        # list costs what it shows and not what the archive holds. The conditions have
        # no values in them: SQLite cannot match one with a value that is bound later.
        indexes: ClassVar = [
            models.Index(
                fields=["story", "-pinned", "-published_at", "-id"],
                condition=SEEN,
                name="post_in_story",
            ),
            models.Index(
                fields=["-published_at", "-id"], condition=SEEN, name="post_by_date"
            ),
            models.Index(
                fields=["story", "-published_at", "-id"],
                condition=Q(key_event=True) & SEEN,
                name="post_key_event",
            ),
            models.Index(
                fields=["story", "-put_right_at", "-id"],
                condition=Q(put_right_at__isnull=False) & SEEN,
                name="post_put_right",
            ),
            models.Index(
                fields=["posted_at", "-id"], condition=NOT_YET_SEEN, name="post_draft"
            ),
            models.Index(fields=["story", "digest"], name="post_by_digest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(state="draft") & NOT_YET_SEEN)
                | (~Q(state="draft") & SEEN),
                name="post_seen_unless_draft",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Naming(models.Model):
    """A post names a person. The order of the rows is that of the names."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="namings")
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="namings",
        db_index=False,  # it begins another index
    )
    # The post's `published_at` once readers may see it: a person's posts are then read
    # in order from one index, however many there are.
    at = models.DateTimeField(null=True)
    # It named them wrongly, and was corrected.
    left = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-post"], name="naming_by_date")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "person"], name="named_once")
        ]

    def __str__(self) -> str:
        return f"post {self.post_id} names {self.person_id}"


class Revision(models.Model):
    """One version of a post, never changed once written."""

    class Nature(models.TextChoices):
        FIRST = "first"
        UPDATE = "update"
        EDIT = "edit"
        CORRECTION = "correction"
        RETRACTION = "retraction"

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    nature = models.CharField(max_length=10, choices=Nature.choices)
    headline = models.CharField(max_length=MAX_HEADLINE, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    plain = models.TextField(blank=True)
    # For a correction what was wrong and what is right, for a retraction why.
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=MAX_NAME, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "number"], name="revision_once")
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of post {self.post_id}"
