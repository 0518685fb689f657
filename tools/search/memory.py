"""What a conversation is remembered by: the last turns with their answers, those before by their questions alone.

However long a session gets, its memory stays of one size, so that a prompt made of it does too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from pydantic import TypeAdapter

from .kind import Expected
from .subject import Subject

_RECENT = 4  # turns that are kept with their answers
_OLDER = 12  # turns before them that are kept by their questions
_SAID = 500  # characters of an answer
_ASKED = 200  # characters of a question that was typed
_UNKNOWN = ("",)  # the reports of an exchange that an earlier version wrote down: none that a library holds


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question, what it was understood as, and what was answered.

    `drawn` are the reports whose words a model may have put into the question, `reports` those whose words are in the
    answer, by id, `passages` what it cites, and `quotes` where those of each claim stand: passage,
    paragraph, start and end. How confidential they are is asked when they are used: it may change.
    """

    number: int
    asked: str
    question: str
    needed: str
    about: str = ""
    expects: Expected | None = None
    drawn: tuple[str, ...] = ()
    said: str = ""
    reports: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    quotes: tuple[tuple[tuple[str, int | None, int, int], ...], ...] = ()

    @property
    def subject(self) -> Subject:
        """What the question was about."""
        return Subject(self.question, self.needed, self.about, self.expects)


@dataclass(frozen=True, slots=True)
class Memory:
    """The exchanges of a session, oldest first; `forgotten` counts those before the `older` ones."""

    recent: tuple[Exchange, ...] = ()
    older: tuple[Exchange, ...] = ()
    forgotten: int = 0

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Memory":
        """Return the memory that `plain` made this of."""
        return cls(
            tuple(map(_exchange, data.get("recent", ()))), tuple(map(_exchange, data.get("older", ()))),
            int(data.get("forgotten", 0)),
        )  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """Return dicts, lists, texts and numbers, and nothing else."""
        plain: dict[str, Any] = TypeAdapter(Memory).dump_python(self, mode="json")
        return plain

    def with_exchange(self, new: Exchange) -> "Memory":
        """Return the memory with one exchange more: the oldest answers go, then the oldest questions."""
        new = replace(new, asked=new.asked[:_ASKED], said=_shortened(new.said, _SAID))
        recent = (*self.recent, new)
        leaving, recent = recent[:-_RECENT], recent[-_RECENT:]
        older = (*self.older, *(replace(one, said="", reports=(), passages=(), quotes=()) for one in leaving))
        forgotten = self.forgotten + max(0, len(older) - _OLDER)
        return Memory(recent, older[-_OLDER:], forgotten)

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self.recent[-1] if self.recent else None

    @property
    def compacted(self) -> str:
        """How many turns are not remembered in full, in a few words; "" for none."""
        turns = len(self.older) + self.forgotten
        return f"{turns} older turn{'' if turns == 1 else 's'} in short" if turns else ""

    def __str__(self) -> str:
        kept = [f"{len(self.recent)} in full"] if self.recent else []
        kept += [f"{len(self.older)} by their questions"] if self.older else []
        kept += [f"{self.forgotten} not any more"] if self.forgotten else []
        return f"turns remembered: {', '.join(kept)}" if kept else "nothing is remembered yet"


def _exchange(data: Mapping[str, Any]) -> Exchange:
    known = {field.name for field in fields(Exchange)}
    values: dict[str, Any] = {name: value for name, value in data.items() if name in known}
    lists = {name: tuple(values.get(name, _UNKNOWN)) for name in ("drawn", "reports")}
    values |= lists | {"passages": tuple(values.get("passages", ()))}
    values["quotes"] = tuple(tuple(tuple(place) for place in group) for group in values.get("quotes", ()))
    return Exchange(**values)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
