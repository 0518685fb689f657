"""Answers in quotes-only mode, judged by an independent reading of the files they quote.

Floors stand a little below what was measured, so that a change that loses answers is noticed.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import coscribe
import pytest
from coscribe.core.document import Document, sentences_of
from coscribe.core.shapes import Citation, Claim, IngestResult, Locator
from coscribe.tools.evidence.framing import introduction, sentence
from coscribe.tools.publish.markdown import markdown
from independent import bare, says
from question_set import Gold, load
from soundness import sourceless, unmarked

SAMPLES = Path(str(files("coscribe.samples")))
COLLECTION = Path(__file__).parents[2] / "shared" / "devpack" / "domain_open"
PRACTICES = Gold("prohibited", "Which AI practices does the EU AI Act prohibit?", "", (), (), (), "", coscribe.Scope())
LEAD_IN = "The following AI practices shall be prohibited:"
NOTES = "The 40 MW are sustained power, cooling included."

with_collection = pytest.mark.skipif(not COLLECTION.is_dir(), reason="the open collection is not beside the checkout")


@dataclass(frozen=True)
class Asked:
    """A folder that was taken in, the questions put to it, and their answers by id."""

    folder: Path
    taken_in: IngestResult
    questions: Sequence[Gold]
    answers: dict[str, coscribe.Answer]

    def cited(self) -> list[tuple[str, Citation]]:
        """All that is cited, of every role, and what an abstaining answer shows as nearest."""
        return [
            (name, citation)
            for name, answer in self.answers.items()
            for citation in (*answer.nearest, *(citation for claim in answer.claims for citation in claim.citations))
        ]

    def unsaid(self) -> list[str]:
        """The citations whose words are not where their locator says."""
        return [
            f"{name}: {citation.file}, {citation.locator.label}: {citation.quote}"
            for name, citation in self.cited()
            if not says(self.folder / citation.file, citation.locator, citation.quote)
        ]

    def abstained(self, *, answerable: bool) -> list[str]:
        names = [gold.id for gold in self.questions if gold.answerable is answerable]
        return [name for name in names if self.answers[name].status == "abstained"]

    def not_quoted(self) -> list[str]:
        """The answerable questions to which no quote holds the gold words from a gold place."""
        golds = [gold for gold in self.questions if gold.answerable]
        return [gold.id for gold in golds if not gold.is_quoted_by(self.answers[gold.id])]


def ask_all(folder: Path, home: Path, questions: Sequence[Gold]) -> Asked:
    """Take a folder in by words alone and ask all questions in one event loop, away from the machine's settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("COSCRIBE_", "OPENAI_"))]:
            patch.delenv(name)
        patch.chdir(home)
        library = coscribe.Library(home / "library", embedder="none")
        taken_in = library.ingest([folder])
        assistant = coscribe.Assistant(library, home=home)

        async def answer() -> dict[str, coscribe.Answer]:
            answers = {gold.id: await assistant.ask(gold.question, scope=gold.scope) for gold in questions}
            await assistant.close()
            return answers

        return Asked(folder, taken_in, questions, asyncio.run(answer()))


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return ask_all(SAMPLES, tmp_path_factory.mktemp("samples"), load("samples"))


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    questions = [gold for gold in load("domain_open", "check") if gold.answerable]
    return ask_all(COLLECTION, tmp_path_factory.mktemp("collection"), [*questions, PRACTICES])


def section(paragraph: int | None, *path: str) -> Locator:
    return Locator(kind="section", page=None, label="", path=list(path), paragraph=paragraph)


def at(kind: str, page: int, label: str = "") -> Locator:
    return Locator.model_validate({"kind": kind, "page": page, "label": label})


STATES, LATIN = "Frontier Facilities Plan 2026", "Hoja de ruta regional de cómputo avanzado 2026"
POWER = (STATES, "2. Power", "2.1 Electrical power of a site")
PER_REQUEST = "vatios-hora por solicitud"
PLACES = [  # a quote, its file, the place where it stands, and another where it does not
    ("at most 20 MW of peak electrical power", "europe-strategy-2026.pdf", at("page", 1), at("page", 3)),
    (NOTES, "japan-talk-2026.pptx", at("slide", 3, "slide 3 (notes)"), at("slide", 3, "slide 3")),
    ("up to 60 MW of peak", "us-facilities-plan-2026.html", section(1, *POWER), section(2, *POWER)),
    ("up to 60 MW of peak", "us-facilities-plan-2026.html", section(None, *POWER), section(None, STATES, "2. Power")),
    (PER_REQUEST, "latinoamerica-hoja-de-ruta.md", section(1, LATIN, "4. Energía por inferencia"), section(1, LATIN)),
]


def test_no_mark_is_without_a_source_and_no_sentence_without_a_mark(samples: Asked) -> None:
    answers = samples.answers.items()
    assert [(name, fault) for name, answer in answers for fault in sourceless(answer)] == []
    assert [(name, rest) for name, answer in answers for rest in unmarked(answer)] == []


def test_a_mark_without_a_source_and_a_sentence_without_a_mark_are_told(samples: Asked) -> None:
    answer = next(answer for answer in samples.answers.values() if answer.status == "answered")
    assert list(sourceless(answer.model_copy(update={"answer": f"{answer.answer} [99]"}))) == ["[99] has no citation"]
    assert list(sourceless(answer.model_copy(update={"claims": []})))
    more = answer.model_copy(update={"answer": f"{answer.answer} Europe has decided."})
    assert [rest.strip("*") for rest in unmarked(more)] == ["Europehasdecided."]


def composed_otherwise(asked: Asked) -> list[str]:
    """The answers whose text is not what their document renders to, kept or not, or whose document lacks a quote."""
    wrong = []
    for name, answer in asked.answers.items():
        kept = Document.model_validate(answer.stored()["document"])
        quotes = {quote.id for claim in answer.claims if claim.kind == "stated" for quote in claim.quotes}
        if not (kept == answer.document and markdown(kept) == answer.answer and quotes <= kept.shown()):
            wrong.append(name)
    return wrong


def test_the_text_of_an_answer_is_what_its_document_renders_to(samples: Asked) -> None:
    assert composed_otherwise(samples) == []


@with_collection
def test_the_text_of_an_answer_over_real_reports_is_what_its_document_renders_to(collection: Asked) -> None:
    assert composed_otherwise(collection) == []


def proved_otherwise(document: Document, claims: Sequence[Claim]) -> list[str]:
    """The sentences of claims that lack words these quote, or bear words that their claim does not quote."""
    wrong = []
    for block in document.blocks():
        for told in sentences_of(block):
            cited = claims[told.claim].citations if told.claim is not None else ()
            quoted = {(one.number, one.id, one.quote, one.locator.label) for one in cited if one.role == "quote"}
            borne = [(one.source, one.id, one.words, one.place.label) for one in told.proofs]
            if told.claim is not None and not (set(borne) == quoted and len(borne) == len(quoted)):
                wrong.append(told.text)
    return wrong


def test_a_sentence_bears_the_words_that_its_claim_quotes(samples: Asked) -> None:
    made = [answer for answer in samples.answers.values() if answer.document]
    assert [wrong for answer in made for wrong in proved_otherwise(answer.document, answer.claims)] == []
    assert any(told.proofs for answer in made for block in answer.document.blocks() for told in sentences_of(block))
    bare = [claim.model_copy(update={"citations": []}) for claim in made[0].claims]
    assert proved_otherwise(made[0].document, bare)


def test_proofs_are_a_small_part_of_what_is_kept(samples: Asked) -> None:
    for answer in samples.answers.values():
        kept = answer.stored()
        told = [one for block in Document.model_validate(kept["document"]).blocks() for one in sentences_of(block)]
        proofs = [proof.model_dump(exclude_defaults=True) for one in told for proof in one.proofs]
        assert len(str(proofs)) < len(str(kept)) / 4


def written_otherwise(asked: Asked) -> list[str]:
    """The claims of quotes whose text is not what their framing and their quotes give, or frames another source."""
    claims = [claim for answer in asked.answers.values() for claim in answer.claims if claim.kind == "stated"]
    assert claims and all(claim.framing for claim in claims)  # quotes alone
    wrong = []
    for claim in claims:
        framing, source = claim.framing, claim.quotes[0]
        told = (framing.issuer, framing.region, framing.date, framing.status, framing.place)
        known = (source.organisation or source.title, source.region, source.date, source.status, source.locator.label)
        words = [citation.quote for citation in claim.quotes]
        written = f"{introduction(framing)}: “{' … '.join(' '.join(text.split()) for text in words)}”"
        if told != known or not claim.text == sentence(framing, claim.quotes) == written:
            wrong.append(claim.text)
        if len(framing.also) != len({citation.report for citation in claim.citations}) - 1:
            wrong.append(f"{claim.text}: others print it too")
    return wrong


def test_the_text_of_a_quote_is_written_from_its_framing_and_its_words(samples: Asked) -> None:
    assert written_otherwise(samples) == []


@with_collection
def test_the_text_of_a_quote_of_real_reports_is_written_from_its_framing_and_its_words(collection: Asked) -> None:
    assert written_otherwise(collection) == []


@pytest.mark.parametrize(("quote", "file", "place", "elsewhere"), PLACES)
def test_the_reader_tells_places_apart(quote: str, file: str, place: Locator, elsewhere: Locator) -> None:
    assert says(SAMPLES / file, place, quote)
    assert not says(SAMPLES / file, elsewhere, quote)
    assert not says(SAMPLES / file, place, quote.replace("o", "a", 1))


def test_the_reader_accepts_insertions_and_makes_deletions() -> None:
    file = SAMPLES / "europe-advisory-draft.docx"
    power = section(1, "2. Power")
    assert says(file, power, "The group recommends 15 MW")
    assert not says(file, power, "18 MW")


def test_every_quote_from_the_samples_stands_where_it_says(samples: Asked) -> None:
    kinds = {(citation.locator.kind, citation.role) for _, citation in samples.cited()}
    assert {kind for kind, _ in kinds} == {"page", "slide", "section"}
    assert {role for _, role in kinds} == {"quote", "lead_in", "header"}
    claims = [claim for answer in samples.answers.values() for claim in answer.claims]
    pages = [{quote.locator.page for quote in claim.quotes if quote.locator.kind == "page"} for claim in claims]
    assert any(len(turned) > 1 for turned in pages)  # a sentence that a page turn cuts is quoted whole
    assert samples.unsaid() == []


def test_the_samples_answer_their_questions(samples: Asked) -> None:
    """Measured: 24 of 25 answered, 24 with the gold words in one quote from a gold place."""
    answerable = [gold for gold in samples.questions if gold.answerable]
    abstained = samples.abstained(answerable=True)
    assert len(abstained) <= 0.08 * len(answerable), abstained
    assert len(samples.not_quoted()) <= 0.12 * len(answerable), samples.not_quoted()


def test_the_samples_do_not_answer_what_they_do_not_say(samples: Asked) -> None:
    """Measured: 9 of 11 abstained."""
    unanswerable = [gold.id for gold in samples.questions if not gold.answerable]
    abstained = samples.abstained(answerable=False)
    assert len(abstained) >= 0.6 * len(unanswerable), set(unanswerable) - set(abstained)


def test_what_is_answered_is_quoted(samples: Asked) -> None:
    for answer in samples.answers.values():
        assert bool(answer.claims) is (answer.status != "abstained"), answer.question
        for claim in answer.claims:
            assert any(citation.role == "quote" for citation in claim.citations), claim.text


@with_collection
def test_the_collection_is_taken_in_without_a_failure(collection: Asked) -> None:
    assert [(one.file, one.reason) for one in collection.taken_in.reports if one.state != "indexed"] == []
    assert len(collection.taken_in.reports) == sum(path.is_file() for path in COLLECTION.rglob("*"))


@with_collection
def test_every_quote_from_the_collection_stands_where_it_says(collection: Asked) -> None:
    assert len(collection.cited()) >= len(collection.questions)
    assert collection.unsaid() == []


@with_collection
def test_the_collection_answers_the_questions_it_was_not_tuned_on(collection: Asked) -> None:
    """Measured by words alone: 35 of 42 answered, 27 with the gold words in one quote from a gold place."""
    answerable = [gold for gold in collection.questions if gold.answerable]
    abstained = collection.abstained(answerable=True)
    assert len(abstained) <= 0.2 * len(answerable), abstained
    assert len(collection.not_quoted()) <= 0.4 * len(answerable), collection.not_quoted()


@with_collection
def test_a_list_in_a_law_is_given_whole_with_its_lead_in(collection: Asked) -> None:
    claims = collection.answers["prohibited"].claims
    assert claims[0].text.startswith("European Parliament and Council of the European Union")
    points: dict[str, int | None] = {}
    for claim in claims:
        led_by = {bare(citation.quote) for citation in claim.citations if citation.role == "lead_in"}
        assert any(lead.endswith(bare(LEAD_IN)) for lead in led_by), claim.text
        (quote,) = (citation for citation in claim.citations if citation.role == "quote")
        if len(led_by) == 1:
            assert quote.quote.endswith((";", ":")), "a point is quoted to its end"
            points[quote.quote[:3]] = quote.locator.page
    assert list(points) == [f"({letter})" for letter in "abcdefgh"]
    assert set(points.values()) == {51, 52}
