"""Has a model read of the first pages of reports what code is not sure of; every word it gives must stand there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from ...core.errors import BudgetReached, CoscribeError, EndpointError, Withheld
from ...core.shapes import Correction, Reviewed
from ...core.text import fold, one_line
from ...core.types import How
from ...language.years import days, years
from ...models.port import Model, Prompt, PromptPart
from ...prompts.prompt import load_prompt
from ...tools.evidence.numbered import harmless
from ...vectorstore.facts import ASKED
from ...vectorstore.library import Library
from ...vectorstore.metadata.described import Description, shown

_LONGEST = 300  # characters of a value
_MOST_TOKENS = 400
_HOW = How(how="a model, in the words of the report", sure=0.8)


class Described(BaseModel):
    """What a model is asked for: words of the report, or null."""

    title: str | None = Field(default=None, max_length=_LONGEST)
    organisation: str | None = Field(default=None, max_length=_LONGEST)
    region: str | None = Field(default=None, max_length=_LONGEST)
    date: str | None = Field(default=None, max_length=_LONGEST)


@dataclass(frozen=True, slots=True)
class Describing:
    """What came of describing reports: the fields that changed, and what stopped it, if anything did."""

    changes: list[Correction]
    withheld: list[str]
    failure: CoscribeError | None = None


async def describe(library: Library, model: Model, rows: Sequence[Reviewed], run: str) -> Describing:
    """Ask once for each report of which something is unsure; a failing endpoint or a reached cap ends it.

    What this model was asked already when it was shown the same is not asked again.

    What is internal goes to no model that may not read it: those reports are named as withheld.
    """
    changes: list[Correction] = []
    withheld: list[str] = []
    levels = {report.id: report.confidentiality for report in library.catalogue.reports()}
    for row in rows:
        text = shown(page for _, page in await asyncio.to_thread(library.catalogue.page_texts, row.report))
        told = library.catalogue.described(row.report, text, model.name)
        asked = [name for name in ASKED if name in row.unsure and name not in told]
        if not asked or not text.strip():
            continue
        lines = "\n".join(filter(None, map(harmless, text.splitlines())))
        filled = load_prompt("describe").fill(text=lines, fields=", ".join(asked))
        prompt = Prompt(
            system=load_prompt("describer").fill(), parts=(PromptPart(filled, levels[row.report]),), agent="retriever",
            step="describe", run=run, question=row.file, max_output_tokens=_MOST_TOKENS,
        )  # fmt: skip
        try:
            reply = await model.parse(prompt, Described)
        except Withheld:
            withheld.append(row.file)
            continue
        except (EndpointError, BudgetReached) as error:
            return Describing(changes, withheld, error)
        found = {name: value for name in asked if (value := _value(name, getattr(reply, name), text))}
        new = {name: value for name, value in found.items() if value != row.fields[name]}
        facts = {name: (value, _HOW) for name, value in found.items()}
        await asyncio.to_thread(library.describe, row.report, Description(model.name, asked, facts))
        changes += [
            Correction(report=row.report, file=row.file, field=name, before=row.fields[name] or None, after=value)
            for name, value in new.items()
        ]
    return Describing(changes, withheld)


def _value(name: str, said: str | None, text: str) -> str:
    """Return a value as the catalogue keeps it, "" where its words do not stand in what was sent."""
    words = one_line(said or "")
    if not words or fold(words) not in fold(one_line(text)):
        return ""
    if name != "date":
        return words
    return next((day.iso for day in days(words)), "") or next((str(year.year) for year in years(words)), "")
