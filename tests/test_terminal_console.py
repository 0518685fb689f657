"""What `clean` lets through, and what waiting looks like on a terminal and in a file."""

import os
import sys
import time

import pytest
from coscribe.core.events import Event
from coscribe.terminal.console import clean, flat, screen
from coscribe.terminal.progress import Progress
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[1;31mred\x1b[0m \x9b2Jblank", "red blank"),
        ("\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]0;never ended\nnext line", "0;never ended\nnext line"),
        ("\x1bPdevice\x1b\\x\x1bcy\x1b(Bz", "xyz"),
        ("over\rwritten\x08\x00\x7f", "over\nwritten"),
        ("a\u202eb\u2066c\u200bd\u200de\ufefff\u00adg\u061c", "abcdefg"),
        ("tab\there\r\nnext\u2028last", "tab here\nnext\nlast"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("é ß 富岳 ≥ “…” 🙂 [bold]x[/]", "é ß 富岳 ≥ “…” 🙂 [bold]x[/]"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b[]8;\x07\\m\x9b\x9d")))
def test_clean_text_stays_clean_and_printable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert all(character.isprintable() or character == "\n" or ord(character) > 127 for character in once)
    assert "\n" not in flat(text)


def test_a_stage_is_one_line_in_a_file_and_agents_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(screen(colour=True)) as progress:
        for done in range(9):
            progress.advance("reading files", done, 8)
        progress.advance("embedding passages", 1, 0)
        progress.event(Event("retriever", "searched", "searched 7 reports"))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "reading files: 8\nembedding passages\n"


def test_a_line_to_copy_is_never_broken(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "40")
    command = "coscribe ask --library /some/place 'a [bold]question[/] with \x1b[2J many words and a 12.5 in it'"
    screen(False).line(command)
    assert capsys.readouterr().out == command.replace("\x1b[2J ", "") + "\n"


def watched(monkeypatch: pytest.MonkeyPatch, seconds: float) -> str:
    """Return what a person at a terminal would have been sent on stderr."""
    keyboard, terminal = os.openpty()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    with os.fdopen(terminal, "w", encoding="utf-8") as stream, os.fdopen(keyboard, "rb") as sent:
        monkeypatch.setattr(sys, "stderr", stream)
        with Progress(screen()) as progress:
            progress.advance("reading files", 3, 8)
            progress.event(Event("retriever", "searched", "searched 7 reports\x1b[2J for 富岳 " + "and more " * 20))
            progress.event(Event("drafter", "drafted", "4 sentences"))
            time.sleep(seconds)
        stream.flush()
        return sent.read1(1 << 20).decode()


def test_a_terminal_sees_one_live_line_per_agent_and_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = watched(monkeypatch, 0.9)
    assert "3 of 8" in sent and "4 sentences" in sent and "…" in sent
    assert "searched 7 reports for 富岳" in sent
    assert "\x1b[2J" not in sent


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "reading" not in watched(monkeypatch, 0.15)
