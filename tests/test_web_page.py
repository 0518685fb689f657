"""A document as a web page: one file that reaches nothing, that everybody can use, and that is read back as written."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from coscribe.core.document import (
    Aside,
    Document,
    Paragraph,
    Proof,
    Quote,
    Section,
    Sentence,
    SourceEntry,
    SourcePlace,
    Sources,
    Table,
)
from coscribe.tools.publish.colophon import Colophon
from coscribe.tools.publish.html.published_page import read_html
from coscribe.tools.publish.html.web_page import html_file, style
from coscribe.vectorstore.reading.facsimile.facsimile import Facsimile, PagePicture, WordBox
from doubles.documents import mark, told
from selectolax.lexbor import LexborHTMLParser, LexborNode

HOSTILE = "</script><script>alert(1)</script><!-- --> <img src=http://a.test/x onerror=y> \x1b[31mred &amp; \u202eback"
SHOWN = "</script><script>alert(1)</script><!-- --> <img src=http://a.test/x onerror=y> [31mred &amp; back"
WORDS = "sites report the energy of every run"
PICTURE = PagePicture(b"RIFF-of-no-page", "image/webp", 800, 1000)
BOX = WordBox(100, 200, 600, 220)


def proof(source: int, words: str = WORDS, label: str = "p. 2") -> Proof:
    return Proof(source=source, words=words, place=SourcePlace(label=label), page=2, id="a:1-2")


def sentence(*parts: object, kind: str = "drafted", proofs: tuple[Proof, ...] = ()) -> Sentence:
    return Sentence(kind=kind, parts=parts, proofs=proofs)


def entry(number: int, title: str = "A strategy") -> SourceEntry:
    return SourceEntry(
        number=number, title=title, organisation="Site Council", date="2026-02", status="draft", file="a/strategy.pdf",
        places=(SourcePlace(label="p. 2"),),
    )  # fmt: skip


def cell(text: str, kind: str = "catalogue") -> Sentence:
    return sentence(text, kind=kind)


SAYS = sentence("They say ", Quote(words=WORDS), mark(1), ".", kind="quoted", proofs=(proof(1),))
NOTE = Document(
    title="Energy of inference",
    sections=(
        Section(blocks=(Aside(kind="made_by", sentences=(sentence("Made of quotes.", kind="remark"),)),)),
        Section(
            heading="Key messages",
            blocks=(
                Paragraph(sentences=(SAYS,)),
                Paragraph(
                    sentences=(
                        sentence("Two agree", mark(1, 2), ".", proofs=(proof(2), proof(1))),
                        sentence("It follows", mark(2), ".", kind="inference"),
                    ),
                ),
                told("An item", item_of=0),
                told("Below it", item_of=3),
                told("Another", item_of=0),
                Paragraph(sentences=(sentence("Mind the boundary.", kind="remark"),), form="notice"),
            ),
        ),
        Section(
            heading="By region", level=3,
            blocks=(
                Table(heads=("Region", "Limit"), rows=((cell("Europe"), sentence("40 kW", proofs=(proof(1),))),)),
                Table(heads=("", "Limit"), rows=((cell("Japan"), cell("not found", "absence")),)),
            ),
        ),
        Section(heading="Sources", blocks=(Sources(entries=(entry(1), entry(2, "A <b>plan</b>"))),)),
    ),
)  # fmt: skip


def colophon(**given: str) -> Colophon:
    carried = json.dumps({"note": HOSTILE, "more": "\u2028 \\u003c"}, ensure_ascii=False)
    about = {"title": "Energy", "language": "en", "date": "2026-11-30", "made_by": "Made by <code>", "carried": carried}
    return Colophon(**{**about, **given})


def pictures(wanted: Proof) -> Facsimile:
    if wanted.source == 2:
        return Facsimile(before="Before. ", after=" After.", lacks="Its page is not shown.")
    return Facsimile(before="From 2027 on, ", after=" Smaller ones do not.", picture=PICTURE, boxes=(BOX,))


def page(document: Document = NOTE, **given: str) -> LexborHTMLParser:
    return LexborHTMLParser(html_file(document, colophon(**given), pictures).decode())


def text(node: LexborNode) -> str:
    return " ".join(node.text().split())


def test_a_page_has_its_landmarks_once_and_in_order() -> None:
    tree = page()
    assert tree.root.attributes["lang"] == "en"
    assert text(tree.css_first("title")) == "Energy of inference"
    tags = [node.tag for node in tree.body.iter()]
    assert tags == ["a", "header", "nav", "main", "footer", "dialog", "script", "script"]
    skip, main = tree.css_first("body > a"), tree.css_first("main")
    assert skip.attributes["href"] == f"#{main.id}"
    assert "DRAFT" in text(tree.css_first("header")) and tree.css_first("time").attributes["datetime"] == "2026-11-30"
    metas = {node.attributes.get("name"): node.attributes["content"] for node in tree.css("meta[name]")}
    assert (metas["generator"], metas["made_by"], metas["standing"]) == ("coscribe", "Made by <code>", "DRAFT")


def test_a_date_is_a_day_for_people_and_whole_for_programs() -> None:
    time = page(date="2026-11-30T14:15:00+00:00").css_first("header time")
    assert (text(time), time.attributes["datetime"]) == ("2026-11-30", "2026-11-30T14:15:00+00:00")


def test_headings_go_down_one_level_at_a_time_and_the_contents_lead_to_each() -> None:
    deep = Document(
        title="A", sections=(Section(heading="B", level=3), Section(heading="C"), Section(heading="D", level=3))
    )
    for document in (NOTE, deep):
        tree = page(document)
        levels = [1, *(int(node.tag[1]) for node in tree.css("main h1, main h2, main h3"))]
        assert tree.css_first("header h1") and all(after - before <= 1 for before, after in pairwise(levels))
        led = [(text(node), node.attributes["href"]) for node in tree.css("nav a")]
        assert led == [(text(node), f"#{node.id}") for node in tree.css("main h2, main h3")]


def test_every_link_within_the_page_leads_somewhere_and_every_name_is_borne_once() -> None:
    tree = page()
    names = [node.id for node in tree.css("[id]")]
    assert len(names) == len(set(names))
    links = [node.attributes["href"] for node in tree.css("a, use")]
    assert links and all(link[0] == "#" and link[1:] in names for link in links)
    labelled = [node.attributes["aria-labelledby"] for node in tree.css("[aria-labelledby]")]
    assert labelled and set(labelled) <= set(names)


def test_what_takes_the_focus_or_shows_a_picture_has_a_name() -> None:
    tree = page()
    for node in tree.css("a, button, summary"):
        assert text(node) or node.attributes.get("aria-label")
    for node in tree.css("[tabindex='0'], [role=img], [role=region], dialog"):
        assert node.attributes.get("aria-label") or node.attributes.get("aria-labelledby")
    for node in tree.css("svg"):
        assert node.attributes["aria-hidden"] == "true"
    assert {node.attributes["tabindex"] for node in tree.css("[tabindex]")} == {"0", "-1"}


def test_tables_and_lists_are_what_they_look_like() -> None:
    tree = page()
    first, second = tree.css("table")
    assert [node.attributes["scope"] for node in first.css("th")] == ["col", "col", "row"]
    assert [(node.tag, text(node)) for node in second.css("thead td, thead th")] == [("td", ""), ("th", "Limit")]
    outer = next(node for node in tree.css("main ul") if node.parent.tag == "section")
    assert [[child.tag for child in node.iter()] for node in outer.iter()] == [["span", "ul"], ["span"]]
    assert text(tree.css_first(".notice")) == "Mind the boundary."


def test_a_mark_leads_to_the_words_and_back() -> None:
    tree = page()
    marks = tree.css("a.mark")
    assert [text(node) for node in marks] == ["1", "2", "3"]
    notes = tree.css("ol.notes > li")
    assert [int(node.attributes["value"]) for node in notes] == [1, 2, 3]
    for one, note in zip(marks, notes, strict=True):
        assert one.attributes["href"] == f"#{note.id}" and note.css_first(".back").attributes["href"] == f"#{one.id}"
        assert WORDS in text(note.css_first("blockquote")) and text(note.css_first(".place")) == "p. 2"
    sources = [[link.attributes["href"] for link in note.css(".from a:not(.back)")] for note in notes]
    assert sources == [["#source-1"], ["#source-1", "#source-2"], ["#source-1"]]
    assert "[1] A strategy. Site Council. 2026-02 (draft)" in text(notes[0])
    cited = [(text(node), node.attributes["href"]) for node in tree.css("a.cited")]
    assert cited == [(f"[{number}]", f"#source-{number}") for number in (1, 1, 2, 2)]


def test_a_page_speaks_the_language_of_its_document() -> None:
    for language, said in {"de": "Anmerkungen", "fr": "Notes", "xx": "Notes", "es-MX": "Notas"}.items():
        tree = page(language=language)
        assert text(tree.css_first("h2#notes")) == said
        assert tree.root.attributes["lang"] == language


def test_kinds_of_sentence_are_told_in_words() -> None:
    tree = page()
    assert text(tree.css_first("span.inference")).startswith("Inference: It follows")
    assert [text(node) for node in tree.css(".quoted q")] == [f"“{WORDS}”"]
    key = text(tree.css_first(".key"))
    assert "Inference" in key and "Recommendation" not in key


def test_a_picture_is_there_once_and_each_note_boxes_its_words_on_it() -> None:
    tree = page()
    (image,) = tree.css("image")
    assert image.attributes["href"] == f"data:image/webp;base64,{base64.b64encode(PICTURE.data).decode()}"
    drawn = tree.css(".exhibit .page svg")
    assert len(drawn) == 6  # three notes: the words, and the whole page
    box = drawn[0].css_first("rect").attributes
    assert [box[name] for name in ("x", "y", "width", "height")] == ["80", "200", "400", "20"]
    assert {node.attributes["href"] for node in tree.css("use")} == {f"#{image.id}"}
    (gone,) = (node for node in tree.css(".exhibit") if node.css_first(".lacks"))
    assert text(gone.css_first(".around")) == f"Before. {WORDS} After."


def test_a_page_on_which_the_words_are_not_found_is_shown_whole_and_says_so() -> None:
    found = Facsimile(before="Before ", picture=PICTURE)
    tree = LexborHTMLParser(html_file(NOTE, colophon(), lambda _: found).decode())
    exhibit = tree.css_first(".exhibit")
    assert not exhibit.css("rect") and exhibit.css_first("svg").attributes["viewbox"] == "0 0 800 1000"
    assert text(exhibit.css_first(".lacks")) == "p. 2, where the words stand on it is not known"


def test_a_page_reaches_nothing_and_runs_nothing_but_its_own_script() -> None:
    content = html_file(NOTE, colophon(), pictures).decode()
    tree = LexborHTMLParser(content)
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    (script,) = (node for node in tree.css("script") if "type" not in node.attributes)
    for kind, node in (("script-src", script), ("style-src", tree.css_first("style"))):
        digest = base64.b64encode(hashlib.sha256(node.text().encode()).digest()).decode()
        assert rules[kind] == f"'sha256-{digest}'"
    assert content.index("Content-Security-Policy") < content.index("<style>")
    for node in tree.css("*"):
        assert node.tag not in ("link", "iframe", "object", "embed", "img", "base", "form", "audio", "video")
        assert not [name for name in node.attributes if name.startswith("on") or name in ("src", "style", "srcset")]
    assert "url(" not in style() and "@import" not in style()


def with_text(place: str) -> bytes:
    """A page that has hostile text in one place of its document, its colophon or the words around its quote."""

    def at(name: str) -> str:
        return HOSTILE if name == place else "a"

    document = Document(
        title=at("title"),
        sections=(
            Section(
                heading=at("heading"),
                blocks=(
                    Paragraph(
                        sentences=(
                            sentence(
                                at("words"), Quote(words=at("words")), mark(1), kind="quoted",
                                proofs=(proof(1, at("words"), at("label")),),
                            ),
                        )
                    ),
                    Table(heads=(at("head"), "b"), rows=((cell(at("words")), cell("b")),)),
                    Sources(entries=(SourceEntry(number=1, title=at("title"), file=at("file"), status="final"),)),
                ),
            ),
        ),
    )  # fmt: skip
    about = colophon(language=at("language"), made_by=at("made_by"))
    around = Facsimile(before=at("around"), picture=PICTURE, boxes=(BOX,))
    return html_file(document, about, lambda _: around)


@pytest.mark.parametrize(
    "place", ["title", "heading", "words", "head", "label", "file", "language", "made_by", "around"]
)
def test_hostile_text_stays_text(place: str) -> None:
    content = with_text(place)
    assert shape(content) == shape(with_text("no place"))
    assert "\x1b" not in content.decode() and "\u202e" not in content.decode().split('id="carried"')[0]
    if place not in ("language", "around"):
        assert any(SHOWN in one for one in read_html(content).texts)
    assert shape(content)["script"] == 2 and not {"img", "b", "code"} & shape(content).keys()


def shape(content: bytes) -> dict[str, int]:
    """How many elements of each kind a page has, as another parser reads it."""
    found: dict[str, int] = {}

    class Counter(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            found[tag] = found.get(tag, 0) + 1

    Counter().feed(content.decode())
    return found


def test_a_page_is_read_back_in_the_order_of_reading() -> None:
    read = read_html(html_file(NOTE, colophon(), pictures))
    assert json.loads(read.carried or "") == json.loads(colophon().carried)
    order = ["Energy of inference", f"They say “{WORDS}”[1]. 1", "Two agree[1][2]. 2 Inference: It follows[2]."]
    places = [read.texts.index(one) for one in [*order, "An item", "Europe", "40 kW 3"]]
    assert places == sorted(places)
    assert "alert" not in "".join(read.texts)


def test_texts_are_those_of_the_document_whatever_the_library_shows() -> None:
    bare = html_file(NOTE, colophon())
    assert html_file(NOTE, colophon()) == bare
    assert read_html(html_file(NOTE, colophon(), pictures)).texts == read_html(bare).texts


@pytest.mark.parametrize(
    "old", ["Two agree", "Smaller ones", "Mind the", "Site Council", "Europe", "p. 2", "DRAFT", "Made of"]
)
def test_a_word_that_a_hand_changed_is_read_back(old: str) -> None:
    content = html_file(NOTE, colophon(), pictures).decode()
    head, body = content.split("<body>")
    found = list(re.finditer(rf"{re.escape(old)}(?=[^<>]*<)", body.split('id="carried"')[0]))  # in no attribute
    assert found
    for at in found:
        changed = f"{head}<body>{body[: at.start()]}another{body[at.end() :]}"
        assert read_html(changed.encode()).texts != read_html(content.encode()).texts


def test_what_was_changed_of_a_place_is_one_text() -> None:
    content = html_file(NOTE, colophon(), pictures)
    before, after = (
        read_html(one).texts for one in (content, content.replace(b"From 2027 on, ", b"From 2028 on, ", 1))
    )
    (added,) = set(after) - set(before)
    assert len(after) == len(before) + 1
    assert added.startswith("The words in their place From 2028 on, ") and added.endswith("The whole page")


def test_a_page_that_is_none_of_ours_has_no_json() -> None:
    read = read_html(b"\xff<p>A<br>b <b>c</b><script>x</script><div>d")
    assert (read.texts, read.carried) == (("�", "A", "b c", "d"), None)


def variables(dark: bool) -> dict[str, str]:
    """The colours of the style by name."""
    light, _, rest = style().partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return {**found, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", rest.split("\n}\n")[0]))} if dark else found


def contrast(one: str, two: str) -> float:
    """The contrast of two colours as WCAG 2.1 defines it."""

    def luminance(colour: str) -> float:
        shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(two)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_edges_stand_out_from_their_ground(dark: bool) -> None:
    colours = variables(dark)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    texts = [(ink, ground) for ink in ("text", "muted", "link") for ground in ("ground", "sheet")]
    texts += [("on-accent", "accent"), ("warn", "warn-ground"), ("on-mark", "mark")]
    edges = [(edge, ground) for edge in ("edge", "accent", "warn") for ground in ("ground", "sheet")]
    for least, pairs in ((4.5, texts), (3.0, edges)):
        for one, two in pairs:
            assert contrast(colours[one], colours[two]) >= least, (one, two)
    assert contrast(colours["box"], "#ffffff") >= 3


def test_every_colour_has_a_name() -> None:
    rules = re.sub(r"--[\w-]+: #[0-9a-f]{6};", "", style())
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#ffffff", "#ffe08a"}  # the paper of a page, and its boxes


def test_a_page_prints_its_notes_and_leaves_out_what_a_screen_alone_can_use() -> None:
    printed = style().split("@media print")[1]
    hidden = re.search(r"([^{}]*)\{ display: none; \}", printed)
    assert hidden and {".exhibit", "nav", "dialog"} <= {one.strip() for one in hidden[1].split(",")}
    assert ".notes" not in hidden[1]
