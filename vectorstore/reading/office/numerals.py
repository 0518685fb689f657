"""Cell values as a spreadsheet shows them: percentages, units and decimals of the number format; dates as ISO."""

import re
from datetime import date, datetime, time, timedelta

NUMERAL = re.compile(r"[#0?][#0?,]*(?:\.(?P<decimals>[0#?]+))?,*")
QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]')
AFFIX = re.compile(r"[^\w\"\\]*")  # what a format may hold around its digits without being quoted


def shown(value: object, number_format: str) -> str:
    """The text of a cell; numbers without separators of thousands, so that no country reads them otherwise."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time):
        return _moment(value, number_format or "General")
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, number_format or "General")
    return " ".join(str(value).split())


def _moment(value: datetime | date | time, number_format: str) -> str:
    """A date as ISO, no finer than it is shown: "2028" or "2028-03" where the format leaves out day or month."""
    tokens = "" if number_format == "General" else QUOTED.sub("", number_format.split(";")[0]).lower()
    fine = "minutes" if "h" in tokens and "s" not in tokens else "seconds"
    if isinstance(value, time):
        return value.isoformat(fine)
    if isinstance(value, datetime) and value.time() != time() and ("h" in tokens or not tokens):
        return value.isoformat(" ", fine)
    day = value.date() if isinstance(value, datetime) else value
    if "y" in tokens and "d" not in tokens and "h" not in tokens:
        return f"{day:%Y-%m}" if "m" in tokens else str(day.year)
    return day.isoformat()


def _number(value: float, number_format: str) -> str:
    sections = number_format.split(";")
    if value == 0 and len(sections) > 2 and not sections[2].strip():
        return ""  # zeros are not shown
    section = sections[0]  # that of positive numbers: a minus says more surely what brackets mean
    numeral = NUMERAL.search(QUOTED.sub(lambda found: "\0" * len(found[0]), section))
    if numeral is None:
        return _plain(value)
    before, after = section[: numeral.start()], section[numeral.end() :]
    if not all(AFFIX.fullmatch(QUOTED.sub("", affix)) for affix in (before, after)) or "/" in after:
        return _plain(value)  # a date, a fraction, an exponent
    percent = "%" in QUOTED.sub("", before + after)
    thousands = len(numeral[0]) - len(numeral[0].rstrip(","))
    number = abs(value) * (100 if percent else 1) / 1000**thousands
    decimals = numeral["decimals"] or ""
    digits = f"{number:.{len(decimals)}f}"
    for sign in reversed(decimals):
        if sign == "0" or not digits.endswith("0"):
            break
        digits = digits[:-1]
    text = f"{_literal(before)}{digits.rstrip('.')}{_literal(after)}".strip()
    return f"-{text}" if value < 0 else text


def _literal(affix: str) -> str:
    return QUOTED.sub(lambda found: found[1] or found[2] or found[3] or "", affix)


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.15g}"
