"""What is offered to other programs: each tool with what it takes, what it gives, and who does it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel

from ...agents.align.matrix_request import MatrixRequest
from ...agents.assistant import Assistant
from ...agents.records import Run, new_run
from ...core.errors import UsageError
from ...core.text import askable, one_line
from ...core.types import Scope
from ...models.port import Asking
from ...money.ledger import Ledger
from ...tools.align.topics import load_topics, named
from ...tools.check.draft import Draft
from ...tools.check.draft_reading import read_draft
from ...vectorstore.searchable import Searchable
from ...vectorstore.shown import ShownCatalogue
from ...vectorstore.whole_pages import page_of_passage, whole_page_of
from . import arguments as taken
from . import served
from .reporting import Reporting

_PAGE = 20_000  # characters of a page at a time
_BOOKED = 200  # characters of what was asked, in the ledger

Do = Callable[[Any, Run, Reporting], Awaitable[BaseModel]]


@dataclass(frozen=True, slots=True)
class Offer:
    """A tool: what it is for, what it takes and gives, and which lists of that may be shortened, the first first."""

    name: str
    says: str
    takes: type[taken.Arguments]
    gives: type[BaseModel]
    do: Do
    lists: tuple[str, ...] = ()


class Offers:
    """All tools over a library; what asks or drafts is done one after another, and booked under one run.

    So a cap on the run holds for all that a server does while it is up.
    """

    def __init__(self, assistant: Assistant, library: Searchable, ledger: Callable[[], Ledger]) -> None:
        self._assistant, self._library, self._ledger = assistant, library, ledger
        self._run = new_run()
        self._calls = 0
        self._one = asyncio.Lock()
        self.by_name = {offer.name: offer for offer in self._listed()}

    def left_out(self) -> dict[str, int]:
        """Return what clients are not shown, as `Served` tells it."""
        catalogue = self._library.catalogue
        hidden, unread = (catalogue.hidden(), catalogue.unnamed()) if isinstance(catalogue, ShownCatalogue) else (0, 0)
        return {"internal_left_out": hidden, "unread_left_out": unread}

    async def call(self, name: str, given: object, reporting: Reporting) -> dict[str, Any]:
        """Return what a tool gives, as data; raises a CoscribeError that says in a line what is wrong."""
        offer = self.by_name.get(name)
        if offer is None:
            raise UsageError(f"there is no tool {name[:80]!r}: there are {', '.join(self.by_name)}")
        asked = taken.read_arguments(offer.takes, name, given)
        made = await offer.do(asked, self._booked(asked, name), reporting)
        return served.bounded(made, await asyncio.to_thread(self.left_out), offer.lists)

    def _booked(self, asked: taken.Arguments, name: str) -> Run:
        """Return where a call is booked and kept: in the server's run, under what was asked."""
        self._calls += 1
        words = getattr(asked, "question", "") or getattr(asked, "topic", "")
        told = f"{name} {self._calls}: {one_line(words)[:_BOOKED]}".rstrip(": ")
        return Run(self._run, told, f"{self._run}-{self._calls}")

    def _listed(self) -> Iterator[Offer]:
        yield Offer(
            "search_reports", "Find passages of the reports by words and meaning; no language model is called.",
            taken.SearchArguments, served.ServedSearch, self._search, ("passages",),
        )  # fmt: skip
        yield Offer(
            "read_page", "Read a page, slide, sheet or section as it stands: around a passage that was found, or by "
            "report and number.", taken.PageArguments, served.ServedPage, self._read,
        )  # fmt: skip
        yield Offer(
            "ask_reports", "Answer one question from the reports, every sentence with its quotes, files and pages. It "
            "abstains where they do not say.", taken.AskArguments, served.ServedAnswer, self._ask,
            ("evidence", "nearest", "claims"),
        )  # fmt: skip
        yield Offer(
            "check_text", "Check a text against the reports, sentence by sentence: supported, contradicted, partly, "
            "not_found or not_checkable, with the words of the reports.", taken.CheckArguments, served.ServedCheck,
            self._check, ("sentences.nearest", "sentences"),
        )  # fmt: skip
        yield Offer(
            "draft_note", "Draft a policy note on a topic after a template, with one numbered list of sources. Slow.",
            taken.NoteArguments, served.ServedNote, self._note, ("left_out", "sections.claims"),
        )  # fmt: skip
        yield Offer(
            "align_topics", "Compare what regions, organisations or reports say of topics: a stance with quotes in "
            "every cell, and where they converge, diverge or are silent. Slow.", taken.AlignArguments,
            served.ServedMatrix, self._align, ("cells.signs", "actions", "cells"),
        )  # fmt: skip
        yield Offer(
            "cost", "Say what inference has cost on this machine so far.", taken.CostArguments, served.ServedCost,
            self._cost, ("rows",),
        )  # fmt: skip

    async def _search(self, asked: taken.SearchArguments, run: Run, reporting: Reporting) -> BaseModel:
        query = askable(asked.query, "query")
        asking = Asking(run.id, query)
        return await asyncio.to_thread(
            self._library.search_result, query, asked.limit, scope=asked.scope, asking=asking
        )  # fmt: skip

    async def _read(self, asked: taken.PageArguments, run: Run, reporting: Reporting) -> BaseModel:
        return await asyncio.to_thread(self._page, asked)

    def _page(self, asked: taken.PageArguments) -> served.ServedPage:
        catalogue = self._library.catalogue
        if (asked.passage is None) == (asked.report is None):
            raise UsageError("read_page: give a passage, or a report and a page of it")
        with catalogue.snapshot():
            if asked.passage is not None:
                name, number = page_of_passage(catalogue, asked.passage)
            else:
                name, number = asked.report or "", asked.page or 1
            (report,) = self._library.reports(Scope(reports=(name,)))
            page = whole_page_of(catalogue, report.report, number)
        text = page.text[asked.start : asked.start + _PAGE]
        return served.ServedPage(
            report=report.report, file=report.file, title=report.title, organisation=report.organisation,
            date=report.date, status=report.status, locator=page.locator, page=number, pages=page.pages, text=text,
            start=min(asked.start, len(page.text)), end=min(asked.start + len(text), len(page.text)),
            characters=len(page.text),
        )  # fmt: skip

    async def _ask(self, asked: taken.AskArguments, run: Run, reporting: Reporting) -> BaseModel:
        question = _worded(asked.question, "question")
        async with self._one:
            return await self._assistant.ask(question, scope=asked.scope, on_event=reporting.event, run=run)

    async def _check(self, asked: taken.CheckArguments, run: Run, reporting: Reporting) -> BaseModel:
        async with self._one:
            reporting.advance("reading the text", 0, 0)
            draft = await asyncio.to_thread(_read_text, asked.text)
            return await self._assistant.check(draft, scope=asked.scope, progress=reporting.advance, run=run)

    async def _note(self, asked: taken.NoteArguments, run: Run, reporting: Reporting) -> BaseModel:
        topic = _worded(asked.topic, "topic")
        async with self._one:
            return await self._assistant.note(
                topic, template=asked.template, words=asked.words, language=asked.language, scope=asked.scope,
                on_event=reporting.event, run=run,
            )  # fmt: skip

    async def _align(self, asked: taken.AlignArguments, run: Run, reporting: Reporting) -> BaseModel:
        topics = named(load_topics(None), [_worded(topic, "topic") for topic in asked.topics])
        request = MatrixRequest(topics, asked.by, asked.scope)
        async with self._one:
            return await self._assistant.align(request, on_event=reporting.event, run=run)

    async def _cost(self, asked: taken.CostArguments, run: Run, reporting: Reporting) -> BaseModel:
        return await asyncio.to_thread(self._ledger().table, asked.by)


def _worded(text: str, what: str) -> str:
    found = askable(text, what)
    if not found:
        raise UsageError(f"the {what} is empty: write it in words")
    return found


def _read_text(text: str) -> Draft:
    with _as_file(text) as path:
        return read_draft(path)[0]


@contextmanager
def _as_file(text: str) -> Iterator[Path]:
    """Give a text as a file, as long as it is read: in a process of its own, as every draft."""
    with TemporaryDirectory(prefix="coscribe-") as folder:
        path = Path(folder) / "text.md"
        try:
            path.write_text(text, encoding="utf-8")
        except UnicodeEncodeError as error:
            raise UsageError("the text is not in UTF-8: write it as text, in UTF-8") from error
        yield path
