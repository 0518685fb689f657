"""What code says of a sentence of a draft beside the words of the reports: figures first, then what words tell.

"Contradicted" is said where the same thing has another value in a report, and never because words are missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...core.shapes import Doubt
from ...core.types import Report
from ...language.figures import figures
from ...language.joint import pattern
from ...language.stems import same_leg
from ...language.wording import NAMES, NOUNS_ARE_CAPITAL, Wording
from ..review.checks import compare
from ..review.names import is_known
from ..review.ranks import reversed_rank
from .figure_match import MatchedFigure, match_figures
from .labels import CheckLabel
from .lookup import LookedUp, NearStretch

_OWN = pattern("drafts.will", "drafts.transition")
_VIEW = pattern("drafts.opinion", "drafts.outlook")
_DECIDED = pattern("modality.decided")
_ADVISED = pattern("modality.advice")
_JOINT = pattern("grammar.joining", lead=r"[,;]\s|\s(?:", end=r")\s")
_SAME_THING = 1.0  # nearness from which words speak of the same thing
_SAME_WORDS = 0.45  # share of its words that they hold then
_ALIKE, _MORE = 0.75, 0.15  # or likeness in meaning, and how much nearer they have to be then
_WITH_FIGURE = 0.6  # and with a telling figure that is the same
_WITH_FIGURES = 0.45  # and with two of them
_OTHER_VALUE = 0.85  # nearness from which another figure is another value of the same thing
_OTHER_AMOUNT = 0.7  # the same of an amount with its unit, which stands beside fewer things than a count or a year
_FEWEST_BESIDE = 2  # content words beside both figures; with fewer the words around have to be nearer
_OTHER_UNIT = 0.55  # and of the very number in another unit
_SPARED = 0.5  # by which words with the very figure may be less near than those with another one
_MUCH_NEARER = 0.3  # by which words with another figure are nearer than those that seem to bear a sentence out
_SPARED_LEAST = 0.65  # how near they are at least
_PART = 0.7  # nearness from which a part of a sentence may be said
_HELD, _LACKED = 0.5, 0.2  # share of a clause's words from which it is said, and up to which it is not
_FEWEST = 2  # content words of a sentence that can be looked up by itself
_CLAUSE = 3  # content words of a clause that says something of its own
_HARD = ("negation", "rank", "name", "quotation", "subject")  # doubts with which words do not bear a sentence out
_SOFT = ("modality", "attribution", "scope")  # and with which they do so in part


@dataclass(frozen=True, slots=True)
class ReadBeside:
    """A stretch beside a sentence: how its figures stand there, and what code doubts.

    `told` is what is known of the report; `beside` are others of its stretches, which have figures that this one lacks.
    """

    stretch: NearStretch
    figures: tuple[MatchedFigure, ...]
    doubts: tuple[Doubt, ...]
    is_crossed: bool
    told: tuple[str, ...] = ()
    beside: tuple[NearStretch, ...] = ()

    @property
    def near(self) -> float:
        """How near the stretch comes to the sentence."""
        return self.stretch.near

    def has(self, standing: str) -> list[MatchedFigure]:
        """Return the figures that stand so in it."""
        return [one for one in self.figures if one.standing == standing]

    def doubts_of(self, *kinds: str) -> list[Doubt]:
        """Return the doubts of some kinds."""
        return [one for one in self.doubts if one.kind in kinds]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A label with the stretches it rests on, best first, and why; `unsaid` are the words that nobody says.

    `figures` are those of the sentence as they stand in these stretches.
    """

    label: CheckLabel
    stretches: tuple[NearStretch, ...]
    why: str = ""
    figures: tuple[MatchedFigure, ...] = ()
    unsaid: tuple[str, ...] = ()


def assess(text: str, looked: LookedUp) -> Assessment:
    """Return what code says of a sentence without its references."""
    said = Wording(text, looked.language)
    if len(said.terms) < _FEWEST:
        label: CheckLabel = "not_checkable" if _OWN.search(text) or _VIEW.search(text) else "not_found"
        return Assessment(label, (), "it says too little by itself to be looked up")
    read = [_read(said, one, looked.reports[one.report], looked.language) for one in looked.stretches]
    is_own, is_view = bool(_OWN.search(text)), bool(_VIEW.search(text))
    together = (_together(one, read) for one in read)
    best = next((one for one in together if _bears_out(one) and not _is_only_advised(said, one)), None)
    other = None if is_own else _other_value(read, looked)
    if best is not None and other is not None and other.stretches[0].near >= best.near + _MUCH_NEARER:
        return other
    if best is not None:
        unsaid = _unsaid(said, best) if not best.is_crossed else []
        kinds = _SOFT if best.figures else (*_SOFT, "period")  # a figure says per what time itself
        if not unsaid and (soft := best.doubts_of(*kinds)):
            return Assessment("partly", (best.stretch, *best.beside), soft[0].detail, best.figures)
        return Assessment(
            "partly" if unsaid else "supported",
            (best.stretch, *best.beside),
            figures=best.figures,
            unsaid=tuple(unsaid),
        )
    if not is_own:
        contrary = other or _contrary(said, read, looked)
        if contrary is not None:
            return contrary
    if is_own or is_view:
        return Assessment("not_checkable", (), "it says what its writers want, think or expect")
    return _partly(said, read) or Assessment("not_found", tuple(one.stretch for one in read[:3]))


def figures_beside(text: str, looked: LookedUp, stretches: Sequence[NearStretch]) -> tuple[MatchedFigure, ...]:
    """Return how the figures of a sentence stand in stretches of one report together."""
    said = Wording(text, looked.language)
    read = [_read(said, one, looked.reports[one.report], looked.language) for one in stretches]
    return _together(read[0], read).figures if read else ()


def _read(said: Wording, stretch: NearStretch, report: Report, language: str) -> ReadBeside:
    """Read a stretch beside a sentence; in two languages figures alone are compared."""
    texts = [*stretch.around, stretch.words]
    held = Wording(" | ".join(" ".join(text.split()) for text in texts), said.language)
    told = [told for told in (report.title, report.organisation, report.region, report.date, report.file) if told]
    years = [int(figure.value) for one in told for figure in figures(one) if figure.unit in ("", "year")]
    crossed = not same_leg(report.language or language, language)
    matched = tuple(match_figures(said, held, years))
    if crossed or stretch.near < _PART:
        return ReadBeside(stretch, matched, (), crossed, tuple(told))
    found = compare(said.text, texts, told=told, language=report.language, spoken=language)
    doubts = tuple(doubt for doubt in found.doubts if not (doubt.kind == "subject" and _is_source(doubt, said, told)))
    return ReadBeside(stretch, matched, doubts, crossed, tuple(told))


def _is_source(doubt: Doubt, said: Wording, told: Sequence[str]) -> bool:
    """Tell whether a subject that the words do not name is the source: "the French site" in a report of France."""
    subject = said.text[slice(*doubt.span)].split()[-1:] if doubt.span else []
    return any(is_known(word, Wording(" | ".join(told), said.language)) for word in subject)


def _together(one: ReadBeside, read: Sequence[ReadBeside]) -> ReadBeside:
    """Return a stretch with what other near ones of its report have of the figures that it lacks."""
    found, beside = list(one.figures), list[NearStretch]()
    for at, figure in enumerate(one.figures):
        for other in read if figure.standing == "missing" and one.has("same") else ():
            is_near = other is not one and other.stretch.report == one.stretch.report and other.near >= _WITH_FIGURE
            if is_near and other.figures[at].standing == "same":
                found[at] = other.figures[at]
                beside += [other.stretch] if other.stretch not in beside else []
                break
    return replace(one, figures=tuple(found), beside=tuple(beside))


def _bears_out(one: ReadBeside) -> bool:
    """Tell whether a stretch says what a sentence says: all of its figures, and enough of its words."""
    if len(one.has("same")) < len(one.figures) or one.doubts_of(*_HARD):
        return False
    telling = sum(figure.telling for figure in one.figures)
    if not telling or not any(figure.telling and not figure.is_year for figure in one.figures):
        is_alike = one.near >= _SAME_THING + _MORE and one.stretch.likeness >= _ALIKE
        return is_alike or (one.near >= _SAME_THING and one.stretch.share >= _SAME_WORDS)
    return one.near >= (_WITH_FIGURE if telling == 1 else _WITH_FIGURES)


def _other_value(read: Sequence[ReadBeside], looked: LookedUp) -> Assessment | None:
    """Return that a figure has another value, where the nearest words to the same thing give one, and none the same.

    Where a sentence says whose it is, the words of others neither contradict nor spare it.
    """
    for one in read:
        others = one.has("other")
        if not others or one.near < min(map(_needed, others)):
            continue
        if looked.meant and one.stretch.report not in looked.meant:
            continue
        least = max(_SPARED_LEAST, one.near - _SPARED)
        near = (other for other in read if not looked.meant or other.stretch.report in looked.meant)
        if any(other.near >= least and not _lacks(other, others) for other in near if other is not one):
            continue
        told = "; ".join(f"{figure.text} here, {figure.other} there" for figure in others)
        return Assessment("contradicted", (one.stretch,), told, one.figures)
    return None


def _needed(figure: MatchedFigure) -> float:
    """Return how near words have to be for a figure in them to be another value of the same thing."""
    if figure.is_renamed:
        return _OTHER_UNIT
    if figure.shared < _FEWEST_BESIDE:
        return _SAME_THING
    return _OTHER_VALUE if figure.is_year or figure.is_count else _OTHER_AMOUNT


def _lacks(one: ReadBeside, wanted: Iterable[MatchedFigure]) -> bool:
    """Tell whether a stretch lacks one of some figures of a sentence."""
    same = {(figure.start, figure.end) for figure in one.has("same")}
    return any((figure.start, figure.end) not in same for figure in wanted)


def _contrary(said: Wording, read: Sequence[ReadBeside], looked: LookedUp) -> Assessment | None:
    """Return that words say the contrary: denied, only advised, or of somebody else."""
    nearest = max((one.near for one in read), default=0.0)
    for one in read:
        if (looked.meant and one.stretch.report not in looked.meant) or one.near < nearest - _SPARED:
            continue
        same = not one.figures or one.has("same")
        held = Wording(" ".join((*one.stretch.around, one.stretch.words)).replace("\n", " "), said.language)
        if one.near >= _WITH_FIGURE and same and _is_only_advised(said, one):
            return Assessment("contradicted", (one.stretch,), "it is advised there, not decided", one.figures)
        if one.near >= _SAME_THING and (names := _other_name(said, held, one)):
            return Assessment("contradicted", (one.stretch,), names, one.figures)
        turned = reversed_rank(said, held.closest_to(said)) if one.doubts_of("rank") else ()
        if one.near >= _OTHER_VALUE and (denied := [*one.doubts_of("negation"), *turned]):
            return Assessment("contradicted", (one.stretch,), denied[0].detail, one.figures)
    return None


def _other_name(said: Wording, held: Wording, one: ReadBeside) -> str:
    """Return which name stands in the words instead of one of a sentence: of the same kind, as two universities are."""
    doubted = [said.text[slice(*doubt.span)] for doubt in one.doubts_of("name") if doubt.span]
    for name in (match[0] for match in NAMES.finditer(said.text)):
        if not any(word in name for word in doubted) or said.language in NOUNS_ARE_CAPITAL:
            continue
        mine = Wording(name, said.language)
        for other in (match[0] for match in NAMES.finditer(held.text)):
            theirs = Wording(other, said.language)
            is_wider = theirs.held(mine.terms) == set(mine.terms)  # "HPL-MxP" is no other name than "HPL"
            if mine.held(theirs.terms) and not is_wider and said.held(theirs.terms) != set(theirs.terms):
                return f"{name} here, {other} there"
    return ""


def _is_only_advised(said: Wording, one: ReadBeside) -> bool:
    """Tell whether a sentence has as decided what is advised in the words nearest to it."""
    held = Wording(" ".join(one.stretch.words.split()), said.language)
    keys = {figure.key for figure in said.figures}

    def nearness(sentence: Wording) -> tuple[int, float]:
        return sum(figure.key in keys for figure in sentence.figures), sentence.share_of(said)

    nearest = max(held.sentences, key=nearness, default=held).text
    return bool(_DECIDED.search(said.text) and _ADVISED.search(nearest) and not _DECIDED.search(nearest))


def _partly(said: Wording, read: Sequence[ReadBeside]) -> Assessment | None:
    """Return that a part of a sentence is said: a figure of it is not, or a clause."""
    for one in read:
        is_told = any(figure.telling for figure in one.has("same"))
        if one.near < (_WITH_FIGURE if is_told else _PART) or one.has("other"):
            continue
        missing = [figure.text for figure in one.has("missing") if figure.telling and is_told]
        lacking = _unsaid(said, one) or (_unborne(said, one) if is_told else [])
        if lacking or missing:
            return Assessment("partly", (one.stretch,), figures=one.figures, unsaid=tuple(lacking or missing))
    return None


def _unsaid(said: Wording, one: ReadBeside) -> list[str]:
    """Return the clauses of which the words hold next to nothing, while they hold most of another one."""
    whole = Wording(" ".join((*one.told, *one.stretch.around, one.stretch.words)), said.language)
    clauses = [clause for clause in _clauses(said) if len(clause.terms) >= _CLAUSE]
    shares = {clause.text: whole.share_of(clause) for clause in clauses}
    if max(shares.values(), default=0.0) < _HELD:
        return []
    return [text for text, share in shares.items() if share <= _LACKED]


def _unborne(said: Wording, one: ReadBeside) -> list[str]:
    """Return the words of a sentence that code doubts, where all its figures are the same."""
    spans = [doubt.span for doubt in one.doubts_of(*_HARD) if doubt.span and doubt.span != (0, len(said.text))]
    return list(dict.fromkeys(said.text[slice(*span)] for span in spans))


def _clauses(said: Wording) -> list[Wording]:
    return [Wording(part.strip(), said.language) for part in _JOINT.split(said.text) if part and part.strip()]
