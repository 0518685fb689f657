"""Asks at the terminal which report is to be corrected, and field by field what is true of it."""

from collections.abc import Callable, Mapping, Sequence

from rich.text import Text

from ..core.errors import CoscribeError
from ..core.shapes import Reviewed
from .console import Screen, flat
from .views.reviewed import finding

NONE = "-"
_HELP = "Enter keeps a value, - says that there is none, . goes to the next report"


class Interview:
    """A talk about reports; the end of the input, or `q`, ends it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._seen: set[str] = set()
        self._ended = False

    def chosen(self, rows: Sequence[Reviewed]) -> Reviewed | None:
        """Return the report to go on with: one that is named, else the least sure not seen yet; `None` to end."""
        if self._ended:
            return None
        following = next((row for row in rows if row.unsure and row.report not in self._seen), None)
        offered = f"Enter for {flat(following.file)}, " if following else ""
        while True:
            said = self._ask(f"report to correct ({offered}its id or file, q to end): ")
            if said in (None, "q") or (not said and following is None):
                return None
            found = [row for row in rows if said == row.report or f"/{row.file}".endswith(f"/{said}")] if said else []
            row = following if not said else found[0] if len(found) == 1 else None
            if row is not None:
                self._seen.add(row.report)
                return row
            why = f"{len(found)} reports are called so" if found else "there is no such report"
            self._screen.say(f"{why}: {said!r}", "warn")

    def fields(self, row: Reviewed, names: Sequence[str], checked: Callable[[str, str], str]) -> Mapping[str, str]:
        """Return what is said of a report's fields, the unsure ones asked for first; what is wrong is asked again."""
        self._screen.line(f"{row.file}", "heading")
        self._screen.say(_HELP)
        said: dict[str, str] = {}
        for name in sorted(names, key=lambda name: name not in row.unsure):
            while not self._ended:
                shown = Text.assemble(f"  {name}  ", (flat(row.fields[name]) or "not known", "accent"))
                self._screen.err.print(shown.append(f"  {finding(row, name)}", "meta"))
                answer = self._ask("  > ")
                if answer in (None, "", "."):
                    break
                try:
                    said[name] = NONE if answer == NONE else checked(name, str(answer))
                except CoscribeError as error:
                    self._screen.say(f"  {error}", "warn")
                    continue
                break
            if self._ended or answer == ".":
                break
        return said

    def agrees(self, question: str) -> bool:
        """Return whether a question is answered with yes."""
        return (self._ask(f"{question} [y/N] ") or "").lower() in ("y", "yes")

    def _ask(self, prompt: str) -> str | None:
        try:
            self._screen.err.print(prompt, end="")
            said = input().strip()
        except EOFError:
            self._ended = True
            return None
        self._ended = self._ended or said == "q"
        return None if said == "q" else said
