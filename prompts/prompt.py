"""Prompts are files with named holes; this loads one and fills it."""

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files

_HOLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class PromptFile:
    """A prompt as written in its file; `digest` goes into the run record."""

    name: str
    text: str

    @property
    def holes(self) -> frozenset[str]:
        """The names that have to be filled."""
        return frozenset(_HOLE.findall(self.text))

    @property
    def digest(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]

    def fill(self, **values: str) -> str:
        """Return the prompt with every hole filled; raises ValueError for a missing or a surplus value."""
        if values.keys() != self.holes:
            raise ValueError(f"prompt {self.name!r} has the holes {sorted(self.holes)}, not {sorted(values)}")
        return _HOLE.sub(lambda match: values[match[1]], self.text)


def digests() -> dict[str, str]:
    """Return the digest of every prompt by its name."""
    names = (file.name.removesuffix(".md") for file in files(__package__).iterdir() if file.name.endswith(".md"))
    return {name: load_prompt(name).digest for name in sorted(names)}


def load_prompt(name: str) -> PromptFile:
    """Return the prompt of that name, e.g. "drafter"."""
    return PromptFile(name, files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8"))
