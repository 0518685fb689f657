"""The shape of the code: sizes, folders, packages, what is imported when, and what it depends on."""

import ast
import json
import re
import runpy
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions
from pathlib import Path
from typing import Any

import coscribe
import pytest

ROOT = Path(__file__).parents[1]
PYPROJECT = ROOT / "pyproject.toml"
NO_PRODUCT = {"tests", "benchmarks", "examples", "docs", "offline", "build", "dist"}
SAMPLES = "examples/reports"
# Names that files of several rooms share, because it is the same thing seen from another layer.
SHARED = {
    "answer", "batch", "cells", "composition", "conversation", "cost", "document", "doctor", "estimate", "ingest",
    "library", "markdown", "note", "page", "passages", "question", "quotation", "scope", "search", "sentences",
    "sessions", "verify",
}  # fmt: skip
LOCKS = ("requirements.lock", "requirements-dev.lock")

checkout_only = pytest.mark.skipif(
    not PYPROJECT.is_file() or 'name = "coscribe"' not in PYPROJECT.read_text(encoding="utf-8"),
    reason="the tests stand apart from the checkout",
)

# Runs a command in this very process, then says which top-level modules are loaded.
PROBE = """
import json, sys
before = set(sys.modules)
from coscribe.cli import main
try:
    main()
except SystemExit:
    pass
sys.stdout.flush()
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})), file=sys.stderr)
"""


def project() -> dict[str, Any]:
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))


def product_files() -> list[Path]:
    tops = (top for top in ROOT.iterdir() if top.is_dir() and top.name not in NO_PRODUCT and top.name[0] != ".")
    folders = [top for top in tops if not (top / "pyvenv.cfg").exists()] + [ROOT / SAMPLES]
    return sorted([*ROOT.glob("*.py"), *(file for folder in folders for file in folder.rglob("*.py"))])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(encoding="utf-8"), re.M):
        versions.setdefault(normal(name), set()).add(version)
    return versions


def declared(*extras: str) -> set[str]:
    about = project()["project"]
    lines = [*about["dependencies"], *(line for extra in extras for line in about["optional-dependencies"][extra])]
    return {normal(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]) for line in lines}


def loaded_by(command: str, folder: Path) -> set[str]:
    arguments = [sys.executable, "-P", "-c", PROBE, *command.split()]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=folder, timeout=300, check=True)
    assert done.stdout.strip(), f"{command} shows nothing"
    return set(json.loads(done.stderr.splitlines()[-1]))


@checkout_only
def test_files_and_functions_fit_on_a_few_screens() -> None:
    too_long = []
    for file in product_files():
        text = file.read_text(encoding="utf-8")
        if text.count("\n") > 400:
            too_long.append(f"{file.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    too_long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")
    assert not too_long


@checkout_only
def test_a_folder_is_seen_at_a_glance() -> None:
    files: dict[Path, int] = defaultdict(int)
    for file in product_files():
        files[file.parent] += file.name != "__init__.py"
    assert not {str(folder): number for folder, number in files.items() if number > 14}


def public_names(file: Path) -> Iterator[str]:
    """The classes of a file, and the types it gives a name."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (name.id for name in node.targets if isinstance(name, ast.Name) and not name.id.isupper())


@checkout_only
def test_a_name_has_one_meaning() -> None:
    classes, stems = defaultdict(set), defaultdict(set)
    for file in product_files():
        if not file.stem.startswith("__"):
            stems[file.stem].add(str(file.relative_to(ROOT)))
        for name in filter(lambda name: name[0].isupper(), public_names(file)):
            classes[name].add(str(file.relative_to(ROOT)))
    assert not {name: places for name, places in classes.items() if len(places) > 1}
    assert not {name: places for name, places in stems.items() if len(places) > 1 and name not in SHARED}


@checkout_only
def test_the_picture_of_the_rooms_is_that_of_the_code() -> None:
    rooms = runpy.run_path(str(ROOT / "docs" / "rooms.py"))
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert page == rooms["drawn"](page), "run `make rooms`"
    arrows = rooms["arrows"]()
    for room, others in arrows.items():
        both = {other for other in others if room in arrows[other]}
        assert not {
            other for other in both if not f"{other}.".startswith(f"{room}.") and room.rpartition(".")[0] != other
        }


@checkout_only
def test_what_words_mean_stands_in_the_language_packs() -> None:
    """Patterns stand in `language/`, and where files are read; elsewhere they are few."""
    elsewhere = [
        file for file in product_files()
        if not file.relative_to(ROOT).as_posix().startswith(("language/", "vectorstore/reading/"))
    ]  # fmt: skip
    assert sum(file.read_text(encoding="utf-8").count("re.compile(") for file in elsewhere) < 40


@checkout_only
@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_what_the_pages_for_contributors_name_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = {word for code in re.findall(r"`([^`\n]+)`", text) for word in code.split() if "/" in word}
    assert named
    stands_for = re.compile(r"NAME|CODE|\*|^dist/$")
    assert not {path for path in named if not stands_for.search(path) and not (ROOT / path).exists()}


@checkout_only
def test_only_the_doors_stand_at_the_root() -> None:
    assert {file.name for file in ROOT.glob("*.py")} == {"cli.py", "__init__.py", "__main__.py"}
    assert not (ROOT / "tests" / "__init__.py").exists()


@checkout_only
def test_the_packages_are_the_folders_with_code() -> None:
    folders = {file.parent.relative_to(ROOT).as_posix() for file in product_files()}
    expected = {
        {".": "coscribe", SAMPLES: "coscribe.samples"}.get(folder, "coscribe." + folder.replace("/", ".")): folder
        for folder in folders
    }
    table = project()["tool"]["setuptools"]
    assert table["package-dir"] == expected
    assert sorted(table["packages"]) == sorted(expected)
    missing = [folder for folder in folders if not (ROOT / folder / "__init__.py").is_file()]
    assert not missing, "a folder without __init__.py is no package"


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("--help", {"openai", "langgraph", "chromadb", "onnxruntime", "pydantic", "rich"}),
        ("cost", {"openai", "langgraph", "chromadb", "onnxruntime"}),
    ],
)
def test_light_commands_load_nothing_heavy(command: str, heavy: set[str], tmp_path: Path) -> None:
    loaded = loaded_by(command, tmp_path)
    assert "coscribe" in loaded
    assert not loaded & heavy


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        ("reports --library library", {"openai", "langgraph", "chromadb", "onnxruntime", "numpy", "tantivy", "docx"}),
        ("search water --library library", {"openai", "langgraph", "chromadb", "docx", "pptx"}),
        ("ask water --library library", {"openai", "chromadb", "docx", "pptx"}),
    ],
)
def test_a_small_library_is_asked_without_clients_and_without_chroma(
    command: str, heavy: set[str], tmp_path: Path
) -> None:
    (tmp_path / "plan.md").write_text("# Plan\n\nThe site is cooled with river water.\n", encoding="utf-8")
    coscribe.Library(tmp_path / "library").ingest([tmp_path / "plan.md"])
    assert not loaded_by(command, tmp_path) & heavy


def third_party(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
        else:
            continue
        yield from ({name.partition(".")[0] for name in names} - sys.stdlib_module_names)


@checkout_only
def test_every_import_is_a_declared_dependency() -> None:
    providers = packages_distributions()
    undeclared = [
        f"{file.relative_to(ROOT)}: {module}"
        for file in product_files()
        for module in third_party(file)
        if not {normal(name) for name in providers.get(module, [])} & declared("mcp")
    ]
    assert not undeclared


READS_TEXT = ("language/", "tools/publish/", "vectorstore/")  # what others wrote, or our own text to escape it


def patterns_with_quotation_marks(file: Path) -> list[str]:
    """The calls of `re` in a file that are given a quotation mark of those around our quotes."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    ours = [call for call in calls if ast.unparse(call.func).startswith("re.")]
    texts = [(call, part.value) for call in ours for part in ast.walk(call) if isinstance(part, ast.Constant)]
    return [f"{file}:{call.lineno}" for call, text in texts if isinstance(text, str) and {*"“”"} & {*text}]


@checkout_only
def test_no_text_of_ours_is_taken_apart_by_its_quotation_marks(tmp_path: Path) -> None:
    files = [file for file in product_files() if not file.relative_to(ROOT).as_posix().startswith(READS_TEXT)]
    assert [place for file in files for place in patterns_with_quotation_marks(file)] == []
    (tmp_path / "one.py").write_text('import re\nre.compile(rf"{1}: “(.*)")\n', encoding="utf-8")
    assert len(patterns_with_quotation_marks(tmp_path / "one.py")) == 1


@checkout_only
@pytest.mark.parametrize("lock", LOCKS)
def test_locks_pin_by_hash_and_name_no_index(lock: str) -> None:
    form = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?|[a-z0-9._\[\],-]+==[^\s:/]+( ; [^:/]+)? \\")
    odd = [line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if not form.fullmatch(line)]
    assert not odd
    missing = declared() - locked(lock).keys()
    assert not missing


@checkout_only
def test_the_development_lock_only_adds() -> None:
    runtime, development = map(locked, LOCKS)
    changed = {name for name, versions in runtime.items() if development.get(name) != versions}
    assert not changed


def licence(name: str) -> str:
    about = metadata(name)
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [line for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    # Some put the whole text into the field: its first line is the name.
    return " AND ".join([*classifiers, *(about.get("License") or "").strip().splitlines()[:1]])


@checkout_only
def test_no_runtime_dependency_is_under_the_gpl() -> None:
    copyleft = re.compile(r"\bA?GPL|\bGNU (Affero )?General Public|\bLGPL|\bGNU (Lesser|Library)", re.I)
    found = {}
    for name in locked("requirements.lock"):
        try:
            terms = licence(name)
        except PackageNotFoundError:  # for another platform
            continue
        if all(copyleft.search(choice) for choice in terms.split(" OR ")):
            found[name] = terms
    assert not found
