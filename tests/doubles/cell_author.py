"""A scripted model that knows what was planted: it places each cell by the planted sentences that it is shown."""

import re
from typing import Any

from doubles.roadmaps import FOR, Planted

_LINE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


class CellAuthor:
    """Answers from the cell's own sentences alone, and confirms everything."""

    def __init__(self, planted: Planted) -> None:
        self._signs = {" ".join(text.split()): sign for cell in planted.cells.values() for text, sign in cell.said}

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        prompt = request["messages"][1]["content"]
        if "ModelVerdicts" in str(request.get("response_format")):
            verdicts = [{"claim": number, "reason": "as cited", "verdict": "supported"} for number in (1, 2)]
            return {"verdicts": verdicts, "answers": "wholly", "missing": []}
        shown = [
            (int(number), text, sign) for number, line in _LINE.findall(prompt) for text, sign in self._signs.items()
            if text in " ".join(line.split())
        ]  # fmt: skip
        if not shown:
            return {"cites": [1], "stance": "mentions", "position": _LINE.findall(prompt)[0][1]}
        signs = {sign for _, _, sign in shown}
        favour = [sign for sign in FOR if sign in signs]
        against = "mixed" if favour else "opposes"
        stance = against if "opposes" in signs else favour[0] if favour else "mentions"
        number, text, _ = next((one for one in shown if one[2] == stance), shown[0])
        return {"cites": [number], "stance": stance, "position": text}
