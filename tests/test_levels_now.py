"""What was said of a report while it was unmarked is as confidential as the report is now."""

import json
from pathlib import Path
from typing import Any

import coscribe
import pytest
from coscribe.agents.chat.conversation import Conversation
from coscribe.agents.chat.sessions import Sessions
from coscribe.core.system.home import Home
from coscribe.tools.search.memory import Memory
from doubles.command_line import run
from doubles.desk import Author, draft
from doubles.endpoint import Endpoint, Json

CANARY = "zephyrine"
HALL = f"The {CANARY} hall may draw 33 MW of peak electrical power."
COOLING = f"The {CANARY} hall is cooled by river water."
ASKED = "How much peak electrical power may the hall draw?"
WORDS = (CANARY, "Aurorium", "Oceania", "2038")  # in its text, its title and organisation, its region, its date
MARK = '["hall.md"]\nconfidentiality = "internal"\n'
ABOUT = (
    '["hall.md"]\ntitle = "Plan of the Aurorium"\norganisation = "Aurorium Board"\nregion = "Oceania"\ndate = "2038"\n'
)


class Place:
    """A library of two reports, one of which is marked later, and an endpoint that is allowed, but not trusted."""

    def __init__(self, root: Path, endpoint: Endpoint) -> None:
        self.root, self.reports, self.endpoint = root, root / "reports", endpoint
        self.reports.mkdir()
        (self.reports / "hall.md").write_text(f"# Hall\n\n{HALL}\n\n{COOLING}\n", encoding="utf-8")
        (self.reports / "site.md").write_text(
            "# Site\n\nA site in Japan may draw 40 MW of electrical power.\n\nSites are cooled by air.\n",
            encoding="utf-8",
        )
        self.declare(ABOUT)
        self.home = Home(root / "home", root / "library")
        self.library = coscribe.Library(root / "library", embedder="none")
        self.library.ingest([self.reports])

    def declare(self, entry: str) -> None:
        text = f'{entry}["site.md"]\nregion = "Japan"\nconfidentiality = "public"\n'
        (self.reports / "reports.toml").write_text(text, encoding="utf-8")

    def mark(self) -> None:
        """Mark the report as another process would: with a library object of its own."""
        self.declare(ABOUT + MARK.partition("\n")[2])
        coscribe.Library(self.root / "library", embedder="none").ingest([self.reports])

    def forget(self) -> None:
        coscribe.Library(self.root / "library", embedder="none").remove("hall.md")

    def assistant(self, **settings: Any) -> coscribe.Assistant:
        told = {
            "model": "m",
            "base_url": self.endpoint.url,
            "allow_remote": ["127.0.0.1"],
            "max_retries": 0,
            **settings,
        }
        return coscribe.Assistant(self.library, home=self.home.root, **told)

    def session(self) -> Any:
        sessions = Sessions(self.home.sessions)
        try:
            return sessions.find("")
        finally:
            sessions.close()

    def assert_nothing_sent(self) -> None:
        sent = self.endpoint.meter.received.lower()
        assert [word for word in WORDS if word.lower().encode() in sent] == []

    def forget_what_was_sent(self) -> None:
        self.endpoint.meter.received = b""
        self.endpoint.meter.requests.clear()


class Colleague(Author):
    """Writes follow-ups out as told, and drafts the first line that it is shown."""

    def __init__(self, written: str) -> None:
        super().__init__(lambda asked: draft(([asked.lines[0].number], asked.lines[0].text)))
        self.written = written
        self.shown: list[str] = []

    def __call__(self, request: Json) -> Json | str:
        prompt = request["messages"][1]["content"]
        if "The analyst now asks:" in prompt:
            self.shown.append(prompt)
            return {"question": self.written}
        return super().__call__(request)


@pytest.fixture
def place(tmp_path: Path, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "")
    monkeypatch.setenv("COSCRIBE_EMBEDDER", "none")
    return Place(tmp_path, endpoint)


@pytest.mark.parametrize("after", ["marked", "removed"])
async def test_a_session_does_not_send_on_what_was_marked_since(place: Place, after: str) -> None:
    place.endpoint.reply = colleague = Colleague("How much peak electrical power may Japan draw?")
    async with Conversation(place.assistant(cache_megabytes=9), place.home) as conversation:
        first = await conversation.ask(ASKED)
        assert CANARY in first.answer.answer and CANARY.encode() in place.endpoint.meter.received
        place.forget_what_was_sent()
        await conversation.ask("and in Japan?")
        assert CANARY in colleague.shown[-1]  # as long as it is unmarked, it may go there
    (place.mark if after == "marked" else place.forget)()
    place.forget_what_was_sent()
    async with Conversation(place.assistant(cache_megabytes=9), place.home, session=place.session()) as again:
        assert {one.confidentiality for claim in again.turns[0].answer.claims for one in claim.citations} == {
            "internal"
        }
        turn = await again.ask("and by whom?")
        assert turn.state == "done" and turn.answer.error is None
        assert [event.kind for event in turn.events if event.kind == "withheld"] == ["withheld"]
        place.assert_nothing_sent()
        # Where it may be read it is, and found as it was before.
        await again.use(place.assistant(model="evidence"))
        assert CANARY in (await again.ask(ASKED)).answer.answer or after == "removed"
        assert {"hall.md"} == {one.file for claim in again.turns[0].answer.claims for one in claim.citations}


def test_the_chat_goes_on_without_what_was_marked_since(place: Place) -> None:
    place.endpoint.reply = colleague = Colleague("How much power may a site in Japan draw?")
    told = ["--home", place.home.root, "--library", place.root / "library"]
    told += ["--model", "m", "--base-url", place.endpoint.url, "--allow-remote", "127.0.0.1"]
    done = run("chat", *told, stdin=f"{ASKED}\n")
    assert done.code == 0 and CANARY in done.out and CANARY.encode() in place.endpoint.meter.received
    assert run("ingest", place.reports, "--library", place.root / "library", "--json").code == 0
    place.mark()
    place.forget_what_was_sent()
    done = run("chat", "--continue", *told, stdin="and in Japan?\nsince when?\n")
    assert done.code == 0 and "40 MW" in done.out
    place.assert_nothing_sent()
    assert len(colleague.shown) == 1 and "in Japan" in colleague.shown[0]  # the second knows of the first alone


async def test_a_question_of_words_that_were_marked_since_is_withheld_itself(place: Place) -> None:
    """The model took a word of the answer into the question, long ago: the answer is forgotten, the question is not."""
    place.endpoint.reply = colleague = Colleague(f"Is the {CANARY} hall cooled by river water?")
    async with Conversation(place.assistant(cache_megabytes=0), place.home) as conversation:
        await conversation.ask(ASKED)
        await conversation.ask("and how is it cooled?")
        colleague.written = "How are sites cooled?"
        for number in range(5):
            await conversation.ask(f"Which moons have a sea of methane in the year {number}?")
        await conversation.ask("and in Japan?")
        assert CANARY in colleague.shown[-1]
        place.mark()
        place.forget_what_was_sent()
        await conversation.ask("and in Japan?")
        assert colleague.shown[-1].count("Asked:") >= 5  # all that may go there still does
        place.assert_nothing_sent()


@pytest.mark.parametrize(
    "asked", ["Which reports do you hold?", "Do any reports mention helium?", "Which reports mention power?"]
)
async def test_names_of_internal_reports_stay_where_their_words_do(place: Place, asked: str) -> None:
    place.mark()
    place.endpoint.reply = Colleague("How much power may a site in Japan draw?")
    async with Conversation(place.assistant(model="evidence"), place.home) as conversation:
        first = await conversation.ask(asked)
        await conversation.use(place.assistant(cache_megabytes=0))
        turn = await conversation.ask("and in Japan?")
        assert turn.state == "done"
        assert "Aurorium" in first.answer.answer or "helium" in asked
        place.assert_nothing_sent()


@pytest.mark.parametrize("at", ["draft", "review"])
async def test_a_mark_made_between_two_calls_of_one_question_counts_at_once(place: Place, at: str) -> None:
    soft = "The hall's site is allowed to have power of 33 MW at its peak, electrically speaking."

    def write(asked: Any) -> Json:
        place.mark()
        place.forget_what_was_sent()
        number = next(line.number for line in asked.lines if "33 MW" in line.text)
        return draft(([number], soft)) if at == "review" else draft(([number], "It may draw 77 MW of power."))

    place.endpoint.reply = Author(write, write)
    answer = await place.assistant(cache_megabytes=0, rounds=2).ask(ASKED)
    place.assert_nothing_sent()
    assert answer.status in ("answered", "partial") and HALL in answer.answer


def test_a_session_of_an_earlier_version_is_taken_for_internal() -> None:
    """It did not write down whose words it has."""
    old = {
        "number": 1,
        "asked": "a",
        "question": "a",
        "needed": "a",
        "level": "public",
        "said": "b",
        "said_level": "public",
    }
    (one,) = Memory.read({"recent": [old]}).recent
    assert one.reports == one.drawn == ("",) and Memory.read(Memory((one,)).plain()).recent == (one,)


def test_a_batch_gone_on_with_says_how_confidential_its_quotes_are_now(place: Place) -> None:
    rows, out = place.root / "in.csv", place.root / "out.jsonl"
    rows.write_text(f"question\n{ASKED}\n", encoding="utf-8")
    told = ["batch", rows, "-o", out, "--library", place.root / "library", "--quotes-only"]
    assert run(*told).code == 0
    rows.write_text(f"question\n{ASKED}\nHow are sites cooled?\n", encoding="utf-8")
    place.mark()
    assert run(*told).code == 0
    first, _ = map(json.loads, out.read_text("utf-8").splitlines())
    levels = {one["file"]: one["confidentiality"] for claim in first["claims"] for one in claim["citations"]}
    assert levels["hall.md"] == "internal" and levels.get("site.md", "public") == "public"


@pytest.mark.parametrize(
    "asked",
    [
        "Compare the regions on power",
        "Compare the Plan of the Aurorium and the site on power",
        "What does the Aurorium Board say of power?",
    ],
)
def test_names_that_nobody_typed_are_not_embedded_elsewhere(
    place: Place, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.mark()
    place.endpoint.vector = lambda text: [1.0, float(len(text) % 7), 2.0]
    settings = {"EMBEDDER": "endpoint", "EMBEDDER_MODEL": "e", "EMBEDDER_BASE_URL": place.endpoint.url}
    for name, value in settings.items():
        monkeypatch.setenv(f"COSCRIBE_{name}", value)
    library = ["--library", place.root / "embedded", "--allow-remote", "127.0.0.1"]
    assert run("ingest", place.reports, *library).code == 0
    done = run("ask", asked, *library, "--json")
    assert done.code == 0, done.err
    sent = b" ".join(json.dumps(request["input"]).encode() for request in place.endpoint.meter.requests).lower()
    assert b"40 mw" in sent and b"power" in sent
    typed = asked.lower().encode()
    assert [word for word in WORDS if word.lower().encode() in sent and word.lower().encode() not in typed] == []
