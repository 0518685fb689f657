"""Web pages, Markdown and plain text: what is shown is read as it is shown, what is hidden or withdrawn is not."""

from pathlib import Path

import pytest
from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.reading.page import Page
from coscribe.vectorstore.reading.read import Unsupported, read


def page_of(folder: Path, body: str, *, style: str = "", head: str = "", name: str = "a.html") -> Page:
    markup = f"<!DOCTYPE html><html><head><style>{style}</style>{head}</head><body>{body}</body></html>"
    (folder / name).write_text(markup, encoding="utf-8")
    (page,) = read(folder / name).pages
    return page


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>18</sup> operations", "10¹⁸ operations"),
        ("by 2030<sup><a href=#n>3</a></sup> at last", "by 2030³ at last"),
        ("by 2030<sup>[3]</sup> at last", "by 2030[3] at last"),
        ("here<sup><a>1</a></sup><sup><a>2</a></sup>", "here¹ ²"),
        ("10<sup>−6</sup> m<sup>2</sup>, the 4<sup>th</sup>", "10⁻⁶ m², the 4th"),
        ("CO<sub>2</sub>, 101<sub>2</sub>", "CO2, 101₂"),
        ("3<sup>1</sup>/<sub>2</sub> or <sup>3</sup>&frasl;<sub>4</sub>", "3 1/2 or 3/4"),
        ("10<span style='vertical-align: super'>18</span>", "10¹⁸"),
        ("10<span class=up>18</span>", "10¹⁸"),
        ("<math><msup><mn>10</mn><mn>18</mn></msup><mo>≤</mo><msub><mi>n</mi><mn>1</mn></msub></math>", "10¹⁸ ≤ n1"),
        ("<math><mfrac><mn>3</mn><mn>4</mn></mfrac></math>", "3/4"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac></math>", "(a + b)/c"),
        ("<math><msqrt><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></msqrt></math>", "√(x + 1)"),
        ("<math><semantics><mi>x</mi><annotation>\\x</annotation></semantics></math>", "x"),
    ],
)
def test_raised_and_lowered_signs_and_formulas(tmp_path: Path, markup: str, text: str) -> None:
    table = f"<table><tr><th>{markup}<th>b<tr><td>1<td>2</table>"
    page = page_of(tmp_path, f"<p>{markup}</p>{table}", style=".up{vertical-align:super}")
    assert page.text.split("\n")[:2] == [text, f"{text} | b"]


HIDING = """
.gone, #one { display: none } .two{visibility:hidden} .two b{visibility:visible} .three{font-size:0}
.four{color:#ffffff} .five{position:absolute; left:-9999px} .six{text-indent:-9999px} .seven{color:transparent}
.struck{text-decoration: line-through red}
.sr{position:absolute;clip:rect(0,0,0,0)} .flat{height:0;overflow:hidden}
@media screen { .eight{display:none} } @media print { .paper{display:none} }
@media (max-width: 400px) { .phone{display:none} }
.hover:hover{display:none} .back{display:none} p.back{display:block}
.dark{background:#123;color:white} .clear{opacity:0}
"""


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<p class=gone>WORD</p>", "hidden"),
        ("<p id=one>WORD</p>", "hidden"),
        ("<p class=three>WORD</p>", "hidden"),
        ("<p class=four>WORD</p>", "hidden"),
        ("<p class=five>WORD</p>", "hidden"),
        ("<p class=six>WORD</p>", "hidden"),
        ("<p class=seven>WORD</p>", "hidden"),
        ("<p class=eight>WORD</p>", "hidden"),
        ("<p class=sr>WORD</p>", "hidden"),
        ("<p class=flat>WORD</p>", "hidden"),
        ("<p class=clear>WORD</p>", "hidden"),
        ("<p hidden>WORD</p>", "hidden"),
        ("<p style='DISPLAY : none !important'>WORD</p>", "hidden"),
        ("<p style='visibility:hidden'>WORD</p>", "hidden"),
        ("<p class=dark><span style='color:white;background:white'>WORD</span></p>", "hidden"),
        ("<p><del>WORD</del></p>", "struck"),
        ("<p><s>WORD</s></p>", "struck"),
        ("<p><strike>WORD</strike></p>", "struck"),
        ("<p class=struck>WORD</p>", "struck"),
        ("<p><span style='text-decoration:line-through'>WORD</span></p>", "struck"),
        ("<table><tr><th>a<th>b<tr class=gone><td>WORD<td>WORD<tr><td>1<td>2<s>WORD</s></table>", "hidden"),
    ],
)
def test_hidden_and_struck_words_are_left_out_and_named(tmp_path: Path, markup: str, what: str) -> None:
    page = page_of(tmp_path, f"<p>Kept.</p>{markup.replace('WORD', 'withdrawn')}<p>Kept too.</p>", style=HIDING)
    assert page.text.startswith("Kept.") and page.text.endswith("Kept too.") and "withdrawn" not in page.text
    assert f"{what} text" in page.left_out


@pytest.mark.parametrize(
    "markup",
    [
        "<p class=paper>shown</p>",
        "<p class=phone>shown</p>",
        "<p class=hover>shown</p>",
        "<p class=back>shown</p>",
        "<p class=dark>shown</p>",
        "<p class=two><b>shown</b></p>",
        "<p aria-hidden=true>shown</p>",
        "<p hidden=until-found>shown</p>",
        "<details><summary>More</summary>shown</details>",
        "<div style='background:#000'><p class=four>shown</p></div>",
        "<p style='background-image:url(a.png)'><span class=four>shown</span></p>",
    ],
)
def test_what_only_looks_hidden_is_read(tmp_path: Path, markup: str) -> None:
    page = page_of(tmp_path, f"<p>Kept.</p>{markup}", style=HIDING)
    assert page.text.endswith("shown") and page.left_out == ()


def test_colours_say_nothing_where_the_ground_is_set_elsewhere(tmp_path: Path) -> None:
    page = page_of(tmp_path, "<p class=four>shown</p>", style=HIDING, head="<link rel=stylesheet href=a.css>")
    assert page.text == "shown"


def test_a_page_that_a_script_would_show_is_read(tmp_path: Path) -> None:
    words = "The plan has many words about halls and machines. " * 60
    page = page_of(tmp_path, f"<div style='display:none'><p>{words}</p></div>", style="body{visibility:hidden}")
    assert page.text.startswith("The plan has many words")


def test_words_that_stand_in_attributes_frames_and_drawings(tmp_path: Path) -> None:
    body = """<main><p>Draws <input value="20 MW"> since <input type=date value=2028-01-01>
    <input type=hidden value=no><input type=submit value=no> in <select><option>no<option selected>Arl</select></p>
    <p><input type=checkbox checked> adopted <input type=checkbox> refused</p><textarea>Remark of the reeve</textarea>
    <figure><img src=a.png alt="Map of nine fords"><figcaption>Figure 1</figcaption></figure>
    <img src=b.png alt="b.png">
    <svg><text>Mill</text><text>Weir</text></svg>
    <iframe srcdoc="&lt;p&gt;Framed &lt;s&gt;no&lt;/s&gt; words&lt;/p&gt;"></iframe>
    <iframe src="maps/fords.html?x=1"></iframe><iframe src="//v.example" allowfullscreen></iframe>
    <noscript>Plain version.</noscript><noscript>Please enable JavaScript.</noscript>
    <div><template shadowrootmode=open><p>Shadow words</p></template></div></main>"""
    page = page_of(tmp_path, body)
    assert page.text.split("\n") == [
        "Draws 20 MW since 2028-01-01 in Arl",
        "☒ adopted ☐ refused",
        "Remark of the reeve",
        "Map of nine fords",
        "Figure 1",
        "Mill Weir",
        "Framed words",
        "Plain version.",
        "Shadow words",
    ]
    assert page.unread == ("an embedded page 'fords.html'",)


def test_a_form_that_somebody_filled_in_is_read_and_one_to_search_with_is_not(tmp_path: Path) -> None:
    form = "<form>Load <input name=load value='20 MW'></form><form>Find <input name=q value='mill'></form>"
    assert page_of(tmp_path, f"<p>Some words of the page.</p>{form}").text == "Some words of the page.\nLoad 20 MW"


def rows(page: Page) -> list[tuple[str, int | None]]:
    return [(page.text[block.start : block.end], block.header) for block in page.blocks]


def test_header_rows_are_joined_and_spans_filled(tmp_path: Path) -> None:
    table = """<table><thead><tr><th colspan=3>Table 1: power</th></tr>
    <tr><th rowspan=2>Site<th colspan=2>Power in MW</tr>
    <tr><th>2028<th>2030</tr></thead><tr><th scope=row rowspan=2>Lyra<td>14<td>15</tr><tr><td>16<td>17</tr></table>"""
    assert rows(page_of(tmp_path, table)) == [
        ("Table 1: power", None),
        ("Site | Power in MW › 2028 | Power in MW › 2030", None),
        ("Lyra | 14 | 15", 1),
        ("Lyra | 16 | 17", 1),
    ]


def test_the_second_header_row_is_told_without_marks(tmp_path: Path) -> None:
    top = "<tr><td rowspan=2>Site<td colspan=2>Power in MW</tr><tr><td>2028<td>2030</tr>"
    table = f"<table>{top}<tr><td>Lyra<td>14<td>15</tr></table>"
    assert rows(page_of(tmp_path, table))[0] == ("Site | Power in MW › 2028 | Power in MW › 2030", None)
    figures = "<table><tr><th>Site<th colspan=2>Load<tr><td>Lyra<td>14<td>15<tr><td>Vega<td>1<td>2</table>"
    assert rows(page_of(tmp_path, figures))[:2] == [("Site | Load | Load", None), ("Lyra | 14 | 15", 0)]


def test_names_of_rows_are_no_header(tmp_path: Path) -> None:
    table = "<table><tr><th scope=row>Site<td>Lyra<tr><th scope=row>Power<td>14 MW</table>"
    assert rows(page_of(tmp_path, table)) == [("Site | Lyra", None), ("Power | 14 MW", None)]
    grouped = "<table><tr><th>Year<th>Load<th>Cost<tr><th rowspan=2>2028<th>May<td>1<tr><th>June<td>2</table>"
    assert rows(page_of(tmp_path, grouped)) == [
        ("Year | Load | Cost", None),
        ("2028 | May | 1", 0),
        ("2028 | June | 2", 0),
    ]


def test_tables_inside_tables_are_read_once(tmp_path: Path) -> None:
    inner = "<table><tr><th>Site<th>MW<tr><td>Lyra<td>14</table>"
    frame = page_of(tmp_path, f"<table><tr><td>Before {inner} after<td>Beside</table>")
    assert rows(frame) == [("Before", None), ("Site | MW", None), ("Lyra | 14", 1), ("after", None), ("Beside", None)]
    table = page_of(tmp_path, f"<table><tr><th>Region<th>Sites<tr><td>North<td>Both: {inner} so far</table>")
    assert rows(table) == [("Region | Sites", None), ("North | Both: Site, MW; Lyra, 14 so far", 0)]


@pytest.mark.parametrize(
    ("start", "marks"),
    [
        ("<ol start=3 type=a>", "c. d."),
        ("<ol type=I start=4>", "IV. V."),
        ("<ol type=i>", "i. ii."),
        ("<ol reversed>", "2. 1."),
        ("<ol start=26 type=A>", "Z. AA."),
        ("<ol style='list-style-type: lower-roman'>", "i. ii."),
    ],
)
def test_the_numbers_of_lists(tmp_path: Path, start: str, marks: str) -> None:
    page = page_of(tmp_path, f"{start}<li>one<li>two</ol>")
    assert " ".join(line.split()[0] for line in page.text.split("\n")) == marks


def test_signs_that_nobody_sees_do_not_part_words(tmp_path: Path) -> None:
    body = "<h1>Wasser&shy;kühlung</h1><p>har&#173;bour very&#8203;long<wbr>word o\ufb03ce cafe\u0301</p>"
    assert page_of(tmp_path, body).text == "Wasserkühlung\nharbour verylongword office café"
    (tmp_path / "a.txt").write_text("har\xadbour o\ufb03ce", encoding="utf-8")
    (tmp_path / "a.md").write_text("har&shy;bour o\ufb03ce", encoding="utf-8")
    assert read(tmp_path / "a.txt").pages[0].text == read(tmp_path / "a.md").pages[0].text == "harbour office"


def test_markdown_shows_raised_signs_and_leaves_out_what_is_struck(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "Ten^18^ is 10<sup>18</sup> or $10^{18}$, H~2~O.\n\nAt most ~~24 MW~~ 20 MW <del>or more</del>, `~~kept~~`.\n\n"
        "About ~5 MW and ~6 MW, $5 for x^2+y^2 and $7.\n\nA <span style='display:none'>no</span> word\n"
        "and one<br>more\n\n"
        "<table><tr><th>A<th>B<tr><td>1<td>2</table>\n\n<p hidden>no</p>\n\n"
        "| a<sup>2</sup> | ~~no~~ b |\n|-|-|\n| 1 | 2 |\n",
        encoding="utf-8",
    )
    (page,) = read(tmp_path / "a.md").pages
    assert page.text.split("\n") == [
        "Ten¹⁸ is 10¹⁸ or 10¹⁸, H2O.",
        "At most 20 MW , ~~kept~~.",
        "About ~5 MW and ~6 MW, $5 for x^2+y^2 and $7.",
        "A word",
        "and one",
        "more",
        "A | B",
        "1 | 2",
        "a² | b",
        "1 | 2",
    ]
    assert set(page.left_out) == {"struck text", "hidden text"}


SIGNATURES = (
    "BMBF and BMP",
    "MM and II",
    "II*",
    "MM*",
    "GIF8",
    "GIF87a",
    "GIF89a",
    "RIFF",
    "RIFFabcdWEBP",
    "PK",
    "%PDF",
    "%PDF-1.7",
    "{\\rtf",
    "{\\rtf1 ",
    "MZ",
    "Rar!",
    "7z",
    "ID3",
    "%!PS",
    "\x7fELF",
    "PNG",
    "OggS",
    "ÿØÿ",
)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
@pytest.mark.parametrize("first", SIGNATURES)
def test_a_text_may_begin_with_the_letters_of_any_signature(tmp_path: Path, first: str, suffix: str) -> None:
    text = f"{first} are the first letters of a text about signatures.\n\nIt goes on.\n"
    (tmp_path / f"a{suffix}").write_text(text, encoding="utf-8")
    assert "It goes on." in read(tmp_path / f"a{suffix}").pages[-1].text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "image"),
        (b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff", "image"),
        (b"RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0", "image"),
        (b"II*\0\x08\0\0\0\x0e\0\xfe\0", "image"),
        (b"{\\rtf1\\ansi\\deff0 {\\fonttbl} words}", "rich text"),
    ],
)
def test_real_images_and_rich_text_are_known_under_the_name_of_a_text(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(Unsupported, match=says):
        read(tmp_path / "a.txt")


RUSSIAN = "Мощность центра ограничена 20 МВт до 2030 года.\n" * 4
FRENCH = "La puissance d’un site est limitée à 20 MW à l’été.\n" * 3
JAPANESE = "冷却には温水を使い、電力は最大20MWとする。\n" * 4


@pytest.mark.parametrize(
    ("text", "encoding", "declared"),
    [
        (FRENCH, "windows-1252", "iso-8859-1"),
        (FRENCH, "windows-1252", ""),
        (FRENCH, "utf-16", "utf-16"),
        (FRENCH, "utf-16-le", ""),
        (FRENCH, "utf-16-be", ""),
        (FRENCH, "utf-8", "utf-16"),
        (FRENCH, "utf-8", ""),
        (JAPANESE, "shift_jis", "x-sjis"),
        (JAPANESE, "cp932", "shift_jis"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp"),
        (JAPANESE, "utf-16-le", ""),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "utf-16-le", ""),
        (JAPANESE + "é", "gb18030", "gb2312"),
        ("x" * 80_000 + "\n" + FRENCH, "utf-8", ""),
    ],
)
def test_encodings(tmp_path: Path, text: str, encoding: str, declared: str) -> None:
    meta = f"<meta charset={declared}>" if declared else ""
    (tmp_path / "a.html").write_bytes(f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(encoding))
    assert read(tmp_path / "a.html").pages[0].text == " ".join(text.split())


def test_stray_signs_do_not_spoil_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(
        b"One\0 part.\n\n\0The " + "Kühlung".encode() * 20 + b" \xff end, and more\0 of it."
    )
    assert read(tmp_path / "a.txt").pages[0].text.endswith("Kühlung \ufffd end, and more of it.")
    (tmp_path / "b.txt").write_bytes(b"\x7fELF\2\1\1" + bytes(40) + bytes(range(256)) * 2)
    with pytest.raises(ReadFailure, match="no text"):
        read(tmp_path / "b.txt")
