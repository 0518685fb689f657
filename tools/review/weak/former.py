"""Whether a claim stays with what its evidence has left behind: "from 40 to 60", "moved to 2035", "until now"."""

import re
from collections.abc import Iterable

from ....language.wording import Wording
from ..parties import matches, runs_of

_FROM_TO = re.compile(
    r"\b(?:from|von|de|desde)\s(?P<old>[^,.;]{1,60}?)\s(?:to|an|auf|zu|à|a|hasta)\s(?:the\s|la\s|le\s|el\s|"
    r"die\s|den\s)?(?P<new>[^,.;]{1,60})",
    re.IGNORECASE,
)
# "… for 2040, which it moved to 2035"
_MOVED = re.compile(
    r"\b(?:moved|postponed|delayed|slipped|brought forward|pushed back|advanced|raised|lowered|revised|cut|avancée?s?|"
    r"repoussée?s?|reportée?s?|portée?s?|relevée?s?|verschob\w*|verschoben|vorgezogen|angehoben|gesenkt|aplaz\w+|"
    r"adelant\w+|"
    r"elev\w+) (?:it |them |this |that |(?:the|its) \w+ )?(?:to|auf|à|a|hasta|until) (?:the )?(?P<new>[^,.;]{1,40})",
    re.IGNORECASE,
)
_FORMER = re.compile(
    r"\b(?:previously|formerly|until now|so far|currently|at present|today|at the moment|now(?= (?:it|they|the|at))|"
    r"bisher\w*|"
    r"derzeit|heute|zuvor|jusqu['’]ici|actuellement|aujourd['’]hui|hasta ahora|actualmente|hoy)\b",
    re.IGNORECASE,
)
_COMING = re.compile(
    r"\b(?:will|in future|from now on|henceforth|by \d{4}|next|new|künftig\w*|zukünftig|in zukunft|wird|werden|"
    r"désormais|à l['’]avenir"
    r"|en el futuro|en adelante|a partir de ahora)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:from|before|initially|originally|first|was|were|had|used to|previously|earlier|formerly|former|until|so far|"
    r"no longer|start\w*|began|von|vom|zuvor|zunächst|war|waren|früher\w*|bisher\w*|ursprünglich|avant|"
    r"auparavant|était|"
    r"initial\w*|desde|antes|era|eran|anterior\w*|gives? up|hands? over|passes|loses?)\b",
    re.IGNORECASE,
)


def start_taken(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the evidence goes from one figure or name to another, and the claim stays at the first."""
    if not evidence.is_short or _PAST.search(claim.text):
        return
    for match in _FROM_TO.finditer(evidence.text):
        old, new = (Wording(match[part], claim.language) for part in ("old", "new"))
        said = {figure.value for figure in claim.figures if figure.unit != "year"}
        left = {figure.value / figure.scale for figure in old.figures} | {figure.value for figure in old.figures}
        gone = left & said and new.figures and not {figure.value for figure in new.figures} & said
        names = [runs_of(part, claim) for part in (old, new)]
        if gone or (names[0] and names[1] and matches(names[0][0], runs_of(claim, claim)) and not any(
            matches(run, runs_of(claim, claim)) for run in names[1]
        )):  # fmt: skip
            yield f"the evidence goes on from {match['old']} to {match['new']}"
            return


def former_taken(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the claim gives for the present or the future a figure that the evidence has left behind."""
    if not evidence.is_short or _PAST.search(claim.text):
        return
    said = {figure.key for figure in claim.figures}
    for sentence in evidence.sentences:
        if moved := _MOVED.search(sentence.text):
            new = [figure for figure in sentence.figures if moved.start("new") <= figure.start < moved.end()]
            old = [figure for figure in sentence.figures if figure.end <= moved.start("new")]
            left = [figure for figure in old if new and figure.unit == new[0].unit and figure.key in said]
            if left and not {figure.key for figure in new} & said:
                yield f"the evidence goes on from {left[0].text} to {new[0].text}"
                return
    if not _COMING.search(claim.text) or _FORMER.search(claim.text):
        return
    former = [clause for clause in evidence.clauses if _FORMER.search(clause.text)]
    rest = [clause for clause in evidence.clauses if not _FORMER.search(clause.text)]
    for figure in (figure for clause in former for figure in clause.figures if figure.key in said):
        others = [other for clause in rest for other in clause.figures if other.unit == figure.unit]
        if others and not {other.key for other in others} & said:
            yield f"the evidence says {figure.text} of the time before"
            return
