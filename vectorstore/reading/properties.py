"""What a file says of itself, as far as it is believable: the fields authors leave to their software often are not."""

import re

PLACEHOLDER = re.compile(
    r"(?:untitled|unbenannt|sans titre|document|dokument|powerpoint.presentation|präsentation|presentation|title"
    r"|slide \d+|microsoft (?:word|powerpoint) - .*|.*\.(?:docx?|pptx?|pdf|indd|qxp|tex|odt|rtf|html?))\s*\d*",
    re.IGNORECASE,
)
NOBODY = frozenset({"python-docx", "user", "admin", "administrator", "author", "unknown", "anonymous", "owner"})
DATE = re.compile(
    r"(?:D:)?(?P<year>(?:19|20)\d\d)(?:-?(?P<month>0[1-9]|1[0-2])(?:-?(?P<day>0[1-9]|[12]\d|3[01]))?)?(?!\d{5})"
)
# The dates of the empty files that python-docx and python-pptx begin with: they say nothing about the report.
TEMPLATE_DATES = frozenset({"2013-12-23", "2013-01-27"})


def believable(
    *, title: str = "", author: str = "", date: str = "", language: str = "", organisation: str = ""
) -> dict[str, str]:
    """The fields that hold something; `date` becomes YYYY, YYYY-MM or YYYY-MM-DD, `language` a small-letter code."""
    fields = {
        "title": _line(title) if not PLACEHOLDER.fullmatch(_line(title)) else "",
        "author": _line(author) if _line(author).lower() not in NOBODY else "",
        "organisation": _line(organisation) if not PLACEHOLDER.fullmatch(_line(organisation)) else "",
        "date": _date(date),
        "language": language.strip().lower()[:2] if re.match(r"\s*[A-Za-z]{2}(?:[-_]|\s*$)", language) else "",
    }
    return {name: value for name, value in fields.items() if value}


def _line(value: str) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
    return line if len(line) > 1 else ""


def _date(value: str) -> str:
    match = DATE.match(value.strip())
    if match is None:
        return ""
    date = "-".join(part for part in (match["year"], match["month"], match["day"]) if part)
    return "" if date in TEMPLATE_DATES else date
