"""Follow-ups: what a question means after the one before it, by rules and by a model, and where its words may go."""

import tomllib
from pathlib import Path
from typing import Any

import coscribe
import pytest
from coscribe.agents.chat.conversation import Conversation
from coscribe.core.system.home import Home
from coscribe.tools.document.page import answer_page
from coscribe.tools.publish.markdown import markdown
from coscribe.tools.publish.sidecar import publish
from coscribe.tools.search.reaction import reaction_to_answer
from coscribe.tools.search.subject import Subject, amended, follow_up, plan_subject, refers_back
from doubles.desk import CANARY, Author, draft
from doubles.endpoint import Endpoint, Json
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

POWER = "How much power may a post-exascale site draw in Europe?"


def said_after(shelf, *questions: str) -> Subject:
    reports = shelf.library.catalogue.reports()
    subject = Subject.plain(questions[0])
    for question in questions[1:]:
        subject = follow_up(question, subject, reports) or Subject.plain(question)
    return subject


@pytest.mark.parametrize(
    ("questions", "understood", "narrowed", "terms", "expects"),
    [
        ((POWER, "and in Japan?"), "How much power may a post-exascale site draw in Japan?", ("japan",),
         {"power", "site", "draw"}, "figure"),
        ((POWER, "Japan?"), "How much power may a post-exascale site draw in Japan?", ("japan",), {"power"}, "figure"),
        ((POWER, "what about the US?"), "How much power may a post-exascale site draw in the US?", ("united states",),
         {"power"}, "figure"),
        (("What is the French ceiling on power?", "and the Japanese one?"),
         "What is the ceiling on power in Japan?", ("japan",), {"ceil", "power"}, "anything"),
        (("What does France plan for quantum?", "And Agence Hexacalcul?"),
         "What does Agence Hexacalcul plan for quantum?", ("Agence Hexacalcul",), {"plan", "quantum"}, "anything"),
        ((POWER, "and in 2024?"), "How much power may a post-exascale site draw in Europe in 2024?", ("europe",),
         {"power", "2024"}, "figure"),
        (("What did France plan for 2024?", "and 2026?"), "What did France plan for 2026?", ("france",), {"2026"},
         "anything"),
        ((POWER, "since when?"), "Since when? (power may a post-exascale site draw in Europe)", ("europe",),
         {"power", "site", "draw"}, "date"),
        ((POWER, "By whom?"), "By whom? (power may a post-exascale site draw in Europe)", ("europe",), {"power"},
         "name"),
        ((POWER, "what about cooling?"), "What about cooling? (power may a post-exascale site draw in Europe)",
         ("europe",), {"cool"}, "anything"),
        ((POWER, "what about cooling?", "and in Japan?"),
         "What about cooling? (power may a post-exascale site draw in Japan)", ("japan",), {"cool"}, "anything"),
        ((POWER, "what about cooling?", "since when?"),
         "Since when: cooling? (power may a post-exascale site draw in Europe)", ("europe",), {"cool"}, "date"),
        ((POWER, "Who pays for it?"), "Who pays for it? (power may a post-exascale site draw in Europe)", ("europe",),
         {"pay"}, "name"),
        ((POWER, "what about cooling in Japan?"),
         "What about cooling in Japan? (power may a post-exascale site draw in Japan)", ("japan",), {"cool"},
         "anything"),
        (("Wie viel Strom darf ein Standort in Europa ziehen?", "und in Japan?"),
         "Wie viel Strom darf ein Standort in Japan ziehen?", ("japan",), {"strom"}, "figure"),
        (("Wie viel Strom darf ein Standort in Europa ziehen?", "seit wann?"),
         "Seit wann? (Strom darf ein Standort in Europa ziehen)", ("europe",), {"strom"}, "date"),
    ],
)  # fmt: skip
def test_a_follow_up_becomes_a_plan_of_its_own(shelf, questions, understood, narrowed, terms, expects) -> None:
    subject = said_after(shelf, *questions)
    plan = plan_subject(subject, shelf.library.catalogue.reports())
    narrowed_to = tuple(name.lower() for name in plan.narrowed_to)
    assert (plan.question, plan.queries, narrowed_to, plan.expects) == (
        understood,
        (understood,),
        tuple(name.lower() for name in narrowed),
        expects,
    )
    assert terms <= set(plan.terms)
    if subject.about:  # the old topic helps to rank, but need not be found
        assert not {"power", "draw"} & set(plan.terms)


@pytest.mark.parametrize(
    "question",
    [
        "Which sites report their energy?",
        "How does a site report its energy?",
        "Is it planned to build a quantum partition?",
        "What does the United States plan for neuromorphic chips?",
        "When does France open its quantum partition?",
        "List the stakeholders",
    ],
)
def test_a_question_that_stands_by_itself_is_left_alone(shelf, question: str) -> None:
    assert not refers_back(question)
    assert follow_up(question, Subject.plain(POWER), shelf.library.catalogue.reports()) is None


def test_what_follows_an_and_may_be_a_whole_question(shelf) -> None:
    assert said_after(shelf, POWER, "And what does Japan plan for quantum machines?").question == (
        "What does Japan plan for quantum machines?"
    )


class Colleague:
    """Drafts like an `Author`, and writes follow-ups out as told."""

    def __init__(self, written: str, *drafts: Any) -> None:
        self.author = Author(*drafts or [lambda asked: draft(([1], asked.lines[0].text))])
        self.written = written
        self.shown: list[str] = []

    def __call__(self, request: Json) -> Json | str:
        prompt = request["messages"][1]["content"]
        if "The analyst now asks:" in prompt:
            self.shown.append(prompt)
            return {"question": self.written}
        return self.author(request)


@pytest.fixture
async def talk(tmp_path, assistant):
    """Opens conversations over a shelf, with a model at an address or, without one, by quotes alone."""
    opened = []

    async def begin(shelf, url: str = "", **settings: Any) -> Conversation:
        told = {"model": "m", **settings} if url else {"model": "evidence"}
        made = assistant(shelf.library, url or "http://127.0.0.1:9/v1", **told)
        conversation = Conversation(made, Home(tmp_path / "home", shelf.library.folder))
        opened.append(await conversation.__aenter__())
        return conversation

    yield begin
    for conversation in opened:
        await conversation.__aexit__()


@given(
    st.one_of(
        st.text(max_size=60), st.sampled_from(["¿y en Japón?", "日本は？", "και στην Ιαπωνία;", "and", "…?", "it"])
    )
)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_understood_somehow(shelf, typed: str) -> None:
    reports = shelf.library.catalogue.reports()
    for before in (Subject.plain(POWER), Subject.plain("日本の電力は？"), Subject.plain("?")):
        found = follow_up(typed, before, reports)
        if found is not None:
            assert found.question.strip() and found.needed.strip()
            assert plan_subject(found, reports).queries == (found.question,)
        refers_back(typed)


def test_questions_of_the_question_sets_stand_by_themselves(shelf) -> None:
    """Each is asked after another one; whatever is taken for a follow-up would cost a call."""
    asked = [
        question["question"]
        for file in sorted((Path(__file__).parent / "questions").glob("*.toml"))
        for question in tomllib.loads(file.read_text("utf-8"))["questions"]
    ]
    assert len(asked) > 100
    mistaken = [
        question for question in asked if follow_up(question, Subject.plain(POWER), shelf.library.catalogue.reports())
    ]
    assert len(mistaken) <= 0.02 * len(asked), mistaken


async def test_without_a_model_the_rules_decide_and_the_question_is_told(shelf, talk) -> None:
    conversation = await talk(shelf)
    await conversation.ask(POWER)
    events = []
    turn = await conversation.ask("and in Japan?", on_event=events.append)
    assert turn.question == "How much power may a post-exascale site draw in Japan?"
    assert turn.answer.question == turn.question and turn.question in turn.answer.coverage.queries
    assert "40 MW" in turn.answer.answer and {c.region for claim in turn.answer.claims for c in claim.citations} == {
        "Japan"
    }
    assert [event.detail for event in events if event.kind == "understood"] == [f"as “{turn.question}”"]


async def test_a_model_writes_the_follow_up_out_in_one_call(shelf, talk, endpoint: Endpoint) -> None:
    written = "How much power may a site in Japan draw?"
    endpoint.reply = colleague = Colleague(written)
    conversation = await talk(shelf, endpoint.url)
    first = await conversation.ask(POWER)
    assert not colleague.shown  # a plain question needs no such call
    turn = await conversation.ask("and over there, in Japan?")
    assert turn.question == written and written in turn.answer.coverage.queries
    (shown,) = colleague.shown
    assert POWER in shown and first.answer.claims[0].text in shown
    assert colleague.author.asked[-1].question == written
    assert [row.calls for row in conversation._assistant._ledger.table("agent").rows if row.key == "retriever"] == [1]


@pytest.mark.parametrize("trouble", ["invents", "refuses", "babbles"])
async def test_where_the_model_is_of_no_use_the_rules_decide(shelf, talk, endpoint: Endpoint, trouble: str) -> None:
    colleague = Colleague("How much power may 17 sites in Japan draw by 2041?")

    def reply(request: Json) -> Json | str:
        if trouble == "babbles" and "The analyst now asks:" in str(request):
            return "Sure!"
        return colleague(request)

    endpoint.reply = reply
    conversation = await talk(shelf, endpoint.url)
    await conversation.ask(POWER)
    if trouble == "refuses":
        endpoint.statuses = [500]
    turn = await conversation.ask("and in Japan?")
    assert turn.question == "How much power may a post-exascale site draw in Japan?"
    assert any(event.kind == "degraded" for event in turn.events)


async def test_internal_history_stays_from_a_host_that_is_not_trusted(
    guarded_shelf, talk, endpoint: Endpoint, untrusted
) -> None:
    """What was quoted without a model may be internal: one that comes in later must not read it in the history."""
    conversation = await talk(guarded_shelf)
    first = await conversation.ask("How much peak electrical power may the hall draw?")
    assert CANARY in first.answer.answer
    remote = await talk(guarded_shelf, endpoint.url, **untrusted)
    await conversation.use(remote._assistant)
    endpoint.reply = colleague = Colleague("How much power may a site in Japan draw?")
    turn = await conversation.ask("and in Japan?")
    assert CANARY.encode() not in endpoint.meter.received and turn.state == "done"
    assert not colleague.shown  # nothing was left that it could have been shown
    assert any(event.kind == "withheld" for event in turn.events)
    await conversation.ask("And what does Europe plan for photonics?")
    endpoint.meter.received = b""
    await conversation.ask("since when?")
    assert colleague.shown and CANARY not in colleague.shown[-1]
    assert CANARY.encode() not in endpoint.meter.received


async def test_a_question_written_out_of_internal_words_is_internal_itself(
    guarded_shelf, talk, tmp_path, endpoint: Endpoint, other_endpoint: Endpoint, monkeypatch
) -> None:
    """The retriever's host is trusted, the drafter's is not: what the one read in the history must not reach the other.

    An analyst who types the word sends it; a model that takes it from an internal answer may not.
    """
    monkeypatch.setenv("COSCRIBE_TRUST_HOSTS", "localhost")
    trusted = endpoint.url.replace("127.0.0.1", "localhost")
    state = tmp_path / "home" / "state"
    state.mkdir(parents=True, exist_ok=True)
    (state / "coscribe.toml").write_text(
        f'model = "m"\nbase_url = "{other_endpoint.url}"\nmax_retries = 0\ncache_megabytes = 0\n'
        f'[models]\nretriever = {{ model = "m", base_url = "{trusted}" }}\n',
        "utf-8",
    )
    conversation = await talk(guarded_shelf)
    first = await conversation.ask("How much peak electrical power may the hall draw?")
    assert CANARY in first.answer.answer
    endpoint.reply = Colleague(f"Does the {CANARY} hall disclose its cooling?")
    other_endpoint.reply = Author(lambda asked: draft(([1], asked.lines[0].text)))
    home = tmp_path / "home"
    split = coscribe.Assistant(guarded_shelf.library, home=home, model=None, allow_remote=["127.0.0.1"])
    await conversation.use(split)
    turn = await conversation.ask("does it disclose its cooling?")
    assert CANARY in turn.question and CANARY.encode() in endpoint.meter.received
    assert CANARY.encode() not in other_endpoint.meter.received
    assert turn.answer.mode == "evidence" and turn.answer.error.kind == "Withheld"
    endpoint.reply = Colleague("Does the hall disclose its cooling?")
    turn = await conversation.ask("and does it disclose its cooling?")
    assert other_endpoint.meter.requests and turn.answer.error is None  # every word of it was typed


CALIBRATED = "How often are the meters calibrated?"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("shorter", "shorter"), ("Too long. Two lines max!", "shorter"), ("kürzer bitte", "shorter"),
        ("plus court s'il te plaît", "shorter"), ("más corto, por favor", "shorter"),
        ("もっと短くしてください", "shorter"),
        ("in French please", "translated"), ("translate that into German", "translated"),
        ("auf Deutsch bitte", "translated"), ("en español por favor", "translated"), ("en anglais ?", "translated"),
        ("as a list", "listed"), ("in simpler words please", "plainer"), ("who says that?", "attributed"),
        ("says who??", "attributed"), ("wer sagt das?", "attributed"), ("qui l'a dit ?", "attributed"),
        ("¿según quién?", "attributed"), ("誰がそう言っていますか", "attributed"),
        ("when was that published?", "dated"),
        ("how old is this?", "dated"), ("which page?", "placed"), ("show me the page", "placed"),
        ("wo steht das?", "placed"), ("what else?", "more"), ("tell me more", "more"), ("and the others?", "others"),
        ("why?", "why"), ("warum so viel?", "why"), ("thanks, that's all", "thanks"), ("vielen Dank!", "thanks"),
        ("only Japan", "narrowed"), ("Japan only, please", "narrowed"), ("nur Europa bitte", "narrowed"),
        ("no, I meant France", "corrected"), ("versus 2024?", "compared"), ("im Vergleich zu Japan?", "compared"),
    ],
)  # fmt: skip
def test_what_is_said_of_the_last_answer_is_known_for_what_it_is(typed: str, kind: str) -> None:
    found = reaction_to_answer(typed)
    assert found is not None and found.kind == kind


@pytest.mark.parametrize(
    "typed",
    [
        "Which sites in Japan report their energy?", "Who says that cooling is the largest cost of a site?",
        "When was the European strategy adopted?", "Which page of the annex defines the meters?",
        "Why did France move the quantum partition to 2030?", "What else limits the power of a site in Europe?",
        "Only one of the regions names photonic links, which one is it and when does it test them?", "cooling", "",
    ],
)  # fmt: skip
def test_a_question_says_nothing_of_the_last_answer(typed: str) -> None:
    assert reaction_to_answer(typed) is None


@given(st.text(max_size=140))
@settings(max_examples=200)
def test_whatever_is_typed_may_be_said_of_an_answer(typed: str) -> None:
    found = reaction_to_answer(typed)
    assert found is None or found.kind == "thanks" or found.rest.strip() == found.rest


@pytest.mark.parametrize(
    ("before", "typed", "understood"),
    [
        (POWER, "only Japan", "How much power may a post-exascale site draw in Japan?"),
        (POWER, "no, France", "How much power may a post-exascale site draw in France?"),
        (POWER, "and everyone else?", "How much power may a post-exascale site draw?"),
        (POWER, "only for inference", f"{POWER[:-1]} (for inference)?"),
        (POWER, "vs Japan?", f"{POWER[:-1]} vs Japan?"),
        (POWER, "I meant how much water a site may use", "How much water a site may use?"),
        ("How long must deployers keep the logs?", "and providers?", "How long must providers keep the logs?"),
        ("How many GPUs are in Theta?", "I meant Sophia", "How many GPUs are in Sophia?"),
        ("When does the contract start?", "sorry, the grid connection", "When the grid connection?"),
        (CALIBRATED, "and inspected?", "How often are the meters inspected?"),
    ],
)  # fmt: skip
def test_what_is_meant_instead_takes_its_place(shelf, before: str, typed: str, understood: str) -> None:
    reports, found = shelf.library.catalogue.reports(), reaction_to_answer(typed)
    meant = amended(found, Subject.plain(before), reports) if found else None
    meant = meant or follow_up(typed, Subject.plain(before), reports)
    assert meant is not None and meant.question == understood


def stated(turn) -> list[str]:
    return [" ".join(claim.quotes[0].quote.split()) for claim in turn.answer.claims if claim.kind == "stated"]


async def test_thanks_are_answered_and_nothing_is_looked_up(shelf, talk, endpoint: Endpoint) -> None:
    endpoint.reply = Colleague("")
    conversation = await talk(shelf, endpoint.url)
    await conversation.ask(POWER)
    before = endpoint.meter.requests
    turn = await conversation.ask("super, danke dir")
    assert turn.answer.answer == "Gern geschehen." and not turn.answer.claims and turn.answer.status == "answered"
    assert endpoint.meter.requests == before and not turn.events
    assert (await conversation.ask("and in Japan?")).question != "and in Japan?"  # what was talked about stays


async def test_shorter_is_fewer_quotes_of_the_same_answer(shelf, talk) -> None:
    conversation = await talk(shelf)
    first = await conversation.ask("How much power may a post-exascale site draw?")
    turn = await conversation.ask("shorter")
    assert len(stated(first)) > 1 and stated(turn) == stated(first)[:1]


async def test_a_translation_without_a_model_is_said_to_need_one(shelf, talk) -> None:
    conversation = await talk(shelf)
    first = await conversation.ask(POWER)
    turn = await conversation.ask("in French please")
    assert turn.answer.answer.startswith("Translating needs a language model")
    assert stated(turn) == stated(first) and all(words in turn.answer.answer for words in stated(first))


async def test_a_model_is_told_how_the_answer_is_wanted(shelf, talk, endpoint: Endpoint) -> None:
    colleague, sent = Colleague(""), []

    def reply(request: Json) -> Json | str:
        sent.append(str(request))
        return colleague(request)

    endpoint.reply = reply
    conversation = await talk(shelf, endpoint.url)
    await conversation.ask(POWER)
    assert "says of it" not in "".join(sent)
    turn = await conversation.ask("in French please")
    assert not colleague.shown and any("says of it: in French please" in one for one in sent)
    assert turn.question == POWER and "Translating" not in turn.answer.answer


async def test_who_says_it_when_and_where_is_told_of_the_quotes_without_a_search(shelf, talk) -> None:
    conversation = await talk(shelf)
    first = await conversation.ask(POWER)
    for typed, lead, told in (
        ("who says that?", "This is said by:", "European Post-Exascale Site Council (Europe), ‘Strategy for"),
        ("when was this published?", "This is from:", "12 March 2026, ‘Strategy for Post-Exascale Sites 2026’"),
        ("show me the page", "This stands in:", "europe-strategy-2026.pdf"),
    ):
        turn = await conversation.ask(typed)
        assert turn.question == POWER and stated(turn) == stated(first)
        assert turn.answer.answer.startswith(lead) and told in turn.answer.answer


async def test_more_is_not_what_was_quoted_and_a_reason_stands_beside_it(shelf, talk) -> None:
    conversation = await talk(shelf)
    first = await conversation.ask("How much peak electrical power may a post-exascale site in the US draw?")
    turn = await conversation.ask("why so high?")
    assert any("because demand for training" in words for words in stated(turn))
    seen = {*stated(first), *stated(turn)}
    for _ in range(3):
        turn = await conversation.ask("what else?")
        assert not set(stated(turn)) & seen
        seen |= set(stated(turn))
    assert turn.answer.answer == "Nothing more comes close to this question than what was quoted."


async def test_the_others_are_those_who_did_not_speak(shelf, talk) -> None:
    conversation = await talk(shelf)
    first = await conversation.ask("How much power may a post-exascale site draw in Japan?")
    turn = await conversation.ask("and everyone else?")
    spoke = {citation.report for claim in first.answer.claims for citation in claim.citations}
    speak = {citation.report for claim in turn.answer.claims for citation in claim.citations}
    assert spoke and speak and not spoke & speak


async def test_of_no_answer_nothing_can_be_said(shelf, talk) -> None:
    conversation = await talk(shelf)
    await conversation.ask("Who won the football match of the zebras?")
    for typed in ("who says that?", "why?", "more", "shorter", "in French please"):
        assert (await conversation.ask(typed)).answer.status == "abstained"


async def test_what_is_told_of_an_answer_is_verified_like_any_other(shelf, talk, tmp_path: Path) -> None:
    conversation = await talk(shelf)
    await conversation.ask(POWER)
    for at, typed in enumerate(
        ("who says that?", "when was this written?", "which page?", "in French", "why?", "thanks")
    ):
        answer = (await conversation.ask(typed)).answer
        path = tmp_path / f"{at}.md"
        publish(path, f"{markdown(answer_page(answer, made_by=''))}\n", answer, "it", advice="")
        found = coscribe.verify(path, shelf.library, home=tmp_path / "home")
        assert not found.problems, (typed, found.problems)
