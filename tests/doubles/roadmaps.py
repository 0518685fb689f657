"""Collections of reports whose positions on narrow topics are known, made from a seed: the truth of a matrix.

Each topic is one row, with one thing planted in it (a `KIND`): roadmaps that agree, that take sides against each other,
that differ in a year, a figure, its metric, its money or its scope, or that leave a gap. Beside what counts stand other
matters with figures and years, mentions, what others are reported to do, drafts, replaced editions, and pages that
cannot be read. Sentences, topics and names are in three languages (`tests/roadmaps/`).
"""

import random
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from doubles.roadmap_files import Block, write_blocks
from doubles.roadmap_regions import DRAFTED, HEADINGS, PDF, REGIONS, REPLACED, SCANNED, WORD, Region, money, power

DATA = Path(__file__).parents[1] / "roadmaps"
FOR = ("commits", "plans", "recommends")
# What is planted in a row, one each; the last two take turns.
KINDS = ("converge", "stance", "silent", "year", "power", "money", "share", "currency", "prices", "peak", "scope",
         "cooling", "precision")  # fmt: skip
TYPES = {"power": "figure", "money": "figure", "share": "figure", "prices": "currency", "peak": "metric",
         "cooling": "metric", "precision": "metric"}  # fmt: skip  # of a divergence, where it is not that of its row
FIRST_YEAR = 2029  # of what is aimed at


# Words of reach: a sentence with one of the first beside one with one of the second may differ in scope, or not.
_ALL = re.compile(
    r"\b(all|every|each|any|whole|alle[nrsm]?|jede\w*|sämtliche\w*|ganze\w*|flächendeckend\w*|tou(?:s|t|tes?)|chaque"
    r"|ensemble|générali\w*)\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    r"\b(first|new|pilots?|two|three|only|some|selected|largest|except|nur|drei|zwei|beiden|neue\w*|ersten|\w*pilot\w*"
    r"|ausgewählte\w*|ausgenommen|einige\w*|nouve\w*|deux|trois|premiers|certains|seul\w*|uniquement|quelques|sauf)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence with places to fill in; `number` says which topics it fits."""

    stance: str
    language: str
    text: str
    number: str = "any"


@dataclass(frozen=True)
class PlantedTopic:
    """A topic: its synonyms, and how sentences name it, with "singular" or "plural", by language."""

    name: str
    synonyms: dict[str, list[str]]
    forms: dict[str, list[tuple[str, str]]]

    def words(self, language: str) -> list[str]:
        """Return how its words begin in a language, in lower case."""
        said = [*self.synonyms.get(language, ()), *self.synonyms.get("any", ()), self.name if language == "en" else ""]
        said += [form for form, _ in self.forms.get(language, ())]
        return [word[:5] for word in re.findall(r"\w{4,}", " ".join(said).casefold())]


@dataclass
class PlantedCell:
    """The truth of a cell; `said` are its sentences, with the stance of each."""

    stance: str = "silent"
    counted: bool = True
    only_reported: bool = False
    said: list[tuple[str, str]] = field(default_factory=list)
    unheard: list[tuple[str, str]] = field(default_factory=list)  # in drafts and replaced editions: file, sentence


Pair = tuple[str, str, frozenset[str]]  # topic, type, and between whom


@dataclass
class Planted:
    """What was written: files, the truth of each cell and row, and pairs of which nobody can say if they differ."""

    reports: Path
    topics: Path
    cells: dict[tuple[str, str], PlantedCell] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # of a row
    divergences: set[Pair] = field(default_factory=set)
    unclear: set[Pair] = field(default_factory=set)
    regions: dict[str, str] = field(default_factory=dict)  # of a file

    def readings(self) -> dict[str, str]:
        """Return how each row reads: "apart", "converge" or "gap"."""
        apart = {topic for topic, _, _ in self.divergences}
        found = {}
        for topic in self.kinds:
            votes = [cell for (name, region), cell in self.cells.items() if name == topic and "/" not in region]
            votes = [cell for cell in votes if cell.counted]
            sides = [cell for cell in votes if cell.stance in (*FOR, "opposes", "mixed")]
            agreed = len(sides) > 1 and all(cell.stance != "silent" for cell in votes)
            found[topic] = "apart" if topic in apart else "converge" if agreed else "gap"
        return found


def sentences_of(file: Path = DATA / "wording.toml") -> list[Sentence]:
    """Return the sentences of a file, by anybody: `[[sentence]]` with stance, language, text and number."""
    return [Sentence(**one) for one in tomllib.loads(file.read_text(encoding="utf-8"))["sentence"]]


def topics_of(file: Path = DATA / "topics.toml") -> list[PlantedTopic]:
    """Return the topics that collections are about."""
    found = []
    for one in tomllib.loads(file.read_text(encoding="utf-8"))["topic"]:
        forms: dict[str, list[tuple[str, str]]] = {}
        for number in ("singular", "plural"):
            for language, listed in one.get(number, {}).items():
                forms.setdefault(language, []).extend((form, number) for form in listed)
        found.append(PlantedTopic(one["name"], one["synonyms"], forms))
    return found


def plant(folder: Path, seed: int, wording: Sequence[Sentence] = (), topics: int = len(KINDS) - 1) -> Planted:
    """Write a collection and its topics file into a folder; the first of the `KINDS` for fewer than all topics."""
    return _Planter(folder, seed, wording or sentences_of(), topics).planted


class _Planter:
    """Draws what is said of each topic in each region, and writes it down."""

    def __init__(self, folder: Path, seed: int, wording: Sequence[Sentence], topics: int) -> None:
        self._chance = random.Random(seed)
        self._wording = list(wording)
        rest: dict[str, Any] = tomllib.loads((DATA / "differences.toml").read_text(encoding="utf-8"))
        self._differences, self._filler = rest["difference"], rest["filler"]
        self.planted = Planted(folder / "reports", folder / "topics.toml")
        self._kinds = [kind for kind in KINDS if kind != ("cooling", "precision")[seed % 2]][:topics]
        self._topics = self._assigned(topics)
        self._used: dict[str, set[str]] = {}
        for topic, kind in zip(self._topics, self._kinds, strict=True):
            self.planted.kinds[topic.name] = kind
            self._row(topic, kind)
        self._break_silence()
        self._beside()
        self._write()

    def _assigned(self, topics: int) -> list[PlantedTopic]:
        """Return a topic for each kind: none that a region cannot speak of where all are to, none cooled twice."""
        while True:
            drawn = self._chance.sample(topics_of(), topics)
            named = dict(zip(self._kinds, drawn, strict=True))
            cooled = named.get("cooling", drawn[0]).name == "liquid cooling" and "cooling" in named
            if not cooled and all("fr" in named[kind].forms for kind in ("converge", "stance") if kind in named):
                return drawn

    # -- what is said --------------------------------------------------------------------------------------------

    def _row(self, topic: PlantedTopic, kind: str) -> None:
        """Plant one row: who takes which side, and the pair that differs."""
        self._year, self._money = FIRST_YEAR + self._chance.randrange(6), self._chance.choice((20, 35, 60, 80))
        for region in REGIONS:
            self.planted.cells[topic.name, region.name] = PlantedCell()
        able = [region for region in REGIONS if region.language in topic.forms]
        outer = [region for region in able if not region.is_nested]
        stances = self._sides(kind, outer)
        if kind not in ("converge", "stance", "silent"):
            pair = self._chance.sample([region for region in outer if region.name not in (SCANNED,)], 2)
            self._pair(topic, kind, pair)
            stances = {name: stance for name, stance in stances.items() if name not in {one.name for one in pair}}
        for region in able:
            if not region.is_nested:
                self._cell(topic, region, stances.get(region.name, ""), kind)
        if kind == "converge":
            self._same_power(topic, outer)
        self._apart(topic)
        self._year += 3  # of those nested
        for region in able:
            if region.is_nested:
                self._cell(topic, region, self._chance.choice(("silent", "opposes", *FOR)), kind)

    def _sides(self, kind: str, outer: Sequence[Region]) -> dict[str, str]:
        names = [region.name for region in outer]
        self._chance.shuffle(names)
        if kind == "converge":
            return {name: self._chance.choice(FOR) for name in names}
        if kind == "stance":
            sides = ["opposes", "mixed", "commits", "plans", "opposes", "mentions", "reported", "silent"]
        elif kind == "silent":
            sides = [self._chance.choice(FOR), "reported", *["silent"] * len(names)]
        else:
            sides = ["silent", "mentions", "reported", *self._chance.choices((*FOR, "silent"), k=len(names))]
        return dict(zip(names, sides, strict=False))

    def _cell(self, topic: PlantedTopic, region: Region, stance: str, kind: str) -> None:
        """Plant a cell of a stance, with a mention and another's position beside it now and then."""
        cell = self.planted.cells[topic.name, region.name]
        if stance in ("", "silent"):
            return
        signs = {"mixed": [self._chance.choice(FOR), "opposes"]}.get(stance, [stance])
        signs += [sign for sign in ("mentions", "reported") if self._chance.random() < 0.25 and stance != "reported"]
        for sign in signs:
            cell.said.append((self._sentence(topic, region, sign, "" if region.is_nested else kind), sign))
        cell.stance, cell.only_reported = ("mentions", True) if stance == "reported" else (stance, False)

    def _pair(self, topic: PlantedTopic, kind: str, pair: Sequence[Region]) -> None:
        """Plant what two regions say otherwise."""
        swap = self._chance.random() < 0.5
        values = self._values(kind)
        for place, region in enumerate(pair):
            drawn = self._difference("money" if kind == "currency" else kind, region)
            text = self._filled(drawn["other" if (place == 1) != swap else "one"], topic, region, values[place])
            self.planted.cells[topic.name, region.name] = PlantedCell(drawn["stance"], said=[(text, drawn["stance"])])
        self.planted.divergences.add((topic.name, TYPES.get(kind, kind), frozenset(one.name for one in pair)))

    def _same_power(self, topic: PlantedTopic, outer: Sequence[Region]) -> None:
        """Let two regions give one figure in two units: no divergence."""
        watts = self._chance.choice((12, 18, 24))
        for region, kilo in zip(self._chance.sample(list(outer), 2), (False, True), strict=True):
            drawn = self._difference("power", region)
            cell = self.planted.cells[topic.name, region.name]
            text = self._filled(drawn["one"], topic, region, {"power": power(watts, region.language, kilo)})
            cell.said.append((text, drawn["stance"]))
            cell.stance = min(cell.stance, drawn["stance"], key=FOR.index)

    def _difference(self, kind: str, region: Region) -> dict[str, str]:
        fit = [one for one in self._differences if (one["kind"], one["language"]) == (kind, region.language)]
        return dict(self._chance.choice(fit))

    def _values(self, kind: str) -> list[dict[str, Any]]:
        """Return what two regions fill in; a function of the language where the words depend on it."""
        chance = self._chance
        one, other = chance.sample((8, 12, 15, 20, 30, 45), 2)
        price = chance.choice((2023, 2024))
        same = {"year": self._year, "power": one, "money": (one, "EUR"), "share": one, "speed": one, "price": price}
        changed = {
            "year": {"year": self._year + chance.choice((-2, 2, 4))}, "money": {"money": (other, "EUR")},
            "share": {"share": other}, "currency": {"money": (other, chance.choice(("USD", "JPY")))},
            "prices": {"price": price + chance.choice((1, 2))}, "scope": {},
        }.get(kind, {"power": other, "speed": other})  # fmt: skip
        return [same, same | changed]

    def _apart(self, topic: PlantedTopic) -> None:
        """Note who stands against whom, and where reach is said in passing."""
        outer = [region.name for region in REGIONS if not region.is_nested]
        for one, other in combinations(outer, 2):
            cells, both = [self.planted.cells[topic.name, name] for name in (one, other)], frozenset((one, other))
            stances = [cell.stance for cell in cells]
            if "opposes" in stances and any(stance in FOR for stance in stances):
                self.planted.divergences.add((topic.name, "stance", both))
            texts = [" ".join(text for text, _ in cell.said) for cell in cells]
            reach = [(bool(_ALL.search(text)), bool(_SOME.search(text))) for text in texts]
            if any(whole and part for (whole, _), (_, part) in (reach, reach[::-1])):
                self.planted.unclear.add((topic.name, "scope", both))
        self.planted.unclear -= self.planted.divergences

    def _break_silence(self) -> None:
        """Let a region mention what it was to be silent on, where it says a word of it on another topic."""
        for topic in self._topics:
            for region in REGIONS:
                cell, words = self.planted.cells[topic.name, region.name], tuple(topic.words(region.language))
                said = [text for other in self._topics for text, _ in self.planted.cells[other.name, region.name].said]
                if cell.stance == "silent" and any(
                    word.startswith(words) for word in re.findall(r"\w+", " ".join(said).casefold())
                ):
                    self._cell(topic, region, "mentions", "any")

    def _beside(self) -> None:
        """Let drafts and replaced editions speak: against what is adopted, and where nothing else does."""
        for name in (DRAFTED, REPLACED):
            region = next(one for one in REGIONS if one.name == name)
            mine = [topic for topic in self._topics if region.language in topic.forms]
            cells = {topic.name: self.planted.cells[topic.name, name] for topic in mine}
            spoken = [topic for topic in mine if cells[topic.name].stance in FOR]
            silent = [topic for topic in mine if cells[topic.name].stance == "silent"]
            for topic in self._chance.sample(spoken, min(2, len(spoken))):
                cells[topic.name].unheard.append((name, self._sentence(topic, region, "opposes", "any")))
            for topic in self._chance.sample(silent, min(1, len(silent))):
                cell, stance = cells[topic.name], self._chance.choice(FOR)
                cell.unheard.append((name, self._sentence(topic, region, stance, "any")))
                cell.stance, cell.counted = stance, False
        for (topic, name), cell in self.planted.cells.items():
            region = next(one for one in REGIONS if one.name == name)
            covered = any(one.name == topic and {region.language, "any"} & one.synonyms.keys() for one in self._topics)
            if cell.stance == "silent" and (name == SCANNED or not covered):
                cell.stance = "not_assessed"

    # -- sentences -----------------------------------------------------------------------------------------------

    def _sentence(self, topic: PlantedTopic, region: Region, sign: str, kind: str) -> str:
        """Return a filled sentence of a sign; it leaves out what would differ by chance from what a row is about."""
        left_out = {"year": ("{year}",), "money": ("{figure}",), "currency": ("{figure}",), "prices": ("{figure}",),
                    "any": ("{figure}", "{year}")}.get(kind, ())  # fmt: skip
        numbers = {number for _, number in topic.forms[region.language]} | {"any"}
        fit = [
            one for one in self._wording
            if (one.stance, one.language) == (sign, region.language) and one.number in numbers
            and not any(place in one.text for place in left_out) and self._is_free(one.text, topic, region)
        ]  # fmt: skip
        fresh = [one for one in fit if one.text not in self._used.setdefault(topic.name, set())]
        drawn = self._chance.choice(fresh or fit)
        self._used[topic.name].add(drawn.text)
        ahead = self._year + self._chance.choice((-3, 3)) * (sign == "reported")
        money = self._money + 7 * (sign == "reported")
        return self._filled(drawn.text, topic, region, {"year": ahead, "figure": (money, "EUR")}, drawn.number)

    def _is_free(self, text: str, own: PlantedTopic, region: Region) -> bool:
        """Tell whether a text has no word of another topic: silence is to be silence."""
        others = [word for topic in self._topics if topic is not own for word in topic.words(region.language)]
        return not any(word.startswith(tuple(others)) for word in re.findall(r"\w+", text.casefold()))

    def _filled(
        self, text: str, topic: PlantedTopic, region: Region, values: dict[str, Any], number: str = "any"
    ) -> str:
        language = region.language
        form = self._chance.choice([form for form, one in topic.forms[language] if number in ("any", one)])
        others = [one.called[language] for one in REGIONS if language in one.called and one is not region]
        told = {
            "topic": form, "body": self._chance.choice(region.bodies), "other": self._chance.choice(others),
            "year": values.get("year"), "price": values.get("price"),
            **{key: money(*values[key], language) for key in ("figure", "money") if key in values},
        }  # fmt: skip
        if "power" in values:
            drawn = values["power"]
            told["power"] = drawn if isinstance(drawn, str) else power(drawn, language, False)
        told["share"] = f"{values.get('share')} %"
        told["speed"] = f"{values.get('speed')} {'exaflops' if language != 'de' else 'Exaflops'}"
        filled = text.format(**told)
        return filled[:1].upper() + filled[1:]

    # -- files ---------------------------------------------------------------------------------------------------

    def _write(self) -> None:
        self.planted.reports.mkdir(parents=True)
        self.planted.topics.write_text(
            "\n".join(
                f'[[topics]]\nname = "{topic.name}"\n[topics.synonyms]\n'
                + "".join(f"{language} = {_listed(words)}\n" for language, words in topic.synonyms.items())
                for topic in self._topics
            ),
            encoding="utf-8",
        )
        manifest = []
        for region in REGIONS:
            said = [(text, self.planted.cells[topic.name, region.name]) for topic in self._topics
                    for text, _ in self.planted.cells[topic.name, region.name].said]  # fmt: skip
            form = {SCANNED: "pdf", PDF: "pdf", WORD: "docx"}.get(region.name, "md")
            stem = region.name.replace("/", "-").replace(" ", "-").lower()
            texts = [text for text, _ in said]
            self._chance.shuffle(texts)
            half = len(texts) // 2 if form == "md" else len(texts)
            parts = {f"{stem}-roadmap-2027.{form}": texts[:half]}
            if half < len(texts):
                parts[f"{stem}-strategy-2026.md"] = texts[half:]
            for file, mine in parts.items():
                manifest.append(self._report(file, mine, region, re.findall(r"20\d\d", file)[0], "adopted"))
            unheard = [
                text for topic in self._topics for _, text in self.planted.cells[topic.name, region.name].unheard
            ]
            if region.name == DRAFTED:
                manifest.append(self._report(f"{stem}-draft.md", unheard, region, "2027", "draft"))
            if region.name == REPLACED:
                older = f"{stem}-roadmap-2022.md"
                manifest[-len(parts)] += f'supersedes = "{older}"\n'
                manifest.append(self._report(older, unheard, region, "2022", "adopted"))
        (self.planted.reports / "reports.toml").write_text("\n".join(manifest), encoding="utf-8")

    def _report(self, file: str, said: Sequence[str], region: Region, year: str, status: str) -> str:
        """Write a report, and return what the manifest tells of it."""
        self.planted.regions[file] = region.name
        filler = [text for text in self._filler[region.language] if self._is_free(text, _NOTHING, region)]
        blocks: list[Block] = [("title", file.partition(".")[0].replace("-", " ").title())]
        headings = HEADINGS[region.language]
        for at, text in enumerate([*said, self._chance.choice(filler)]):
            if at % max(1, -(-(len(said) + 1) // len(headings))) == 0:
                blocks.append(("heading", headings[min(at * len(headings) // (len(said) + 1), len(headings) - 1)]))
            before, after = self._chance.sample(filler, 2)
            blocks.append(("text", " ".join((before, text, after)[self._chance.randrange(2) :])))
        path = self.planted.reports / file
        write_blocks(path, blocks, region.name == SCANNED)
        told = {"title": blocks[0][1], "region": region.name, "date": year, "kind": "roadmap", "status": status,
                "language": region.language}  # fmt: skip
        return f'["{file}"]\n' + "".join(f'{key} = "{value}"\n' for key, value in told.items())


_NOTHING = PlantedTopic("", {}, {})


def _listed(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"
