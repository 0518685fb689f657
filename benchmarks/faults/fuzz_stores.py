"""Targets of the fuzzing that were written before: the journal of a batch, manifests, and what models reply."""

import asyncio
import json
import random
import re
import shutil
import socketserver
import sqlite3
import tempfile
import threading
from decimal import Decimal
from pathlib import Path

import httpx2
import mutations
import seeds
from coscribe.core.errors import EndpointError, UsageError
from coscribe.core.types import EVERYTHING
from coscribe.models.openai import OpenAIModel
from coscribe.models.port import Asking, Prompt, PromptPart
from coscribe.models.reply.answer import answer_in
from coscribe.models.reply.body import Completion, Embeddings, read
from coscribe.money.caps import Caps
from coscribe.money.ledger import Ledger, Usage
from coscribe.money.prices import Prices, UserPrice
from coscribe.money.tokens import TokenCounter
from coscribe.tools.batch.backlog import backlog
from coscribe.tools.batch.inquiry import inquiries
from coscribe.tools.batch.journal import Journal, JournalEntry, kept_in
from coscribe.tools.batch.question_file import read_questions
from coscribe.vectorstore.index.schema import FIELDS
from coscribe.vectorstore.ingest.manifest import load_manifest
from fuzz_reading import hold
from pydantic import BaseModel, Field

ROWS = 6
PRICES = Prices({"m": UserPrice(Decimal(1), Decimal(2))})
OVER_A_SOCKET = 4  # one reply in so many goes through the whole port


class JournalTarget:
    """A journal of six answers, damaged anywhere."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._path = self._folder / "out.jsonl.journal"
        self._records = {f"{number}": self._record(number) for number in range(ROWS)}
        journal = Journal(self._path)
        for number in self._records:
            kept = JournalEntry(number, f"asked-{number}", 3, "m", "answered", None, 0)
            journal.append(kept, self._records[number])
        journal.mark("writing", "digest")
        journal.close()
        self._whole = self._path.read_bytes()

    @staticmethod
    def _record(number: int) -> dict[str, object]:
        quote = f"Site {number} draws {number * 7} MW, says \u201cthe council\u201d."
        return {
            "id": str(number),
            "question": f"Question {number}?",
            "answer": quote,
            "cost": {"usd": "0.01", "calls": number},
        }

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder)

    def make(self, chance: random.Random) -> bytes:
        """Return a damaged journal: bytes changed, lines left out, doubled, moved, torn, foreign."""
        data = self._whole
        if chance.random() < 0.4:
            lines = data.splitlines(keepends=True)
            foreign = (b"\n", b"{}\n", b"[]\n", b"3\n", b'"output"\n', b'{"output": 1}\n', b"[" * 90_000 + b"\n",
                       b'{"a":' * 90_000 + b"\n", b'{"id": [], "record": {}}\n', b"\0" * 40 + b"\n",
                       b"\xff\xfe\n")  # fmt: skip
            for _ in range(chance.choice((1, 2, 3))):
                at = chance.randrange(len(lines))
                lines[at] = chance.choice(
                    (b"", lines[at] * 2, chance.choice(lines), lines[at][:-20], chance.choice(foreign))
                )
            data = b"".join(lines)
        return mutations.damage(data, chance) if chance.random() < 0.7 else data

    def check(self, data: bytes) -> str:
        """Open it, and hold every row it still has to what was written."""
        self._path.write_bytes(data)
        before = kept_in(self._path)
        journal = Journal(self._path)
        try:
            for kept in journal.kept:
                record = journal.record(kept)
                hold(f"a row as it was written: {kept} {record}", record == self._records.get(kept.id))
                hold(f"asked as it was: {kept}", kept.asked == f"asked-{kept.id}" and kept.status == "answered")
            hold("read the same", {(k.id, k.start) for k in journal.kept} <= {(k.id, k.start) for k in before})
            hold("a state", journal.output in ("", "writing", "written"))
            untouched = [line for line in self._whole.splitlines(keepends=True)[:ROWS] if b"\n" + line in b"\n" + data]
            held = {kept.id for kept in journal.kept}
            hold("only damaged rows are lost", {str(json.loads(line)["id"]) for line in untouched} <= held)
            backlog([], journal.kept, generation=3, models="m")
            new = JournalEntry("new", "asked-new", 3, "m", "answered", None, 0)
            placed = journal.append(new, {"id": "new"})
            hold("a row after the damage", journal.record(placed) == {"id": "new"})
        finally:
            journal.close()
        again = Journal(self._path)
        hold("the new row is found again", again.kept and again.kept[-1].id == "new")
        again.close()
        return f"{len(held)} rows kept, {min(journal.damaged, 4)} damaged, {journal.output or 'no output'}"


ODD = (
    b"a = " + b"[" * 5000, b"a = " + b"{b=" * 3000, b"a = " + b"9" * 6000, b'"a"."b" = 1\n' * 9,
    b"file\n" + b'"' * 200_000, b"file,title\nplan.txt," + b"x" * 200_000, b"file\0\n",
)  # fmt: skip


class ManifestTarget:
    """Manifests of both kinds, and files of questions."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        rows = b'id,question,region\n1,How much power?,Europe\n2,"Which, then?",\n'
        lines = b'{"id": 1, "question": "How much power?", "region": "Europe"}\n{"question": "Which?"}\n'
        self._seeds = [*seeds.manifests(), (".questions.csv", rows), (".questions.jsonl", lines)]
        (self._folder / "plan.txt").write_text("A plan.\n")

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder)

    def make(self, chance: random.Random) -> bytes:
        """Return a kind and a damaged content."""
        suffix, data = chance.choice(self._seeds)
        if chance.random() < 0.05:
            data = chance.choice(ODD)
        return suffix.encode() + b"\n" + mutations.damage(data, chance, [other for _, other in self._seeds])

    def check(self, data: bytes) -> str:
        """Load it: fields of text, or one line that says what is wrong."""
        suffix, _, content = data.partition(b"\n")
        is_questions = b"questions" in suffix
        path = self._folder / (
            "in" + suffix.decode().rpartition(".questions")[2] if is_questions else f"reports{suffix.decode()}"
        )
        path.write_bytes(content)
        try:
            if is_questions:
                rows, _ = read_questions(path)
                asked = inquiries(rows, [], EVERYTHING, None)
                for one in asked:
                    json.dumps(one.refused() if one.problem else one.about()).encode()
                return f"{min(len(rows), 4)} questions, {sum(one.problem is not None for one in asked[:4])} wrong"
            found = load_manifest(path)
        except UsageError as error:
            said = str(error)
            hold(f"one line: {said!r}", said.isprintable() and not said[0].isupper())
            return re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "_", said)[:70]
        finally:
            path.unlink()
        for file, table in found.items():
            file.encode()
            for key, value in table.items():
                hold(
                    f"known and text: {key} {value!r}",
                    key in FIELDS and isinstance(value, str) and value.encode() is not None,
                )
        return f"{min(len(found), 4)} files, {min(sum(map(len, found.values())), 20)} fields"


class Inner(BaseModel):
    """What is cited."""

    cites: list[int] = Field(default=[], description="ids")


class Said(BaseModel):
    """What a model is asked for."""

    text: str
    inner: Inner | None = None


class _Server:
    """Answers every request on a loopback socket with `body`, as JSON."""

    def __init__(self) -> None:
        self.body, self.requests = b"", 0
        served = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                length = 0
                while (line := self.rfile.readline().strip().lower()) != b"":
                    if line.startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                self.rfile.read(length)
                served.requests += 1
                head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(served.body)}\r\n"
                self.wfile.write(head.encode() + b"connection: close\r\n\r\n" + served.body)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Replies:
    """What a server answers: its bytes changed, or the JSON that the model wrote within it."""

    def __init__(self) -> None:
        self._seeds = seeds.replies()
        self._server: _Server | None = None
        self._count = 0
        self._folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        self._loop = asyncio.new_event_loop()
        self._tokens = TokenCounter(self._folder / "tokens")

    def close(self) -> None:
        """Remove the files, and end the server."""
        shutil.rmtree(self._folder)
        self._loop.close()
        if self._server is not None:
            self._server.close()

    def make(self, chance: random.Random) -> bytes:
        """Return the body of an answer."""
        if chance.random() < 0.5:
            data = mutations.damage(chance.choice(self._seeds), chance, self._seeds)
        elif chance.random() < 0.5:
            inner = b'{"text": "yes", "inner": {"cites": [1, 2]}}'
            data = seeds.completion(mutations.damage(inner, chance).decode("utf-8", "replace"))
        else:
            odd = (None, -1, 0, 10**30, 1e308, 2**63, "7", True, [], {}, 3.5, float("nan"))
            names = (
                "prompt_tokens",
                "completion_tokens",
                "total_tokens",
                "prompt_tokens_details",
                "completion_tokens_details",
            )
            usage = {name: chance.choice(odd) for name in names if chance.random() < 0.5}
            if chance.random() < 0.4:
                usage["prompt_tokens_details"] = {"cached_tokens": chance.choice((*odd, 10**6))}
            data = seeds.completion({"text": "yes", "inner": None}, **usage)
        if chance.random() < 0.02:
            data = chance.choice((b"[" * 200_000, b'{"choices":' * 50_000, seeds.completion('{"inner":' * 50_000)))
        return data

    def check(self, data: bytes) -> str:
        """Read it as both kinds of answer, and at times through the whole port."""
        self._count += 1
        outcome = "/".join(self._read(data, kind) for kind in (Completion, Embeddings))
        if self._count % OVER_A_SOCKET == 0:
            outcome += self._loop.run_until_complete(self._asked(data))
        return outcome

    def _read(self, data: bytes, kind: type[Completion] | type[Embeddings]) -> str:
        response = httpx2.Response(200, content=data, headers={"content-type": "application/json"})
        try:
            answer = read(response, kind, "here")
            usage = answer.usage_or(Usage(7, estimated=True))
            hold(f"tokens: {usage}", usage.input_tokens >= usage.cached_tokens >= 0 <= usage.output_tokens)
            if isinstance(answer, Embeddings):
                vectors = answer.vectors(2, "here")
                hold("finite", all(abs(value) < 1e308 for vector in vectors for value in vector))
                return "vectors"
            answer.check("here")
            message = answer.choice.message
            "".join([message.everything, message.thoughts, message.lack, *message.texts]).encode()
        except EndpointError as error:
            said = str(error)
            hold(f"one line: {said!r}", said.isprintable())
            return type(error).__name__
        try:
            answer_in(message.texts, Said)[1].encode()
        except ValueError:
            return "no answer"
        return "answer"

    async def _asked(self, data: bytes) -> str:
        """Ask through the port on a real socket: every request is booked and none stays open, whatever it answers."""
        if self._server is None:
            self._server = _Server()
        server = self._server
        server.body, server.requests = data, 0
        path = self._folder / f"ledger-{self._count % 50}.sqlite"
        path.unlink(missing_ok=True)
        ledger = Ledger(path)
        model = OpenAIModel(
            model="m", base_url=server.url, api_key=None, ledger=ledger, prices=PRICES,
            tokens=self._tokens, caps=Caps(), timeout_seconds=20, max_retries=0,
        )  # fmt: skip
        outcome = "answer"
        try:
            asking = Prompt(
                "Answer.", (PromptPart("Report text.", "public"),), agent="drafter", step="draft", run="r", question="q"
            )
            said = await model.parse(asking, Said)
            said.text.encode()
        except EndpointError as error:
            hold(f"one line: {error}", str(error).isprintable())
            outcome = type(error).__name__
        sent = server.requests
        try:
            await model.embed(["one", "two"], Asking("r", "q"))
        except EndpointError as error:
            hold(f"one line: {error}", str(error).isprintable())
        await model.close()
        ledger.close()
        with sqlite3.connect(path) as connection:
            booked = connection.execute("SELECT status, usd, input_tokens, output_tokens FROM attempts").fetchall()
        connection.close()
        hold(f"booked {len(booked)} of {server.requests}", len(booked) == server.requests >= 2)
        hold(f"none is open: {booked}", all(row[0] != "pending" for row in booked))
        hold(f"amounts: {booked}", all(Decimal(row[1]) >= 0 and row[2] >= 0 <= row[3] for row in booked))
        return f" over a socket: {outcome} after {sent}"
