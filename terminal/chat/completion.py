"""Completes what is being typed: commands and what stands behind them, and names of the library in a question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from .commands import COMMANDS

FILTERS = ("region", "report", "organisation", "kind", "status", "from", "to")
_SHORTEST = 2  # letters of a word in a question that may be completed


@dataclass(frozen=True, slots=True)
class ScopeValues:
    """What there is to name: of the library, and the numbers of the last answer."""

    regions: Sequence[str] = ()
    reports: Sequence[str] = ()
    organisations: Sequence[str] = ()
    kinds: Sequence[str] = ()
    numbers: Sequence[str] = ()

    def of(self, filter_word: str) -> Sequence[str]:
        """Return the values a filter may have."""
        held = {"region": self.regions, "report": self.reports, "organisation": self.organisations}
        return {**held, "kind": self.kinds, "status": ("draft", "adopted", "superseded")}.get(filter_word, ())


class ChatCompleter(Completer):
    """Completes commands as they are typed, and words of a question when Tab asks for it."""

    def __init__(self) -> None:
        self.names = ScopeValues()
        self._paths = PathCompleter(expanduser=True)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Yield what the text before the cursor may go on with."""
        text = document.text_before_cursor
        if not text.startswith("/"):
            if complete_event.completion_requested:
                yield from self._in_question(text)
            return
        word, space, rest = text.partition(" ")
        if not space:
            for command in COMMANDS:
                if command.name.startswith(word.lower()):
                    yield Completion(command.name, -len(word), command.usage, command.does)
        elif word == "/save":
            yield from self._paths.get_completions(Document(rest), complete_event)
        else:
            yield from self._behind(word, rest)

    def _behind(self, word: str, rest: str) -> Iterable[Completion]:
        filter_word, space, value = rest.partition(" ")
        if word == "/scope" and space and filter_word in FILTERS:
            value = value.rpartition(";")[2].lstrip()
            yield from _starting(self.names.of(filter_word), value)
        elif word == "/scope":
            places = (*self.names.regions, *self.names.organisations, *self.names.reports)
            yield from _starting(("all", *FILTERS, *places), rest)
        elif word == "/open":
            yield from _starting(self.names.numbers, rest)
        elif word == "/model":
            yield from _starting(("evidence",), rest)

    def _in_question(self, text: str) -> Iterable[Completion]:
        words = text.split(" ")
        names = (*self.names.regions, *self.names.organisations, *self.names.reports)
        # Names have blanks in them: the longest end of the text that begins one is what is completed.
        for at in range(max(0, len(words) - 4), len(words)):
            begun = " ".join(words[at:])
            if len(begun) >= _SHORTEST:
                found = list(_starting(names, begun))
                yield from found
                if found:
                    return


def _starting(names: Iterable[str], begun: str) -> Iterable[Completion]:
    """Yield the names that begin so, those first, and then those one of whose words does."""
    wanted = begun.lower()
    first = [name for name in names if name.lower().startswith(wanted)]
    later = [name for name in names if name not in first and wanted and f" {wanted}" in name.lower()]
    for name in dict.fromkeys((*first, *later)):
        yield Completion(name, -len(begun))
