"""draft-07 "Topic Selectors": the four steps, at the function that all matching is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoppress.protocols import uri_template
from stoppress.protocols.mercure_topics import is_template, matches
from tests.conformance.house import SCORES, datas
from tests.conformance.musts import proves

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)

# RFC 6570, sections 1.2 and 3.2: templates and what they are expanded to there.
EXPANDED = [
    ("{var}", "value"),
    ("{hello}", "Hello%20World%21"),
    ("{+var}", "value"),
    ("{+path}/here", "/foo/bar/here"),
    ("here?ref={+path}", "here?ref=/foo/bar"),
    ("X{#var}", "X#value"),
    ("X{#hello}", "X#Hello%20World!"),
    ("map?{x,y}", "map?1024,768"),
    ("{x,hello,y}", "1024,Hello%20World%21,768"),
    ("{+x,hello,y}", "1024,Hello%20World!,768"),
    ("{#path,x}/here", "#/foo/bar,1024/here"),
    ("X{.var}", "X.value"),
    ("X{.x,y}", "X.1024.768"),
    ("{/var}", "/value"),
    ("{/var,x}/here", "/value/1024/here"),
    ("{;x,y}", ";x=1024;y=768"),
    ("{;x,y,empty}", ";x=1024;y=768;empty"),
    ("{?x,y}", "?x=1024&y=768"),
    ("{?x,y,empty}", "?x=1024&y=768&empty="),
    ("?fixed=yes{&x}", "?fixed=yes&x=1024"),
    ("{&x,y,empty}", "&x=1024&y=768&empty="),
    ("{x,undef,y}", "1024,768"),
    ("{?x,undef}", "?x=1024"),
    ("{?undef,y}", "?y=768"),
    ("X{.undef}", "X"),
    ("{list}", "red,green,blue"),
    ("{list*}", "red,green,blue"),
    ("{keys*}", "semi=%3B,dot=.,comma=%2C"),
    ("{/list*}", "/red/green/blue"),
    ("{/list*,path}", "/red/green/blue"),
    ("X{.list*}", "X.red.green.blue"),
    ("{;list*}", ";list=red;list=green;list=blue"),
    ("{;keys*}", ";semi=%3B;dot=.;comma=%2C"),
    ("{?list*}", "?list=red&list=green&list=blue"),
    ("{&keys*}", "&semi=%3B&dot=.&comma=%2C"),
]

NOT_EXPANDED = [
    ("/stories/{slug}", "/stories/a/b"),
    ("/stories/{slug}", "/posts/7"),
    ("/stories/{slug}", "/stories/a?b"),
    ("/stories/{slug}", "/Stories/a"),
    ("/stories/{slug}", "/stories/é"),  # an expansion would have encoded it
    ("{var}/end", "value/end/more"),
    ("{?x,y}", "?y=1&x=2"),
    ("{?x,y}", "?x=1?y=2"),
    ("{?x}", "?z=1"),
    ("{?x}", "x=1"),
    ("{;x}", ";xx=1"),
    ("{/a}", "/x/y"),
    ("{&x}", "?x=1"),
    ("a{b", "ab"),
    ("{a}{", "x"),
    ("{!a}", "x"),
    ("a b{c}", "a bx"),
]


@proves("selector-everything", "selector-same")
@given(TEXTS)
def test_everything_and_the_same(topic):
    """`*` selects every topic, and each text itself, template or not."""
    assert matches("*", topic)
    assert matches(topic, topic)


@proves("selector-template")
@pytest.mark.parametrize(("template", "text"), EXPANDED)
def test_what_a_template_is_expanded_to_it_selects(template, text):
    """Each expansion that the RFC shows is selected by its template."""
    assert matches(template, text)


@proves("selector-other")
@pytest.mark.parametrize(("template", "text"), NOT_EXPANDED)
def test_what_a_template_could_not_be_expanded_to_it_does_not_select(template, text):
    """Neither another path, nor other names, nor what is no template at all."""
    assert not matches(template, text)


@proves("selector-other")
@given(TEXTS.filter(lambda text: text != "*" and not is_template(text)), TEXTS)
def test_a_text_selects_nothing_but_itself(selector, topic):
    """A selector without variables selects the same text alone."""
    assert matches(selector, topic) == (selector == topic)


VARIABLES = st.sampled_from(
    ["{a}", "{+a}", "{/a,b}", "{?a,b}", "{;a*}", "{.a}", "-", "x"]
)


@given(
    st.lists(VARIABLES, min_size=1, max_size=4), st.text("ab-x/?&;=.,%", max_size=30)
)
def test_no_template_is_slow(pieces, text):
    """Any template says yes or no of any text; the states that it takes are bounded by
    its own length, so that nothing is tried twice."""
    template = uri_template.template("".join(pieces))
    assert template.matches(text) in {True, False}
    assert template._size <= 20 * len(pieces)


@proves("selector-template")
def test_a_template_at_the_hub(house):
    """A reader who asks by a template has what fits it and nothing else."""
    reader = house.read("https://scores.example/{match}")
    house.publish("other", "https://scores.example/7/line-up")
    last = house.publish("mine", SCORES)
    assert datas(reader, until=last) == ["mine"]
