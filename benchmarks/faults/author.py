"""Questions that the samples answer, and the drafter and reviewer who answer them."""

import json
from pathlib import Path

import program  # noqa: F401  # puts the doubles on the path
from doubles.accounts import TALK, agent_of
from doubles.desk import HEADING, LINE, Asked, Author, draft
from doubles.endpoint import Json

QUESTION = "How much power may a post-exascale site draw in plan {}?"
WORD = "power"


def questions(count: int) -> list[str]:
    """Return so many different questions."""
    return [QUESTION.format(at) for at in range(count)]


def write_questions(path: Path, asked: list[str]) -> Path:
    """Write a file for a batch."""
    path.write_text("".join(json.dumps({"question": one}) + "\n" for one in asked), encoding="utf-8")
    return path


def reply(request: Json) -> Json | str:
    """Draft two sentences, of which one needs a review; or place a cell of a matrix; or judge either."""
    if "ModelPosition" in json.dumps(request.get("response_format")):
        number, text = LINE.findall(request["messages"][1]["content"])[0]
        return {"cites": [int(number)], "stance": "plans", "position": text}
    told = "ModelVerdicts" if agent_of(request) == "reviewer" else "ModelDraft"
    return Author(_draft)({**request, "response_format": told})


def _draft(asked: Asked) -> Json:
    lines = [line for line in asked.lines if not HEADING.fullmatch(line.text) and len(line.text) < 250]
    found = [line for line in lines if WORD in line.text.lower()][:2] or lines[:1]
    texts = [found[0].text, *(TALK + line.text for line in found[1:])]
    return draft(*(([line.number], text) for line, text in zip(found, texts, strict=True)))
