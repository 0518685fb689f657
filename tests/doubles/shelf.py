"""A shelf of look-alike yearly reports by invented institutions, and questions whose report and page are known.

Every year repeats the structure and nearly the wording of the last; only figures, years and house styles differ. No
manifest says which file is whose: that stands in file names, titles or first pages alone, each institution in its way.
"""

import random
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

SEED = 20261104
FIRST, LAST = 2005, 2024  # fiscal years of the whole shelf


@dataclass(frozen=True)
class Issuer:
    """An institution: how it is called, when its year ends, and how it names files and titles, of old and of late."""

    name: str
    legal: str
    acronym: str
    short: str
    ends: str
    files: tuple[str, str]
    titles: tuple[str, str]
    fiscal: str
    split: str
    unique_acronym: bool = True


@dataclass(frozen=True)
class Measure:
    """Something reported every year: the page it stands on, its sentence, how it is asked for, and about how much."""

    key: str
    page: int
    sentence: str
    asks: tuple[str, ...]
    base: float
    growth: float
    digits: int = 1


@dataclass(frozen=True)
class Asked:
    """A question with the file and the pages (from 1) that hold the figure asked for; `kind` says how it names them."""

    question: str
    kind: str
    file: str
    pages: tuple[int, ...]
    figure: str
    issuer: str
    split: str


@dataclass
class Shelf:
    """What was written: the questions, in a fixed order, and the files by issuer and fiscal year."""

    questions: list[Asked] = field(default_factory=list)
    files: dict[tuple[str, int], str] = field(default_factory=dict)


# In file names and titles: {y} 2019, {s} 19, {p} 2018, {slug} the name, {n} a number that means nothing.
ISSUERS = (
    Issuer("Norrvik Supercomputing Centre", "Norrvik Supercomputing Centre AB", "NSC", "Norrvik", "31 December",
           ("{slug}-annual-report-{y}", "{a}_FY{s}"), ("Annual Report {y}", "Annual Report FY{s}"),
           "fiscal {y}", "tune"),
    Issuer("Tamarind Grid Agency", "Tamarind Grid Agency plc", "TGA", "Tamarind", "31 March",
           ("TGA AR {p}-{s}", "tga-annual-report-{y}-web"),
           ("Annual Report and Accounts {p}/{s}", "Annual Report {p}-{s}"), "FY{p}/{s}", "tune"),
    Issuer("Solano Research Computing", "Solano Research Computing Inc.", "SRC", "Solano", "30 June",
           ("solano/annual-report-{y}", "solano/{y}_AR"), ("{y} Annual Report", "{name} Annual Report {y}"),
           "fiscal {y}", "tune", unique_acronym=False),
    Issuer("Institute for Tidal Energy", "Institute for Tidal Energy", "ITE", "Tidal Energy", "30 September",
           ("{n}", "ITE-{n}"), ("Annual Report for the year ended {ends} {y}", "Yearly Review {y}"),
           "the year ended {ends} {y}", "tune"),
    Issuer("Quellhorst Datenwerke", "Quellhorst Datenwerke AG", "QDW", "Quellhorst", "31 December",
           ("QDW_{y}_AR_final", "quellhorst datenwerke fy{y}"),
           ("{legal} Annual Report {y}", "Integrated Report {y}"), "financial year {y}", "tune"),
    Issuer("Sorvik Research Computing", "Sorvik Research Computing ASA", "SRC", "Sorvik", "31 December",
           ("sorvik-annual-report-{y}", "{y}_AR_sorvik"), ("Annual Report {y}", "{legal} Annual Report {y}"),
           "fiscal {y}", "check", unique_acronym=False),
    Issuer("Harrowgate Exascale Facility", "Harrowgate Exascale Facility Ltd", "HEF", "Harrowgate", "31 March",
           ("HEF AR {p}-{s}", "HEF_FY{s}"), ("Annual Report and Accounts {p}/{s}", "Annual Report FY{p}/{s}"),
           "FY{p}/{s}", "check"),
    Issuer("Velamar Ocean Modelling Centre", "Velamar Ocean Modelling Centre S.A.", "VOMC", "Velamar", "31 December",
           ("velamar/{y}/annual report", "velamar/{y}/report_final"), ("Annual Report", "Annual Report {y}"),
           "fiscal {y}", "check"),
    Issuer("Agency for Regional Networks", "Agency for Regional Networks", "ARN", "Regional Networks", "30 June",
           ("doc{n}", "{y}_AR_{a}"), ("Annual Report for the year ended {ends} {y}", "Annual Review {y}"),
           "the year ended {ends} {y}", "check"),
    Issuer("Brightwater Compute Alliance", "Brightwater Compute Alliance NV", "BCA", "Brightwater", "30 September",
           ("Brightwater Compute Alliance - Financial Year {y}", "bca-fy{p}-{s}-annual-report"),
           ("Financial Year {y}: Annual Report", "Annual Report FY{y}"), "financial year {y}", "check"),
)  # fmt: skip

MEASURES = (
    Measure("capital", 6, "Capital expenditure in {f} amounted to EUR {v} million, compared with EUR {w} million in "
            "{g}.", ("What was {i} capital expenditure in {t}?", "How much did {j} invest as capital expenditure "
            "in {t}?"), 38, 1.05),
    Measure("operating", 6, "Operating costs in {f} came to EUR {v} million after EUR {w} million in {g}.",
            ("What were {i} operating costs in {t}?", "How high were the operating costs of {j} in {t}?"), 71, 1.04),
    Measure("electricity", 5, "The sites used {v} GWh of electricity in {f}, against {w} GWh in {g}.",
            ("How much electricity did {j} use in {t}?", "How many GWh of electricity did the sites of {j} use in "
            "{t}?"), 44, 1.06),
    Measure("effectiveness", 5, "The power usage effectiveness, averaged over {f}, was {v}; in {g} it was {w}.",
            ("What was {i} power usage effectiveness in {t}?",
             "Which average power usage effectiveness did {j} report for {t}?"), 1.62, 0.985, 3),
    Measure("water", 5, "Cooling consumed {v} thousand cubic metres of water in {f} ({g}: {w}).",
            ("How much water did the cooling of {j} consume in {t}?", "What was {i} water consumption in {t}?"),
            120, 1.03),
    Measure("staff", 7, "At the end of {f} the institution employed {v} people, {w} a year before.",
            ("How many people did {j} employ at the end of {t}?", "How many staff worked for {j} in {t}?"),
            310, 1.03, 0),
    Measure("users", 4, "In {f}, {v} users ran jobs on the systems, as opposed to {w} in {g}.",
            ("How many users ran jobs at {j} in {t}?", "What was the number of {i} users in {t}?"), 1450, 1.07, 0),
    Measure("hours", 4, "The systems delivered {v} million node hours in {f}, following {w} million in {g}.",
            ("How many node hours did {j} deliver in {t}?", "How many million node hours were delivered by {j} in "
            "{t}?"), 88, 1.08),
    Measure("availability", 4, "The main system was available for {v} % of the hours of {f}; in {g}, for {w} %.",
            ("How available was {i} main system in {t}?", "For what share of the hours of {t} was the main system of "
            "{j} available?"), 92.4, 1.003, 2),
    Measure("grants", 6, "External grants of EUR {v} million were received in {f} (EUR {w} million in {g}).",
            ("How much did {j} receive in external grants in {t}?", "What external grants did {j} get in {t}?"),
            19, 1.05, 2),
    Measure("training", 7, "Training courses in {f} had {v} participants, where {g} had seen {w}.",
            ("How many participants had {i} training courses in {t}?",
             "How many people took part in training courses of {j} in {t}?"), 640, 1.05, 0),
)  # fmt: skip
_HALLS = ("North hall", "South hall", "Harbour hall", "Old laboratory")  # report figures of their own: a trap
_IN_SUMMARY = ("capital", "electricity", "staff")  # also stand in the five-year summary on page 3

_FILLERS = {
    2: """It is my pleasure to present this report to our members. The past twelve months asked much of all of us, and
        the institution met them with care. Demand for computing time exceeded supply once more, energy prices remained
        volatile, and recruiting specialists was as hard as in the years before. The board reviewed the long-term plan,
        confirmed the main lines of capital expenditure and asked the management to report on electricity and water
        every quarter. I thank all staff, the users of our systems and the members of the council for their trust.""",
    4: """The systems are allocated by peer review twice a year. Operations follow a service catalogue that is published
        on the website; maintenance takes place on the first Tuesday of the month. Users are supported by a help desk,
        by application specialists and by training courses. Incidents are analysed within five working days and the
        lessons are shared with partner sites.""",
    5: """Energy and cooling are the largest part of operating costs. The sites buy electricity on long contracts and
        reuse waste heat in the district network where the temperature allows it. Free cooling is used whenever the
        outside air permits. The meters are calibrated every other year by an external laboratory, and the figures are
        verified before they are published.""",
    6: """The accounts are drawn up according to the standards that apply to public institutions. Assets are
        depreciated over their useful lives, for computing systems over five years. The auditors have issued an
        unqualified opinion. Members contribute according to a key that was last changed when the institution was
        founded, and reserves are held for replacements.""",
    7: """The institution offers permanent positions wherever funding permits, and a programme for young researchers.
        Equal opportunity is reviewed every year by a committee of the staff council. The governing board meets four
        times a year; its members receive no remuneration. Complaints can be filed anonymously with an ombudsperson.""",
    8: """Risks are reviewed by the audit committee. Delays in the supply of components, the price of electricity, a
        shortage of specialists and cyber security remain the main ones. Plans are revised when members change their
        contributions. Statements about the future rest on what was known when this report was closed, and events may
        turn out differently.""",
}


def build(folder: Path, issuers: Sequence[Issuer] = ISSUERS, years: Sequence[int] = range(FIRST, LAST + 1)) -> Shelf:
    """Write a report a year for each issuer into `folder` and return what was written, with 24 questions an issuer."""
    shelf = Shelf()
    for issuer in issuers:
        values = _values(issuer)
        for year in years:
            shelf.files[issuer.name, year] = _write(folder, issuer, year, years, values)
        shelf.questions += _questions(shelf, issuer, years, values)
    return shelf


def _values(issuer: Issuer) -> Callable[[Measure, int], str]:
    """Return how the figure of a measure in a fiscal year is printed; any report that gives it gives the same."""
    scale = random.Random(f"{SEED} {issuer.name}").uniform(0.6, 1.7)

    def value(measure: Measure, year: int) -> str:
        noise = random.Random(f"{SEED} {issuer.name} {measure.key} {year}").uniform(0.93, 1.07)
        if measure.key in ("effectiveness", "availability"):
            number = measure.base * measure.growth ** (year - FIRST) * (1 + (noise - 1) / 6)
            return f"{min(number, 99.99):.{measure.digits}f}"
        return f"{measure.base * scale * measure.growth ** (year - FIRST) * noise:,.{measure.digits}f}"

    return value


def _holes(issuer: Issuer, year: int) -> dict[str, object]:
    number = random.Random(f"{SEED} file {issuer.name} {year}").randrange(100_000, 999_999)
    return {
        "y": year, "s": f"{year % 100:02}", "p": year - 1, "a": issuer.acronym, "name": issuer.name, "n": number,
        "legal": issuer.legal, "ends": issuer.ends, "slug": issuer.name.lower().replace(" ", "-"),
    }  # fmt: skip


def _write(
    folder: Path, issuer: Issuer, year: int, years: Sequence[int], value: Callable[[Measure, int], str]
) -> str:  # fmt: skip
    """Write one report as a PDF of twelve pages and return its path below `folder`."""
    holes = _holes(issuer, year)
    late = year >= years[len(years) // 2]  # the house style changed half-way
    file = f"{issuer.files[late].format(**holes)}.pdf"
    title = issuer.titles[late].format(**holes)
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(str(path), invariant=1)
    canvas.setDateFormatter(lambda *_: f"D:{year + 1}0415120000Z")  # published after the year it is about
    canvas.setTitle(title if year % 3 else "Microsoft Word - report_final.docx")
    for number, (heading, paragraphs) in enumerate(_pages(issuer, year, title, value), start=1):
        _page(canvas, heading, paragraphs, "" if number == 1 else f"{issuer.name} | {title} | {number}")
    canvas.save()
    return file


def _page(canvas: Canvas, heading: str, paragraphs: Sequence[str], footer: str) -> None:
    text = canvas.beginText(60, 770)
    text.setFont("Helvetica-Bold", 17)
    text.textLine(heading)
    text.setFont("Helvetica", 10)
    for paragraph in paragraphs:
        text.moveCursor(0, 10)
        for line in paragraph.splitlines() if "\n" in paragraph else textwrap.wrap(paragraph, 95):
            text.textLine(line)
    canvas.drawText(text)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(60, 40, footer)
    canvas.showPage()


def _pages(
    issuer: Issuer, year: int, title: str, value: Callable[[Measure, int], str]
) -> Iterator[tuple[str, list[str]]]:  # fmt: skip
    """Yield heading and paragraphs of each page."""
    this, last, coming = (issuer.fiscal.format(**_holes(issuer, at)) for at in (year, year - 1, year + 1))
    other = ISSUERS[(ISSUERS.index(issuer) + year) % len(ISSUERS)]
    other = other if other is not issuer else ISSUERS[(ISSUERS.index(issuer) + 1) % len(ISSUERS)]
    filler = {page: " ".join(text.split()) for page, text in _FILLERS.items()}
    stated: dict[int, list[str]] = {}
    for measure in MEASURES:
        stated.setdefault(measure.page, []).append(
            measure.sentence.format(f=this, g=last, v=value(measure, year), w=value(measure, year - 1))
        )
    yield title, [f"{issuer.legal} ({issuer.acronym})", f"Year ended {issuer.ends} {year}",
                  "Computing for the common good. This report was approved by the governing board."]  # fmt: skip
    yield "Letter from the chair", [
        f"To the members of {issuer.name}", filler[2],
        f"Compared with {last}, the year was marked by the new hall. With {other.name} ({other.acronym}) we agreed on "
        f"a shared reserve of spare parts, and their figures for {last} served us as a yardstick. In {coming} we expect"
        " to open the second hall and to bring capital expenditure, staff and node hours into a new balance.",
    ]  # fmt: skip
    shown = [measure for measure in MEASURES if measure.key in _IN_SUMMARY]
    rows = "\n".join(
        f"{name}  " + "  ".join(value(measure, at) for at in range(year, year - 5, -1))
        for name, measure in zip(("Capital expenditure, EUR million", "Electricity, GWh", "Staff"), shown, strict=True)
    )
    yield "Five years at a glance", [
        "The summary shows the main figures as they were published at the time.",
        "Fiscal year  " + "  ".join(str(at) for at in range(year, year - 5, -1)) + "\n" + rows,
    ]  # fmt: skip
    headings = {4: "Operations", 5: "Energy and cooling", 6: "Finance", 7: "People and governance"}
    for number, heading in headings.items():
        yield heading, [filler[number], *stated[number], f"The board of {issuer.acronym} took note of these figures."]
    yield "Outlook and risks", [
        f"For {coming} the plan foresees capital expenditure of EUR {60 + year % 17}.5 million, operating costs of EUR "
        f"{90 + year % 13}.5 million and {400 + year % 19} staff. In {last} such plans were missed by {year % 7 + 1} %."
        f" {other.legal} announced capital expenditure of EUR {50 + year % 11}.5 million and electricity of "
        f"{30 + year % 23} GWh for {this}.", filler[8],
    ]  # fmt: skip
    for hall in _HALLS:
        yield hall, _hall(hall, issuer, year, this, last)


def _hall(hall: str, issuer: Issuer, year: int, this: str, last: str) -> list[str]:
    """Return what one of the halls reports: the same measures, never the figures of the whole institution."""
    part = random.Random(f"{SEED} {hall} {issuer.name} {year}").uniform(3, 9)
    return [
        f"The {hall.lower()} of {issuer.name} is one of four. In {this} it used {part:.1f} GWh of electricity and "
        f"{2 * part:.1f} thousand cubic metres of water for cooling, at a power usage effectiveness of "
        f"{1 + part / 10:.2f}. Capital expenditure for the hall was EUR {part / 2:.1f} million, after EUR "
        f"{part / 3:.1f} million in {last}, and its operating costs came to EUR {part * 1.5:.1f} million.",
        f"Its {40 * part:.0f} users took {part * 3:.1f} million node hours; its part of the main system was available "
        f"for {90 + part:.2f} % of the hours of {this}. The hall employed {part * 9:.0f} people. Training courses held "
        f"there had {part * 20:.0f} participants in {this}, and external grants of EUR {part / 4:.2f} million were "
        f"received for it, against EUR {part / 5:.2f} million in {last}.",
        "The hall is open to visitors on two days a year. Its fire protection was inspected, its crane was replaced, "
        "and the neighbours were informed about noise measurements. The long-term plan keeps it in operation.",
    ]


def _questions(
    shelf: Shelf, issuer: Issuer, years: Sequence[int], value: Callable[[Measure, int], str]
) -> Iterator[Asked]:
    """Yield 24 questions: 18 name the year in one of its forms, 3 ask for the latest, 3 say nothing of when."""
    chance = random.Random(f"{SEED} questions {issuer.name}")
    names = [issuer.name, issuer.legal, issuer.short, *([issuer.acronym] * 2 if issuer.unique_acronym else [])]
    forms = ("fiscal {y}", "{y}", "FY{s}", "FY{p}/{s}", "the year ended {ends} {y}", "FY{y}")
    for number in range(24):
        measure = MEASURES[(number + chance.randrange(3)) % len(MEASURES)]
        name = names[number % len(names)]
        year = chance.choice(list(years)) if number < 18 else years[-1]
        ask = measure.asks[number % 2]
        when = forms[number % len(forms)].format(**_holes(issuer, year))
        kind = f"{'acronym' if name == issuer.acronym else 'name'}, {forms[number % len(forms)]}"
        if number >= 18:
            kind = "latest" if number < 21 else "no year"
            when = "the latest fiscal year" if number < 21 else ""
        article = "the " if name.startswith(("Institute", "Agency")) else ""
        told = ask.format(i=f"{article}{name}'s", j=f"{article}{name}", t=when or "")
        if not when:
            told = told.replace(" at the end of ?", "?").replace(" in ?", "?").replace(" for ?", "?")
            told = told.replace("of the hours of  was", "of the hours was")
        pages = (3, measure.page) if measure.key in _IN_SUMMARY else (measure.page,)
        yield Asked(
            told, kind, shelf.files[issuer.name, year], pages, value(measure, year), issuer.name, issuer.split
        )  # fmt: skip
