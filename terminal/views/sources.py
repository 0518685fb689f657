"""What the numbers in an answer stand for: the report, the place, and the very words."""

from collections.abc import Iterable, Mapping, Sequence, Set

from rich.text import Text

from ...core.document import SourcePlace
from ...core.shapes import Citation, Claim, Level
from ..console import flat
from ..sheet import BLANK, Either, Line, Part

# The order in which the pieces of one citation are read.
ROLES = ("lead_in", "header", "quote", "continuation")


def tags(status: str, confidentiality: Level, superseded_by: str | None, *, short: bool = False) -> list[str]:
    """Return what a reader must know before relying on a report: draft, internal, older edition.

    An adopted, public, current report has none. `short` ones do not say which edition is newer.
    """
    found = ["draft"] if status == "draft" else []
    if superseded_by or status == "superseded":
        newer = f", superseded by {flat(superseded_by)}" if superseded_by and not short else ""
        found.append(f"older edition{newer}")
    return [*found, "internal"] if confidentiality == "internal" else found


def origin(title: str, *details: str | None) -> Text:
    """Return the title and, less loud, the details that are known."""
    text = Text(flat(title), "heading")
    for detail in details:
        if detail:
            text.append(" · ", "meta").append(flat(detail), "not bold dim")
    return text


def file_line(file: str, marks: Sequence[str], indent: int) -> Line:
    """Return the file a source came from, with its tags."""
    return Line(Text.assemble((flat(file), "meta"), *((f" · {mark}", "warn") for mark in marks)), indent=indent)


def source_lines(claims: Sequence[Claim]) -> list[Part]:
    """Return one entry per citation number of the supported claims: where it stands, and its words verbatim."""
    entries = _numbered(claims)
    width = len(str(max(entries, default=0))) + 3
    lines: list[Part] = []
    for number, pieces in entries.items():
        lines += [BLANK] if lines else []
        lines += _entry(number, pieces, width)
    return lines


def report_lines(claims: Sequence[Claim], shown: Set[str]) -> list[Part]:
    """Return one entry per report that is cited, with the places its numbers stand for.

    For an answer that consists of quotes: `shown` are the ids of those in its text, and only others are repeated here.
    """
    reports: dict[str, dict[int, list[Citation]]] = {}
    for number, pieces in _numbered(claims).items():
        reports.setdefault(pieces[0].report, {})[number] = pieces
    lines: list[Part] = []
    for numbers in reports.values():
        main = _main(next(iter(numbers.values())))
        marks = tags(main.status, main.confidentiality, main.superseded_by)
        lines.append(Line(origin(main.title or main.file, main.organisation, main.date)))
        lines += [file_line(main.file, marks, 2), Line(_places(numbers), indent=2)]
        unsaid = {
            flat(piece.quote): number for number, pieces in numbers.items() for piece in pieces if piece.id not in shown
        }
        lines += [
            Line(Text(f"“{words}”", "meta"), Text(f"[{number}] ", "mark"), indent=2) for words, number in unsaid.items()
        ]
    return lines


def short_lines(claims: Sequence[Claim], *, drafted: bool) -> list[Line]:
    """Return one row a report: the places of its numbers, its file and tags, its title; of a draft, one a number.

    A draft's rows go on with the words they rest on. What has no room is cut: it is for a screen alone.
    """
    groups: dict[str | int, dict[int, list[Citation]]] = {}
    for number, pieces in _numbered(claims).items():
        groups.setdefault(number if drafted else pieces[0].report, {})[number] = pieces
    lines = []
    for numbers in groups.values():
        main = _main(next(iter(numbers.values())))
        marks = tags(main.status, main.confidentiality, main.superseded_by, short=True)
        text = Text(f"[{main.number}] {flat(main.title or main.file)} · ", "meta") if drafted else _places(numbers)
        text.append(flat(main.locator.label) if drafted else f" · {flat(main.file)}", "meta")
        text.append("".join(f" · {mark}" for mark in marks), "warn").append(" · ", "meta")
        told = [f"“{flat(main.quote)}”"] if drafted else [flat(one) for one in (main.title, main.organisation) if one]
        lines.append(Line(text.append(" · ".join(told), "" if drafted else "meta"), short=True))
    return lines


def nearest_lines(citations: Sequence[Citation]) -> list[Part]:
    """Return quotes that come close to an answer without being one, each below whose it is and where it stands."""
    places: dict[str, list[Citation]] = {}
    for citation in citations:
        places.setdefault(f"{_speaker(citation)}, {flat(citation.locator.label)}:", []).append(citation)
    lines: list[Part] = []
    for framing, found in places.items():
        words = [f"“{flat(citation.quote)}”" for citation in found]
        shown = Text.assemble((framing, "meta"), "\n", "\n".join(words))
        lines.append(Either([Line(shown, Text("• ", "accent"))], f"- {framing} {' '.join(words)}"))
        first = found[0]
        lines.append(file_line(first.file, tags("", first.confidentiality, first.superseded_by), 2))
    return lines


def together(places: Iterable[SourcePlace]) -> str:
    """Return places drawn together: "§ 3. Energy, para. 1, 5 · p. 4"."""
    groups: dict[str, set[int]] = {}
    for place in places:
        tail = f", para. {place.paragraph}" if place.paragraph else ""
        paragraphs = groups.setdefault(flat(place.label.removesuffix(tail)), set())
        paragraphs |= {place.paragraph} if place.paragraph else set()
    return " · ".join(
        head + (f", para. {', '.join(map(str, sorted(paragraphs)))}" if paragraphs else "")
        for head, paragraphs in groups.items()
    )


def _speaker(citation: Citation) -> str:
    told = [citation.region.split("/")[-1] if citation.region else None, (citation.date or "")[:4]]
    told += [citation.status] if citation.status in ("draft", "superseded") else []
    known = ", ".join(flat(item) for item in told if item)
    return flat(citation.organisation or citation.title or citation.file) + (f" ({known})" if known else "")


def _numbered(claims: Sequence[Claim]) -> dict[int, list[Citation]]:
    """Return the pieces of each citation number, by number, in the order in which they are read."""
    entries: dict[int, dict[tuple[str, int, int], Citation]] = {}
    for claim in claims:
        for citation in claim.citations if claim.verdict == "supported" else ():
            place = (citation.passage, citation.start, citation.end)
            entries.setdefault(citation.number, {}).setdefault(place, citation)
    return {
        number: sorted(pieces.values(), key=lambda piece: ROLES.index(piece.role))
        for number, pieces in sorted(entries.items())
    }


def _main(pieces: Sequence[Citation]) -> Citation:
    return next((piece for piece in pieces if piece.role == "quote"), pieces[0])


def _places(numbers: Mapping[int, Sequence[Citation]]) -> Text:
    """Return "[1]–[8] p. 51 · [9] p. 52": numbers of one place together."""
    places: dict[str, list[int]] = {}
    for number, pieces in numbers.items():
        main = _main(pieces)
        over = [piece for piece in pieces if piece.role == "continuation" and piece.locator != main.locator]
        label = flat(main.locator.label) + "".join(f" (continued on {flat(piece.locator.label)})" for piece in over)
        places.setdefault(label, []).append(number)
    text = Text()
    for label, cited in places.items():
        text.append(" · " if text else "", "meta").append(_runs(cited), "mark").append(f" {label}", "meta")
    return text


def _runs(numbers: Sequence[int]) -> str:
    """Return "[1]–[8][10]" for rising numbers."""
    starts = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    return "".join(
        f"[{start}]" if start == end else f"[{start}]{'–' if end > start + 1 else ''}[{end}]"
        for start, end in zip(starts, ends, strict=True)
    )


def _entry(number: int, pieces: Sequence[Citation], width: int) -> list[Line]:
    main = _main(pieces)
    label = Text(f"[{number}]".ljust(width), "mark")
    marks = tags(main.status, main.confidentiality, main.superseded_by)
    lines = [Line(origin(main.title or main.file, main.organisation, main.date, main.locator.label), label)]
    lines.append(file_line(main.file, marks, width))
    for piece in pieces:
        words = flat(piece.quote)
        text = Text(words, "meta") if piece.role in ("lead_in", "header") else Text(f"“{words}”")
        if piece.locator != main.locator:
            joint = "continued on" if piece.role == "continuation" else "from"
            text.append(f" ({joint} {flat(piece.locator.label)})", "meta")
        lines.append(Line(text, indent=width))
    return lines
