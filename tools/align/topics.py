"""The topics of a matrix: those shipped, or those of a file, each with its words in several languages."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...core import toml
from ...core.errors import UsageError
from ...language.stems import content_terms
from ...language.terms import LANGUAGE, Expression, Meaning, Terms
from .matrix import MatrixTopic

_KEYS = {"name", "question", "synonyms"}
_MOST = 60  # topics of one matrix
_NAMED_IN = "en"  # the language a name of a topic counts in
_OF_ONE_THING = 4  # expressions of a language, at most


def load_topics(path: Path | None = None) -> tuple[MatrixTopic, ...]:
    """Return the topics of a TOML file, or those shipped: `[[topics]]` with `name`, `question` and `synonyms`.

    Synonyms are a list, in no particular language, or lists by language. Raises UsageError naming what is wrong.
    """
    if path is None:
        return _read(files(__package__).joinpath("topics.toml").read_text(encoding="utf-8"), "topics.toml")
    try:
        return _read(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the topics in {str(path)!r} cannot be read ({error}): name a TOML file") from error


def named(topics: Sequence[MatrixTopic], wanted: Sequence[str]) -> tuple[MatrixTopic, ...]:
    """Return the topics whose names hold what is wanted, whatever the case; all for none.

    What is no topic's name becomes a topic of its own. Raises UsageError where it fits several.
    """
    found: dict[str, MatrixTopic] = {}
    for name in wanted:
        folded = name.casefold()
        exact = [one for one in topics if one.name.casefold() == folded]
        fits = exact or [one for one in topics if folded in one.name.casefold()]
        if len(fits) > 1:
            raise UsageError(f"the topic {name!r} means several: say one of {', '.join(one.name for one in fits)}")
        topic = fits[0] if fits else MatrixTopic(name=name)
        found[topic.name] = topic
    return tuple(found.values()) if wanted else tuple(topics)


def expressions(topic: MatrixTopic, known: Terms) -> Meaning:
    """Return all that a topic is searched with: its name, taken for English, and its synonyms.

    One without synonyms has those that the terms `known` put for its name.
    """
    said = {**topic.synonyms, _NAMED_IN: [topic.name, *topic.synonyms.get(_NAMED_IN, ())]}
    own = (Expression(words.strip(), code) for code, listed in said.items() for words in listed)
    also = () if topic.synonyms else _equivalents(topic.name, known)
    return tuple(dict.fromkeys((*own, *also)))


def words_of_topic(topic: MatrixTopic, language: str) -> frozenset[str]:
    """Return the stemmed words of all that a topic is named with in a language."""
    said = [topic.name, *topic.synonyms.get(language, ()), *topic.synonyms.get("any", ())]
    return frozenset(term for expression in said for term in content_terms(expression, language))


def meanings_of_topic(topic: MatrixTopic, known: Terms) -> frozenset[int]:
    """Return the meanings that a topic is named with, in the table of terms."""
    said = [(_NAMED_IN, topic.name), *((code, one) for code, listed in topic.synonyms.items() for one in listed)]
    return frozenset(meaning for code, one in said for meaning in known.meanings(one, None if code == "any" else code))


def is_one_thing(topic: MatrixTopic) -> bool:
    """Tell whether a topic is narrow enough for its name to say what is compared: few expressions in any language."""
    return all(len(listed) <= _OF_ONE_THING for listed in topic.synonyms.values())


def _equivalents(name: str, known: Terms) -> Meaning:
    """Return what says the same as a whole name."""
    return tuple(
        other for one in known.known(name, _NAMED_IN) if len(one.said) >= len(name.strip()) - 1
        for other in one.expressions
    )  # fmt: skip


def _read(text: str, place: str) -> tuple[MatrixTopic, ...]:
    try:
        written = toml.parsed(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{place!r} is no TOML ({error}): write [[topics]] with name, question and synonyms"
        ) from error
    listed = written.get("topics")
    if unknown := written.keys() - {"topics"}:
        raise UsageError(f"{place!r} has an unknown table {min(unknown)!r}: write [[topics]]")
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"{place!r} has no topics: write [[topics]] with name, question and synonyms")
    if len(listed) > _MOST:
        raise UsageError(f"{place!r} has {len(listed)} topics, {_MOST} at most are compared: leave some out")
    topics = tuple(_topic(one, place) for one in listed)
    names = [topic.name.casefold() for topic in topics]
    if double := next((topic.name for topic in topics if names.count(topic.name.casefold()) > 1), None):
        raise UsageError(f"{place!r} has two topics {double!r}: rename one")
    return topics


def _topic(written: object, place: str) -> MatrixTopic:
    if not isinstance(written, dict) or not isinstance(name := written.get("name"), str) or not name.strip():
        raise UsageError(f"{place!r} has a topic without a name: give it one")
    if unknown := written.keys() - _KEYS:
        raise UsageError(f"{place!r} has an unknown key {min(unknown)!r} in {name!r}: use {', '.join(sorted(_KEYS))}")
    question, synonyms = written.get("question", ""), _synonyms(written.get("synonyms", {}), name, place)
    if not isinstance(question, str):
        raise UsageError(f"{place!r} has {question!r} as the question of {name!r}: write a sentence")
    return MatrixTopic(name=name.strip(), question=question.strip(), synonyms=synonyms)


def _synonyms(written: Any, name: str, place: str) -> dict[str, list[str]]:
    by_language: Mapping[str, Any] = {"any": written} if isinstance(written, list) else written
    if not isinstance(by_language, Mapping):
        raise UsageError(f"{place!r} has {written!r} as synonyms of {name!r}: write lists by language, as en = […]")
    for code, listed in by_language.items():
        if not LANGUAGE.fullmatch(code):
            raise UsageError(f"{place!r} has synonyms of {name!r} in {code!r}: name a language by two letters, or any")
        if not isinstance(listed, list) or not all(isinstance(one, str) and one.strip() for one in listed):
            raise UsageError(f"{place!r} has {listed!r} as synonyms of {name!r}: write a list of expressions")
    return {code: list(listed) for code, listed in by_language.items()}
