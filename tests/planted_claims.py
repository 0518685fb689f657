"""The planted-error suite: claims that their evidence supports, and the same claims with one error of a named class.

Some are in our own words (`tests/planted/`), the others made by `perturbation.py` from the supported claims of two
public development sets that lie beside the checkout. The tune and check halves of both were frozen before the checks
they judge were worked on. The second, the third and the fourth set, in our own words by three further authors, are
there to be looked at; each was blind once. The blind set is by a fifth author, who knew neither the checks nor any
case, and was frozen before it was scored: nobody looks at it.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent / "planted"
FROZEN = FOLDER / "FROZEN"
Split = Literal["tune", "check", "second", "third", "fourth", "blind"]
SPLITS: tuple[Split, ...] = ("tune", "check")
CLASSES = (
    "number",
    "unit",
    "year",
    "currency",
    "entity",
    "negation",
    "modality",
    "attribution",
    "scope",
    "merged",
    "superlative",
)
EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
        the and for that with from are was were has have had its this which into been their than not but
        will would can could may might should shall out one who what where when while all any some such only
        also der die das und ein eine einer den dem des von mit für auf ist sind wird werden nach les des
        une est que pour par dans sur avec aux son ses
        """,
    )
)


@dataclass(frozen=True)
class Planted:
    """Evidence, a claim that rests on it, and the claim with an error of `kind`."""

    id: str
    kind: str
    split: Split
    evidence: tuple[str, ...]
    supported: str
    unsupported: str

    @property
    def overlap(self) -> float:
        """The share of the supported claim's content words that the evidence has too."""
        words, known = content(self.supported), content(" ".join(self.evidence))
        return len(words & known) / max(len(words), 1)


def content(text: str) -> set[str]:
    """Return the first five letters of each word of three letters or more that is not an empty word.

    Cutting makes inflections alike, and some strangers too: the share of common words is over- rather than understated.
    """
    return {word[:5] for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in EMPTY_WORDS}


def written(split: Split) -> list[dict[str, Any]]:
    """Return the tables of a file in our own words, in its order."""
    return tomllib.loads((FOLDER / f"{split}.toml").read_text("utf-8"))["case"]


def own(split: Split) -> list[Planted]:
    """Return the cases in our own words; those of the check half and the blind ones are only ever counted."""
    counts = dict.fromkeys(CLASSES, 0)
    cases = []
    for case in written(split):
        kind = case["class"]
        counts[kind] += 1
        cases.append(
            Planted(
                id=f"own {split} {kind} {counts[kind]}",
                kind=kind,
                split=split,
                evidence=tuple(case["evidence"]),
                supported=case["supported"],
                unsupported=case["unsupported"],
            )
        )
    return cases


def digest(cases: Iterable[Planted]) -> str:
    """Return the sha256 of the cases themselves, whatever the layout of the file they came from."""
    lines = (json.dumps(asdict(case), ensure_ascii=False, sort_keys=True) for case in cases)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def frozen() -> dict[str, str]:
    """Return the digests written down when the suite was frozen, by the name of each part."""
    lines = [line.split() for line in FROZEN.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {name: value for value, name in lines}
