"""A model that tries to break each rule of a note, and whose reviewer agrees to all of it: no format shows more.

The rules are those that code holds. Beside each sentence that breaks one stands its twin, which does not: that stands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from coscribe.core.text import without_controls
from doubles.command_line import Done, run
from doubles.desk import Asked, Author, Line, draft
from doubles.endpoint import Endpoint
from doubles.seen import SHOWING, carried, rows, seen, squashed
from doubles.texts import shelve

TOPIC = "energy of inference"
ELSEWHERE = "Hall Lomba stores the energy of inference in salt."


@dataclass(frozen=True)
class Draft:
    """What a report says of a site, what a model makes of it against a rule, and what it may make of it."""

    rule: str
    site: str
    said: str
    broken: str
    sound: str
    cites: int | None = None  # a number instead of the right one; 0: none


DRAFTS = (
    Draft(
        "no citation", "Alba", "Site Alba counts the energy of inference at noon.",
        "Site Alba sells the energy of inference to its neighbours.",
        "At noon, site Alba counts the energy of inference.", cites=0,
    ),
    Draft(
        "a citation of nothing", "Gerlo", "Site Gerlo saves the energy of inference at night.",
        "Site Gerlo doubles the energy of inference at weekends.",
        "At night, site Gerlo saves the energy of inference.", cites=900,
    ),
    Draft(
        "a figure changed", "Brena", "Site Brena used 12 MWh for the energy of inference in 2025.",
        "The energy of inference came to 14 MWh at site Brena in 2025.",
        "The energy of inference came to 12 MWh at site Brena in 2025.",
    ),
    Draft(
        "a quotation made up", "Corvo", "Site Corvo publishes the energy of inference in a yearly table.",
        "Site Corvo calls the energy of inference “a secret of our council and of nobody else”.",
        "The energy of inference is in a yearly table that site Corvo publishes.",
    ),
    Draft(
        "advice in a stated section", "Dorna", "Site Dorna measures the energy of inference every day.",
        "Every site should measure the energy of inference every day, like site Dorna.",
        "Every day, site Dorna measures the energy of inference.",
    ),
    Draft(
        "a duty in a stated section", "Fenno", "Site Fenno may report the energy of inference to its council.",
        "Site Fenno must report the energy of inference to its council.",
        "The energy of inference may be reported by site Fenno to its council.",
    ),
)  # fmt: skip
LONG = Draft(
    "a sentence too long", "Elmo", "Site Elmo asked all of its staff about the energy of inference.",
    f"Site Elmo, {'as it told its staff over and over, ' * 11}asked about the energy of inference.", "",
)  # fmt: skip


def concluded(rule: str, text: str, kind: str = "inference", section: int = 0, cites: tuple[int, ...] | None = None):
    """What a model concludes, of the first statement of its section unless it cites others."""
    return rule, {"text": text, "kind": kind, "section": section, "cites": cites}


CONCLUSIONS = (
    concluded("no citation", "Nothing at all is cited in this one.", cites=()),
    concluded("a citation of nothing", "What this one cites is not there.", cites=(900,)),
    concluded("a new figure", "A site of that kind will draw 77 MW by 2041."),
    concluded("a figure in words", "Its price is ninety million euros."),
    concluded("a count of its own", "Twenty-five sites publish no such table."),
    concluded("a quotation made up", 'A site says "we give up on energy for good".'),
    concluded("words of another report", ELSEWHERE),
    concluded("advice where none may stand", "Sites had best do so at once.", "recommendation"),
    concluded("advice called an inference", "We recommend that every site does the same."),
    concluded("a duty called an inference", "All sites must do so from now on."),
    concluded("a section that allows none", "This one stands where none may stand.", section=-1),
    concluded("a section that is not there", "This one has no section of its own.", section=77),
    concluded("too many words", f"It matters {'very ' * 40}much to every site."),
    concluded("a word without end", f"It matters to every site, {'and/or/' * 80}as well."),
)
STANDS = "What site {} does may be done elsewhere."  # of each section, at its end
SYNTAX = {
    "a paragraph of Word": "<w:p><w:r><w:t>in</w:t></w:r></w:p>",
    "the end of a text": "]]> <![CDATA[x]]>",
    "an entity": "&#x0; &lt;b&gt; &amp;",
    "a script": "</script><script>alert(document)</script>",
    "a picture": "<img src=x onerror=alert(document)>",
    "a comment": "<!-- gone -->",
    "Markdown": "**bold** [link](http://a.test) `code` ~~gone~~",
    "a picture in Markdown": "![pic](http://a.test/p.png) <http://b.test>",
    "a footnote": "[^n] ^[note] and [^n]: gone",
    "typst": "#eval(panic) #panic() @ref <label> _x_",
    "mathematics": r"$x^n$ $ \frac{a}{b} $",
    "backslashes": r"\u{fe} \\ \n \# \*",
    "a formula": "=cmd|'/C calc'!A",
    "a field": r"{ INCLUDETEXT a } \* MERGEFORMAT",
    "an escape": "\x1b[Hred\x1b[K \x07",
    "a direction": "a\u202eb\u2066c\u200bd",
    "a heading": "# Heading == ---",
    "a table": "| a | b | :-- |",
}
NAMES = [f"{first}{last}" for last in ("nda", "rbo", "lse") for first in ("Mi", "Po", "Ra", "Su", "Te", "Va")]
SITES = dict(zip(NAMES, SYNTAX, strict=True))  # a report on each, which is full of one of these


class Published:
    """A note in all formats, with its facts, by a model that the endpoint plays."""

    def __init__(self, folder: Path, endpoint: Endpoint) -> None:
        self._folder, self._endpoint = folder, endpoint
        self.done: Done
        self._shown: dict[str, str] = {}

    def make(self, texts: dict[str, str], manifest: str, template: str, author: Author) -> "Published":
        """Write a note of an author on some texts."""
        shelve(self._folder, texts, manifest)
        self._endpoint.reply = author
        (self._folder / "own.toml").write_text(template, encoding="utf-8")
        return self._write(TOPIC, "--template", self._folder / "own.toml")

    def revised(self, author: Author, comment: str, section: str) -> "Published":
        """Write it anew as an author revises one of its sections; the others are kept."""
        other = Published(self._folder, self._endpoint)
        other._endpoint.reply = author
        before = (self._folder / "note.docx").rename(self._folder / "before.docx")
        asked = ["--revise", before, "--comment", comment, "--section", section]
        return other._write(*asked)

    def _write(self, *asked: object) -> "Published":
        files = [part for ending in SHOWING[:-1] for part in ("-o", self._folder / f"note{ending}")]
        where = ["--library", self._folder / "library", "--embedder", "none", "--home", self._folder / "home"]
        model = ["--model", "m", "--base-url", self._endpoint.url]
        self.done = run("note", *asked, *where, *model, *files, "--facts", self._folder / "note.xlsx", "--json")
        self._shown = {ending: seen(self.read(ending), ending) for ending in SHOWING}
        return self

    def read(self, ending: str) -> bytes:
        return (self._folder / f"note{ending}").read_bytes()

    def shown(self, ending: str) -> str:
        return self._shown[ending]


def template(sites: list[str], question: str) -> str:
    """A section for each site, in which something may be inferred, and one in which nothing may."""
    section = '[[sections]]\nheading = "About {}"\nquestion = "{}"\nallows = ["inference"]\n'
    told = [section.format(site, question.format(site)) for site in sites]
    gaps = '[[sections]]\nheading = "Gaps"\nkind = "gaps"\n'
    return "".join(['name = "own"\ntitle = "On {topic}"\n', *told, gaps])


def numbered(prompt: str) -> dict[int, str]:
    """The statements that a model may conclude from, by their numbers."""
    return {int(number): text for number, text in re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)}


def of_site(asked: Asked, sites: list[str]) -> tuple[str, Line]:
    """The site that is asked about, and the line of evidence on it."""
    site = next(site for site in sites if site in asked.question)
    return site, next(line for line in asked.lines if site in line.text)


@pytest.fixture(scope="module")
def notes(tmp_path_factory) -> Callable[[], Published]:
    endpoint = Endpoint()
    yield lambda: Published(tmp_path_factory.mktemp("hostile"), endpoint)
    endpoint.close()


@pytest.fixture(scope="module", params=["made", "revised"])
def broken(notes, request) -> tuple[Published, Any]:
    """A note whose model breaks every rule, and whose reviewer agrees to all it wrote; and the JSON that it carries."""
    drafts = {one.site: one for one in (*DRAFTS, LONG)}
    sites = list(drafts)

    def write(asked: Asked) -> Any:
        site, line = of_site(asked, sites)
        mine = drafts[site]
        cites = [line.number] if mine.cites is None else [mine.cites] if mine.cites else []
        strange = [([line.number], ELSEWHERE)] if site == "Alba" else []
        return draft((cites, mine.broken), *strange, *([([line.number], mine.sound)] if mine.sound else []))

    def conclude(prompt: str) -> list[Any]:
        known = numbered(prompt)
        allowing = [at for at, site in enumerate(sites, 1) if site != "Elmo"]
        told = []
        for place, (_, one) in enumerate(CONCLUSIONS):
            section = one["section"] or allowing[place % len(allowing)]
            first = next((at for at, text in known.items() if sites[section % len(sites) - 1] in text), 1)
            told.append({**one, "section": section, "cites": [first] if one["cites"] is None else list(one["cites"])})
        for at, text in ((at, text) for at, text in known.items() if "Lomba" not in text):
            site = next(site for site in sites if site in text)
            stands = {"section": sites.index(site) + 1, "kind": "inference", "cites": [at]}
            told.append({**stands, "text": STANDS.format(site)})
        return told

    europe = "\n\n".join(["Sites of Europe", *(one.said for one in drafts.values())])
    texts = {"europe.txt": europe, "japan.txt": f"Halls of Japan\n\n{ELSEWHERE}\n"}
    author = Author(write, conclude=conclude)
    made = notes().make(texts, "", template(sites, "What of {{topic}} at site {}?"), author)
    carries = carried(made.read(".pdf"))
    if request.param == "made":
        return made, carries
    revised = made.revised(author, "tell every site what it should do, and leave the citations out", "About Dorna")
    assert revised.done.json["revision"]["sections"] == ["About Dorna"]
    return revised, carried(revised.read(".pdf"))


@pytest.mark.parametrize("one", [*DRAFTS, LONG], ids=lambda one: one.rule)
def test_a_drafted_sentence_that_breaks_a_rule_is_in_no_format(broken: tuple[Published, Any], one: Draft) -> None:
    note, carries = broken
    for ending in SHOWING:
        assert squashed(one.broken) not in note.shown(ending), ending
        assert squashed(one.sound) in note.shown(ending), ending
    assert squashed(one.broken) not in squashed(str(carries))


@pytest.mark.parametrize(("rule", "one"), CONCLUSIONS, ids=[rule for rule, _ in CONCLUSIONS])
def test_a_conclusion_that_breaks_a_rule_is_in_no_format(
    broken: tuple[Published, Any], rule: str, one: dict[str, Any]
) -> None:
    note, carries = broken
    for ending in SHOWING:
        assert squashed(f": {one['text']}") not in note.shown(ending), (rule, ending)
    assert f": {one['text']}" not in str(carries)


@pytest.mark.parametrize("site", [one.site for one in DRAFTS])
def test_a_conclusion_that_breaks_none_is_in_every_format(broken: tuple[Published, Any], site: str) -> None:
    for ending in SHOWING:
        assert squashed(f"Inference: {STANDS.format(site)}") in broken[0].shown(ending), ending


def test_every_sentence_rests_on_words_that_stand_in_the_report_it_names(broken: tuple[Published, Any]) -> None:
    texts = {"europe.txt": " ".join(one.said for one in (*DRAFTS, LONG)), "japan.txt": ELSEWHERE}
    told = [row for row in rows(broken[0].read(".xlsx")) if row["kind"] in ("drafted", "quoted", "inference")]
    assert len(told) > 12
    for row in told:
        assert row["quote"].strip("“”") in texts[row["file"]]
    (strange,) = {(row["file"], row["quote"]) for row in told if ELSEWHERE in row["sentence"]}
    assert strange == ("japan.txt", f"“{ELSEWHERE}”")


def test_a_draft_whose_sentences_are_too_long_gives_way_to_the_words_of_the_report(notes) -> None:
    text = f"Sites\n\n{LONG.said}\n"
    author = Author(lambda asked: draft(([of_site(asked, [LONG.site])[1].number], LONG.broken)))
    note = notes().make({"sites.txt": text}, "", template([LONG.site], "What of {{topic}} at site {}?"), author)
    assert note.done.code == 4 and "400 characters" in note.done.json["degraded"]
    assert all(squashed(LONG.said) in note.shown(ending) for ending in SHOWING)


@pytest.fixture(scope="module")
def marked_up(notes) -> Published:
    """A note full of syntax: in reports, in their titles, and in what its model drafts and concludes."""
    sites = list(SITES)

    def write(asked: Asked) -> Any:
        site, line = of_site(asked, sites)
        return draft(([line.number], drafted(site)))

    def conclude(prompt: str) -> list[Any]:
        known = numbered(prompt)
        where = {site: at for site in sites for at, text in known.items() if site in text}
        return [
            {"section": sites.index(site) + 1, "kind": "inference", "cites": [at], "text": concluding(site)}
            for site, at in where.items()
        ]

    texts = {f"{site}.txt": f"A report\n\n{reported(site)}\n" for site in sites}
    texts["first.txt"] = "The energy of inference is the energy of inference."  # what is quoted besides, once
    titles = {site: without_controls(syntax(site)).replace("\\", "\\\\").replace('"', '\\"') for site in sites}
    manifest = "".join(
        f'["{site}.txt"]\ntitle = "{site} {titles[site]}"\norganisation = "{titles[site]} {site}"\nlanguage = "en"\n'
        for site in sites
    )
    return notes().make(texts, manifest, template(sites, "What of {}?"), Author(write, conclude=conclude))


def syntax(site: str) -> str:
    return SYNTAX[SITES[site]]


def reported(site: str) -> str:
    return f"At site {site} the energy of inference {syntax(site)} is measured every day."


def drafted(site: str) -> str:
    return f"Every day {syntax(site)} the site {site} measures the energy of inference {syntax(site)} [9]."


def concluding(site: str) -> str:
    return f"{syntax(site)} as site {site} does {syntax(site)} may be done elsewhere [9]."


@pytest.mark.parametrize("ending", SHOWING)
@pytest.mark.parametrize("site", SITES, ids=SITES.values())
def test_what_looks_like_markup_is_text_in_every_format(marked_up: Published, site: str, ending: str) -> None:
    shown = marked_up.shown(ending)
    words = [] if ending == ".md" else [reported(site)]  # in notes, which Markdown does not have
    for text in (drafted(site), concluding(site), f"{site} {syntax(site)}", *words):
        assert squashed(without_controls(text).replace(" [9]", "")) in shown, text
