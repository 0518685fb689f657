"""The outline of a note, shown before anything is searched or paid: gone on with, edited, or left for later."""

import os
import signal
import sys
from pathlib import Path

import pytest
from doubles.command_line import HEARING, run, unfinished
from doubles.desk import Author, repeat

TOPIC = "energy of inference"
# Edits as a person does: rewords a section, and drops the last one; or writes what is no template.
EDITOR = """
import sys
from pathlib import Path
file = Path(sys.argv[-1])
text = file.read_text(encoding="utf-8")
kept = "[[sections]]".join(text.split("[[sections]]")[:-1]).replace("Where the regions stand", "Positions of all")
file.write_text(sys.argv[1].replace("KEPT", kept), encoding="utf-8")
"""


@pytest.fixture
def asked(shelf, tmp_path):
    return [TOPIC, "--template", "briefing", "--home", tmp_path / "home", "--library", shelf.library.folder,
            "--embedder", "none", "--review"]  # fmt: skip


def test_without_a_terminal_the_outline_is_told_and_the_note_kept(asked, endpoint, tmp_path):
    endpoint.reply = Author(repeat("inference"))
    model = ["--model", "m", "--base-url", endpoint.url]
    told = run("note", *asked, *model, "--json")
    sections = {one["heading"]: one for one in told.json["sections"]}
    assert told.code == 0 and endpoint.meter.requests == []
    assert told.json["estimate"]["at_most"]["calls"] > 0
    positions = sections["Where the regions stand"]
    assert positions["searches"] > 1 and TOPIC in positions["questions"][0]
    assert sections["Key messages"]["searches"] == 0
    (row,) = unfinished("--home", tmp_path / "home")
    assert f"coscribe note --resume {row['id']}" in told.err
    shown = run("note", "--resume", row["id"], "--review", "--home", tmp_path / "home")
    assert shown.code == 0 and positions["questions"][0] in shown.out and "at most" in shown.out
    assert endpoint.meter.requests == []
    done = run("note", "--resume", row["id"], "--home", tmp_path / "home", "--json")
    assert (done.json["mode"], done.json["template"]) == ("drafted", "briefing")
    assert [one["heading"] for one in done.json["sections"]] == list(sections)


def test_what_is_to_be_shown_and_cannot_be_is_not_kept(asked, tmp_path):
    assert run("note", *asked, "--region", "Atlantis").code == 2
    assert unfinished("--home", tmp_path / "home") == []


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
class TestAtATerminal:
    @pytest.fixture
    def terminal(self, asked, tmp_path):
        """Opens the note on a terminal, with an editor that leaves this text."""
        from doubles.terminal import Terminal  # there is none of these elsewhere

        script = tmp_path / "editor.py"
        script.write_text(EDITOR, encoding="utf-8")

        def opened(text="KEPT", *more):
            editor = f"{sys.executable} {script} '{text}'"
            command = [*HEARING, "note", *map(str, asked), *more]
            return Terminal(command, columns=100, rows=60, cwd=tmp_path, EDITOR=editor, VISUAL="")

        return opened

    def test_it_is_edited_shown_again_and_drafted(self, terminal, tmp_path):
        with terminal("KEPT", "-o", "note.md") as at:
            at.wait_for("What is not said", "Enter drafts it")
            at.enter("x")
            at.wait_for("there is no answer 'x'")
            before = at.flat
            at.enter("e")
            at.wait_for("Positions of all", "Enter drafts it", after=before)
            at.press("enter")
            assert at.wait() == 0
        text = Path(tmp_path / "note.md").read_text(encoding="utf-8")
        assert "## Positions of all" in text and "What is not said" not in text
        assert unfinished("--home", tmp_path / "home") == [] and not list(
            (tmp_path / "home/state/notes").glob("*.toml")
        )

    def test_what_is_no_template_changes_nothing_and_it_can_be_left(self, terminal, tmp_path):
        with terminal("wrods = 1") as at:
            at.wait_for("Enter drafts it")
            before = at.flat
            at.enter("e")
            at.wait_for("nothing was changed", "Where the regions stand", "Enter drafts it", after=before)
            at.enter("q")
            assert at.wait() == 130
            (row,) = unfinished("--home", tmp_path / "home")
            assert f"coscribe note --resume {row['id']}" in at.flat

    def test_ctrl_c_leaves_it_too(self, terminal, tmp_path):
        with terminal() as at:
            at.wait_for("Enter drafts it")
            os.kill(at.pid, signal.SIGINT)
            assert at.wait() == 130
        assert len(unfinished("--home", tmp_path / "home")) == 1
