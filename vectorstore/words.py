"""The words leg: a Tantivy index of all passages, stemmed per language, with numbers and acronyms kept."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from ..core.errors import LibraryError
from ..core.languages import has_cjk
from .analysis import STEMMED, analyzer, content_terms, stemming
from .catalogue import Indexable

_WRITER_BYTES = 64_000_000
_ANALYZERS = (*STEMMED, "plain", "cjk")
_HEADER_BOOST = 0.5  # title and headings help to find a passage, but must not outweigh its own words
_PLAIN_BOOST = 0.3  # the unstemmed leg: exact forms, names, and reports in another language than the question


@dataclass(frozen=True, slots=True)
class WordHit:
    """A passage id with its BM25 score (k1 1.2, b 0.75, as Tantivy computes it)."""

    passage: str
    report: str
    score: float


class Words:
    """The index in a folder, made on first use; `index` and `remove` need the writer's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder), reuse=True)
            self._index.config_reader("manual")  # by itself it would reload in the middle of a search
        except (OSError, ValueError) as error:
            raise LibraryError(
                f"the word index {str(folder)!r} cannot be opened ({error}): run `coscribe reports rebuild`"
            ) from error
        for name in _ANALYZERS:
            self._index.register_tokenizer(f"coscribe_{name}", analyzer(name))

    def reload(self) -> None:
        """See what a writer has committed since the index was opened."""
        self._index.reload()

    def index(self, reports: Sequence[str], passages: Iterable[Indexable]) -> None:
        """Replace everything held of `reports` by `passages`, in one commit."""
        self._replace("report", reports, passages)

    def add(self, passages: Sequence[Indexable]) -> None:
        """Hold `passages` beside all others, those of their report's earlier version too, in one commit."""
        self._replace("passage", [passage.id for passage in passages], passages)

    def _replace(self, field: str, values: Sequence[str], passages: Iterable[Indexable]) -> None:
        writer = self._index.writer(_WRITER_BYTES, 1)
        for value in values:
            writer.delete_documents_by_term(field, value)
        for passage in passages:
            writer.add_document(_document(passage))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def clear(self) -> None:
        """Remove every passage, so that the index can be built anew."""
        writer = self._index.writer(_WRITER_BYTES, 1)
        writer.delete_all_documents()
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(
        self, query: str, language: str | None, limit: int, reports: Iterable[str] | None = None, *, every: bool = False
    ) -> list[WordHit]:
        """Return the best passages for a question or words, best first.

        `reports` narrows to those report ids; `every` asks for passages that hold all content words. Words are taken
        literally: no query syntax can be injected.
        """
        asked = _query(query, language, every)
        if asked is None:
            return []
        if reports is not None:
            within = Query.term_set_query(self._index.schema, "report", list(reports))
            asked = Query.boolean_query([(Occur.Must, asked), (Occur.Must, Query.boost_query(within, 0.0))])
        searcher = self._index.searcher()
        found: list[WordHit] = []
        for score, address in searcher.search(asked, limit).hits:
            document = searcher.doc(address)
            found.append(WordHit(document["passage"][0], document["report"][0], float(score)))
        return found

    def rarity(self, terms: Iterable[str], language: str | None) -> dict[str, int]:
        """Return in how many passages each analysed term occurs."""
        searcher = self._index.searcher()
        field = f"body_{stemming(language)}"
        return {term: searcher.doc_freq("body_cjk" if has_cjk(term) else field, term) for term in terms}

    def passages(self) -> set[str]:
        """Return the ids of all passages held."""
        searcher = self._index.searcher()
        hits = searcher.search(Query.all_query(), max(1, self.size)).hits
        return {searcher.doc(address)["passage"][0] for _, address in hits}

    @property
    def size(self) -> int:
        """The number of passages held."""
        return int(self._index.searcher().num_docs)


def discard(folder: Path) -> None:
    """Delete a words index from disk; it is rebuilt from the catalogue."""
    shutil.rmtree(folder, ignore_errors=True)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage", stored=True, tokenizer_name="raw")
    builder.add_text_field("report", stored=True, tokenizer_name="raw")
    for name in _ANALYZERS:
        builder.add_text_field(f"body_{name}", tokenizer_name=f"coscribe_{name}")
    builder.add_text_field("header", tokenizer_name="coscribe_plain")
    return builder.build()


def _document(passage: Indexable) -> tantivy.Document:
    text = f"{passage.text} {passage.extra}"
    fields = {"passage": passage.id, "report": passage.report, "header": passage.header, "body_plain": text}
    own = stemming(passage.language)
    if own != "plain":
        fields[f"body_{own}"] = text
    if has_cjk(text):
        fields["body_cjk"] = text
    return tantivy.Document(**fields)


def _query(query: str, language: str | None, every: bool) -> Query | None:
    """Ask for the content words in the question's own language, and less strongly unstemmed in any other."""
    schema = _schema()
    own = stemming(language)
    stemmed = content_terms(query, language)
    plain = content_terms(query, language, stemmed=False)
    if not stemmed:
        return None
    joint = Occur.Must if every else Occur.Should
    field = f"body_{own}"
    body = Query.boolean_query([(joint, _either(schema, field, term)) for term in stemmed])
    if every:
        return body
    parts = [(Occur.Should, body)]
    for term in plain:
        parts.append((Occur.Should, Query.boost_query(Query.term_query(schema, "header", term), _HEADER_BOOST)))
        if own != "plain":
            parts.append((Occur.Should, Query.boost_query(Query.term_query(schema, "body_plain", term), _PLAIN_BOOST)))
    return Query.boolean_query(parts)


def _either(schema: tantivy.Schema, field: str, term: str) -> Query:
    """Return the query for a term: pairs of CJK characters stand in a field of their own."""
    return Query.term_query(schema, "body_cjk" if has_cjk(term) else field, term)
