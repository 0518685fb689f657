"""What is learned of a server: once, kept for a month, and said by the doctor."""

from datetime import UTC, datetime, timedelta

from coscribe.models.port import Asking
from coscribe.models.servers import Servers
from doubles.books import Said, prompt
from doubles.command_line import run

LONG = "word " * 3000


async def test_what_a_server_refuses_is_remembered_for_a_month(endpoint, connect, tmp_path):
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    memory = Servers(tmp_path / "servers.sqlite", clock=lambda: now[-1])
    endpoint.refuse = {"json_schema": 400, "max_completion_tokens": 422}
    endpoint.usage = "none"
    await connect(endpoint.url, servers=memory).parse(prompt(), Said)
    refused = len(endpoint.meter.requests)
    assert refused == 3
    await connect(endpoint.url, servers=memory).parse(prompt("Another."), Said)
    assert len(endpoint.meter.requests) == refused + 1
    known = memory.recall(endpoint.url.split("/")[2], "m")
    assert (known.form, known.limit_name, known.reports_usage, known.embeds) == (1, "max_tokens", False, None)
    now.append(now[0] + timedelta(days=31))
    await connect(endpoint.url, servers=memory).parse(prompt("A third."), Said)
    assert len(endpoint.meter.requests) == refused + 1 + 3
    memory.close()


async def test_one_answer_without_json_is_a_slip_and_two_are_a_server_without_schemas(endpoint, connect, tmp_path):
    memory = Servers(tmp_path / "servers.sqlite")
    asked_by = []

    def reply(request):
        asked_by.append(request["response_format"]["type"])
        return "I would rather chat." if asked_by[-1] == "json_schema" else {"text": "yes"}

    endpoint.reply = reply
    for question in ("one", "two", "three"):
        made = await connect(endpoint.url, servers=memory).parse(prompt(question), Said)
        assert made.text == "yes"
    assert asked_by == ["json_schema", "json_object", "json_schema", "json_object", "json_object"]
    memory.close()


async def test_how_a_server_counts_is_learned_and_reserved_for(endpoint, connect, books, tmp_path):
    endpoint.shown_input = 9000  # three times what we count
    memory = Servers(tmp_path / "servers.sqlite")
    await connect(endpoint.url, servers=memory).parse(prompt(LONG), Said)
    endpoint.shown_input = 6000
    await connect(endpoint.url, servers=memory).parse(prompt(LONG), Said)
    first, second = (row["reserved_tokens"] for row in books.rows())
    assert first < 9000 < second
    known = memory.recall(endpoint.url.split("/")[2], "m")
    assert known.highest > known.ratio > 2
    assert abs(known.ratio / known.highest - 7500 / 9000) < 0.01
    memory.close()


async def test_whether_a_server_embeds_is_learned(endpoint, connect, tmp_path):
    memory, host = Servers(tmp_path / "servers.sqlite"), endpoint.url.split("/")[2]
    await connect(endpoint.url, servers=memory).embed(["a"], Asking("r"))
    assert memory.recall(host, "m").embeds is True
    memory.close()


def test_the_doctor_says_what_is_known(endpoint, tmp_path):
    named = ("--model", "m", "--base-url", endpoint.url)

    def features():
        checks = run("doctor", *named, "--json").json["checks"]
        return next(check["detail"] for check in checks if check["name"] == "features m")

    assert "learned at the first call" in features()
    assert not endpoint.meter.received  # a doctor asks no model
    Servers(tmp_path / "home" / "state" / "servers.sqlite").note(
        endpoint.url.split("/")[2], "m", form=2, reports_usage=False
    )
    assert "asked for JSON by words alone" in features() and "reports no tokens" in features()
