"""The conversation: scripted lines in, answers out."""

import asyncio
import io
import os
import signal
import sys
from collections.abc import Awaitable, Callable

import pytest
from coscribe.core.errors import BudgetReached
from coscribe.core.types import Answer, Event, Note, NoteSection, OnEvent, Scope
from coscribe.terminal.chat import chat, typed_lines
from coscribe.terminal.console import screen

EVERYTHING = Scope()


class ScriptedAssistant:
    """Answers with the question turned round; some words make it slow or costly."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled: list[str] = []

    async def ask(self, question: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Answer:
        self.asked.append(question)
        if on_event:
            on_event(Event("retriever", "searched", "searched 2 reports"))
        if "costly" in question:
            raise BudgetReached("the cap of $1 would be passed: raise --max-cost")
        if "interrupted" in question:
            asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGINT)
        if "slow" in question:
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                self.cancelled.append(question)
                raise
        return Answer(question=question, status="answered", mode="evidence", answer=question[::-1])

    async def note(self, topic: str, *, scope: Scope = EVERYTHING, on_event: OnEvent | None = None) -> Note:
        sections = [NoteSection(heading="Context", text=topic)]
        return Note(
            title=topic,
            template="brief",
            mode="evidence",
            sections=sections,
            sources=[],
            silent=[],
            words=1,
            markdown=f"# {topic}",
        )


def lines(*typed: str) -> Callable[[], Awaitable[str | None]]:
    waiting = iter(typed)

    async def read_line() -> str | None:
        return next(waiting, None)

    return read_line


async def talk(*typed: str) -> ScriptedAssistant:
    assistant = ScriptedAssistant()
    await chat(assistant, screen(), lines(*typed), loaded="2 reports · quotes only")
    return assistant


async def test_questions_are_answered_until_the_end_of_input(capsys: pytest.CaptureFixture[str]) -> None:
    assistant = await talk("one two\n", "\n", "   ", "three")
    out, err = capsys.readouterr()
    assert assistant.asked == ["one two", "three"]
    assert "owt eno" in out and "eerht" in out
    assert err.startswith("coscribe · 2 reports · quotes only · /help")


async def test_quit_leaves_the_rest_unread(capsys: pytest.CaptureFixture[str]) -> None:
    assert (await talk("/quit", "one")).asked == []
    assert capsys.readouterr().out == ""


async def test_slash_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assistant = await talk("/help", "/note  cooling ", "/note", "/qiut", "/zzzzzz")
    out, err = capsys.readouterr()
    assert assistant.asked == []
    assert "/note TOPIC" in out and "# cooling" in out
    assert "a note needs a topic" in err
    assert "unknown command '/qiut': did you mean /quit?" in err
    assert "unknown command '/zzzzzz': /help lists what there is" in err


async def test_an_explained_error_keeps_the_chat(capsys: pytest.CaptureFixture[str]) -> None:
    assert (await talk("costly", "cheap")).asked == ["costly", "cheap"]
    out, err = capsys.readouterr()
    assert "raise --max-cost" in err and "paehc" in out


async def test_interrupts_give_up_answers_and_keep_the_chat(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    assistant = await talk("slow, interrupted", "slow, interrupted again", "quick")
    out, err = capsys.readouterr()
    assert assistant.cancelled == ["slow, interrupted", "slow, interrupted again"]
    assert err.count("given up") == 2
    assert "kciuq" in out and "wols" not in out
    assert signal.getsignal(signal.SIGINT) == before


async def test_an_interrupt_at_the_prompt_says_how_to_leave(capsys: pytest.CaptureFixture[str]) -> None:
    async def read_line() -> str | None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.05)
        return None

    await chat(ScriptedAssistant(), screen(), read_line)
    assert "/quit or Ctrl-D leaves" in capsys.readouterr().err


async def test_a_cancelled_chat_takes_its_answer_along() -> None:
    assistant = ScriptedAssistant()
    talking = asyncio.create_task(chat(assistant, screen(), lines("slow")))
    await asyncio.sleep(0.01)
    talking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert assistant.cancelled == ["slow"]


async def test_piped_lines_are_read_without_a_prompt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO("erste Frage\nna\xefve\n".encode("latin-1")), "utf-8")
    )
    assistant = ScriptedAssistant()
    terminal = screen()
    await chat(assistant, terminal, typed_lines(terminal))
    assert assistant.asked == ["erste Frage", "na\ufffdve"]
    assert "›" not in "".join(capsys.readouterr())
