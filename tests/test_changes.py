"""Snapshots of library and matrix, and what changed between two of them: the paper for a meeting."""

import json
import os
import random
import stat
import zipfile

import openpyxl
import pytest
from doubles.command_line import run
from reportlab.pdfgen.canvas import Canvas

WORDS_ALONE = ("--embedder", "none")
TOPICS = ("immersion cooling", "neuromorphic chips", "optical interconnects", "tape archives", "digital twins",
          "seismic imaging")  # fmt: skip
REGIONS = ("Europe", "Japan", "United States", "Brazil", "India", "Australia", "Canada")
ROLES = ("edited", "reissued", "removed", "added", "adopted", "redated", "kept")
SAYS = {
    "commits": "Each computing centre shall use {topic}.",
    "plans": "The programme plans to introduce {topic}.",
    "opposes": "The council rejects {topic}.",
    "megawatts": "Each computing centre shall draw at most {number} MW for {topic}.",
    "deadline": "Each computing centre shall use {topic} by {number}.",
}
PADDING = ("The staff of a hall is trained twice a year.", "Visitors register at the gate.")


def told(topic, kind, number=0):
    """A sentence on a topic, its stance, and the figure in it."""
    return topic, kind, number


def stance(saying):
    return saying[1] if saying[1] in ("commits", "plans", "opposes") else "commits"


def page(title, sayings):
    sections = [f"## Part {at}\n\n{SAYS[kind].format(topic=topic, number=number)}"
                for at, (topic, kind, number) in enumerate(sayings, 1)]  # fmt: skip
    return "\n\n".join([f"# {title}", PADDING[0], *sections, "## Visitors", PADDING[1]]) + "\n"


class History:
    """A library at two times, and the list of what was changed between them, as `changes` should tell it."""

    def __init__(self, seed, tmp_path):
        self.random, self.folder, self.expected = random.Random(seed), tmp_path / "reports", []
        self.folder.mkdir()
        (tmp_path / "topics.toml").write_text("".join(f'[[topics]]\nname = "{one}"\n' for one in TOPICS))
        self.topics, self.manifest = ("--topics", tmp_path / "topics.toml"), {}
        self.roles = dict(zip(self.random.sample(REGIONS, len(REGIONS)), ROLES, strict=True))

    def begin(self):
        for region, role in self.roles.items():
            self.sayings = self._begun()
            if role != "added":
                self.write(region, "2024", self.sayings, "draft" if role == "adopted" else "adopted")
            setattr(self, role, (region, self.sayings))
        self.ingest()

    def write(self, region, year, sayings, status="adopted", **fields):
        file = f"{region.replace(' ', '-').lower()}-{year}.md"
        title = f"Computing in {region} {year}"
        (self.folder / file).write_text(page(title, sayings))
        self.manifest[file] = {
            "title": title, "region": region, "date": f"{year}-05", "status": status, "kind": "roadmap",
            "organisation": f"Office of {region}", "language": "en", **fields,
        }  # fmt: skip
        return file

    def ingest(self):
        entries = (f'["{file}"]\n' + "".join(f'{key} = "{value}"\n' for key, value in fields.items())
                   for file, fields in self.manifest.items())  # fmt: skip
        (self.folder / "reports.toml").write_text("\n".join(entries))
        done = run("ingest", self.folder, "--prune", *WORDS_ALONE)
        assert done.code == 0, done.err

    def go_on(self):
        region, sayings = self.edited
        file = self.write(region, "2024", self._changed(region, sayings))
        self.expected.append(("revised", file))

        region, sayings = self.reissued
        old = f"{region.replace(' ', '-').lower()}-2024.md"
        new = self.write(region, "2026", self._changed(region, sayings), supersedes=old)
        if self.random.random() < 0.5:  # said twice, in both entries
            self.manifest[old]["status"] = "superseded"
        self.expected += [("added", new), ("superseded", old, f"Computing in {region} 2026")]

        region, _ = self.removed
        file = f"{region.replace(' ', '-').lower()}-2024.md"
        del self.manifest[file]
        (self.folder / file).unlink()
        self.expected.append(("removed", file))

        region, sayings = self.added
        self.expected.append(("added", self.write(region, "2026", sayings)))
        self.expected += [("first_spoken", region, one[0], None, stance(one)) for one in sayings]

        region, sayings = self.adopted
        file = self.write(region, "2024", sayings)
        self.expected.append(("statuses", file, "draft", "adopted"))
        self.expected += [("stances", region, one[0], stance(one), stance(one)) for one in sayings]

        region, sayings = self.redated
        file = self.write(region, "2024", sayings, date="2024-11")
        self.expected.append(("metadata", file, "date", "2024-05", "2024-11"))
        self.ingest()

    def _begun(self):
        """What a region says of all topics but the last: a figure, a year, and three stances."""
        kinds = ["megawatts", "deadline", *self.random.choices(("commits", "plans", "opposes"), k=3)]
        numbers = {"megawatts": self.random.randrange(10, 40), "deadline": self.random.randrange(2027, 2031)}
        topics = self.random.sample(TOPICS, len(TOPICS))
        return [told(topic, kind, numbers.get(kind, 0)) for topic, kind in zip(topics, kinds, strict=False)]

    def _changed(self, region, sayings):
        """Move the figure and the year, turn a stance, drop a topic, take up the one that was left out."""
        power, year, turned, dropped, kept = sayings
        new_power = told(power[0], power[1], power[2] + self.random.randrange(1, 9))
        new_year = told(year[0], year[1], year[2] + self.random.randrange(1, 4))
        other = self.random.choice([one for one in ("commits", "plans", "opposes") if one != turned[1]])
        (left_out,) = set(TOPICS) - {one[0] for one in sayings}
        first = told(left_out, self.random.choice(("commits", "plans", "opposes")))
        self.expected += [
            ("figures", region, power[0], f"at most {power[2]} MW", f"at most {new_power[2]} MW"),
            ("years", region, year[0], str(year[2]), str(new_year[2])),
            ("stances", region, turned[0], turned[1], other), ("gone_silent", region, dropped[0], dropped[1], "silent"),
            ("first_spoken", region, left_out, "silent", first[1]),
        ]  # fmt: skip
        sayings = [new_power, new_year, told(turned[0], other), kept, first]
        return self.random.sample(sayings, len(sayings))


CELLS = ("stances", "first_spoken", "gone_silent", "assessed", "not_assessed")


def listed(changes):
    """All that `changes --json` tells, a tuple a change."""
    found = [
        (kind, one["roadmap"], one["topic"], one["before"], one["after"]) for kind in CELLS for one in changes[kind]
    ]
    found += [(kind, one["roadmap"], ", ".join(one["topics"]), one["before"], one["after"])
              for kind in ("figures", "years") for one in changes[kind]]  # fmt: skip
    found += [(kind, one["file"]) for kind in ("added", "removed", "revised") for one in changes[kind]]
    found += [("superseded", one["file"], one["newer"]) for one in changes["superseded"]]
    found += [("statuses", one["file"], one["before"], one["after"]) for one in changes["statuses"]]
    found += [("metadata", one["file"], one["field"], one["before"], one["after"]) for one in changes["metadata"]]
    return sorted(found, key=repr)


def readings(topics):
    matrix = run("align", *topics, *WORDS_ALONE, "--json").json
    return {row["topic"]: row["reading"] for row in matrix["rows"]}


@pytest.fixture
def history(tmp_path):
    made = History(1, tmp_path)
    made.begin()
    assert run("snapshot", "first", *made.topics, *WORDS_ALONE).code == 0
    return made


@pytest.mark.parametrize("seed", range(5))
def test_the_changes_are_those_that_were_made(tmp_path, seed):
    made = History(seed, tmp_path)
    made.begin()
    kept = run("snapshot", "first", *made.topics, *WORDS_ALONE, "--json")
    assert kept.json == {"name": "first", "made": kept.json["made"], "generation": kept.json["generation"],
                         "reports": 6, "topics": 6, "roadmaps": 6}  # fmt: skip
    before = readings(made.topics)
    made.go_on()
    now = run("changes", "first", *WORDS_ALONE, "--json").json
    assert listed(now) == sorted(made.expected, key=repr)
    after = readings(made.topics)
    assert {one["topic"]: (one["before"], one["after"]) for one in now["readings"]} == {
        topic: (before[topic], after[topic]) for topic in before if before[topic] != after[topic]
    }
    assert run("snapshot", "second", *made.topics, *WORDS_ALONE).code == 0
    between = run("changes", "first", "second", *WORDS_ALONE, "--json").json
    assert listed(between) == listed(now) and between["after"]["name"] == "second" and now["after"]["name"] == ""
    region, _ = made.removed
    assert any(region in remark for remark in now["remarks"])
    for one in now["figures"]:
        assert one["before"] in one["old"]["quote"] and one["after"] in one["new"]["quote"]
        assert one["old"]["number"] != one["new"]["number"] and one["old"]["locator"]["label"]


def test_nothing_changed_is_said(history):
    done = run("changes", "first", *WORDS_ALONE)
    assert done.code == 0 and "Nothing changed" in done.out
    assert listed(run("changes", "first", "first", "--json").json) == []


def test_the_paper_says_the_same_in_every_format(history, tmp_path):
    history.go_on()
    files = {ending: tmp_path / f"paper{ending}" for ending in (".md", ".docx", ".html", ".pdf", ".xlsx")}
    options = [part for file in files.values() for part in ("-o", file)]
    done = run("changes", "first", *options, *WORDS_ALONE, "--json")
    assert done.code == 0 and done.json["files"] == list(map(str, files.values()))
    (moved,) = [one for one in done.json["figures"] if one["roadmap"] == history.edited[0]]
    text = files[".md"].read_text("utf-8")
    heads = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    kinds = ["Stances changed", "Figures moved", "Target years moved", "First spoken of", "Gone silent", "New reports",
             "Superseded reports", "Reports of another status", "Reports with another text under the same name",
             "Removed reports", "Reports described otherwise", "Sources"]  # fmt: skip
    assert [head for head in heads if head in kinds] == kinds
    page, word = files[".html"].read_text("utf-8"), zipfile.ZipFile(files[".docx"]).read("word/document.xml").decode()
    for quote in (moved["old"]["quote"], moved["new"]["quote"]):
        assert f"“{quote}”" in text and quote in page and quote in word
    assert "its text before" in text  # the two contents of one file are two sources
    assert files[".pdf"].read_bytes().startswith(b"%PDF")
    book = openpyxl.load_workbook(files[".xlsx"])
    assert book.sheetnames[0] == "summary" and {"stances", "figures", "years", "gone silent"} <= set(book.sheetnames)
    for name, kind in ((name, name.replace(" ", "_")) for name in book.sheetnames[1:-1]):
        assert book[name].max_row - 1 == len(done.json[kind])
    rows = list(book["figures"].values)
    assert any(moved["old"]["quote"] in row[4] and moved["new"]["quote"] in row[5] for row in rows[1:])


def test_snapshots_are_private_and_hold_no_pages(history, tmp_path):
    (file,) = (tmp_path / "home/state/snapshots").iterdir()
    if os.name != "nt":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    text = file.read_text("utf-8")
    assert "Each computing centre" in text and not any(words in text for words in PADDING)
    (row,) = run("snapshot", "--list", "--json").json["snapshots"]
    assert row["name"] == "first" and row["reports"] == 6
    assert "first" in run("snapshot", "--list").out


def test_purging_a_report_takes_its_words_out_of_snapshots(history, tmp_path):
    (file,) = (tmp_path / "home/state/snapshots").iterdir()
    region, sayings = history.kept
    _, other_sayings = history.redated
    mine = [SAYS[kind].format(topic=topic, number=number) for topic, kind, number in sayings]
    theirs = {SAYS[kind].format(topic=topic, number=number) for topic, kind, number in other_sayings} - set(mine)
    report = f"{region.replace(' ', '-').lower()}-2024.md"
    done = run("reports", "remove", report, "--purge", "--json").json
    assert done["snapshots"] == 1
    kept = json.loads(file.read_text("utf-8"))
    cited = [one for cell in kept["matrix"]["cells"] for one in cell["citations"]]
    cited += [one for row in kept["matrix"]["rows"] for each in row["divergences"] for one in each["citations"]]
    assert cited and all(one["report"] != done["report"] for one in cited)
    alone = [cell for cell in kept["matrix"]["cells"] if cell["roadmap"] == region]
    assert alone and not any(
        cell["citations"] or cell["signs"] or cell["figures"] or cell["position"] for cell in alone
    )
    assert theirs <= {one["quote"] for one in cited}
    assert [one["file"] for one in run("changes", "first", *WORDS_ALONE, "--json").json["removed"]] == [report]


def test_a_damaged_snapshot_is_named_and_purged_whole(history, tmp_path):
    (file,) = (tmp_path / "home/state/snapshots").iterdir()
    file.write_text(file.read_text("utf-8")[:-40], "utf-8")
    for command in (("changes", "first"), ("snapshot", "--list")):
        done = run(*command)
        assert done.code == 2 and "damaged" in done.message and str(file) in done.message
    report = f"{history.kept[0].replace(' ', '-').lower()}-2024.md"
    assert run("reports", "remove", report, "--purge", "--json").json["snapshots"] == 1
    assert not file.exists()


def test_a_snapshot_is_replaced_where_that_is_said(history):
    again = run("snapshot", "first", *history.topics, *WORDS_ALONE)
    assert again.code == 2 and "'first' already" in again.message and "--replace" in again.message
    first = run("snapshot", "--list", "--json").json["snapshots"]
    assert run("snapshot", "first", "--replace", *history.topics, *WORDS_ALONE).code == 0
    (row,) = run("snapshot", "--list", "--json").json["snapshots"]
    assert row["made"] > first[0]["made"]


@pytest.mark.parametrize("name", ["../up", "a/b", ".hidden", "-x y", "a b", "now", "x" * 90, "c:d", "end."])
def test_a_name_that_is_none_is_refused(name, tmp_path):
    done = run("snapshot", "--", name)
    assert done.code == 2 and repr(name) in done.message
    assert not (tmp_path / "home/state/snapshots").exists()


def test_what_is_not_there_is_said(history, tmp_path):
    for command, words in (
        (("changes", "other"), "no snapshot 'other'"), (("changes", "first", "../first"), "no snapshot '../first'"),
        (("snapshot",), "no name"), (("snapshot", "first", "--list"), "leave 'first' out"),
        (("changes", "first", "-o", "paper.odt"), "'.odt'"), (("snapshot", "x", "--region", "Atlantis"), "Atlantis"),
    ):  # fmt: skip
        done = run(*command, *WORDS_ALONE)
        assert done.code == 2 and words in done.message


def test_filters_hold_for_now_as_well_and_may_match_nothing_any_more(history):
    region, _ = history.removed
    assert run("snapshot", "one", "--region", region, *history.topics, *WORDS_ALONE).code == 0
    assert listed(run("changes", "one", *WORDS_ALONE, "--json").json) == []
    history.go_on()
    changes = run("changes", "one", *WORDS_ALONE, "--json").json
    assert [one[0] for one in listed(changes)] == ["removed"]


def reports_of(tmp_path, old, new, status="adopted", more=None):
    """What changed in one region from one text of its report to another; `more` is written beside the later one."""
    folder, entry = tmp_path / "one", '["{}"]\nregion = "Japan"\nstatus = "{}"\nlanguage = "en"\n'
    folder.mkdir(exist_ok=True)
    (tmp_path / "topics.toml").write_text('[[topics]]\nname = "immersion cooling"\n')
    others = "".join(entry.format(name, "adopted") for name in more or ())
    (folder / "reports.toml").write_text(entry.format("plan.md", "adopted") + others)
    (folder / "plan.md").write_text(f"# Plan\n\n{old}\n")
    assert run("ingest", folder, *WORDS_ALONE).code == 0
    assert run("snapshot", "first", "--topics", tmp_path / "topics.toml", *WORDS_ALONE).code == 0
    (folder / "reports.toml").write_text(entry.format("plan.md", status) + others)
    for name, body in {"plan.md": new, **(more or {})}.items():
        (folder / name).write_text(f"# {name[:-3].title()}\n\n{body}\n")
    assert run("ingest", folder, *WORDS_ALONE).code == 0
    return run("changes", "first", *WORDS_ALONE, "--json").json


@pytest.mark.parametrize(
    ("old", "new", "moved"),
    [
        ("Sites with immersion cooling may draw at most 20 MW of electrical power by 2030.",
         "By 2032, sites with immersion cooling shall draw no more than 25 MW of electrical power.",
         [("at most 20 MW", "no more than 25 MW"), ("2030", "2032")]),
        ("The first hall with immersion cooling opens in 2027.", "The first hall with immersion cooling opens in 2029.",
         [("2027", "2029")]),
        ("Halls with immersion cooling draw 10 MW in 2027. Halls with immersion cooling draw 20 MW in 2030.",
         "Halls with immersion cooling draw 10 MW in 2027. Halls with immersion cooling draw 30 MW in 2030.",
         [("20 MW", "30 MW")]),
        ("Halls with immersion cooling draw 10 MW in 2027. Halls with immersion cooling draw 20 MW in 2030.",
         "Halls with immersion cooling draw 22 MW in 2030. Halls with immersion cooling draw 12 MW in 2027.",
         [("10 MW", "12 MW"), ("20 MW", "22 MW")]),
        ("The budget for immersion cooling at universities is EUR 5 million.",
         "The budget for immersion cooling at companies is EUR 9 million.", []),
        ("Halls with immersion cooling draw 20 MW of peak power.",
         "Halls with immersion cooling draw 20 000 kW of peak power.", []),
        ("Halls with immersion cooling draw 20 MW of peak power.",
         "Halls with immersion cooling draw 30 MW of peak power. "
         "Halls with immersion cooling draw 20 MW of peak power.",
         []),
    ],
)  # fmt: skip
def test_only_what_is_of_one_matter_has_moved(tmp_path, old, new, moved):
    changes = reports_of(tmp_path, old, new)
    assert sorted((one["before"], one["after"]) for one in (*changes["figures"], *changes["years"])) == sorted(moved)
    assert len(changes["revised"]) == 1


def test_what_still_stands_has_not_moved(tmp_path):
    """A cell has room for a few quotes: the old one is not among them any more, and holds all the same."""
    (tmp_path / "one").mkdir()
    (tmp_path / "one/other.md").write_text("# Other\n\nVisitors register at the gate.\n")
    body = "Halls with immersion cooling draw 20 MW of peak power."
    changes = reports_of(tmp_path, body, body, more={"other.md": "\n\n".join([
        "Halls with immersion cooling shall draw 25 MW of peak power.",
        *(f"Each {hall} shall use immersion cooling by {year}." for hall in ("hall", "site", "room", "lab", "school")
          for year in (2030, 2031)),
    ])})  # fmt: skip
    assert [one["after"] for one in changes["stances"]] == ["commits"] and not changes["figures"]


def test_nothing_is_told_of_a_roadmap_without_a_report_in_force(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one/other.md").write_text("# Other\n\nEach hall shall use immersion cooling.\n")
    body = "Each site shall use immersion cooling."
    changes = reports_of(tmp_path, body, body, status="superseded")
    assert [one["after"] for one in changes["statuses"]] == ["superseded"]
    assert not changes["gone_silent"] and any("Japan" in remark for remark in changes["remarks"])


def pdf(path, *pages):
    """Pages of one line; "" for a page that is a picture."""
    canvas = Canvas(str(path), invariant=True)
    for text in pages:
        if text:
            canvas.drawString(72, 700, text)
        else:
            canvas.rect(72, 300, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()


def test_what_cannot_be_read_is_not_taken_for_silence(tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    (tmp_path / "topics.toml").write_text('[[topics]]\nname = "immersion cooling"\n')
    manifest = '["old.pdf"]\nregion = "Japan"\nstatus = "adopted"\nlanguage = "en"\n'
    (folder / "reports.toml").write_text(manifest)
    pdf(folder / "old.pdf", "Each site shall use immersion cooling.", "Visitors register at the gate of the hall.")
    assert run("ingest", folder, *WORDS_ALONE).code == 0
    assert run("snapshot", "first", "--topics", tmp_path / "topics.toml", *WORDS_ALONE).code == 0
    (folder / "reports.toml").write_text(f'{manifest}["new.pdf"]\nregion = "Japan"\nsupersedes = "old.pdf"\n')
    pdf(folder / "new.pdf", "Visitors register at the gate of the hall, in English.", "")
    assert run("ingest", folder, *WORDS_ALONE).code == 0
    changes = run("changes", "first", *WORDS_ALONE, "--json").json
    assert not changes["gone_silent"]
    assert [(one["before"], one["after"]) for one in changes["not_assessed"]] == [("commits", "not_assessed")]
    assert run("snapshot", "second", "--topics", tmp_path / "topics.toml", *WORDS_ALONE).code == 0
    pdf(folder / "new.pdf", "Visitors register at the gate of the hall.", "Each site shall use immersion cooling.")
    assert run("ingest", folder, *WORDS_ALONE).code == 0
    changes = run("changes", "second", *WORDS_ALONE, "--json").json
    assert [(one["before"], one["after"]) for one in changes["assessed"]] == [("not_assessed", "commits")]


def test_answers_of_a_batch_are_compared(tmp_path):
    folder = tmp_path / "one"
    folder.mkdir()
    plan = folder / "plan.md"
    questions = tmp_path / "questions.csv"
    questions.write_text("question\nHow much power may a site draw?\nWhich sites report their energy?\n")
    for power, name in ((20, "old"), (25, "new")):
        plan.write_text(
            f"# Plan\n\nA site may draw at most {power} MW of power.\n\nAll large sites report their energy.\n"
        )
        assert run("ingest", folder, *WORDS_ALONE).code == 0
        for ending in ("jsonl", "csv", "xlsx"):
            assert run("batch", questions, "-o", tmp_path / f"{name}.{ending}", *WORDS_ALONE).code == 0
        questions.write_text(questions.read_text() + "Who trains the staff?\n")
    for ending, other in (("jsonl", "jsonl"), ("csv", "jsonl"), ("xlsx", "csv")):
        old, new = tmp_path / f"old.{ending}", tmp_path / f"new.{other}"
        changes = run("changes", old, new, "-o", tmp_path / "paper.xlsx", "-o", tmp_path / "paper.docx", "--json").json
        (changed,) = changes["changed"]
        assert changed["question"] == "How much power may a site draw?" and "quotes" in changed["parts"]
        assert "20 MW" in changed["old"][0] and "25 MW" in changed["new"][0]
        assert [one["question"] for one in changes["added"]] == ["Who trains the staff?"] and changes["unchanged"] == 1
        assert openpyxl.load_workbook(tmp_path / "paper.xlsx").sheetnames == [
            "summary", "changed", "added", "coscribe",
        ]  # fmt: skip
    shown = run("changes", tmp_path / "old.csv", tmp_path / "new.csv").out
    assert "20 MW" in shown and "25 MW" in shown
    assert "Nothing changed" in run("changes", tmp_path / "old.csv", tmp_path / "old.xlsx").out
    for wrong, words in (((tmp_path / "old.csv",), "a second one"), ((questions, tmp_path / "old.csv"), "no column"),
                         ((tmp_path / "none.csv", tmp_path / "old.csv"), "cannot be read"),
                         ((tmp_path / "old.csv", "first"), "is none")):  # fmt: skip
        done = run("changes", *wrong)
        assert done.code == 2 and words in done.message
