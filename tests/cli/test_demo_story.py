"""The demo story: its data load, fit together and are fit to be read."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from stoppress.cli.demo_story.story import DATA, DemoStory, load
from stoppress.cli.demo_story.tables import DemoStoryError
from stoppress.lib.clock import now

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"

# As many words in a row as nobody writes twice by chance.
BORROWED = 8

# A picture of 1,600 is shown at 600 on a narrow page: 26 there is just under 10.
SMALLEST_LETTERS = 26
LARGEST_PICTURE = 200_000  # bytes


@pytest.fixture(scope="module")
def story() -> DemoStory:
    return load()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data that a test may spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def words(text: str) -> list[str]:
    straight = text.lower().replace("\u2019", "'")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", straight)


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of BORROWED words in the text."""
    said = words(text)
    return {tuple(said[at : at + BORROWED]) for at in range(len(said) - BORROWED + 1)}


def every_text(story: DemoStory) -> list[str]:
    texts = [story.title, story.summary, story.live_title]
    for article in story.articles:
        texts += [article.headline, article.body]
        if article.picture:
            texts += [article.picture.caption, article.picture.alt]
    for step in story.steps:
        texts += [step.headline or "", step.body, step.note, step.reason]
    return texts


def spoil(data: Path, file: str, before: str, after: str) -> None:
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


# --- the story as it stands -----------------------------------------------------------


def test_the_story_is_the_one_the_sample_belongs_to(story):
    """The story has the slug that the sample article is imported into, and two
    sentences that say what it is about."""
    assert story.slug == "russia-belarus-union"
    assert len(re.findall(r"[.?!](?:\s|$)", story.summary)) == 2


def test_articles_are_dated_in_the_past_and_in_order(story):
    """Every article has a day in the past, and they come in the order of their days."""
    days = [article.published for article in story.articles]
    assert 6 <= len(days) <= 9
    assert days == sorted(days)
    assert max(days) < now().date()


def test_articles_are_of_a_length_to_be_read(story):
    """Every article has 150 to 400 words, a subhead, a quoted aside, and a headline."""
    for article in story.articles:
        assert 150 <= len(words(article.body)) <= 400, article.ref
        assert re.search(r"^(##|\*\*) ?", article.body, re.MULTILINE), article.ref
        assert re.search(r"^> ", article.body, re.MULTILINE), article.ref


def test_pictures_have_three_different_texts(story):
    """Every picture has a credit, a caption and an alternative text, none of which
    stands in for another."""
    pictures = [article.picture for article in story.articles if article.picture]
    assert len(pictures) == 3
    for picture in pictures:
        assert len({picture.credit, picture.caption, picture.alt}) == 3
        assert picture.credit == "Stop Press graphics"
        assert picture.credit not in picture.caption


def test_picture_files_are_light_and_have_their_drawing_beside_them(story):
    """Every picture is 1600 by 900, weighs less than 200 KB, and can be drawn again."""
    for article in story.articles:
        if article.picture:
            file = article.picture.file
            with Image.open(file) as image:
                assert image.size == (1600, 900)
            assert file.stat().st_size < LARGEST_PICTURE
            assert file.with_suffix(".svg").is_file()


def test_letters_in_pictures_can_be_read_on_a_narrow_page():
    """No drawing has letters too small to be read when it is 600 pixels wide."""
    for drawing in (DATA / "pictures").glob("*.svg"):
        sizes = re.findall(r'font-size="(\d+)"', drawing.read_text(encoding="utf-8"))
        assert sizes
        assert min(map(int, sizes)) >= SMALLEST_LETTERS, drawing.name


# --- the live day ---------------------------------------------------------------------


def test_the_live_day_has_updates_of_a_glance(story):
    """The live day has 14 to 18 updates of 30 to 90 words, three or four of them key
    events, some without a headline."""
    updates = [step for step in story.steps if step.kind == "update"]
    assert 14 <= len(updates) <= 18
    assert 3 <= sum(step.key_event for step in updates) <= 4
    assert any(step.headline is None for step in updates)
    for step in updates:
        assert 30 <= len(words(step.body)) <= 90, step.ref


def test_the_live_day_shows_what_a_newsroom_does_about_its_slips(story):
    """The live day has a correction with its note, a retraction with its reason, a
    silent edit, a pinned post and an article."""
    kinds = [step.kind for step in story.steps]
    assert [kinds.count(kind) for kind in ("correct", "retract", "pin", "article")] == [
        *(1, 1, 1, 1)
    ]
    assert sum(step.silent for step in story.steps) == 1


def test_every_change_changes_something(story):
    """No amendment or correction says again what the post says already."""
    said: dict[str, tuple[str | None, str]] = {}
    for step in story.steps:
        if step.kind == "update":
            said[step.ref] = (step.headline, step.body)
        if step.kind in {"amend", "correct"}:
            headline, body = said[step.ref]
            after = (step.headline or headline, step.body)
            assert after != (headline, body), step.ref
            said[step.ref] = after


def test_the_corrected_year_is_wrong_before_and_right_after(story):
    """The correction replaces 1997 with 1999 and its note names both."""
    (change,) = [step for step in story.steps if step.kind == "correct"]
    (first,) = [step for step in story.steps if step.ref == change.ref][:1]
    assert "1997" in first.body
    assert first.body.replace("1997", "1999") == change.body
    assert "1997" in change.note
    assert "8 December 1999" in change.note


def test_the_background_leaves_out_what_the_live_day_publishes(story):
    """An article of the live day is not among those that stand there before it."""
    (step,) = [step for step in story.steps if step.kind == "article"]
    before = {article.ref for article in story.background()}
    assert step.ref not in before
    assert before | {step.ref} == {article.ref for article in story.articles}
    assert story.article(step.ref).published == story.live_day


# --- whose words they are -------------------------------------------------------------


def test_a_borrowed_run_of_words_is_seen():
    """Eight words in a row are found whatever stands between them; seven are not."""
    told = "one two three four five six seven"
    assert runs(f"{told} EIGHT") & runs(f"And {told}, eight.")
    assert not runs(f"{told} eight") & runs(f"{told} nine")


def test_no_words_are_borrowed_from_a_sample(story):
    """No eight words in a row stand in any of the sample articles."""
    told = {run for text in every_text(story) for run in runs(text)}
    assert len(told) > 1000
    for sample in SAMPLES.glob("*.txt"):
        taken = told & runs(sample.read_text(encoding="utf-8"))
        assert not taken, (sample.name, taken)


# --- what a writer is told ------------------------------------------------------------

ARTICLE = "articles/2006-st-petersburg.md"
LIVE = "live_day.toml"

SLIPS = [
    ("story.toml", 'title = "', 'titel = "', "title"),
    ("story.toml", 'slug = "', 'colour = "red"\nslug = "', "colour"),
    (ARTICLE, "published = 2006-01-24", 'published = "soon"', "published"),
    (
        ARTICLE,
        "published = 2006-01-24",
        "published = 2006-01-24T09:00:00Z",
        "published",
    ),
    (ARTICLE, 'headline = "What', 'headline = ""\nwas = "What', "headline"),
    (ARTICLE, 'alt = "', 'all = "', "picture: alt"),
    (ARTICLE, 'file = "timeline', 'file = "../pictures/timeline', "picture: file"),
    (ARTICLE, "timeline-1996-2006.png", "no-such.png", "picture: file"),
    (ARTICLE, "timeline-1996-2006.png", "timeline-1996-2006.svg", "picture: file"),
    (ARTICLE, 'ref = "st-petersburg-2006"', 'ref = "gas-2007"', "ref"),
    (LIVE, 'step = "pin"', 'step = "nail"', "step 3: step"),
    (LIVE, 'step = "pin"', 'step = "pin"\nnote = "why"', "step 3: note"),
    (LIVE, 'ref = "two-conditions"', 'ref = "opening"', "step 4: ref"),
    (LIVE, 'ref = "two-conditions"', 'ref = "gas-2007"', "step 4: ref"),
    (LIVE, "key_event = true", 'key_event = "yes"', "step 10: key_event"),
    (LIVE, "silent = true\n", 'silent = true\nreason = "none"\n', "step 9: reason"),
    (LIVE, 'ref = "why-the-oil-stopped"', 'ref = "why"', "step 8: ref"),
    (LIVE, "\nreason = ", "\nnote = ", "step 15: reason"),
    (LIVE, "day = 2007-01-10", "", "day"),
    (LIVE, "[[step]]", "[step]", ""),
]


@pytest.mark.parametrize(("file", "before", "after", "key"), SLIPS)
def test_a_slip_is_answered_with_file_and_key(data, file, before, after, key):
    """Whatever is wrong in the data, the complaint names the file and the key."""
    spoil(data, file, before, after)
    with pytest.raises(DemoStoryError) as caught:
        load(data)
    assert caught.value.key == key
    assert caught.value.file in {Path(file).name, "2007-gas.md"}
    assert str(caught.value).startswith(caught.value.file)


def test_a_retracted_post_is_not_touched_again(data):
    """A step that names a post already retracted is refused."""
    late = '\n[[step]]\nstep = "pin"\nref = "reported-moving"\n'
    with (data / LIVE).open("a", encoding="utf-8") as file:
        file.write(late)
    with pytest.raises(DemoStoryError, match="no earlier post is called"):
        load(data)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("no facts at all", "between two lines"),
        ('+++\nref = "x"\nno end', "between two lines"),
        ('+++\nref = "x"\n+++\n \n', "body: is blank"),
        ("+++\nref = \n+++\nwords\n", "is not TOML"),
    ],
)
def test_an_article_without_its_parts_is_refused(data, text, complaint):
    """An article needs its facts between two fences, in TOML, and a body."""
    (data / "articles" / "0000-new.md").write_text(text, encoding="utf-8")
    with pytest.raises(DemoStoryError, match=complaint) as caught:
        load(data)
    assert caught.value.file == "0000-new.md"


def test_a_missing_file_is_named(data):
    """Without its story file the loader says which file it could not read."""
    (data / "story.toml").unlink()
    with pytest.raises(DemoStoryError, match=r"story\.toml: cannot be read"):
        load(data)
