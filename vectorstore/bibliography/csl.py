"""CSL-JSON: a list of objects, as citation processors read them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .work import Work, fields_of

_KIND_OF = {
    "bill": "law", "legislation": "law", "legal_case": "law", "regulation": "law", "treaty": "law",
    "hearing": "minutes", "speech": "talk", "standard": "technical",
}  # fmt: skip
_TYPE_OF = {"law": "legislation", "talk": "speech"}


def is_csl(text: str) -> bool:
    """Tell whether a JSON text may be a list of works."""
    try:
        works = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(works, list) and all(isinstance(work, dict) and "type" in work for work in works)


def read(text: str) -> list[Work]:
    """Return the works of a CSL-JSON text; raises ValueError where it is none."""
    try:
        works = json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    works = works.get("items", works) if isinstance(works, dict) else works
    if not isinstance(works, list) or not all(isinstance(work, dict) for work in works):
        raise ValueError("it is no list of works")
    return [_item(work) for work in works]


def _item(work: Mapping[str, Any]) -> Work:
    def said(name: str) -> str:
        value = work.get(name)
        return str(value) if isinstance(value, str | int) else ""

    authors = work.get("author") or work.get("editor") or []
    names = [name for name in authors if isinstance(name, dict)] if isinstance(authors, list) else []
    keywords = said("keyword").replace(";", ",").split(",")
    fields = fields_of(
        title=said("title"), corporate=next((str(name["literal"]) for name in names if name.get("literal")), ""),
        publisher=said("publisher") or said("authority"), date=_date(work.get("issued")), language=said("language"),
        genre=said("genre"), kind=_KIND_OF.get(said("type"), ""), keywords=keywords,
    )  # fmt: skip
    return Work(fields, tuple(_attachments(work)))


def _date(issued: object) -> str:
    if not isinstance(issued, dict):
        return str(issued) if isinstance(issued, str | int) else ""
    parts = issued.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return "-".join(str(part) for part in parts[0][:3])
    return str(issued.get("literal") or issued.get("raw") or "")


def _attachments(work: Mapping[str, Any]) -> Iterable[str]:
    """Yield the paths that a work names: the format knows none, but programs add them."""
    custom = work.get("custom")
    for holder in (work, custom if isinstance(custom, dict) else {}):
        listed = holder.get("attachments", ())
        for one in [holder.get("file"), *(listed if isinstance(listed, list) else ())]:
            path = one.get("path") if isinstance(one, dict) else one
            if isinstance(path, str) and path:
                yield path


def written(rows: Iterable[Mapping[str, str]]) -> str:
    """Return CSL-JSON that says of reports what their manifest rows say; the file is named under `custom`."""
    return json.dumps([_work(row) for row in rows], ensure_ascii=False, indent=2)


def _work(row: Mapping[str, str]) -> dict[str, Any]:
    date = [int(part) for part in row["date"].split("-")] if row["date"] else []
    work = {
        "id": row["id"], "type": _TYPE_OF.get(row["kind"], "report"), "title": row["title"],
        "author": [{"literal": row["organisation"]}] if row["organisation"] else None, "publisher": row["organisation"],
        "issued": {"date-parts": [date]} if date else None, "language": row["language"], "genre": row["genre"],
        "keyword": row["keywords"], "note": row.get("note"), "custom": {"file": row["file"]},
    }  # fmt: skip
    return {key: value for key, value in work.items() if value}
