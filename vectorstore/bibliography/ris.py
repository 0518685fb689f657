"""RIS: lines of a tag and a value, a work from `TY` to `ER`."""

from collections.abc import Iterable, Mapping
from typing import Any

import rispy

from .work import Work, fields_of

_KIND_OF = {
    "BILL": "law", "STAT": "law", "LEGAL": "law", "HEAR": "minutes", "SLIDE": "talk", "STAND": "technical",
}  # fmt: skip
_TYPE_OF = {"law": "STAT", "talk": "SLIDE"}
_SEVERAL = [*rispy.config.LIST_TYPE_TAGS, "L1", "L2", "L4"]  # tags that may stand more than once
_ATTACHMENTS = ("file_attachments1", "file_attachments2", "figure")
_AUTHORS = ("authors", "first_authors", "secondary_authors")


def read(text: str) -> list[Work]:
    """Return the works of a RIS text; raises ValueError where it is none."""
    try:
        works = rispy.loads(text, list_tags=_SEVERAL)
    except (rispy.parser.ParseError, LookupError, TypeError, AttributeError) as error:  # continued before it began
        raise ValueError("a line stands where no field has begun") from error
    if not works and text.strip():
        raise ValueError("it holds no work from a line 'TY  - ' to a line 'ER  - '")
    return [_item(work) for work in works]


def _item(work: Mapping[str, Any]) -> Work:
    def said(*names: str) -> str:
        return next((str(work[name]) for name in names if work.get(name)), "")

    # A person's name has a comma; of an organisation that has one, EndNote writes it last.
    authors = [str(name) for key in _AUTHORS for name in work.get(key, ())]
    corporate = next((name.rstrip(",") for name in authors if "," not in name.strip().rstrip(",")), "")
    fields = fields_of(
        title=said("title", "primary_title", "translated_title", "short_title"), corporate=corporate,
        publisher=said("publisher"), date=said("date", "year", "publication_year"), language=said("language"),
        genre=said("type_of_work"), kind=_KIND_OF.get(said("type_of_reference"), ""), keywords=work.get("keywords", ()),
    )  # fmt: skip
    return Work(fields, tuple(str(path) for key in _ATTACHMENTS for path in work.get(key, ())))


def written(rows: Iterable[Mapping[str, str]]) -> str:
    """Return RIS that says of reports what their manifest rows say."""
    return str(rispy.dumps([_work(row) for row in rows], list_tags=_SEVERAL, enforce_list_tags=False))


def _work(row: Mapping[str, str]) -> dict[str, Any]:
    work = {
        "type_of_reference": _TYPE_OF.get(row["kind"], "RPRT"), "id": row["id"], "title": row["title"],
        "authors": [row["organisation"]] if row["organisation"] else [], "publisher": row["organisation"],
        "date": row["date"].replace("-", "/"), "year": row["date"][:4], "language": row["language"],
        "type_of_work": row["genre"], "keywords": row["keywords"].split(), "file_attachments1": [row["file"]],
        "notes": [row["note"]] if row.get("note") else [],
    }  # fmt: skip
    return {key: value for key, value in work.items() if value}
