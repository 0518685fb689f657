"""Measures whether a paragraph answers that says the same in other words, and none that only seems to say it.

Usage: `python benchmarks/other_words.py [--wrong]`. Each pair of `questions/other_words.toml` is a collection of its
own, the paragraph between two that are on something else; no model takes part.
"""

import argparse
import asyncio
import tempfile
import tomllib
from pathlib import Path

import coscribe

PAIRS = Path(__file__).parent / "questions" / "other_words.toml"
BESIDE = {
    "en": "The board met in spring and thanked everybody who had helped.",
    "de": "Der Vorstand traf sich im Frühling und dankte allen, die geholfen hatten.",
    "fr": "Le conseil s'est réuni au printemps et a remercié tous ceux qui avaient aidé.",
    "es": "La junta se reunió en primavera y agradeció a todos los que habían ayudado.",
    "ja": "理事会は春に開かれ、協力した人々に感謝した。",
}


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="also list the pairs that went wrong")
    options = parser.parse_args()
    pairs = tomllib.loads(PAIRS.read_text(encoding="utf-8"))["pair"]
    right: dict[tuple[str, bool], list[bool]] = {}
    for pair in pairs:
        answered = await is_answered(pair)
        right.setdefault((pair["language"], pair["same"]), []).append(answered == pair["same"])
        if options.wrong and answered != pair["same"]:
            print(f"{'refused' if pair['same'] else 'answered'}: {pair['question']}")
    for same, name in ((True, "said in other words, answered"), (False, "another sense, not answered")):
        by_language = {language: found for (language, which), found in right.items() if which == same}
        each = ", ".join(f"{language} {sum(found)}/{len(found)}" for language, found in by_language.items())
        found = [one for some in by_language.values() for one in some]
        print(f"{name:30} {sum(found)}/{len(found)}  ({each})")


async def is_answered(pair: dict[str, str]) -> bool:
    """Tell whether a question is answered by its paragraph, a collection with two others."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        beside = BESIDE[pair["language"]]
        (home / "report.md").write_text(f"# 1\n\n{beside}\n\n{pair['paragraph']}\n\n{beside}\n", encoding="utf-8")
        library = coscribe.Library(home / "home" / "library", embedder="none")
        library.ingest([home / "report.md"])
        async with coscribe.Assistant(library, home=home / "home") as assistant:
            answer = await assistant.ask(pair["question"])
        quotes = [citation.quote for claim in answer.claims for citation in claim.citations]
        return any(quote in pair["paragraph"] or pair["paragraph"] in quote for quote in quotes)


if __name__ == "__main__":
    asyncio.run(main())
