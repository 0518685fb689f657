"""How far a claim reaches: some is not all, and here is not everywhere."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.wording import MONTHS, Wording
from .negation import denies, may_deny

_ALL = re.compile(
    r"(?<!\bnot )\b(?:(?<!\bat )(?<!after )(?<!above )all(?! (?:the )?(?:\d|two|three|four|five|six|seven|eight|nine|"
    r"ten|eleven|twelve))|every(?! (?:\d|two|three|four|five|six|ten|other|second|third|fourth|fifth|sixth|tenth|"
    r"few))|everyone|everybody|everything|everywhere|anywhere|anybody|anyone|always|any|entire(?:ly)?|whole|full|"
    r"fully|complete(?:ly)?|exclusively|invariably|universal\w*|without exception|regardless of|irrespective of|"
    r"no matter|egal (?:wie|wer|was|ob)|où qu\w*|quel\w* que|exactly|throughout|across|none|both|alle[mnrs]?|"
    r"jede[mnrs]?|sämtliche\w*|immer|überall|ganz\w*|ausnahmslos|ohne ausnahme|tous|toutes|toute|chaque|toujours|"
    r"partout|intégral\w*|sans exception|todos|todas|toda|cada|siempre|"
    r"sin excepción|cualquier\w*)\b|すべて|全て|(?<![安完健])全(?![般面力])|各|全国|全員|あらゆる|常に",
    re.IGNORECASE,
)
# "every year", "49 qubits for each": a rate, of which the evidence may say "yearly" or "per"
_RATE = re.compile(
    r"\b(?:each|every|jede[mnrs]?|chaque|cada|alle|tous les|todos los) (?:single )?(?:hours?|days?|weeks?|months?|"
    r"quarters?|years?"
    r"|stunden?|tage?|wochen?|monate?|jahre?|heures?|jours?|semaines?|mois|ans?|année|horas?|días?|semanas?|"
    r"mes(?:es)?|años?)\b",
    re.IGNORECASE,
)
_PER = re.compile(r"\b(?:per|pro|par|por|for an?|for one|individual|an? single)\b|(?<=\w)/(?=[a-z])", re.IGNORECASE)
_EACH = re.compile(rf"{_ALL.pattern}|\beach\b|\bat all (?:hours|times)\b|\ball hours\b", re.IGNORECASE)
# what sets a bound to what is said, as a quantity, an exception, a place or a condition
_BOUNDED = re.compile(
    r"\b(?:some|several|few|certain|most|mostly|many|majority|minority|part of|partly|half|a third|a quarter|only|"
    r"solely|(?:but|though|and|,) not(?: yet)? (?:the|its|their|for|in|all|those|every|on)|except\w*|apart from|"
    r"other than|unless|rarely|seldom|sometimes|alone|sample|often|usually|generally|largely|limited|restricted|"
    r"selected|pilot|(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:of|out of) (?:the|its|all|\w+|\d+)|"
    r"einige\w*|manche\w*|einzelne\w*|viele\w*|meisten|mehrheit|teilweise|teils|nur|lediglich|außer|ausgenommen|"
    r"mehrere\w*|certaine?s|quelques|plusieurs|plupart|partie|seul\w*|sauf|parfois|souvent|"
    r"algun[oa]s|vari[oa]s|mayoría|muchos|muchas|parte|solo|sólo|salvo|excepto)\b|一部|のみ|だけ|ほとんど|多く",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:some|several|a few|few|(?<!not )(?<!no )certain|(?<!not )part of (?:the|its|their) \w+s\b|a number of|"
    r"(?<!phase )(?<!stage )(?<!part )(?:two|three|four|five|six|seven|eight|nine|ten|\d+) (?:of|out of) (?:the|"
    r"its|all|\d+)|"
    r"einzelne\w*|einige\w*|manche\w*|certain(?:e)?s|quelques|algun[oa]s|vari[oa]s)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\b(?:only(?! (?:an?|one|two|once|\d|half|about|around|some)\b)|solely|exclusively|nur|ausschließlich|seulement|"
    r"uniquement|solo|únicamente)\b",
    re.I,
)
_LIMITED = re.compile(
    r"\b(?:only|solely|alone|unless|except|nothing but|exclusively|just|limited|no other|restrict\w*|minority|majority|"
    r"most|half|third|quarter|percent|many|nur|seul\w*|solo)\b|%", re.I,
)  # fmt: skip
_ONE = re.compile(
    r"\b(?:one|a single|a) (?P<who>participant|member|interviewee|respondent|speaker|expert|delegate|reviewer|"
    r"panellist|author)\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(r"\b(?:one of|some of|one|a member|single)\b", re.IGNORECASE)
_IN_ALL = re.compile(r"\b(?:in|all in) all\b(?=[,.;)]|$)", re.IGNORECASE)  # a sum
_NOT_ALL = re.compile(
    r"\bnot (?:yet )?(?:for |in |to |of |on )?(?:the )?(?:all|every|full|whole|entire)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:mere|only|few|no|not|without|if|hardly|less|more)\b|n[’']t\b", re.IGNORECASE
)  # "any" is "some"
_LEAD = re.compile(
    r"(?P<lead>(?:In|Among|Within|For|Of|At|Under|Unter|Bei|Für|Dans|Chez|Parmi|Pour|En|Entre|Para)\s[^,|]{6,60}),\s"
)
# leads that bound nothing
_PLAIN = re.compile(
    r"\b(?:addition|fact|general|particular|contrast|short|total|all|turn|response|order|line|view|opinion|report|"
    r"plan|study|survey|strategy|roadmap|paper|annex|chapter|section|example|instance|this|these|that|its|their|first|"
    r"last|past|recent|coming|years?|months?|days?|time|end|beginning|spring|summer|autumn|winter|beispiel|jahr\w*|"
    r"bericht|exemple|outre|effet|général|ejemplo|general|informe|"
    rf"{MONTHS})\b",
    re.IGNORECASE,
)
_NEARLY = 0.8  # of the rest of a sentence: the claim says it, without the words that begin it
_RELATED = 0.25
_SAME_MATTER = 0.5  # of the claim's terms in the evidence: from here on both are taken to speak of one thing


def scope_widened(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt for each way in which the claim reaches further than its evidence."""
    if _PER.search(evidence.text):
        claim = Wording(re.sub(r"\b(?:for |of )?each\b", " ", claim.text), claim.language)
    claim = Wording(_IN_ALL.sub(" ", _RATE.sub(" ", claim.text)), claim.language)
    said = _EACH.search(claim.text)
    held = _EACH.search(_NOT_ALL.sub(" ", evidence.text))
    if said and said[0].lower() == "none" and (denies(evidence) or may_deny(evidence)):
        return
    if said and not held:
        free = _EACH.sub(" ", claim.text)
        bounded = evidence.is_short and _BOUNDED.search(evidence.text) and not _BOUNDED.search(free)
        if said[0].lower() == "any" and _OPEN.search(free):
            return
        share = evidence.share_of(claim)
        if (share >= _SAME_MATTER and _ALL.search(claim.text)) or (bounded and share >= _RELATED):
            yield _doubt(f"the evidence does not say {said[0].lower()!r}")
    elif lead := _lead_dropped(claim, evidence):
        yield _doubt(f"the evidence says this {lead[0].lower() + lead[1:]!r} alone")
    elif one := _spread(claim, evidence):
        yield _doubt(f"the evidence says this of one {one} alone")
    elif not said:
        yield from _unrestricted(claim, evidence)


def _doubt(detail: str) -> Doubt:
    return Doubt(kind="scope", detail=detail)


def _lead_dropped(claim: Wording, evidence: Wording) -> str | None:
    """Return the words that begin a sentence and say of whom or where it holds, if the claim has the rest alone."""
    for sentence in evidence.sentences:
        match = _LEAD.match(sentence.text)
        lead = Wording(match["lead"], claim.language) if match else None
        if not match or not lead or not lead.terms or lead.figures or _PLAIN.search(match["lead"]):
            continue
        if 2 * len(claim.held(lead.terms)) >= len(lead.terms):
            continue
        rest = Wording(sentence.text[match.end() :], claim.language)
        if rest.terms and len(claim.held(rest.terms)) >= _NEARLY * len(rest.terms):
            return match["lead"]
    return None


def _spread(claim: Wording, evidence: Wording) -> str | None:
    """Return who says alone in the evidence what several say in the claim: "the participants" for "one participant"."""
    for match in _ONE.finditer(evidence.text):
        who = match["who"].lower()
        many = re.search(rf"\b(?<!one of the ){who}s\b", claim.text, re.IGNORECASE)
        if many and not re.search(rf"\b{who}s\b", evidence.text, re.IGNORECASE) and not _ONE_OF.search(claim.text):
            return who
    return None


def _unrestricted(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    if _PART.search(claim.text) or _LIMITED.search(claim.text) or denies(claim):
        return
    for clause in evidence.clauses:
        for sign in (_PART, _ONLY):
            match = sign.search(clause.text)
            about = clause.after(match.end(), 2) if match and not _counted(claim, match[0]) else ()
            if match and clause.share_of(claim) >= _SAME_MATTER and about and len(claim.held(about)) == len(about):
                yield _doubt(f"the evidence says this of {match[0].lower()!r} alone")
                return


def _counted(claim: Wording, part: str) -> bool:
    """Tell whether a claim has the count of a part: "five in eight" for "5 out of 8"."""
    counts = {figure.value for figure in Wording(part, claim.language).figures}
    return bool(counts) and bool(counts & {figure.value for figure in claim.figures})
