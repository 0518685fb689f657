"""A drafter and a reviewer who misbehave now and then, and the comparison of a ledger with the meter of both."""

import json
import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from doubles.desk import Asked, Author, draft
from doubles.endpoint import Endpoint, Fault, Json, Tokens

INPUT, OUTPUT = Decimal("0.25"), Decimal(2)  # US dollars per million tokens of the model `m`
SETTINGS = f"[prices.m]\ninput = {INPUT}\noutput = {OUTPUT}\n"
# Before a sentence, it leaves the free checks in doubt: the reviewer is called.
TALK = "Our neighbours and friends elsewhere may care to hear this plain fact, again and again, in such documents: "
FAULTS: dict[int, Fault] = {3: 429, 11: 500, 19: "stall", 23: "cut", 31: "garble", 37: 429}  # of every 40 requests


def disturb(number: int) -> Fault | None:
    """What happens to which request."""
    return FAULTS.get(number % 40)


def agent_of(request: Json) -> str:
    if "input" in request:
        return "embedder"
    return "reviewer" if request["messages"][1]["content"].startswith("Question: ") else "drafter"


def write(asked: Asked) -> Json:
    """Two sentences from the first long line, of which one needs a review."""
    line = next(line for line in asked.lines if 60 < len(line.text) < 250)
    return draft(([line.number], line.text), ([line.number], TALK + line.text))


def clerk(request: Json) -> Json | str:
    """Draft or judge."""
    told = "ModelVerdicts" if agent_of(request) == "reviewer" else "ModelDraft"
    return Author(write)({**request, "response_format": told})


def moody_clerk(request: Json) -> Json | str:
    """Do the same, and answer one question in eleven with something that is no JSON first."""
    if agent_of(request) == "drafter" and len(request["messages"]) == 2:
        question = Asked.of(request["messages"][1]["content"]).question
        if zlib.crc32(question.encode()) % 11 == 0:
            return "I would rather chat."
    return clerk(request)


def scribe(request: Json) -> Json | str:
    """Draft one sentence, a copy that is only asked about where the search is not sure that it answers."""
    if agent_of(request) == "reviewer":
        return clerk(request)
    asked = Asked.of(request["messages"][1]["content"])
    return draft(([asked.lines[0].number], asked.lines[0].text))


def prepare(home: Path, more: str = "") -> Path:
    """Price the model `m` in a new home, with other settings before, and return the home."""
    file = home / "state" / "coscribe.toml"
    file.parent.mkdir(parents=True)
    file.write_text(f"{more}\n{SETTINGS}", encoding="utf-8")
    return home


def rows(home: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / "state" / "ledger.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute("SELECT * FROM attempts ORDER BY id")]


@dataclass(frozen=True)
class Accounts:
    """What a ledger has booked: by agent, apart for what was reported and what is estimated."""

    told: dict[str, Tokens]
    estimated: dict[str, Tokens]
    refused: int
    usd: Decimal

    @classmethod
    def of(cls, home: Path) -> "Accounts":
        made = cls({}, {}, 0, Decimal(0))
        refused, usd = 0, Decimal(0)
        for row in rows(home):
            if row["status"] in ("cached", "local"):
                continue
            if not row["input_tokens"]:
                refused += 1
                continue
            side = made.estimated if row["estimated"] else made.told
            tokens = side.setdefault(row["agent"], Tokens())
            tokens.calls += 1
            tokens.input += row["input_tokens"]
            tokens.cached += row["cached_tokens"]
            tokens.output += row["output_tokens"]
            usd += 0 if row["estimated"] else Decimal(row["usd"])
        return cls(made.told, made.estimated, refused, usd)

    def faults(self, endpoint: Endpoint) -> list[str]:
        """What does not agree with the meter."""
        meter, wrong = endpoint.meter, []
        if self.told != meter.told:
            wrong.append(f"reported: ledger {self.told}, meter {meter.told}")
        if self.usd != price(meter.told):
            wrong.append(f"price: ledger {self.usd}, meter {price(meter.told)}")
        calls = [sum(tokens.calls for tokens in side.values()) for side in (self.told, self.estimated)]
        if sum(calls) + self.refused != len(meter.requests):
            wrong.append(f"attempts: ledger {calls} and {self.refused} refused, meter {len(meter.requests)}")
        booked, true = total(self.estimated), total(meter.untold)
        if booked.calls != true.calls or abs(size(booked) - size(true)) > size(true) / 10:
            wrong.append(f"not reported: ledger {booked}, meter {true}")
        return wrong


def total(sides: dict[str, Tokens]) -> Tokens:
    """All agents together."""
    made = Tokens()
    for tokens in sides.values():
        made.calls += tokens.calls
        made.input += tokens.input
        made.cached += tokens.cached
        made.output += tokens.output
    return made


def size(tokens: Tokens) -> int:
    return tokens.input + tokens.output


def price(sides: dict[str, Tokens]) -> Decimal:
    """What the metered tokens cost; what is cached costs as much as the rest."""
    tokens = total(sides)
    return (tokens.input * INPUT + tokens.output * OUTPUT) / 1_000_000


def questions(path: Path, count: int) -> Path:
    """Write a file of so many different questions."""
    topics = ("power of a site", "energy of inference", "cooling of racks", "training of engineers", "open software")
    asked = (f"How much is said of the {topics[at % len(topics)]} in plan {at}?" for at in range(count))
    path.write_text("".join(json.dumps({"question": one}) + "\n" for one in asked), encoding="utf-8")
    return path
