"""Search by words: a Tantivy index of all passages, stemmed per language, with numbers and acronyms kept."""

import errno
import math
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from ...core.errors import LibraryError
from ...core.system.disk import has_no_room, is_read_only, make_folder
from ...core.text import one_line
from ...language.languages import has_cjk
from ...language.stems import (
    STEMMERS,
    asked_terms,
    composed,
    compound_cuts,
    compound_pattern,
    content_terms,
    stemming,
    terms,
    unaccented,
    without_cjk,
)
from ...language.terms import Expression, Meaning
from .analyzer import ANALYZERS, analyzer
from .catalogue import Indexable
from .sums import unlike_its_sum
from .writer import is_to_be_read_alone, mirrored, settle_modes, unwritable

_WRITER_BYTES = 64_000_000
_REMEMBERED = 32  # queries that are kept as they are asked
_HEADER_BOOST = 0.5  # title and headings help to find a passage, but must not outweigh its own words
_PLAIN_BOOST = 0.3  # the unstemmed leg: exact forms, names, and reports in another language than the question
_PAIR_BOOST, _APART = 0.2, 2  # two words that follow one another in the question, at most so many words apart
_ALSO_BOOST = 0.5  # another expression for what was asked, as a whole
_FOREIGN_BOOST = 0.25  # and one in another language than the question's
_COMPOUND_BOOST = 0.6  # a German compound that holds the word asked for, or the two words of the one asked for
_SHORTEST_FOREIGN = 4  # letters of an acronym that is looked for in other languages too: "AI" is a verb in French


@dataclass(frozen=True, slots=True)
class WordHit:
    """A passage id with its BM25 score (k1 1.2, b 0.75, as Tantivy computes it)."""

    passage: str
    report: str
    score: float


class WordIndex:
    """The index in a folder of a library, made on first use; `index` and `add` need the writer's lock.

    A folder that may not be written to is read as it is now.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[object, Query | None] = {}
        self._is_read_only = is_to_be_read_alone(folder.parent) or is_read_only(folder)
        try:
            if self._is_read_only:
                self._index = mirrored(folder, _opened)
            else:
                make_folder(folder)
                self._index = _opened(folder)
        except (OSError, ValueError) as error:
            if has_no_room(folder.parent, error):
                raise unwritable(folder.parent, error) from error
            reason = one_line(str(error))
            raise LibraryError(
                f"the word index {str(folder)!r} cannot be opened ({reason}): run `coscribe reports rebuild`"
            ) from error
        if broken := unlike_its_sum(folder):
            raise self._damaged(f"{broken} is not as it was written")
        for name in ANALYZERS:
            self._index.register_tokenizer(f"coscribe_{name}", analyzer(name))

    def reload(self) -> None:
        """See what a writer has committed since the index was opened."""
        self._made = {}
        self._index.reload()

    def index(self, reports: Sequence[str], passages: Iterable[Indexable]) -> None:
        """Replace everything held of `reports` by `passages`, in one commit."""
        self._replace("report", reports, passages)

    def add(self, passages: Sequence[Indexable]) -> None:
        """Hold `passages` beside all others, those of their report's earlier version too, in one commit."""
        self._replace("passage", [passage.id for passage in passages], passages)

    def _replace(self, field: str, values: Sequence[str], passages: Iterable[Indexable]) -> None:
        with self._writing() as writer:
            for value in values:
                writer.delete_documents_by_term(field, value)
            for passage in passages:
                writer.add_document(_document(passage))

    def clear(self) -> None:
        """Remove every passage, so that the index can be built anew."""
        with self._writing() as writer:
            writer.delete_all_documents()

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """Give a writer and commit what it was told; others may read the files before a reader is told of them."""
        try:
            if self._is_read_only:  # what was opened is not what would be written to
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))
            writer = self._index.writer(_WRITER_BYTES, 1)
            yield writer
            writer.commit()
            writer.wait_merging_threads()
            self.reload()
        except (OSError, ValueError) as error:
            raise unwritable(self._folder.parent, error) from error
        finally:
            settle_modes(self._folder.parent, self._folder)

    @contextmanager
    def _reading(self) -> Iterator[tantivy.Searcher]:
        """Give a searcher, and raise LibraryError where the files turn out to be damaged."""
        try:
            yield self._index.searcher()
        except (OSError, ValueError, LookupError) as error:
            raise self._damaged(error) from error
        except BaseException as error:
            if type(error).__name__ == "PanicException":  # Rust's, for what nobody there had thought of
                raise self._damaged(error) from error
            raise

    def _damaged(self, error: object) -> LibraryError:
        reason = one_line(str(error))[:200]
        return LibraryError(
            f"the word index {str(self._folder)!r} is damaged ({reason}): run `coscribe reports rebuild`"
        )

    def search(
        self, query: str, language: str | None, limit: int, reports: Iterable[str] | None = None, *,
        every: bool = False, also: Sequence[Meaning] = (), passages: Iterable[str] | None = None,
    ) -> list[WordHit]:  # fmt: skip
        """Return the best passages for a question or words, best first.

        `reports` narrows to those report ids, `passages` to those passage ids; `every` asks for passages that hold all
        content words; `also` are other expressions for what is asked, meaning by meaning, which weigh less. Words are
        taken literally: no query syntax can be injected.
        """
        key = query, language, every, tuple(also)
        made = self._made
        if key not in made:  # a question asks the same several times, of other reports
            made = {**(made if len(made) < _REMEMBERED else {}), key: self._query(query, language, every, also)}
            self._made = made
        asked = made[key]
        if asked is None:
            return []
        narrowed = [
            Query.boost_query(Query.term_set_query(self._index.schema, name, list(ids)), 0.0)
            for name, ids in (("report", reports), ("passage", passages))
            if ids is not None
        ]
        if narrowed:
            asked = Query.boolean_query([(Occur.Must, part) for part in (asked, *narrowed)])
        found: list[WordHit] = []
        with self._reading() as searcher:
            for score, address in searcher.search(asked, limit).hits:
                document = searcher.doc(address)
                found.append(WordHit(document["passage"][0], document["report"][0], float(score)))
        return found

    def rarity(self, terms: Iterable[str], language: str | None) -> dict[str, int]:
        """Return in how many passages each analysed term occurs; one in capitals, an acronym, is not stemmed."""
        field = f"body_{stemming(language)}"
        with self._reading() as searcher:
            return {term: searcher.doc_freq(*_place(field, term)) for term in terms}

    def reach(self, query: str, language: str | None) -> float:
        """Return about the score of a passage that holds every content word of a query once: the sum of their idf.

        Scores beside it tell how much of the query a passage holds, whichever passage is the best one.
        """
        counts = self.rarity(asked_terms(query, language), language)
        for word, held in self.elsewhere(query, language).items():
            lacking = [term for term in terms(word, language) if counts.get(term) == 0]
            counts |= dict.fromkeys(lacking, max(held.values()))
        return sum(idf(self.size, count) for count in counts.values()) or 1.0

    def elsewhere(self, query: str, language: str | None) -> dict[str, dict[tuple[str, str], int]]:
        """Return the words of a query that reports in another language hold, where its own does not do for them.

        That is so of names and numbers, which are the same in all, and of what no passage in its own language says.
        Each has the fields and terms by which it is held, with the number of passages.
        """
        own, found = stemming(language), dict[str, dict[tuple[str, str], int]]()
        if own == "plain":
            return found
        with self._reading() as searcher:
            for word in dict.fromkeys(re.findall(r"\w+", query)):
                if has_cjk(word) or not content_terms(word, language):
                    continue
                is_name = not word.islower() and (len(word) >= _SHORTEST_FOREIGN or not word.isalpha())
                if not is_name and any(searcher.doc_freq(f"body_{own}", term) for term in terms(word, language)):
                    continue
                counts = {
                    (f"body_{other}", term): searcher.doc_freq(f"body_{other}", term)
                    for other in STEMMERS.keys() - {own}
                    for term in terms(word, other)
                }
                if held := {place: count for place, count in counts.items() if count}:
                    found[word] = held
        return found

    def mentions(self, meaning: Meaning) -> int:
        """Return how many passages hold any expression of a meaning."""
        said = [query for expression in meaning for query in _expressed(expression)]
        if not said:
            return 0
        with self._reading() as searcher:
            found = searcher.search(Query.disjunction_max_query(said), 1)
        return int(found.count)  # type: ignore[attr-defined]  # its stubs do not know it

    def halves(self, word: str) -> tuple[str, str] | None:
        """Return the two stems of the collection's German words that a compound's stem is made of, if there are any."""
        with self._reading() as searcher:
            for first, second in compound_cuts(word):
                if searcher.doc_freq("body_de", first) and searcher.doc_freq("body_de", second):
                    return first, second
        return None

    def passages(self) -> set[str]:
        """Return the ids of all passages held."""
        with self._reading() as searcher:
            hits = searcher.search(Query.all_query(), max(1, self.size)).hits
            return {searcher.doc(address)["passage"][0] for _, address in hits}

    @property
    def size(self) -> int:
        """The number of passages held."""
        return int(self._index.searcher().num_docs)

    def _query(self, query: str, language: str | None, every: bool, also: Sequence[Meaning]) -> Query | None:
        """Ask for the content words in the question's own language, and less strongly unstemmed in any other."""
        schema = _schema()
        own = stemming(language)
        stemmed = asked_terms(query, language)
        field = f"body_{own}"
        bare = {stem: terms(word, language) for stem, word in unaccented(query, language)}
        words = [_any([_either(schema, field, form) for form in (term, *bare.get(term, ()))]) for term in stemmed]
        if every:
            return Query.boolean_query([(Occur.Must, word) for word in words]) if words else None
        parts = [Query.boolean_query([(Occur.Should, word) for word in words])] if words else []
        for term in content_terms(query, language, stemmed=False):
            parts.append(Query.boost_query(Query.term_query(schema, "header", term), _HEADER_BOOST))
            if own != "plain":
                parts.append(Query.boost_query(Query.term_query(schema, "body_plain", term), _PLAIN_BOOST))
        for held in self.elsewhere(query, language).values():
            parts.append(_any([Query.term_query(schema, name, term) for name, term in held]))
        for pair in pairwise([_place(field, term)[1] for term in stemmed]):
            if not any(map(has_cjk, pair)):
                parts.append(Query.boost_query(Query.phrase_query(schema, field, list(pair), _APART), _PAIR_BOOST))
        if own == "de":
            parts += [Query.boost_query(part, _COMPOUND_BOOST) for term in stemmed for part in self._compounds(term)]
        for meaning in also:
            said = []
            for expression in meaning:
                boost = _ALSO_BOOST if expression.language in (language, "any") else _FOREIGN_BOOST
                boost /= max(1, len(terms(expression.text, None)))  # the score of a phrase is the sum of its words'
                said += [Query.boost_query(query, boost) for query in _expressed(expression)]
            parts += [_any(said)] if said else []
        return Query.boolean_query([(Occur.Should, part) for part in parts]) if parts else None

    def _compounds(self, term: str) -> Iterator[Query]:
        """Yield queries for the compounds that hold a German word, and for the two words that a compound holds."""
        schema = _schema()
        pattern = compound_pattern(term)
        if pattern is not None:
            yield _compound(pattern)
        halves = self.halves(term)
        if halves is not None:
            yield Query.boolean_query([(Occur.Must, Query.term_query(schema, "body_de", half)) for half in halves])


def _opened(folder: Path) -> tantivy.Index:
    index = tantivy.Index(_schema(), path=str(folder), reuse=True)
    index.config_reader("manual")  # by itself it would reload in the middle of a search
    return index


def idf(passages: int, holding: int) -> float:
    """Return what a term weighs that stands in some of the passages: the idf of BM25 (Robertson and Zaragoza 2009)."""
    holding = min(holding, passages)  # passages that were replaced are counted until their segment is merged
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


@cache
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("passage", stored=True, tokenizer_name="raw")
    builder.add_text_field("report", stored=True, tokenizer_name="raw")
    for name in ANALYZERS:
        builder.add_text_field(f"body_{name}", tokenizer_name=f"coscribe_{name}")
    builder.add_text_field("header", tokenizer_name="coscribe_plain")
    return builder.build()


def _document(passage: Indexable) -> tantivy.Document:
    header, whole = composed(passage.header), composed(f"{passage.text} {passage.extra}")
    text = without_cjk(whole)
    fields = {
        "passage": passage.id, "report": passage.report, "header": without_cjk(header), "body_plain": text,
    }  # fmt: skip
    own = stemming(passage.language)
    if own != "plain":
        fields[f"body_{own}"] = " ".join([text, *(word for _, word in unaccented(text, passage.language))])
    if has_cjk(header + whole):
        fields["body_cjk"] = f"{header} {whole}"
    return tantivy.Document(**fields)


def _either(schema: tantivy.Schema, field: str, term: str) -> Query:
    """Return the query for a term: pairs of CJK characters stand in a field of their own."""
    return Query.term_query(schema, *_place(field, term))


def _place(field: str, term: str) -> tuple[str, str]:
    """Return the field in which a term is looked for and how it stands there; an acronym is not stemmed."""
    if has_cjk(term):
        return "body_cjk", term
    return ("body_plain", term.lower()) if term.isupper() else (field, term)


def _any(queries: Sequence[Query]) -> Query:
    """Return the query that scores as the best of several forms of one thing."""
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(list(queries))


@lru_cache(maxsize=1024)
def _compound(pattern: str) -> Query:
    """Return the query for the German compounds of a pattern; to make its automaton takes some ten milliseconds."""
    return Query.regex_query(_schema(), "body_de", pattern)


@lru_cache(maxsize=4096)  # the expressions of the table are asked for again and again
def _expressed(expression: Expression) -> tuple[Query, ...]:
    """Return the queries for an expression: a phrase in the stems of its language, and as written in all others.

    The pairs of a CJK expression are asked for all together, since the index does not know where they stand.
    """
    schema = _schema()
    if has_cjk(expression.text):
        pairs = [(Occur.Must, _either(schema, "body_plain", term)) for term in terms(expression.text, None)]
        return (Query.boolean_query(pairs),)
    own = stemming(expression.language)
    fields = {} if own == "plain" else {f"body_{own}": terms(expression.text, own)}
    foreign = expression.language == "any" or not expression.is_acronym or len(expression.text) >= _SHORTEST_FOREIGN
    if foreign:
        fields |= dict.fromkeys(("body_plain", "header"), terms(expression.text, None))
    queries = [
        Query.term_query(schema, field, words[0]) if len(words) == 1 else Query.phrase_query(schema, field, list(words))
        for field, words in fields.items()
        if words
    ]
    stems = fields.get("body_de", [])
    if len(stems) == 1 and (pattern := compound_pattern(stems[0])):
        queries.append(Query.boost_query(_compound(pattern), _COMPOUND_BOOST))
    return tuple(queries)
