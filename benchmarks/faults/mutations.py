"""Small damage to valid inputs: of bytes, of the members of an archive, and of the tokens of a text."""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress

TOKEN = re.compile(rb"<[^<>]{0,200}>|\"[^\"\n]{0,80}\"|[\w.+-]+|[^\w\s]|\s+")
EXTREMES = (
    b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"-2147483649", b"9223372036854775808", b"1e309", b"-1e999",
    b"NaN", b"Infinity", b"1" * 40, b"9" * 5000, b"null", b"true", b"[]", b"{}", b'""', b"'", b'"', b"\\", b"%s", b"%n",
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\r", b"\n\n", b"\x1b[31m",
    b"\xe2\x80\xae", b"\xc2\xad", b"\xf0\x9f\x98\x80", b"&#0;", b"&#xD800;", b"&amp;", b"]]>", b"<!--", b"\\ud800",
    b"../../x", b"A" * 2000,
)  # fmt: skip
INTERESTING = (0, 1, 0x7F, 0x80, 0xFF, 0x20, 0x0A, 0x28, 0x29, 0x3C, 0x3E)


def damage(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Return the bytes with one to eight changes of any kind."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 8))):
        data = chance.choice((flip, poke, cut_out, repeat, shorten, insert, splice, tokens, tokens, tokens))(
            data, chance, others
        )
    return data[:400_000]


def flip(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Flip one bit, or a handful."""
    changed = bytearray(data)
    for _unused in range(chance.choice((1, 1, 4, 16)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def poke(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Set a byte, or a run of them, to one value."""
    changed, length = bytearray(data), chance.choice((1, 1, 2, 4, 64))
    if changed:
        at = chance.randrange(len(changed))
        changed[at : at + length] = bytes([chance.choice(INTERESTING)]) * length
    return bytes(changed)


def _span(data: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 2, 8, 40, 200, 2000)))


def cut_out(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Leave a stretch out."""
    start, end = _span(data, chance)
    return data[:start] + data[end:]


def repeat(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Have a stretch stand there again and again."""
    start, end = _span(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 2, 10, 100)) + data[end:]


def shorten(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Cut the end off; seldom, for little is left to look at."""
    return data[: chance.randrange(len(data) + 1)] if chance.random() < 0.3 else data


def insert(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Put something unlikely in."""
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(EXTREMES) + data[at:]


def splice(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Put a stretch of another input in."""
    if not others:
        return data
    start, end = _span(other := chance.choice(others), chance)
    at, after = _span(data, chance)
    return data[:at] + other[start:end] + data[chance.choice((at, after)) :]


def tokens(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Change tokens: leave one out, exchange two, repeat one, replace one by another one or by something unlikely."""
    found = [(match.start(), match.end()) for match in TOKEN.finditer(data[:200_000]) if not match[0].isspace()]
    if not found:
        return data
    start, end = chance.choice(found)
    one, two = chance.choice(found)
    kind = chance.randrange(6)
    new = {
        0: b"", 1: data[one:two], 2: data[start:end] * 2, 3: chance.choice(EXTREMES),
        4: data[start:end] * chance.choice((50, 1500)), 5: data[start:two] if two > start else b"",
    }[kind]  # fmt: skip
    return data[:start] + new + data[end:]


def archive(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Change what is in an office file and keep the archive around it valid, sums and all."""
    if chance.random() < 0.15:
        return damage(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        parts = {name: held.read(name) for name in held.namelist()}
    names = [name for name in parts if not name.endswith(("/", ".jpeg"))]
    # The parts that hold the words are looked at more closely than those that hold colours.
    told = [name for name in names if re.search(r"document|slides?/|sharedStr|worksheets|notes|footnotes|rels$", name)]
    for _ in range(chance.choice((1, 1, 2, 4))):
        name = chance.choice(told if told and chance.random() < 0.7 else names)
        kind = chance.randrange(12)
        if kind == 0:
            parts.pop(name, None)
        elif kind == 1:
            parts[name] = parts.get(chance.choice(names), b"")
        elif kind == 2:
            parts[chance.choice(("evil/../x.xml", name + "2", "word/media/x.bin"))] = parts.get(name, b"")
        elif kind == 3:
            parts[name] = nested(parts.get(name, b""), chance)
        else:
            parts[name] = damage(parts.get(name, b""), chance, [parts.get(other, b"") for other in told[:3]])
        names = [other for other in names if other in parts] or list(parts)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return packed.getvalue()


def nested(data: bytes, chance: random.Random, _: Sequence[bytes] = ()) -> bytes:
    """Put an element of a text in itself, many times."""
    found = [match for match in re.finditer(rb"<([\w:]+)(?: [^<>]*)?>", data) if not match[0].endswith(b"/>")]
    if not found:
        return data
    match, depth = chance.choice(found), chance.choice((3, 60, 400, 3000))
    inside = match[0] * depth + b"x" + (b"</" + match[1] + b">") * depth
    return data[: match.end()] + inside + data[match.end() :]


def streams(data: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Change what a PDF's streams hold and pack them again; where there is none, change the bytes."""
    found = [
        match
        for match in re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
        if match[2]
    ]
    if not found or chance.random() < 0.5:
        return damage(data, chance, others)
    match = chance.choice(found)
    body, is_packed = match[2], False
    with suppress(zlib.error):
        body, is_packed = zlib.decompress(body), True
    body = damage(body, chance)
    if is_packed:
        body = zlib.compress(body)
    start, end = match.span(2)
    length = match.span(1)
    if chance.random() < 0.8:
        return data[: length[0]] + str(len(body)).encode() + data[length[1] : start] + body + data[end:]
    return data[:start] + body + data[end:]
