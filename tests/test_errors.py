"""Every error has a class of one tree and an exit code of one table, and every whole file is written in one way."""

import importlib
import pkgutil
import re
from pathlib import Path

import coscribe
import pytest
from coscribe.core import errors
from coscribe.core.errors import CODES, CoscribeError, UsageError, code_of
from coscribe.core.system.files import write_whole

EXPECTED = {
    "CoscribeError": 1, "UsageError": 2, "Withheld": 2, "LibraryError": 3, "LibraryBusy": 3, "EndpointError": 4,
    "MalformedReply": 4, "Rehearsed": 4, "BudgetReached": 5, "Unverified": 6, "WorkerDied": 1, "ReadFailure": 1,
    "Unsupported": 1,
}  # fmt: skip


def test_every_class_says_its_exit_code_and_stands_in_the_one_table() -> None:
    for module in pkgutil.walk_packages(coscribe.__path__, "coscribe."):
        if not module.name.endswith(("__main__", ".child", ".worker")):
            importlib.import_module(module.name)

    def below(kind: type[CoscribeError]) -> list[type[CoscribeError]]:
        return [kind, *(one for narrower in kind.__subclasses__() for one in below(narrower))]

    for kind in below(CoscribeError):
        assert kind.__module__ == errors.__name__
        assert "exit_code" in vars(kind), f"{kind.__name__} does not say its exit code"
    assert dict(CODES) == EXPECTED
    listed = re.findall(r"(\w+) +(\d) *", str(errors.__doc__).partition("\n\n")[2].partition("\n\n")[0])
    assert {name: int(code) for name, code in listed} == EXPECTED


@pytest.mark.parametrize(("kind", "code"), [(None, 0), ("Withheld", 2), ("WorkerDied", 1), ("ZeroDivisionError", 1)])
def test_what_an_answer_says_failed_has_an_exit_code(kind: str | None, code: int) -> None:
    assert code_of(kind) == code


def test_a_file_is_replaced_as_a_whole_or_refused(tmp_path: Path) -> None:
    file = tmp_path / "note [1].md"
    write_whole(file, "first", "the note", advice="x")
    with pytest.raises(UsageError, match="is there already: choose another name"):
        write_whole(file, "second", "the note", advice="x", replace=False)
    assert file.read_text(encoding="utf-8") == "first"

    def fail(stream: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(UsageError, match=r"the note cannot be written to '.*' \(no space left on device\): free some"):
        write_whole(file, fail, "the note", advice="free some")
    assert file.read_text(encoding="utf-8") == "first"
    write_whole(file, "second", "the note", advice="x")
    assert file.read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [file]
