"""Draws the rooms of the code and who uses whom into docs/architecture.md, as the code has them.

Usage: `python docs/rooms.py`, or `make rooms`. A room is a folder with code. What stands outside the two marks of the
page is written by hand; a test compares what stands between them with the code.
"""

import ast
import re
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = Path(__file__).with_name("architecture.md")
BEGIN, END = "<!-- drawn by docs/rooms.py -->\n", "<!-- end -->\n"
WIDTH = 118


def modules() -> dict[str, Path]:
    """Return the files of the product by their names below `coscribe`, the doors at the root included."""
    folders = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-dir"]
    rooms = {name.removeprefix("coscribe").lstrip("."): ROOT / folder for name, folder in folders.items()}
    rooms.pop("samples")
    files = ((room, file) for room, folder in sorted(rooms.items()) for file in sorted(folder.glob("*.py")))
    return {f"{room}.{file.stem}".lstrip("."): file for room, file in files}


def room_of(module: str) -> str:
    """Return the room of a module; each door at the root is one of its own."""
    return module.rpartition(".")[0] or module


def imported(module: str, file: Path, known: dict[str, Path]) -> Iterator[str]:
    """Yield the modules that one imports, each as often as it does."""
    package = module.split(".")[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) - node.level + 1]
            base = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            inner = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
            names = [name if name in known else base for name in inner]
            yield from {name if name in known else f"{name}.__init__".lstrip(".") for name in names}


def arrows() -> dict[str, Counter[str]]:
    """Return for each room how many imports lead into each other room."""
    known = modules()
    drawn: dict[str, Counter[str]] = {room_of(module): Counter() for module in known}
    for module, file in known.items():
        others = Counter(map(room_of, imported(module, file, known)))
        drawn[room_of(module)].update({room: times for room, times in others.items() if room != room_of(module)})
    return drawn


def picture() -> str:
    """Return what stands between the marks: the floors, then each room with its line and its arrows."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    floors, *inner = (contract for contract in settings["contracts"] if contract["type"] == "layers")
    within = {contract["containers"][0].removeprefix("coscribe."): contract["layers"] for contract in inner}
    lines = [
        "## Floors",
        "",
        "From floor to floor imports lead downwards, and so they do inside a floor from left to right.",
        "",
        "```text",
    ]
    for floor in floors["layers"]:
        for top in floor.removeprefix("coscribe.").split(" | coscribe."):
            below = " > ".join(within.get(top, ())).replace(" | ", ", ")
            lines.append(f"{top:<12} {below}".rstrip())
        lines.append("-" * 12)
    used, files = arrows(), Counter(map(room_of, modules()))
    lines[-1:] = ["```", "", "## Rooms", "", f"{len(files)} rooms, {sum(map(len, used.values()))} arrows. "]
    lines[-1] += "A number says how many imports an arrow stands for."
    lines += ["", "```text"]
    for room in sorted(used, key=lambda name: (name in ("__init__", "__main__"), name)):
        lines += [*_described(room, files[room], used[room]), ""]
    lines[-1:] = ["```"]
    both = sorted({" and ".join(sorted((room, other))) for room in used for other in used[room] if room in used[other]})
    lines += ["", "Rooms that use each other, each a folder and one inside it: " + "; ".join(both) + "."]
    return "\n".join(lines) + "\n"


def _described(room: str, files: int, used: Counter[str]) -> list[str]:
    folder = room.replace(".", "/")
    file = ROOT / f"{folder}.py" if not (ROOT / folder).is_dir() else ROOT / folder / "__init__.py"
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    first = re.split(r"\n\n", said)[0].replace("\n", " ")
    head = f"{room} ({files} files)" if files > 1 else room
    to = ", ".join(f"{other} {times}" for other, times in sorted(used.items()))
    about = textwrap.wrap(first, WIDTH - 4, initial_indent="    ", subsequent_indent="    ")
    return [head, *about, *textwrap.wrap(f"-> {to}", WIDTH - 4, initial_indent="    ", subsequent_indent="       ")]


def drawn(page: str) -> str:
    """Return the page with the picture as it is now."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{picture()}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Draw the picture anew."""
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
