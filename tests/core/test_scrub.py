"""Whatever a text says, it tells nobody's name, home or machine afterwards."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emocam.scrub import HIDDEN, Person, scrub, scrub_all

NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP0123456789-_.äöüßéñ李", min_size=3)
HOMES = NAMES.map(lambda name: f"/home/{name}")
PIECES = st.one_of(st.text(max_size=20), st.sampled_from([" ", "/", ": ", "emocam", ".mp4"]))


@st.composite
def texts(draw: st.DrawFn) -> tuple[Person, str]:
    person = Person(draw(NAMES), draw(HOMES), draw(NAMES), tuple(draw(st.lists(NAMES, max_size=2))))
    secrets = [person.user, person.home, person.host, *person.words]
    assume(not any(HIDDEN in each or "~" in each for each in secrets))
    secret = st.sampled_from(secrets)
    told = draw(st.lists(st.one_of(PIECES, secret, secret.map(str.upper)), max_size=12))
    return person, "".join(told)


@given(texts())
def test_no_name_no_home_and_no_host_is_left(given: tuple[Person, str]) -> None:
    person, text = given
    for paths in (True, False):
        left = scrub(text, person, paths=paths)
        for secret in (person.user, person.home, person.host, *person.words):
            assert secret not in left


@given(texts())
def test_a_report_is_clean_however_deep(given: tuple[Person, str]) -> None:
    person, text = given
    left = scrub_all({"a": [{"b": text}, 7, None, True], "c": text}, person)
    for value in (left["a"][0]["b"], left["c"]):
        assert person.user not in value
        assert person.host not in value
    assert left["a"][1:] == [7, None, True]
    json.dumps(left)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/anna/v.mp4 is no video", "• is no video"),
        ("Anna's laptop annabook", "•'s laptop •"),
        ("/srv/films/holiday.mp4 is missing", "• is missing"),
        ("/dev/video0 and /usr/lib/x.so stay", "/dev/video0 and /usr/lib/x.so stay"),
        ("free (/dev/video0, usb:046d:082d:8B2F@1-4)", "free (/dev/video0, usb:046d:082d•)"),
        (r"C:\Users\anna\x.mp4: gone", "•: gone"),
        ("/srv/Prof Anna/my film.mp4: gone", "• film.mp4: gone"),
        (r"C:\Users\Prof Anna\x.mp4 is gone", "• is gone"),
        ("~/Lectures of anna/one/two.mp4 and more", "• and more"),
        ("at 30 frames a second, 1280x720", "at 30 frames a second, 1280x720"),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert scrub(text, Person("anna", "/home/anna", "annabook")) == left


def test_the_log_keeps_paths_below_the_home() -> None:
    person = Person("anna", "/home/anna")
    assert scrub("/home/anna/v.mp4 is no video", person, paths=False) == "~/v.mp4 is no video"


def test_a_name_of_two_letters_goes_as_a_word_only() -> None:
    assert scrub("al asks: what is always there?", Person("al")) == "• asks: what is always there?"


def test_a_path_that_was_set_goes_whole_and_so_does_the_file_beside_it() -> None:
    person = Person("anna", "/home/anna", words=("/home/anna/Prof Ada/my own model.tflite",))
    text = "The sidecar /home/anna/Prof Ada/my own model.json is not there; model.path is set"
    assert scrub(text, person) == "The sidecar •.json is not there; model.path is set"
