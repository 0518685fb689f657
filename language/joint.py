"""The language packs as they are used: read once, and their words joined into patterns for any of their languages."""

import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from ..core.errors import UsageError
from .pack import Check, Pack, Searched, lines
from .tables.word_table import WordTable

_HOLE = re.compile(r"<([a-z_]+\.[a-z_]+)>")
_Kind = TypeVar("_Kind", bound=Searched)


def signs(table: str) -> dict[str, Any]:
    """Return a table of `units.toml`: the signs that every language uses."""
    whole: dict[str, Any] = tomllib.loads(files(__package__).joinpath("units.toml").read_text(encoding="utf-8"))[table]
    return whole


def read_packs(folder: Traversable | Path, kind: type[_Kind]) -> tuple[_Kind, ...]:
    """Return the packs of a folder, one a TOML file, in their order.

    Raises UsageError naming file and key: of one that lacks, is unknown, or holds no regular expression.
    """
    found = [_read(file, kind) for file in folder.iterdir() if file.name.endswith(".toml")]
    return tuple(sorted(found, key=lambda pack: pack.order))


@cache
def packs() -> tuple[Pack, ...]:
    """Return the packs that are shipped, in their order."""
    return read_packs(files(__package__).joinpath("packs"), Pack)


@cache
def languages() -> dict[str, Searched]:
    """Return all languages that are searched, by their codes, those with a pack too."""
    searched = read_packs(files(__package__).joinpath("searched"), Searched)
    found: dict[str, Searched] = {pack.code: pack for pack in (*searched, *packs())}
    return dict(sorted(found.items(), key=lambda item: item[1].order))


@cache
def pack(language: str | None) -> Pack | None:
    """Return the pack of a language, if it has one."""
    return next((pack for pack in packs() if pack.code == language), None)


def allows(language: str | None, check: Check) -> bool:
    """Tell whether a check may pass a text in a language; none may where that is unknown or has no pack."""
    own = pack(language)
    return own is not None and check in own.reviewed


def entries(key: str) -> dict[str, Any]:
    """Return what each pack has under a key such as "denial.plain" or "numbers.ordinals.0", by its code."""
    return {pack.code: _value(pack, key) for pack in packs()}


def vocabulary(*keys: str) -> tuple[str, ...]:
    """Return all words that the packs have under the keys, each once."""
    return tuple(dict.fromkeys(word for key in keys for value in entries(key).values() for word in value))


def table(*keys: str) -> dict[str, Any]:
    """Return what all packs together have in the tables of the keys."""
    return {name: value for key in keys for own in entries(key).values() for name, value in own.items()}


def either(*keys: str) -> str:
    """Return a regular expression for anything that any pack has under the keys."""
    return f"(?:{'|'.join(_joined(keys, packs())) or '(?!)'})"


def pattern(*keys: str, lead: str = r"\b", end: str = r"\b", flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """Return a pattern for anything that any pack has under the keys, between `lead` and `end`.

    These are left out where a language parts its words by no blanks. It is compiled when it is first used: of two
    hundred, a question needs a few. Raises UsageError then, naming what is no regular expression.
    """
    return cast(re.Pattern[str], _Awaited(partial(_compiled, keys, lead, end, flags)))


class _Awaited:
    """What a pattern is until it is used: each of its methods is looked up once, and from then on stands here."""

    def __init__(self, compiled: Callable[[], re.Pattern[str]]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._compiled(), name)
        setattr(self, name, found)
        return found


@cache
def _compiled(keys: tuple[str, ...], lead: str, end: str, flags: re.RegexFlag) -> re.Pattern[str]:
    spaced = _joined(keys, [pack for pack in packs() if pack.has_spaces])
    dense = _joined(keys, [pack for pack in packs() if not pack.has_spaces])
    try:
        return re.compile("|".join((f"{lead}(?:{'|'.join(spaced) or '(?!)'}){end}", *dense)), flags)
    except re.error:
        for pack in packs():
            check_patterns(pack)
        raise


def keys() -> dict[str, str]:
    """Return what each key of a pack means, as "code" or "denial.plain"."""
    found: dict[str, str] = {}
    for name, field in Pack.model_fields.items():
        kind = field.annotation
        inner = kind.model_fields if isinstance(kind, type) and issubclass(kind, WordTable) else None
        found |= {f"{name}.{key}": str(one.description) for key, one in inner.items()} if inner else {
            name: str(field.description)
        }  # fmt: skip
    return found


def check_patterns(pack: Pack) -> None:
    """Raise UsageError naming pack and key of the first line that is no regular expression."""
    for key, line in lines(pack):
        try:
            re.compile(_filled(line))
        except re.error as error:
            raise UsageError(
                f"the language pack {pack.code!r} has {line!r} under {key!r}, which is no regular expression "
                f"({error}): mend it"
            ) from error


def _value(pack: Pack, key: str) -> Any:
    found: Any = pack
    for part in key.split("."):
        if isinstance(found, dict):
            found = found.get(int(part) if part.isdigit() else part, ())
        else:
            found = found[int(part)] if part.isdigit() else getattr(found, part)
    return found


def _joined(keys: Iterable[str], of: Iterable[Pack]) -> list[str]:
    of = list(of)
    return list(dict.fromkeys(_filled(line) for key in keys for pack in of for line in _value(pack, key)))


def _filled(line: str) -> str:
    return _HOLE.sub(lambda hole: either(hole[1]), line)


def _read(file: Traversable | Path, kind: type[_Kind]) -> _Kind:
    try:
        return kind.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"the language pack {file.name!r} cannot be read ({error}): mend it") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(
            f"the language pack {file.name!r} has {where!r} wrong ({first['msg'].lower()}): docs/languages.md says "
            f"what belongs there"
        ) from error
