"""Whose opinion a claim is: what somebody says, thinks or boasts is no finding."""

import re
from collections.abc import Iterable

from ...core.shapes import Doubt
from ...language.quotation import quotes_at_length
from ...language.wording import Wording

# verbs that leave open whether it is so
_OPINION = re.compile(
    r"\b(argu(?:e[sd]?|ing)(?! (?:for|about|with)\b)|claim(?:s|ed)? (?:that|to|in|it|they|he|she)|believe[sd]?|"
    r"thinks?(?! (?:about|of)\b)|thought|feels?|felt|contends?|contended|maintain(?:s|ed)? that|assert(?:s|ed)?|"
    r"insist(?:s|ed)?|suspect(?:s|ed)?|fears?|feared|doubts?|doubted|boast(?:s|ed)?|predict(?:s|ed)|complain(?:s|ed)?|"
    r"alleg\w+|speculat\w+|suppos(?:e[sd]?)|criticis\w+|warn(?:s|ed)|opinion|convinced|hold(?:s)? that|judge[sd]?|"
    r"deems?|deemed|regards?|considers?(?! (?:if|to|whether)\b)|(?:is|are|was|were|often|widely) (?:regarded|"
    r"considered|seen|viewed|said)|regarded|interpretation|in the (?:view|eyes) of|in (?:his|her|their|its) (?:view|"
    r"eyes|opinion)|(?<!also )(?<!is )(?<!are )(?<!was )(?<!were )(?<!so )call(?:s|ed) \w+ \w+|auffassung|"
    r"einschätzung|ansicht|meinung|meint|meinen|glaubt|glauben|behaupte\w*|hält|halten|befürchte\w*|vermute\w*|"
    r"kritisier\w*|warnt|warnten|beklag\w*|überzeugt|estime(?:nt)?|affirme(?:nt)?|juge(?:nt)?|pense(?:nt)?|crai(?:nt|"
    r"gnent)|dénonce(?:nt)?|soupçonn\w*|avis|opinion|opinan?|sostien\w*|considera\w*|cree|creen|afirma\w*|juicio|"
    r"teme\w*|sospech\w*|"
    r"critican?|opinión)\b|と主張|と考え|という意見|(?<!報告)(?<!報告書)(?<!調査)(?<!統計)(?<!データ)によると|と懸念|と述べ|との見方",
    re.IGNORECASE,
)
# verbs and prepositions that say who says it: an opinion where the speaker is a party to it
_SPEECH = re.compile(
    r"\b(sa(?:y|ys|id)|(?<!united )(?<!member )(?<!the )(?<!all )state[sd]?|declare[sd]?|according to|note[sd]?|"
    r"report(?:s|ed)|told|tells?|(?<!to )describe[sd]?|calls?|called|promise[sd]?|advertis\w+|nach angaben|"
    r"nach aussage|laut|zufolge|sagt\w*|erklär\w*|nennt|selon|d[’']après|déclare\w*|dit|indique\w*|"
    r"según|declara\w*|dice\w*|asegura\w*|señala\w*)\b",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"\b(vendors?|operators?|owners?|residents?|herstellers?|betreibers?|fabricants?|exploitants?|fabricantes?|"
    r"suppliers?|manufacturers?|makers?|start-ups?|company|companies|firms?|lobby\w*|unions?|directors?|heads?|"
    r"chiefs?|chair\w*|presidents?|rectors?|deans?|professors?|ministers?|mayors?|spokes\w+|engineers?|managers?|"
    r"founders?|critics?|opponents?|supporters?|proponents?|advocates?|respondents?|interviewees?|participants?|"
    r"students?|teachers?|users?|residents?|experts?|reviewers?|scientists?|researchers?|members?|anonymous|"
    r"hersteller\w*|anbieter\w*|firma|gewerkschaft\w*|leiter\w*|direktor\w*|vorsitzende\w*|kritiker\w*|gegner\w*|"
    r"befürworter\w*|professor\w*|sprecher\w*|fournisseur\w*|constructeur\w*|syndicats?|direct(?:eur|rice)s?|"
    r"présidente?s?|doyen\w*|critiques|opposants?|fabricantes?|proveedor\w*|sindicatos?|direct(?:or|ora|ores)|"
    r"decan[oa]s?|rector\w*|president[ae]s?|"
    r"portavoz|críticos)\b",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    r"\b(?:report|survey|study|studies|audit|review|policy|roadmap|plan|strategy|figures|statistics|data|paper|"
    r"document|"
    r"evaluation|bericht\w*|studie|umfrage|prüfung|rapport|étude|enquête|informe|estudio|encuesta)\b",
    re.IGNORECASE,
)
# a claim with one of these says whose it is, or that it is somebody's
_TOLD = re.compile(
    rf"{_OPINION.pattern}|{_SPEECH.pattern}|"
    r"\b(account|views?|viewed|eyes|impression|assum\w*|maintain\w*|claim\w*|finds?|found|consider\w*|seen|"
    r"statements?|announce\w*|urges?|urged|asks?|advis\w*|recommend\w*|suggest\w*|propos(?:e[sd]?|ing)|demand(?:s|ed)|"
    r"name[sd]?|cit(?:e|es|ed)|lists?|listed|estime(?:nt)?|schätz\w*|hopes?|wish\w*|critici\w+|complain\w*|concern\w*|"
    r"deem\w*|sees?|it is \w+(?:['’]s)? [^.]*\bwho|aux yeux|nach|für \w+ (?:ist|sind)|findet|finden|écrit|dice|"
    r"parece\w*|a ojos|desde|heißt es)\b|\b(?:pour (?:(?-i:[A-Z])|ces?\b|les?\b|la\b|l[’'])|for (?:the|these|this|its|"
    r"their)\b)[^,.]*,|^for (?-i:[A-Z])[^.]*,|とされ|と言|主張|見方|懸念|意見|述べ|考え",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(could|might|(?-i:may)|possibly|perhaps|könnten?|pourrai\w*|podrían?|envisageables?|possibles?|possible|"
    r"möglich\w*|posibles?|angeblich|allegedly|supposedly|reportedly)\b",
    re.I,
)
_SAME_MATTER = 0.5  # of the claim's terms in one sentence of several: both are taken to speak of one thing


def unattributed(claim: Wording, evidence: Wording) -> Iterable[Doubt]:
    """Yield a doubt if the evidence gives as somebody's opinion what the claim gives as a fact."""
    if _TOLD.search(claim.text) or _HEDGED.search(claim.text):
        return
    for clause in evidence.clauses:
        match = _opinion(clause)
        alone = len(evidence.clauses) == 1 or clause.share_of(claim) == max(
            other.share_of(claim) for other in evidence.clauses
        )
        if match and alone and (len(evidence.sentences) == 1 or clause.share_of(claim) >= _SAME_MATTER):
            yield Doubt(kind="attribution", detail=f"the evidence gives this as an opinion ({match[0]})")
            return


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
    return speech if quotes_at_length(clause.text) or party else None
