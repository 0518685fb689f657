"""A writer beside readers: one writer at a time, and no search that is wrong while reports change."""

import time
from pathlib import Path

import coscribe
import pytest
from coscribe.agents import retriever
from coscribe.core.errors import LibraryError
from coscribe.vectorstore.index.words import WordIndex
from coscribe.vectorstore.index.writer import writer_lock
from doubles.command_line import start
from witness import Round, Stage, Witness, judge, look_at, version_words

NEW = "The windmill of site 0 has {} now."


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path / "reports")
    stage.set(0, guest=False)
    return stage


@pytest.fixture
def library(tmp_path: Path, stage: Stage) -> coscribe.Library:
    library = coscribe.Library(tmp_path / "library", embedder="none")
    library.ingest([stage.folder])
    return library


def said(library: coscribe.Library) -> list[str]:
    return look_at(library)["changing"].get("changing-0.md", [])


def test_a_second_writer_is_refused_and_changes_nothing(
    library: coscribe.Library, stage: Stage, tmp_path: Path
) -> None:
    stage.set(1, guest=True)
    before = library.catalogue.generation
    with writer_lock(library.folder):
        done = start("ingest", stage.folder, "--library", library.folder, "--embedder", "none", cwd=tmp_path)
        assert done.code == 3
        assert "being written by another coscribe" in done.message and str(library.folder) in done.message
        with pytest.raises(LibraryError, match="being written"):
            library.ingest([stage.folder])
        assert said(library) == [NEW.format(version_words(0))]  # readers are never refused
    assert library.catalogue.generation == before
    assert {file.state for file in library.ingest([stage.folder]).reports} == {"updated", "indexed", "unchanged"}


@pytest.mark.parametrize("fresh", [False, True], ids=["open", "anew"])
def test_a_reader_in_another_process_is_right_before_during_and_after(
    fresh: bool, library: coscribe.Library, stage: Stage, tmp_path: Path
) -> None:
    rounds = []
    with Witness(library.folder, tmp_path / "seen.jsonl", fresh=fresh) as witness:
        witness.wait_for(3)
        for number in (1, 2):
            stage.set(number, guest=number % 2 == 1)
            began = time.monotonic()
            library.ingest([stage.folder], prune=True)
            rounds.append(Round(number - 1, number, number == 2, number % 2 == 1, began, time.monotonic()))
            witness.wait_for(3)
        verdict = judge(stage, rounds, witness.seen())
    assert verdict.faults == []
    assert verdict.while_writing > 0 and verdict.searches > verdict.while_writing
    assert library.inconsistencies() == []


def test_an_updated_report_shows_its_old_or_its_new_words_at_every_step(
    library: coscribe.Library, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks after every single commit to the word index, with a reader that stays open and with a new one."""
    open_reader = coscribe.Library(library.folder, embedder="none")
    assert said(open_reader) == [NEW.format(version_words(0))]
    steps: list[list[str]] = []
    commit = WordIndex._replace

    def committed(self: WordIndex, *arguments: object) -> None:
        commit(self, *arguments)  # type: ignore[arg-type]
        for reader in (open_reader, coscribe.Library(library.folder, embedder="none")):
            steps.append(said(reader))

    monkeypatch.setattr(WordIndex, "_replace", committed)
    stage.set(1, guest=False)
    library.ingest([stage.folder])
    old, new = [NEW.format(version_words(0))], [NEW.format(version_words(1))]
    assert steps[:2] == [old, old] and steps[-2:] == [new, new]
    assert all(step in (old, new) for step in steps)


class Crash(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("reverted", [False, True], ids=["again", "reverted"])
def test_a_crash_between_words_and_catalogue_is_made_good(
    reverted: bool, library: coscribe.Library, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = WordIndex.add

    def crash(self: WordIndex, *arguments: object) -> None:
        add(self, *arguments)  # type: ignore[arg-type]
        raise Crash

    stage.set(1, guest=False)
    with monkeypatch.context() as patched:
        patched.setattr(WordIndex, "add", crash)
        with pytest.raises(Crash):
            library.ingest([stage.folder])
    reader = coscribe.Library(library.folder, embedder="none")
    assert said(reader) == [NEW.format(version_words(0))] == said(library)
    if reverted:
        stage.set(0, guest=False)
    library.ingest([stage.folder])
    assert said(reader) == [NEW.format(version_words(0 if reverted else 1))]
    assert library.inconsistencies() == []
    assert library.unsearchable() == []


def test_what_is_about_to_be_dropped_crowds_out_nothing(
    library: coscribe.Library, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the catalogue's commit and the word index's, a removed report's many hits are still in the index."""
    parts = [f"# Part {number}\n\nThis is the lighthouse and that is the lighthouse.\n" for number in range(80)]
    (stage.folder / "crowd.md").write_text("\n".join(parts), encoding="utf-8")
    library.ingest([stage.folder])
    assert {hit.file for hit in library.search("lighthouse", 3)} == {"crowd.md"}
    seen: list[set[str]] = []
    commit = WordIndex._replace

    def late(self: WordIndex, *arguments: object) -> None:
        seen.append({hit.file for hit in library.search("lighthouse", 3)})
        commit(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(WordIndex, "_replace", late)
    (stage.folder / "crowd.md").unlink()
    library.ingest([stage.folder], prune=True)
    assert len(seen) == 1
    assert seen[0] and all(file.startswith("steady-") for file in seen[0])


def test_a_search_sees_one_moment_however_long_it_takes(library: coscribe.Library, stage: Stage) -> None:
    """A whole ingest between the steps of a search changes nothing in it, and the next search sees all of it."""
    reader = coscribe.Library(library.folder, embedder="none")
    with reader.reading() as ranker:
        before = reader.catalogue.generation
        stage.set(1, guest=True)
        library.ingest([stage.folder])
        time.sleep(1.2)  # an index that reloads by itself looks for commits twice a second
        hits = ranker.rank("windmill", 100)
        assert {version_words(0) in hit.passage.text for hit in hits if "windmill" in hit.passage.text} == {True}
        assert len(reader.catalogue.segments_of([hit.passage.id for hit in hits])) >= len(hits)
        assert reader.catalogue.generation == before
    assert said(reader) == [NEW.format(version_words(1))]
    assert "guest.md" in {hit.file for hit in reader.search("aqueduct")}


async def test_an_answer_outlives_the_report_it_is_about(
    library: coscribe.Library, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is replaced after it was searched and before it is cited: the answer quotes what was searched."""
    question = "How many racks does the cellar have?"
    cellar = stage.folder / "cellar.md"
    sentence = (
        f"The cellar has 12 racks, {'which stand beside the wall and under the window, ' * 7}and all of them are cold."
    )
    assert len(sentence) > 300, "it has to be cut into segments that are quoted as one"
    cellar.write_text(f"# Cellar\n\n{sentence}\n", encoding="utf-8")
    library.ingest([stage.folder])
    look_up = retriever.look_up

    def replaced(*arguments: object, **options: object) -> object:
        found = look_up(*arguments, **options)  # type: ignore[arg-type]
        cellar.write_text("# Attic\n\nThe attic is empty. Nothing is kept there.\n", encoding="utf-8")
        library.ingest([stage.folder])
        return found

    monkeypatch.setattr(retriever, "look_up", replaced)
    assistant = coscribe.Assistant(
        coscribe.Library(library.folder, embedder="none"), model="evidence", home=tmp_path / "home"
    )
    answer = await assistant.ask(question)
    await assistant.close()
    assert answer.error is None
    quotes = [citation.quote for claim in answer.claims for citation in claim.citations if citation.role == "quote"]
    assert sentence in quotes
    assert all(quote in sentence for quote in quotes), "another version's words were cited"
