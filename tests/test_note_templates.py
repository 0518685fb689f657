"""Templates of notes: listed, shown, changed, given back, and told what is wrong with them."""

import tomllib

import pytest
from doubles.command_line import run

SECTION = '[[sections]]\nheading = "All"\nquestion = "What of {topic}?"\n'


def test_templates_are_listed_with_what_they_are_for():
    done = run("note", "--list-templates", "--json")
    listed = {one["name"]: one for one in done.json["templates"]}
    assert set(listed) == {"policy-note", "briefing", "position-comparison", "roadmap-refresh"}
    assert listed["policy-note"]["words"] == 1500 and listed["policy-note"]["sections"][0] == "Key messages"
    assert all(one["summary"] in run("note", "--list-templates").out for one in listed.values())


def test_a_template_that_is_shown_can_be_changed_and_given_back(shelf, tmp_path):
    shown = run("note", "--show-template", "briefing").out
    assert tomllib.loads(shown)["name"] == "briefing"
    mine = tmp_path / "mine.toml"
    mine.write_text(shown.replace('"Where the regions stand"', '"Positions of all"'), encoding="utf-8")
    made = run("note", "energy of inference", "--template", mine, "--library", shelf.library.folder, "--json").json
    assert "Positions of all" in [section["heading"] for section in made["sections"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'name = "n"\ntitle = "t"\nwrods = 300\n{SECTION}', "wrods is no key of a template, 'words' is"),
        (
            f'name = "n"\ntitle = "t"\n{SECTION.replace("heading", "headng")}',
            "sections.1.headng is no key of a template, 'heading' is",
        ),
        (
            f'name = "n"\ntitle = "t"\n{SECTION}headin = "x"\n',
            "sections.1.headin is no key of a template, 'heading' is",
        ),
        ('name = "n"\ntitle = "t"\n[[sections]]\nheading = "All"\n', "the section 'All' has no question: give it one"),
        ('name = "n"\ntitle = "t"\nsections = []\n', "(sections: List should have at least 1 item"),
        (
            f'name = "n"\ntitle = "t"\n{SECTION}kind = "positionz"\n',
            "(sections.1.kind: Input should be 'answer', 'positions'",
        ),
        ("name = ", "(Invalid value (at end of document))"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(shelf, tmp_path, text, said):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    done = run("note", "x", "--template", file, "--library", shelf.library.folder)
    assert done.code == 2 and said in done.err and done.err.count("\n") == 1


@pytest.mark.parametrize("name", ["breifing", "policy_note"])
def test_a_template_that_is_not_there_is_told_with_the_nearest(shelf, name):
    done = run("note", "x", "--template", name, "--library", shelf.library.folder)
    near = {"breifing": "briefing", "policy_note": "policy-note"}[name]
    assert done.code == 2 and f"did you mean {near!r}?" in done.err
