"""Measures how often a sentence in another language than it was asked for in is told, and how often wrongly.

Usage: `python benchmarks/tongues.py`. Sixty sentences as drafts have them, in six languages; half was tuned on. Those
of XQuAD's paragraphs, of strangers and full of names, stand beside them where the devpack is.
"""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path

from coscribe.language.languages import is_in_another
from coscribe.language.sentences import sentences

ROOT = Path(__file__).parents[1]
XQUAD = ROOT.parent / "shared" / "devpack" / "xquad"
ASKED = ("en", "fr", "de", "es")  # what notes are written in
FEWEST = 3  # words of a sentence


def paragraphs(language: str) -> Iterable[str]:
    """Yield the sentences of XQuAD's paragraphs in a language."""
    for row in (XQUAD / f"{language}.jsonl").read_text(encoding="utf-8").splitlines():
        text = json.loads(row)["text"]
        cut = (text[start:end] for start, end in sentences(text, language))
        yield from (one for one in cut if len(one.split()) >= FEWEST)


def show(name: str, spoken: dict[str, list[str]]) -> None:
    """Print for each language that is asked for what was told of sentences in others, and wrongly of its own."""
    print(f"{name}: told / of; wrongly told of its own")
    for asked in ASKED:
        told = {
            language: f"{sum(is_in_another(one, asked) for one in said)}/{len(said)}"
            for language, said in spoken.items()
        }
        own = told.pop(asked, "none here")
        print(f"  asked for {asked}: {', '.join(f'{key} {value}' for key, value in told.items())}; {own}")


def main() -> None:
    """Print the tables."""
    ours = tomllib.loads((ROOT / "tests" / "gold" / "tongues.toml").read_text(encoding="utf-8"))
    for half, spoken in ours.items():
        show(half, spoken)
    if XQUAD.is_dir():
        show("XQuAD", {language: list(paragraphs(language)) for language in ("de", "en", "es")})


if __name__ == "__main__":
    main()
