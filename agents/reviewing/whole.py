"""Tells what of a draft is no sentence: cut off, run into words of the prompt, or in letters that nobody used."""

import unicodedata
from collections.abc import Iterable, Sequence

from ...core.text import fold, one_line
from ...core.types import Segment
from ...language.joint import pattern
from ...tools.evidence.numbered import ANNOUNCED
from ..statements import names_only

_ENDS = ".!?…:;。！？)]”\"»'’›"
_OPEN = (",", "-", "–", "—", "(", "[", "/", "&")
# Words that a sentence does not end with, where it has no full stop.
_LEADS_ON = pattern("grammar.joining", "grammar.articles", "names.joints", lead=r"(?<![\w'’])", end=r"$")
_LABELS = (ANNOUNCED, "Question:", "Evidence from the reports", "====", " · ")
_LONGEST = 300  # characters from which a sentence without an end was cut by a limit
_ALIKE = 3  # words in a row by which two texts are told to be the same there
_BROKEN = 3  # letters at least that are missing of it: fewer may be an inflection
_BEGUN = 24  # characters that tell the beginning of a sentence


def no_sentence(text: str, shown: Sequence[Segment], asked: str, *, any_letters: bool = False) -> str:
    """Return why what a model wrote, having been `shown` segments, is no sentence; "" where it is one.

    `asked` is all that somebody typed. Where a translation was asked for, it may be in `any_letters`.
    """
    line = one_line(text)
    sources = [one_line(segment.text) for segment in shown]
    if heading := _heading(line, shown):
        return f"it holds the heading {heading!r}"
    if _bare(line) in map(_bare, sources):
        return ""  # whatever it looks like, the report has it so
    if _is_cut_short(line, sources) or _is_cut_before(line, sources):
        return "it is cut off"
    if label := next(
        (one for one in _LABELS if one in line and not any(one in said for said in (*sources, asked))), ""
    ):
        return f"it holds {label.strip()!r}, which is no word of a report"
    foreign = "" if any_letters else _foreign(line, [*sources, asked])
    return f"neither the reports nor the question use letters as in {foreign!r}" if foreign else ""


def _bare(text: str) -> str:
    return fold(text).rstrip(_ENDS)


def _is_cut_short(line: str, sources: Sequence[str]) -> bool:
    """Tell whether a text breaks off before its end; one that ends as a source does has the source's end."""
    tail = " ".join(fold(line).split()[-_ALIKE:])
    if not line or line[-1] in _ENDS or any(fold(source).endswith(tail) for source in sources):
        return False
    opened = line.count("(") > line.count(")")
    if opened or len(line) >= _LONGEST or line.endswith(_OPEN) or _LEADS_ON.search(line):
        return True
    *before, last = line.casefold().split()[-_ALIKE - 1 :]
    return len(before) == _ALIKE and any(_goes_on(" ".join(before), last, source.casefold()) for source in sources)


def _goes_on(before: str, last: str, source: str) -> bool:
    """Tell whether a source has the same words, and a longer one in place of the last; never that one itself."""
    behind = [rest.split(maxsplit=1)[0] for rest in source.split(f"{before} ")[1:] if rest.split()]
    words = [word.rstrip(_ENDS + ",") for word in behind]
    return last not in words and any(word.startswith(last) and len(word) >= len(last) + _BROKEN for word in words)


def _is_cut_before(line: str, sources: Sequence[str]) -> bool:
    """Tell whether a text begins in the middle of a source's sentence; names such as "eIDAS" begin small, too."""
    first = line.split(maxsplit=1)[0] if line else ""
    begun = line[:_BEGUN]
    if not first.islower() or len(line) < _BEGUN or any(source.startswith(begun) for source in sources):
        return False
    ahead = [source.split(begun, 1)[0].rstrip() for source in sources if begun in source]
    return bool(ahead) and all(words[-1:] not in _ENDS for words in ahead)


def _heading(line: str, shown: Sequence[Segment]) -> str:
    """Return the heading that a text consists of, or that it runs into the beginning of a source's sentence."""
    begun = {fold(one_line(one.text))[:_BEGUN] for one in shown if one.kind != "heading"}
    for one in shown:
        heading = one_line(one.text)
        if not names_only(one):
            continue
        rest = fold(line[len(heading) :].lstrip()) if line.startswith(f"{heading} ") else ""
        if _bare(line) == _bare(heading) or (len(rest) > _BEGUN and rest[:_BEGUN] in begun):
            return heading
    return ""


def _foreign(line: str, known: Iterable[str]) -> str:
    """Return the first two or more letters in a row of a script that nothing known is written in."""
    scripts = {script for text in known for script in map(_script, set(text)) if script}
    run = ""
    for char in f"{line} ":
        script = _script(char)
        if script and script not in scripts and script != "LATIN":
            run += char
        elif len(run) > 1:
            return run
        else:
            run = ""
    return ""


def _script(char: str) -> str:
    """Return the script of a letter by its name, "" for signs; those that Japanese mixes are one."""
    if not char.isalpha():
        return ""
    script = unicodedata.name(char, "").split(" ")[0].split("-")[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "HALFWIDTH", "FULLWIDTH", "CJK") else script
