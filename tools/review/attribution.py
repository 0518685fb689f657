"""Whose opinion a claim is: what somebody says, thinks or boasts is no finding."""

import re
from collections.abc import Iterable

from .wording import Wording

# verbs that leave open whether it is so
_OPINION = re.compile(
    r"\b(argu(?:e[sd]?|ing)(?! (?:for|about|with)\b)|claim(?:s|ed)? (?:that|to|in|it|they|he|she)|believe[sd]?|"
    r"thinks?(?! (?:about|of)\b)|thought|feels?|felt|"
    r"contends?|contended|maintain(?:s|ed)? that|assert(?:s|ed)?|insist(?:s|ed)?|suspect(?:s|ed)?|fears?|feared|"
    r"doubts?|"
    r"doubted|boast(?:s|ed)?|predict(?:s|ed)|complain(?:s|ed)?|alleg\w+|speculat\w+|suppos(?:e[sd]?)|"
    r"criticis\w+|warn(?:s|ed)|"
    r"opinion|convinced|hold(?:s)? that|judge[sd]?|deems?|deemed|regards?|considers?(?! (?:if|to|whether)\b)|"
    r"(?:is|are|was|were|often|widely) (?:regarded|considered|seen|viewed|said)|regarded|"
    r"interpretation|in the (?:view|eyes) of|in (?:his|her|their|its) (?:view|eyes|opinion)|"
    r"(?<!also )(?<!is )(?<!are )(?<!was )(?<!were )(?<!so )call(?:s|ed) \w+ \w+|"
    r"auffassung|einschätzung|ansicht|meinung|meint|meinen|glaubt|glauben|behaupte\w*|hält|halten|befürchte\w*|"
    r"vermute\w*|"
    r"kritisier\w*|"
    r"warnt|warnten|beklag\w*|überzeugt|estime(?:nt)?|affirme(?:nt)?|juge(?:nt)?|pense(?:nt)?|crai(?:nt|gnent)|"
    r"dénonce(?:nt)?|soupçonn\w*|avis|opinion|opinan?|sostien\w*|considera\w*|cree|creen|afirma\w*|juicio|"
    r"teme\w*|sospech\w*|"
    r"critican?|opinión)\b|と主張|と考え|という意見|(?<!報告)(?<!報告書)(?<!調査)(?<!統計)(?<!データ)によると|と懸念|と述べ|との見方",
    re.IGNORECASE,
)
# verbs and prepositions that say who says it: an opinion where the speaker is a party to it
_SPEECH = re.compile(
    r"\b(sa(?:y|ys|id)|(?<!united )(?<!member )(?<!the )(?<!all )state[sd]?|"
    r"declare[sd]?|according to|note[sd]?|report(?:s|ed)|told|tells?|(?<!to )describe[sd]?|"
    r"calls?|called|"
    r"promise[sd]?|advertis\w+|nach angaben|nach aussage|laut|zufolge|sagt\w*|erklär\w*|nennt|selon|d[’']après|"
    r"déclare\w*|dit|indique\w*|"
    r"según|declara\w*|dice\w*|asegura\w*|señala\w*)\b",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\b(vendors?|operators?|owners?|residents?|herstellers?|betreibers?|fabricants?|exploitants?|fabricantes?|"
    r"suppliers?|manufacturers?|makers?|start-ups?|company|companies|firms?|lobby\w*|unions?|"
    r"directors?|heads?|"
    r"chiefs?|chair\w*|presidents?|rectors?|deans?|professors?|ministers?|mayors?|spokes\w+|engineers?|"
    r"managers?|founders?|"
    r"critics?|opponents?|supporters?|proponents?|advocates?|respondents?|interviewees?|participants?|students?|"
    r"teachers?|"
    r"users?|residents?|experts?|reviewers?|scientists?|researchers?|members?|anonymous|hersteller\w*|"
    r"anbieter\w*|firma|"
    r"gewerkschaft\w*|leiter\w*|direktor\w*|vorsitzende\w*|kritiker\w*|gegner\w*|befürworter\w*|professor\w*|"
    r"sprecher\w*|fournisseur\w*|constructeur\w*|syndicats?|direct(?:eur|rice)s?|présidente?s?|doyen\w*|critiques|"
    r"opposants?|fabricantes?|proveedor\w*|sindicatos?|direct(?:or|ora|ores)|decan[oa]s?|rector\w*|president[ae]s?|"
    r"portavoz|críticos)\b",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"\b(?:report|survey|study|studies|audit|review|policy|roadmap|plan|strategy|figures|statistics|data|paper|"
    r"document|"
    r"evaluation|bericht\w*|studie|umfrage|prüfung|rapport|étude|enquête|informe|estudio|encuesta)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«][^\"”“»]{20,}[\"”“»]")
# a claim with one of these says whose it is, or that it is somebody's
_TOLD = re.compile(
    rf"{_OPINION.pattern}|{_SPEECH.pattern}|"
    r"\b(account|views?|viewed|eyes|impression|assum\w*|maintain\w*|claim\w*|finds?|found|consider\w*|seen|statements?|"
    r"announce\w*|urges?|urged|asks?|advis\w*|recommend\w*|suggest\w*|propos(?:e[sd]?|ing)|demand(?:s|ed)|name[sd]?|"
    r"cit(?:e|es|ed)|lists?|listed|estime(?:nt)?|schätz\w*|hopes?|wish\w*|critici\w+|complain\w*|concern\w*|deem\w*|"
    r"sees?|"
    r"it is \w+(?:['’]s)? [^.]*\bwho|"
    r"aux yeux|nach|für \w+ (?:ist|sind)|findet|finden|écrit|dice|parece\w*|"
    r"a ojos|desde|heißt es)\b|\b(?:pour (?:(?-i:[A-Z])|ces?\b|les?\b|la\b|l[’'])|for (?:the|these|this|its|"
    r"their)\b)[^,.]*,|^for (?-i:[A-Z])[^.]*,|とされ|と言|主張|見方|懸念|意見|述べ|考え",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(could|might|(?-i:may)|possibly|perhaps|könnten?|pourrai\w*|podrían?|envisageables?|possibles?|possible|"
    r"möglich\w*|posibles?|angeblich|allegedly|supposedly|reportedly)\b",
    re.I,
)
_SPEAKER = re.compile(
    r"(?P<who>(?:[\w'’-]+\s){1,5}?)(?:sa(?:ys?|id)|argues?d?|maintains?|maintained|believes?|thinks?|estimates?|"
    r"reckons?|reports?|claims?|"
    r"fears?|warns?|complains?|puts?|states?|notes?|holds?|regards?|finds?|found|schätz(?:t|en)|sag(?:t|en)|mein(?:t|"
    r"en)|warn(?:t|en)|"
    r"estime(?:nt)?|affirme(?:nt)?|juge(?:nt)?|citent?|opina\w*|afirma\w*|sostien\w*|considera\w*|critican?)\b",
    re.IGNORECASE,
)
_FEW_WORDS = 3
_SAME_MATTER = 0.5  # of the claim's terms in one sentence of several: both are taken to speak of one thing


def unattributed(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the evidence gives as somebody's opinion what the claim gives as a fact."""
    if _TOLD.search(claim.text) or _HEDGED.search(claim.text):
        return
    for clause in evidence.clauses:
        match = _opinion(clause)
        alone = len(evidence.clauses) == 1 or clause.share_of(claim) == max(
            other.share_of(claim) for other in evidence.clauses
        )
        if match and alone and (len(evidence.sentences) == 1 or clause.share_of(claim) >= _SAME_MATTER):
            yield f"the evidence gives this as an opinion ({match[0]})"
            return


def said_by_another(claim: Wording, evidence: Wording) -> Iterable[str]:
    """Yield a reason if the claim puts into somebody's mouth what the evidence has others say, and not them."""
    spoken = _SPEAKER.match(claim.text)
    if not spoken or not evidence.is_short or not (_SPEECH.search(evidence.text) or _OPINION.search(evidence.text)):
        return
    who = Wording(spoken["who"], claim.language).terms
    if 0 < len(who) <= _FEW_WORDS and not evidence.held(who) and evidence.share_of(claim) >= _SAME_MATTER:
        yield f"the evidence does not have {spoken['who'].strip()!r} say this"


def _opinion(clause: Wording) -> re.Match[str] | None:
    """Return what makes a clause somebody's opinion, if anything does."""
    if match := _OPINION.search(clause.text):
        return match
    speech = _SPEECH.search(clause.text)
    if not speech:
        return None
    before = clause.text[: speech.start()].rpartition(",")[2] or clause.text[: speech.start()]
    source = f"{before} {clause.text[speech.end() :].partition(',')[0]}"
    party = _PARTY.search(source) and not _DOCUMENT.search(source)
    return speech if _QUOTED.search(clause.text) or party else None
