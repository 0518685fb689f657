"""What a section of a note shows: its claims, a table of positions, what no region says, how strong the evidence is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...core.document import Paragraph, Sentence, TextBlock
from ...core.shapes import NoteSection, Strength
from ...prompts.template import TemplateSection
from ...tools.answer.blocks import blocks_of, sections_of
from ...tools.answer.missing import Missing
from ...tools.document.page import aside
from ...tools.document.phrases import Phrases
from ...tools.publish.markdown import blocks_markdown


@dataclass(frozen=True, slots=True)
class Silence:
    """The regions without a position: they say no word of the topic, some of its words, or nobody can tell.

    `regions` are all that were asked, in order; the reports of those in `later` came in after the note was drafted.
    """

    silent: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    not_assessed: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """How strong the evidence of a section is."""

    heading: str
    strength: Strength


def composed(
    specs: Sequence[TemplateSection], sections: Sequence[NoteSection], silence: Silence, weighed: Sequence[Weighed],
    words: Phrases,
) -> list[tuple[TextBlock, ...]]:  # fmt: skip
    """Return the blocks of each section; its text so far is what to say where it has no claims."""
    told = {section.heading for section in sections if section.claims}
    known = [one for one in weighed if one.heading in told]
    return [_blocks(spec, section, silence, known, words) for spec, section in zip(specs, sections, strict=True)]


def _blocks(
    spec: TemplateSection, section: NoteSection, silence: Silence, weighed: Sequence[Weighed], words: Phrases
) -> tuple[TextBlock, ...]:
    if spec.kind == "comparison" and silence.regions:
        return _table(section, silence, words)
    if spec.kind in ("silence", "gaps"):
        strengths = [_strength(one, words) for one in weighed] if spec.kind == "gaps" else []
        told = [Sentence(kind="remark", parts=(text,)) for text in strengths]
        told += [Sentence(kind="absence", parts=(text,)) for text in _silences(silence, words)]
        said = tuple(Paragraph(sentences=(one,), form="item") for one in told)
        return said or (aside("silence", words.told("alone.no_silence")),)
    return blocks_of(section.claims) or (aside("silence", section.text),)


def words_of(blocks: Iterable[TextBlock]) -> int:
    """Return how many words some blocks have, as their Markdown counts them."""
    return len(blocks_markdown(blocks).split())


def _table(section: NoteSection, silence: Silence, words: Phrases) -> tuple[TextBlock, ...]:
    """Return a row for each region, with or without a position."""
    missing = [Missing(name, "no_report", words.told("table.silent")) for name in silence.silent]
    missing += [Missing(name, "unread", words.told("table.not_assessed")) for name in silence.not_assessed]
    missing += [Missing(name, "unread", words.told("table.later")) for name in silence.later]
    shown = sections_of(
        section.claims, rows=silence.regions, missing=missing, is_table=True, language=words.language
    )  # fmt: skip
    return tuple(block for one in shown for block in one.blocks)


def _strength(one: Weighed, words: Phrases) -> str:
    evidence, agreement, why = one.strength.evidence, one.strength.agreement, one.strength.why
    agreed = f"strength.{'agreement_medium' if agreement == 'medium' else agreement}"
    return words.told(
        "alone.strength_agreed" if agreement else "alone.strength", heading=one.heading, why=why,
        evidence=words.told(f"strength.{evidence}"), agreement=words.told(agreed) if agreement else "",
    )  # fmt: skip


def _silences(silence: Silence, words: Phrases) -> Iterable[str]:
    if silence.silent:
        yield words.told("alone.silent", names=", ".join(silence.silent))
    if silence.unclear:
        yield words.told("alone.unclear", names="; ".join(silence.unclear))
    if silence.not_assessed:
        yield words.told("alone.not_assessed", names=", ".join(silence.not_assessed))
    if silence.later:
        yield words.told("alone.later", names=", ".join(silence.later))
