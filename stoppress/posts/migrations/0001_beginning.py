import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Photo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("file", models.CharField(blank=True, db_index=True, max_length=100)),
                ("width", models.PositiveIntegerField(default=0)),
                ("height", models.PositiveIntegerField(default=0)),
                ("credit", models.CharField(blank=True, max_length=200)),
                ("caption", models.TextField(blank=True)),
                ("alt", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=40)),
                ("place", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=200)),
                ("about", models.CharField(blank=True, max_length=200)),
                ("shown", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name_plural": "people",
                "indexes": [models.Index(fields=["key", "id"], name="person_by_name")],
            },
        ),
        migrations.CreateModel(
            name="Story",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("summary", models.TextField(blank=True)),
                ("opened_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("seen_posts", models.PositiveIntegerField(default=0)),
                ("corrections", models.PositiveIntegerField(default=0)),
                (
                    "section",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stories",
                        to="posts.section",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "stories",
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("article", "Article"), ("update", "Update")],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("retracted", "Retracted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key_event", models.BooleanField(default=False)),
                ("pinned", models.BooleanField(default=False)),
                ("published_at", models.DateTimeField(null=True)),
                ("published_on", models.BooleanField(default=False)),
                ("posted_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("first_revision", models.PositiveIntegerField(default=1)),
                ("put_right_at", models.DateTimeField(null=True)),
                ("seq", models.BigIntegerField(default=0)),
                ("source", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "photo",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="posts.photo",
                    ),
                ),
                (
                    "story",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="posts.story",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Naming",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("at", models.DateTimeField(null=True)),
                ("left", models.BooleanField(default=False)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="namings",
                        to="posts.person",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="namings",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["person", "-at", "-post"], name="naming_by_date"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("post", "person"), name="named_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("first", "First"),
                            ("update", "Update"),
                            ("edit", "Edit"),
                            ("correction", "Correction"),
                            ("retraction", "Retraction"),
                        ],
                        max_length=10,
                    ),
                ),
                ("headline", models.CharField(blank=True, max_length=250)),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("plain", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(blank=True, max_length=150)),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="posts.post",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("post", "number"), name="revision_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("changed_at__isnull", False)),
                fields=["-changed_at", "-id"],
                name="story_by_change",
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(
                    ("changed_at__isnull", False), ("closed_at__isnull", True)
                ),
                fields=["-changed_at", "-id"],
                name="story_still_live",
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("changed_at__isnull", True)),
                fields=["-opened_at", "-id"],
                name="story_still_empty",
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("changed_at__isnull", False)),
                fields=["section", "-changed_at", "-id"],
                name="story_in_section",
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(
                    ("changed_at__isnull", False), ("closed_at__isnull", True)
                ),
                fields=["section", "-changed_at", "-id"],
                name="story_live_in_section",
            ),
        ),
        migrations.AddIndex(
            model_name="story",
            index=models.Index(
                condition=models.Q(("changed_at__isnull", True)),
                fields=["section", "-opened_at", "-id"],
                name="story_empty_in_section",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("posted_at__isnull", False)),
                fields=["story", "-pinned", "-published_at", "-id"],
                name="post_in_story",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("posted_at__isnull", False)),
                fields=["-published_at", "-id"],
                name="post_by_date",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("key_event", True), ("posted_at__isnull", False)),
                fields=["story", "-published_at", "-id"],
                name="post_key_event",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(
                    ("put_right_at__isnull", False), ("posted_at__isnull", False)
                ),
                fields=["story", "-put_right_at", "-id"],
                name="post_put_right",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(
                condition=models.Q(("posted_at__isnull", True)),
                fields=["posted_at", "-id"],
                name="post_draft",
            ),
        ),
        migrations.AddIndex(
            model_name="post",
            index=models.Index(fields=["story", "digest"], name="post_by_digest"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), ("posted_at__isnull", True)),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True),
                        ("posted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="post_seen_unless_draft",
            ),
        ),
    ]
