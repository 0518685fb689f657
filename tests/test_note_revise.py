"""A published note is revised: one section is made anew, the others are kept word for word and checked again."""

import json
import re
import shutil
from pathlib import Path

import pytest
from doubles.archives import repacked
from doubles.command_line import copy_samples, run, unfinished
from doubles.desk import Author, draft, repeat
from doubles.endpoint import Endpoint
from doubles.published import ENDINGS, problems

TOPIC = "energy of inference"
POSITIONS, FIGURES, ADVICE = "What each region says", "Figures and where they differ", "Recommendations"
COMMENT = "more about cooling in Japan"
CONCLUSIONS = [{"section": 6, "kind": "recommendation", "cites": [1], "text": "Sites should measure alike."}]
MARK = re.compile(r"(?:\[\d+\])+")
SEARCHED = ["Why it matters", POSITIONS, FIGURES, "Options and implications", ADVICE]


def author():
    return Author(repeat("inference"), conclude=lambda prompt: CONCLUSIONS)


def reword(asked):
    """Say in other words what the talk from Japan says of cooling, where that is shown."""
    if not asked.holds("The 40 MW are sustained"):
        return repeat("inference")(asked)
    return draft(([asked.number("The 40 MW are sustained")], "The 40 MW are sustained power with cooling included."))


def kept_text(note, but):
    """The sections that are searched for, without the numbers of sources, which are given anew."""
    return {
        one["heading"]: MARK.sub("", one["text"]) for one in note["sections"] if one["heading"] in {*SEARCHED} - but
    }


def section(note, heading):
    return next(one for one in note["sections"] if one["heading"] == heading)


@pytest.fixture(scope="module")
def library(shelf):
    return ["--library", shelf.library.folder, "--embedder", "none"]


@pytest.fixture(scope="module")
def folder(library, tmp_path_factory):
    """A note that a model drafted and one of quotes, each in all formats and as JSON; their home is of no more use."""
    place = tmp_path_factory.mktemp("revise")
    endpoint = Endpoint(author())
    for name, model in (("drafted", ["--model", "m", "--base-url", endpoint.url]), ("quoted", [])):
        files = [part for ending in ENDINGS for part in ("-o", place / f"{name}{ending}")]
        done = run("note", TOPIC, *library, "--home", place / "home", *files, *model, "--json")
        assert done.code == 0, done.err
        (place / f"{name}.json").write_text(done.out, encoding="utf-8")
    endpoint.close()
    shutil.rmtree(place / "home")
    return place


@pytest.fixture
def made(folder):
    """The two notes as JSON."""
    return {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("drafted", "quoted")}


@pytest.fixture
def revise(library, folder, tmp_path):
    """Revises a note, by default in JSON, in a home that knows nothing of it."""

    def command(file, *options, comment=COMMENT):
        where = [*library, "--home", tmp_path / "home"]
        return run("note", "--revise", folder / file, "--comment", comment, *where, "--json", *options)

    return command


@pytest.fixture
def model(endpoint):
    endpoint.reply = Author(reword, conclude=lambda prompt: CONCLUSIONS)
    return ["--model", "n", "--base-url", endpoint.url]


@pytest.mark.parametrize("ending", ENDINGS)
def test_one_section_is_drafted_again_and_the_others_cost_nothing(
    shelf, folder, made, revise, endpoint, model, tmp_path, ending
):
    out = [part for one in ENDINGS for part in ("-o", tmp_path / f"new{one}")]
    done = revise(f"drafted{ending}", "--section", FIGURES.upper(), *model, *out)
    note, was = done.json, made["drafted"]
    assert done.code == 0, done.err
    assert kept_text(note, {FIGURES}) == kept_text(was, {FIGURES})
    assert section(note, FIGURES)["text"] != section(was, FIGURES)["text"]
    assert "sustained power with cooling included." in section(note, FIGURES)["text"]
    drafts = [one["messages"][1]["content"] for one in endpoint.meter.requests if "ModelDraft" in json.dumps(one)]
    others = [one["messages"][1]["content"] for one in endpoint.meter.requests if "ModelDraft" not in json.dumps(one)]
    assert len(drafts) == 2 and all("Which figures and dates are given" in one and COMMENT in one for one in drafts)
    assert others and not any(COMMENT in one or "ModelConclusions" in one for one in others)
    assert note["cost"]["calls"] == len(endpoint.meter.requests)
    assert note["revision"] == {
        "of": was["run"], "comment": COMMENT, "sections": [FIGURES], "searched_for": "cooling", "fallen": [],
        "changed": [],
    }  # fmt: skip
    assert note["making"]["drafted_by"] == "m, n"
    assert "Sites should measure alike." in section(note, ADVICE)["text"]  # concluded earlier, and kept with its marks
    numbers = [one["number"] for one in note["sources"]]
    assert numbers == list(range(1, len(numbers) + 1))
    home = ("--home", tmp_path / "home")
    for one in ENDINGS:
        told = run("verify", tmp_path / f"new{one}", "--library", shelf.library.folder, *home, "--json")
        assert told.json["problems"] == [], one


@pytest.mark.parametrize(
    ("comment", "sections"),
    [
        ("say more on peak power in the figures", [FIGURES]),
        ("the recommendations need cooling", [ADVICE]),
        ("more about heat", SEARCHED),  # no section says a word of it
        ("more about the Hexacalcul", SEARCHED[:2]),
    ],
)
def test_the_comment_goes_to_the_sections_that_it_bears_on(made, revise, comment, sections):
    note = revise("quoted.docx", comment=comment).json
    assert note["revision"]["sections"] == sections
    assert kept_text(note, {*sections}) == kept_text(made["quoted"], {*sections})


def test_without_a_model_its_words_steer_the_search(made, revise):
    done = revise("quoted.md", "--section", POSITIONS)
    told = [claim["text"] for claim in section(done.json, POSITIONS)["claims"]]
    (new,) = set(told) - {claim["text"] for claim in section(made["quoted"], POSITIONS)["claims"]}
    assert "The 40 MW are sustained power, cooling included." in new
    assert done.json["mode"] == "evidence" and done.json["cost"]["calls"] == 0
    assert "without a model" in done.err and "it looked for “cooling”" in done.err


def test_nothing_is_said_twice(revise):
    note = revise(
        "quoted.md", "--section", "Why it matters", comment="energy measured and reported for every service"
    ).json
    claims = [claim for one in note["sections"] if one["heading"] in SEARCHED for claim in one["claims"]]
    told = [claim["text"] for claim in claims if claim["kind"] == "stated"]
    assert told and len(told) == len(set(told))


def test_where_nothing_else_is_found_that_is_said(revise):
    done = revise("quoted.md", "--section", FIGURES, comment="more about software")
    assert done.code == 0 and "nothing else was found" in done.err


@pytest.mark.parametrize(
    "comment", ["make it friendlier", "shorter", "leave the part on Japan out", "weniger zu Japan"]
)
def test_what_code_cannot_follow_changes_nothing(revise, folder, tmp_path, comment):
    done = revise("quoted.md", "-o", tmp_path / "new.md", comment=comment)
    assert done.code == 2 and repr(comment) in done.message and "needs a language model" in done.message
    assert not (tmp_path / "new.md").exists() and unfinished("--home", tmp_path / "home") == []


def test_a_drafted_note_that_is_revised_without_a_model_stays_a_drafted_one(shelf, revise, made, tmp_path):
    note = revise("drafted.html", "--section", FIGURES, "-o", tmp_path / "new.docx").json
    assert note["mode"] == "drafted" and note["making"]["drafted_by"] == "m"
    assert problems(shelf, tmp_path / "new.docx") == []
    assert kept_text(note, {FIGURES}) == kept_text(made["drafted"], {FIGURES})


def test_conclusions_are_drawn_for_the_section_alone_and_from_no_others(revise, endpoint, model):
    note = revise("drafted.docx", "--section", ADVICE, *model).json
    (asked,) = [
        one["messages"][1]["content"] for one in endpoint.meter.requests if "ModelConclusions" in json.dumps(one)
    ]
    assert re.findall(r"^\d+\. (.*) \(allows", asked, re.MULTILINE) == [ADVICE]
    assert COMMENT in asked and "Our recommendation" not in asked
    assert section(note, ADVICE)["text"].count("Sites should measure alike.") == 1


def test_what_the_regions_say_and_leave_unsaid_stays(library, revise, shelf, tmp_path):
    command = ["neuromorphic chips", "--template", "position-comparison", *library, "--home", tmp_path / "home"]
    was = run("note", *command, "-o", tmp_path / "table.docx", "--json").json
    note = revise(tmp_path / "table.docx", "--section", FIGURES, "-o", tmp_path / "new.docx").json
    assert was["silent"] == note["silent"] == ["United States"]
    for name in ("unclear", "not_assessed"):
        assert note[name] == was[name]
    heading = was["sections"][0]["heading"]
    assert "| United States |" in section(note, heading)["text"]
    assert MARK.sub("", section(note, heading)["text"]) == MARK.sub("", section(was, heading)["text"])
    assert problems(shelf, tmp_path / "new.docx") == []


def test_words_that_were_forged_throughout_a_file_do_not_stand(shelf, folder, revise, tmp_path):
    for name in ("quoted.md", "quoted.md.json"):
        text = (folder / name).read_text("utf-8")
        assert "largest single use" in text
        (tmp_path / name).write_text(text.replace("largest single use", "smallest single use"), encoding="utf-8")
    done = revise(tmp_path / "quoted.md", "--section", FIGURES, "-o", tmp_path / "new.html")
    (fallen,) = done.json["revision"]["fallen"]
    assert "smallest single use" in fallen["text"] and "the report says “largest" in fallen["reason"]
    assert "smallest" not in done.json["markdown"] and problems(shelf, tmp_path / "new.html") == []


def test_a_wish_about_form_is_followed_by_a_model_and_searches_for_nothing_else(revise, endpoint, model):
    note = revise("drafted.html", "--section", FIGURES, *model, comment="make it friendlier").json
    assert note["revision"]["searched_for"] == ""
    drafts = [one for one in endpoint.meter.requests if "ModelDraft" in json.dumps(one)]
    assert len(drafts) == 1 and "make it friendlier" in json.dumps(drafts)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--section", "Heat"], f"there is no section 'Heat': name 'Why it matters', '{POSITIONS}'"),
        (["--section", "key messages"], "is made of the others: name"),
        (["--comment", " "], "the comment is empty"),
        (["--review"], "leave the --review out"),
        ([TOPIC], "leave the topic out"),
        (["--region", "Atlantis"], "'Atlantis'"),
        (["-o", "new.odt"], "'.odt'"),
    ],
)
def test_what_does_not_go_is_refused_in_a_line(revise, options, said, tmp_path):
    done = revise("quoted.pdf", *options)
    assert done.code == 2 and said in done.message
    assert unfinished("--home", tmp_path / "home") == []


@pytest.mark.parametrize("name", ["gone.docx", "note.txt", "other.docx", "alone.md"])
def test_a_file_that_is_no_note_of_ours_is_refused_in_a_line(revise, folder, tmp_path, name):
    if name != "gone.docx":
        (tmp_path / name).write_bytes(b"no such thing")
    done = revise(tmp_path / name)
    assert done.code == 2 and name in done.message


def test_an_answer_is_not_revised(library, revise, tmp_path):
    assert (
        run("ask", "cooling in Japan", *library, "--home", tmp_path / "home", "-o", tmp_path / "answer.html").code == 0
    )
    done = revise(tmp_path / "answer.html")
    assert done.code == 2 and "is an answer" in done.message


@pytest.mark.parametrize(
    ("given", "said"),
    [(["--comment", "x"], "--comment is for"), (["--section", "x"], "--section is for"),
     (["--revise", "x.md"], "--revise needs")],
)  # fmt: skip
def test_options_of_a_revision_belong_together(library, given, said):
    done = run("note", *([] if "--revise" in given else [TOPIC]), *given, *library)
    assert done.code == 2 and said in done.message


@pytest.mark.parametrize("ending", [".docx", ".html", ".md"])
def test_what_a_hand_changed_is_named_and_never_written_over(revise, folder, tmp_path, ending):
    file = tmp_path / f"mine{ending}"
    whole = (folder / f"quoted{ending}").read_bytes()
    before, after = b"largest single use", b"smallest single use"
    if ending == ".docx":
        changed = repacked(whole, "word/document.xml", lambda text: text.replace(before, after, 1))
    else:
        changed = whole.replace(before, after, 1)
    file.write_bytes(changed)
    if ending == ".md":
        shutil.copy(folder / "quoted.md.json", tmp_path / "mine.md.json")
    refused = revise(file, "-o", file)
    assert refused.code == 2 and "changed by hand" in refused.message and "smallest single use" in refused.err
    assert file.read_bytes() == changed and unfinished("--home", tmp_path / "home") == []
    done = revise(file, "-o", tmp_path / "new.md")
    assert done.code == 0 and "smallest single use" in done.err and "is not taken over" in done.err
    assert "smallest" not in (tmp_path / "new.md").read_text("utf-8") and file.read_bytes() == changed
    again = revise("quoted.pdf", "-o", file)  # another file that would be lost
    assert again.code == 2 and file.read_bytes() == changed


def test_a_file_that_nobody_changed_may_be_written_over(revise, folder, tmp_path, shelf):
    file = Path(shutil.copy(folder / "quoted.docx", tmp_path / "note.docx"))
    done = revise(file, "--section", POSITIONS, "-o", file)
    assert done.code == 0 and "by hand" not in done.err
    assert problems(shelf, file) == []
    assert revise(file, "--section", FIGURES).json["revision"]["of"] == done.json["run"]


def test_length_language_and_filters_stay_unless_given_anew(library, revise, tmp_path):
    options = ["--language", "fr", "--words", "260", "--pages", "2", "--region", "Japan", "--region", "Europe"]
    first = run(
        "note", TOPIC, *library, "--home", tmp_path / "home", *options, "-o", tmp_path / "fr.docx", "--json"
    ).json
    assert first["asked"]["words"] == 260 and first["asked"]["pages"] == 2
    same = revise(tmp_path / "fr.docx", "--section", "ce que dit chaque région").json
    assert same["making"]["language"] == "fr" and same["words"] <= 260
    assert {**same["asked"]} == {**first["asked"]}
    cited = {one["region"] for part in same["sections"] for claim in part["claims"] for one in claim["citations"]}
    assert {str(region).split("/")[0] for region in cited} <= {"Japan", "Europe"}
    other = revise(tmp_path / "fr.docx", "--section", POSITIONS, "--language", "de", "--words", "900").json
    assert other["sections"][0]["heading"] == "Kernaussagen" and other["asked"]["words"] == 900
    assert " sagt: “" in other["markdown"] and " dit : “" not in other["markdown"]


def test_a_revision_that_is_cut_off_goes_on(folder, revise, endpoint, model, tmp_path):
    endpoint.disturb = lambda number: 400 if number else None
    where = ["--home", tmp_path / "home"]
    assert revise("drafted.docx", "--section", FIGURES, *model, "-o", tmp_path / "new.html").code == 4
    (row,) = unfinished(*where)
    assert row["revises"] and row["topic"] == TOPIC
    assert f"revises {row['revises']}" in " ".join(run("note", "--list", *where).out.split())
    paid = len(endpoint.meter.requests)
    endpoint.disturb = lambda number: None
    done = run("note", "--resume", row["id"], *where, "--json")
    assert done.code == 0, done.err
    assert done.json["run"] == row["id"] and done.json["revision"]["sections"] == [FIGURES]
    assert done.json["cost"]["cache_hits"] and len(endpoint.meter.requests) > paid
    assert done.json["files"] == [str(tmp_path / "new.html")] and unfinished(*where) == []


def test_a_revision_goes_on_from_the_same_file_alone(folder, revise, endpoint, model, tmp_path):
    file = Path(shutil.copy(folder / "drafted.docx", tmp_path / "note.docx"))
    endpoint.disturb = lambda number: 400
    revise(file, "--section", FIGURES, *model)
    (row,) = unfinished("--home", tmp_path / "home")
    reviewed = run("note", "--resume", row["id"], "--review", "--home", tmp_path / "home")
    assert reviewed.code == 2 and "leave the --review out" in reviewed.message
    named = run("note", "--resume", row["id"], "--revise", file, "--home", tmp_path / "home")
    assert named.code == 2 and "leave the --revise out" in named.message
    shutil.copy(folder / "quoted.docx", file)
    other = run("note", "--resume", row["id"], "--home", tmp_path / "home")
    assert other.code == 2 and "revise it anew" in other.message
    file.unlink()
    gone = run("note", "--resume", row["id"], "--home", tmp_path / "home")
    assert gone.code == 2 and "there is no file" in gone.message


def test_it_is_weighed_and_capped(revise, endpoint, priced):
    model = ["--model", "m", "--base-url", endpoint.url]
    part = revise("drafted.docx", "--section", FIGURES, "--estimate", *model).json
    whole = revise("drafted.docx", "--estimate", *model, comment="make it friendlier").json
    assert 0 < part["at_most"]["calls"] < whole["at_most"]["calls"] and endpoint.meter.requests == []
    assert revise("drafted.docx", "--section", FIGURES, *model, "--max-cost", "0").code == 5
    assert endpoint.meter.requests == []


class TestInALibraryThatMovedOn:
    """What is kept is held against the reports as they are now."""

    @pytest.fixture
    def place(self, tmp_path):
        """Reports, and a note on them that a model drafted."""
        reports = copy_samples(tmp_path / "reports")
        (reports / "plan.md").write_text(
            "# Plan\n\nThe energy of inference is metered at each rack.\n\nThe energy of inference is 3 MWh a year.\n",
            encoding="utf-8",
        )
        with (reports / "reports.toml").open("a", encoding="utf-8") as manifest:
            manifest.write('\n["plan.md"]\ntitle = "Plan"\nregion = "Oceania"\nlanguage = "en"\nstatus = "adopted"\n')
        self.where = ["--home", tmp_path / "home", "--embedder", "none"]
        assert run("ingest", reports, *self.where).code == 1  # one has no text
        assert run("note", TOPIC, *self.where, "-o", tmp_path / "note.docx", "-o", tmp_path / "note.md").code == 0
        assert "3 MWh a year" in (tmp_path / "note.md").read_text("utf-8")
        return tmp_path

    def revised(self, place, *options):
        command = ["--revise", place / "note.docx", "--comment", COMMENT, "--section", FIGURES]
        done = run("note", *command, *self.where, "-o", place / "new.docx", "--json", *options)
        assert run("verify", place / "new.docx", "--home", place / "home", "--json").json["problems"] == []
        return done

    def test_words_that_stand_no_more_are_named_and_left_out(self, place):
        text = (place / "reports/plan.md").read_text("utf-8").replace("metered at each rack", "metered at each hall")
        (place / "reports/plan.md").write_text(f"# Plan\n\nA new preface.\n\n{text[8:]}", encoding="utf-8")
        assert run("ingest", place / "reports", *self.where).code == 1
        done = self.revised(place)
        fallen = done.json["revision"]["fallen"]
        assert {one["section"] for one in fallen} <= {*SEARCHED} - {FIGURES} and fallen
        assert all("metered at each rack" in one["text"] for one in fallen)
        assert (
            "is not in the newer version" in fallen[0]["reason"]
            and "each rack" in done.err
            and "stands no more" in done.err
        )
        assert "each rack" not in done.json["markdown"] and done.json["dropped"] == len(fallen)
        assert self.revised(place, "--strict").code == 6

    def test_words_that_moved_are_cited_where_they_stand(self, place):
        text = (place / "reports/plan.md").read_text("utf-8")
        (place / "reports/plan.md").write_text(text.replace("# Plan\n", "# Plan\n\nA new preface.\n"), "utf-8")
        assert run("ingest", place / "reports", *self.where).code == 1
        done = self.revised(place)
        assert done.json["revision"]["fallen"] == []
        assert any("plan.md has changed since" in one for one in done.json["revision"]["changed"])
        assert "plan.md has changed since" in done.err
        said = section(done.json, POSITIONS)["text"]
        assert "para. 2, says: “The energy of inference is metered at each rack.”" in said

    def test_a_report_that_was_superseded_is_named_and_marked(self, place):
        manifest = place / "reports/reports.toml"
        newer = '["us-facilities-plan-2026.html"]\n'
        told = manifest.read_text("utf-8")
        assert told.count(newer) == 1
        manifest.write_text(told.replace(newer, f'{newer}supersedes = "plan.md"\n'), "utf-8")
        assert run("ingest", place / "reports", *self.where).code == 1
        done = self.revised(place)
        assert any("superseded by us-facilities-plan-2026.html" in one for one in done.json["revision"]["changed"])
        assert "superseded by us-facilities-plan-2026.html" in done.err
        assert "(Oceania, superseded)" in section(done.json, POSITIONS)["text"]

    def test_a_report_that_is_gone_takes_its_words_along(self, place):
        assert run("reports", "remove", "plan.md", *self.where[:2]).code == 0
        done = self.revised(place)
        assert {one["reason"] for one in done.json["revision"]["fallen"]} == {
            "its report, plan.md, is no longer in the library"
        }
        assert "plan.md" not in done.json["markdown"]

    def test_a_region_that_came_later_is_called_neither_heard_nor_silent(self, place):
        (place / "reports/late.md").write_text("# Late\n\nThe energy of inference is 9 MWh.\n", encoding="utf-8")
        with (place / "reports/reports.toml").open("a", encoding="utf-8") as manifest:
            manifest.write('\n["late.md"]\nregion = "Africa"\nlanguage = "en"\n')
        assert run("ingest", place / "reports", *self.where).code == 1
        done = self.revised(place)
        assert "Not looked into, since their reports came in after this was drafted: Africa." in done.json["markdown"]
        assert "Africa" not in str(section(done.json, POSITIONS)) and "Africa" not in done.json["silent"]
