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
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, number_format or "General")
    return " ".join(str(value).split())


def _number(value: float, number_format: str) -> str:
    section = number_format.split(";")[0]  # that of positive numbers: a minus says more surely what brackets mean
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
