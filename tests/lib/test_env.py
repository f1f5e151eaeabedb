"""Settings: a wrong one stops the start and says why."""

from __future__ import annotations

import pytest

from stoppress.lib.env import Environment, Setting, SettingError
from tests.support.programs import settled

KNOWN = (
    Setting("NAME", "Stop Press", "the newsroom's name"),
    Setting("HOSTS", "", "host names"),
    Setting("PUSH_LOOPBACK", "no", "a switch"),
)


def environment(**values: str) -> Environment:
    return Environment({f"STOPPRESS_{name}": v for name, v in values.items()}, KNOWN)


def test_a_typing_error_in_a_settings_name_stops_the_start_and_names_the_close_one():
    """An unknown setting is refused, with the one that was probably meant."""
    with pytest.raises(SettingError, match=r"Did you mean STOPPRESS_PUSH_LOOPBACK\?"):
        environment(PUSH_LOOPBAK="yes")


def test_a_setting_that_resembles_none_is_refused_without_a_guess():
    """An unknown setting that is like no other is refused and nothing is suggested."""
    with pytest.raises(SettingError) as refused:
        environment(QQQQQQQQ="1")
    assert str(refused.value) == "STOPPRESS_QQQQQQQQ is not a setting of Stop Press."


def test_other_programs_variables_are_nobodys_business():
    """Only names that begin with the prefix are looked at."""
    Environment({"PATH": "/bin", "DJANGO_SETTINGS_MODULE": "x"}, KNOWN)


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_setting_is_an_unset_one(value):
    """A setting that is there but empty has its default."""
    assert environment(NAME=value).text("NAME") == "Stop Press"


def test_blanks_around_a_value_fall_away():
    """A value is read without the spaces around it."""
    assert environment(NAME=" The Post ").text("NAME") == "The Post"


@pytest.mark.parametrize("value", ["yes", "TRUE", "1", "On"])
def test_a_switch_is_on_in_any_usual_word(value):
    """yes, true, 1 and on, in any case, switch on."""
    assert environment(PUSH_LOOPBACK=value).yes("PUSH_LOOPBACK") is True


@pytest.mark.parametrize("value", ["no", "False", "0", "OFF", ""])
def test_a_switch_is_off_in_any_usual_word(value):
    """no, false, 0 and off, in any case, switch off, and so does a default of no."""
    assert environment(PUSH_LOOPBACK=value).yes("PUSH_LOOPBACK") is False


def test_a_switch_that_is_neither_stops_the_start():
    """A switch with another word in it is named with what it holds and what it takes."""
    with pytest.raises(SettingError) as refused:
        environment(PUSH_LOOPBACK="maybe").yes("PUSH_LOOPBACK")
    assert str(refused.value) == "STOPPRESS_PUSH_LOOPBACK='maybe': it takes yes or no."


def test_a_list_is_cut_at_commas():
    """Values between commas are read without blanks, and empty ones fall away."""
    assert environment(HOSTS=" a.org, ,b.org,").listed("HOSTS") == ["a.org", "b.org"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "https://a.org/path"),
        ("URL", "a.org"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("LANGUAGE", "english please"),
        ("DATABASE", "mysql://root@127.0.0.1/news"),
        ("CONTACT", "the editor"),
        ("PUSH_LOOPBACK", "perhaps"),
    ],
)
def test_a_wrong_setting_stops_the_product_itself(name, value, tmp_path):
    """Django's settings do not load with a wrong value, and the last line names the
    setting, what it holds, and what it takes."""
    data = str(tmp_path / "news")
    ran = settled({"STOPPRESS_DATA": data, f"STOPPRESS_{name}": value})
    assert ran.returncode != 0
    last = ran.stderr.strip().splitlines()[-1]
    assert f"SettingError: STOPPRESS_{name}={value!r}: it " in last


def test_a_typing_error_stops_the_product_itself(tmp_path):
    """Django's settings do not load with a setting that nobody knows."""
    ran = settled({"STOPPRESS_DATA": str(tmp_path), "STOPPRESS_TIMEZONE": "UTC"})
    assert ran.returncode != 0
    assert "Did you mean STOPPRESS_TIME_ZONE?" in ran.stderr


def test_the_product_starts_on_its_defaults(tmp_path):
    """With a data folder named and nothing else, the settings load."""
    ran = settled({"STOPPRESS_DATA": str(tmp_path / "news")})
    assert ran.returncode == 0, ran.stderr
    keys = tmp_path / "news" / "keys"
    assert [path.name for path in keys.iterdir()] == ["secret.key"]
