"""Plants one error in a claim that its evidence supports: mechanical, seeded, and nothing but the text decides."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from planted_claims import SPLITS, Planted, Split, content

DEVPACK = Path(__file__).parents[2] / "shared" / "devpack"
SEED = 20261122
MOST = 10  # cases of a class; rare classes have fewer
NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’&-]+)(?: (?:of |the |de )?[A-Z][\w'’&-]+)*")
YEAR = re.compile(r"(?<![\d,.–-])(?:1[5-9]|20)\d\d(?![\d,.–-]\d|\d|s|[–-])")
NUMBER = re.compile(
    r"(?<![\d,.–-])\d{1,3}(?:,\d{3})+(?![\d–-])|(?<![\d,.–-])\d+(?:\.\d+)?(?![\d,.–-]?\d|st|nd|rd|th|s)"
)
SPELLED = re.findall(
    r"\w+", "two three four five six seven eight nine ten eleven twelve fourteen fifteen twenty thirty forty fifty"
)
UNITS = {
    "metres": "kilometres",
    "kilometers": "miles",
    "km": "miles",
    "miles": "yards",
    "million": "billion",
    "billion": "million",
    "minutes": "hours",
    "hours": "days",
    "years": "months",
    "months": "weeks",
    "days": "weeks",
    "weeks": "months",
    "feet": "yards",
    "%": " per thousand",
    "percent": "times",
    "acres": "hectares",
    "inches": "feet",
    "mm": "cm",
    "kg": "tonnes",
    "pounds": "tonnes",
    "seconds": "minutes",
}
CURRENCIES = {"$": "€", "£": "$", "€": "$", "dollars": "euros", "pounds": "dollars", "euros": "dollars", "USD": "EUR"}
RANKS = {
    "one of the most": "the most",
    "one of the largest": "the largest",
    "one of the": "the only one of the",
    "third-largest": "largest",
    "second-largest": "largest",
    "second largest": "largest",
    "largest": "smallest",
    "highest": "lowest",
    "oldest": "youngest",
    "longest": "shortest",
    "best": "worst",
    "more than": "fewer than",
    "over": "under",
    "at least": "at most",
    "most": "least",
    "first": "last",
}
HEDGES = {
    "may": "will",
    "might": "will",
    "could": "did",
    "can": "must",
    "should": "must",
    "aims to": "does",
    "aimed to": "managed to",
    "planned to": "managed to",
    "intended to": "managed to",
    "wants to": "is about to",
    "proposed": "decided",
    "strives to": "manages to",
    "helps": "guarantees to",
}
SOURCES = {
    r"\b(?:is|are|was|were) (?:generally |often |widely |also )?(?:regarded|considered|described|seen|viewed) "
    r"(?:as|to be)(?= )": "is",
    r"\b(?:is|are|was) (?:often )?considered(?= (?:a|an|the|one)\b)": "is",
    r"^(?:\w+ ){1,3}(?:said|says|stated|claimed|claims|argued|argues|believes|believed)(?: that)? ": "",
    r" according to [^,.]+": "",
    r"\b(?:is|are|was|were) (?:said|believed|thought|reported|estimated) to be\b": "is",
}
OPINION = re.compile(
    r"\b(?:according to|regarded|considered|described|seen as|viewed|sa(?:id|ys)|claim|argu|believ|estimat)"
)
SCOPES = {
    "some": "all",
    "many": "all",
    "several": "all",
    "most of": "all of",
    "a number of": "all",
    "often": "always",
    "usually": "always",
    "typically": "always",
    "generally": "always",
    "sometimes": "always",
    "primarily": "exclusively",
    "mainly": "exclusively",
    "mostly": "exclusively",
    "commonly": "always",
    "approximately": "exactly",
    "partially": "fully",
}
AUXILIARY = re.compile(r"\b(is|are|was|were|has|had|can|will|have)\b(?! not\b)")
NEGATED = re.compile(r"\b(?:not|never|no|none|nor|neither|without)\b|n['’]t\b", re.I)
Error = Callable[[str, str, random.Random], str | None]


def put(claim: str, found: re.Match[str], new: str) -> str:
    return re.sub(r" {2,}", " ", claim[: found.start()] + new + claim[found.end() :]).strip()


def from_table(table: dict[str, str], claim: str, evidence: str) -> str | None:
    """Replace the first entry that the claim and its evidence have, unless the evidence has the new words too."""
    for old, new in table.items():
        plain = rf"\b{old}\b" if old[0].isalpha() else re.escape(old)
        found = re.search(plain, claim)
        if found and re.search(plain, evidence) and not re.search(rf"\b{new}\b", evidence):
            changed = put(claim, found, new)
            return changed[:1].upper() + changed[1:] if found.start() == 0 else changed
    return None


def number(claim: str, evidence: str, chance: random.Random) -> str | None:
    """Another number of the same length, which the evidence does not have."""
    found = [match for match in NUMBER.finditer(claim) if not YEAR.fullmatch(match[0]) and match[0] in evidence]
    if found:
        match = chance.choice(found)
        others = [re.sub(r"[1-9]", lambda digit: str(int(digit[0]) % 9 + 1), match[0], count=step) for step in (1, 2)]
        return next((put(claim, match, other) for other in others if other not in evidence), None)
    spelled = [m for m in re.finditer(rf"\b(?:{'|'.join(SPELLED)})\b", claim) if m[0] in evidence.lower()]
    other = chance.choice(SPELLED)
    return put(claim, spelled[0], other) if spelled and other not in evidence.lower() else None


def year(claim: str, evidence: str, chance: random.Random) -> str | None:
    """A year up to six away, which the evidence does not have."""
    found = [match for match in YEAR.finditer(claim) if match[0] in evidence]
    if not found:
        return None
    match = chance.choice(found)
    other = str(int(match[0]) + chance.choice([-6, -4, -3, -2, -1, 1, 2, 3]))
    return None if other in evidence else put(claim, match, other)


def unit(claim: str, evidence: str, chance: random.Random) -> str | None:
    words = "|".join(["a", r"\d", *SPELLED])
    match = re.search(rf"(?:{words})[ -]?({'|'.join(map(re.escape, UNITS))})(?!\w)", claim)
    return None if not match else claim[: match.start(1)] + UNITS[match[1]] + claim[match.end(1) :]


def currency(claim: str, evidence: str, chance: random.Random) -> str | None:
    return from_table(CURRENCIES, claim, evidence) if re.search(r"\d", claim) else None


def negation(claim: str, evidence: str, chance: random.Random) -> str | None:
    """A `not` too many, or one too few."""
    if re.search(r"\bnot ", claim):
        return re.sub(r"\b(?:did )?not ", "", claim, count=1)
    match = AUXILIARY.search(claim)
    return None if NEGATED.search(claim) or not match else put(claim, match, f"{match[1]} not")


def modality(claim: str, evidence: str, chance: random.Random) -> str | None:
    return from_table(HEDGES, claim, evidence)


def attribution(claim: str, evidence: str, chance: random.Random) -> str | None:
    """The claim without the words that say whose opinion it is, where the evidence has such words too."""
    for pattern, new in SOURCES.items():
        found = re.search(pattern, claim)
        if found and OPINION.search(evidence.lower()):
            return put(claim, found, new)
    return None


def scope(claim: str, evidence: str, chance: random.Random) -> str | None:
    return from_table(SCOPES, claim, evidence)


def superlative(claim: str, evidence: str, chance: random.Random) -> str | None:
    return from_table(RANKS, claim, evidence)


def merged(claim: str, evidence: str, chance: random.Random) -> str | None:
    """A figure of the evidence in the place of another, or two names of the claim in each other's place."""
    for kind in (YEAR, NUMBER):
        mine = [match for match in kind.finditer(claim) if match[0] in evidence]
        others = sorted(
            one for one in set(kind.findall(evidence)) - set(kind.findall(claim)) if len(one) < len("1,000,000")
        )
        others = [other for other in others if bool(YEAR.fullmatch(other)) == (kind is YEAR)]
        mine = [match for match in mine if bool(YEAR.fullmatch(match[0])) == (kind is YEAR)]
        if mine and others:
            return put(claim, chance.choice(mine), chance.choice(others))
    names = [match for match in NAME.finditer(claim) if match[0] in evidence]
    if len(names) < 2 or names[0][0] in names[1][0] or names[1][0] in names[0][0]:
        return None
    first, second = names[:2]
    between = claim[first.end() : second.start()]
    if between.strip() in ("and", ",", "or"):
        return None  # the order in a list means nothing
    return claim[: first.start()] + second[0] + between + first[0] + claim[second.end() :]


def swap(names: list[str]) -> Error:
    """Return the error that puts a name of some other claim, unknown to the evidence, for a name of this one."""

    def entity(claim: str, evidence: str, chance: random.Random) -> str | None:
        mine = [match for match in NAME.finditer(claim) if match[0] in evidence]
        if not mine:
            return None
        match = chance.choice(mine)
        size = len(match[0].split())
        others = [name for name in names if len(name.split()) == size and name not in evidence and name not in claim]
        return put(claim, match, chance.choice(others)) if others else None

    return entity


def supported() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield id, claim and evidence of the supported claims; of an article the fewest sentences that support it."""
    for file in ("wice/claim_dev.jsonl", "begin/wow_dev.jsonl"):
        for line in (DEVPACK / file).read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["supported"]:
                groups = row.get("supporting_sentences") or [range(len(row["evidence"]))]
                yield row["id"], row["claim"], tuple(row["evidence"][at] for at in min(groups, key=len))


def mechanical() -> list[Planted]:
    """Return the cases made from both sets, each claim used once, rare classes served first, halves alternating."""
    sources = list(supported())
    names = sorted({match[0] for _, claim, _ in sources for match in NAME.finditer(claim)})
    errors: list[Error] = [
        currency, attribution, modality, unit, scope, superlative, merged, number, year, swap(names), negation
    ]  # fmt: skip
    chance = random.Random(SEED)
    chance.shuffle(sources)
    used: set[frozenset[str]] = set()
    cases: list[Planted] = []
    for error in errors:
        made = 0
        for id, claim, evidence in sources:
            theme = frozenset(content(claim))
            wrong = None if theme in used or made == MOST else error(claim, " ".join(evidence), chance)
            if wrong and wrong != claim:
                used.add(theme)
                split: Split = SPLITS[made % 2]
                made += 1
                cases.append(Planted(id, error.__name__, split, evidence, claim, wrong))
    return cases
