"""Measures text recognition on scans made for it: character accuracy by language, resolution and condition, and speed.

Usage: `python benchmarks/ocr.py [--language en …] [--dpi 150 …] [--condition plain …] [--keep FOLDER]`. Each scan is a
page of sentences written for this, drawn, turned into a picture and spoilt; reading order counts. Beside it stand the
same pages by ocrmypdf with the language named to it, where that and its languages are installed. Japanese is drawn with
the font that `noto-cjk-sans-jp-regular` installs, or left out.
"""

import argparse
import io
import os
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from coscribe.core.errors import ReadFailure
from coscribe.vectorstore.reading.page import FileText
from coscribe.vectorstore.reading.sandbox import Readers
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

CONDITIONS = ("plain", "skew", "columns", "noise")
TESSERACT = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "ja": "jpn"}
FACE, SIZE, LEADING = "Times-Roman", 10.5, 14.0
MARGIN, GUTTER = 62.0, 22.0
TURN = 1.6  # degrees
TEXTS = {
    "en": (
        "Cooling takes between 12 % and 18 % of the electrical power of a site, which is 3.6 MW of the 24 MW that the "
        "grid operator grants. The council's members agreed on 14 May 2027 that no machine may exceed 10^18 "
        "operations a second before its heat is reused. “A schedule without a budget is a wish,” wrote the "
        "chair, and asked for €412.5 million over six years. Procurement (see section 4.2) begins in Q3 2028; offers "
        "must reach the office by 17:00. Of 1,240 users, 61 % ran jobs of fewer than 64 nodes, and only 7 needed more "
        "than 2,000. The memory of a node is 512 GiB, its network 400 Gbit/s, its price about $38,900. Software is "
        "maintained for at least eight years; what is not maintained is withdrawn, and its users are told six months "
        "before. Training reaches 900 people a year, two thirds of them outside the founding institutions."
    ),
    "de": (
        "Für die Kühlung werden zwischen 12 % und 18 % der elektrischen Leistung benötigt, das sind 3,6 MW von 24 MW, "
        "die der Netzbetreiber genehmigt. Der Ausschuß für Großgeräte beschloss am 14. Mai 2027, dass keine Anlage "
        "betrieben werden darf, deren Abwärme ungenutzt bleibt. „Ein Zeitplan ohne Haushalt ist ein Wunsch“, schrieb "
        "die Vorsitzende und forderte 412,5 Millionen € über sechs Jahre. Die Beschaffung (siehe § 4.2) beginnt im "
        "Herbst 2028; Angebote müssen bis 17:00 Uhr eingehen. Von 1.240 Nutzern rechneten 61 % auf weniger als 64 "
        "Knoten, nur 7 benötigten mehr als 2.000. Überprüft wird die Verfügbarkeit jährlich: Äußere Störungen zählen "
        "nicht mit. Ölgekühlte Schränke dürfen höchstens 45 °C erreichen. Die Schulungen erreichen 900 Personen im "
        "Jahr, zwei Drittel davon außerhalb der gründenden Einrichtungen; größere Gruppen werden geübt begleitet."
    ),
    "fr": (
        "Le refroidissement prend entre 12 % et 18 % de la puissance électrique du site, soit 3,6 MW des 24 MW "
        "accordés par le gestionnaire du réseau. Le conseil a décidé, le 14 mai 2027, qu'aucune machine ne serait "
        "exploitée sans réutilisation de la chaleur dégagée. « Un calendrier sans budget n'est qu'un vœu », écrivait "
        "la présidente, qui demandait 412,5 millions d'euros (412,5 M€) sur six ans. L'achat (voir § 4.2) commencera à "
        "l'automne 2028 ; les offres devront être reçues avant 17 h 00. Sur 1 240 utilisateurs, 61 % ont employé moins "
        "de 64 nœuds, et 7 seulement plus de 2 000. Là où la sûreté l'exige, l'accès est contrôlé dès l'entrée : ça "
        "coûte 38 900 € par an. À l'été, la température extérieure dépasse 35 °C ; l'eau est alors refroidie par des "
        "tours. Les formations touchent 900 personnes chaque année, dont deux tiers hors des établissements fondateurs."
    ),
    "es": (
        "La refrigeración consume entre el 12 % y el 18 % de la potencia eléctrica del centro, es decir, 3,6 MW de los "
        "24 MW que concede el operador de la red. El consejo acordó el 14 de mayo de 2027 que ninguna máquina "
        "funcionaría sin aprovechar el calor. «Un calendario sin presupuesto es un deseo», escribió la presidenta, y "
        "pidió 412,5 millones de euros en seis años. ¿Cuándo empieza la contratación (véase la sección 4.2)? En otoño "
        "de 2028; las ofertas se recibirán hasta las 17:00. De 1.240 usuarios, el 61 % empleó menos de 64 nodos y sólo "
        "7 necesitaron más de 2.000. Los años de mayor sequía, la niebla y el viento de la montaña enfrían el agua: "
        "¡cuesta 38.900 € menos! El diseño señala además que la formación llega a 900 personas al año, dos tercios de "
        "ellas fuera de las instituciones fundadoras, según el índice público de méritos y la reseña del último año."
    ),
    "ja": (
        "冷却には施設の電力の12%から18%が使われ、これは電力会社が認めた24MWのうち3.6MWに当たる。評議会は2027年5月14日、"
        "排熱を再利用しない計算機は運転しないと決めた。「予算のない計画は願いにすぎない」と議長は書き、6年間で412.5億円を求めた。"
        "調達は2028年の秋に始まり、提案は17時までに届かなければならない。利用者1240人のうち61%は64ノード未満で計算し、"
        "2000ノードを超える規模を必要としたのは7人だけであった。ノードの主記憶は512GiB、通信速度は毎秒400Gbitである。"
        "ソフトウェアは少なくとも8年間保守され、保守されないものは廃止の6か月前に利用者へ知らされる。"
        "研修は毎年900人が受け、その3分の2は設立機関の外から参加している。省エネルギーの目標は毎年見直され、"
        "結果は公開の報告書にまとめられる。次世代の計算基盤では、消費電力当たりの性能を2倍に高めることを目指す。"
    ),
}


def japanese_font() -> str | None:
    """The path of the Japanese font, if it is installed."""
    try:
        listed = files("noto-cjk-sans-jp-regular") or []
    except PackageNotFoundError:
        return None
    return next((str(item.locate()) for item in listed if item.name.endswith((".otf", ".ttf"))), None)


def width_of(text: str) -> float:
    """The width of some words in points; a Japanese sign is as wide as it is high."""
    return sum(stringWidth(sign, FACE, SIZE) if ord(sign) < 0x2E80 else SIZE for sign in text)


def wrapped(text: str, width: float) -> list[str]:
    """The lines of a text that is set `width` points wide."""
    parts = [f"{word} " for word in text.split()] if " " in text else list(text)
    lines = [""]
    for part in parts:
        if lines[-1] and width_of(lines[-1] + part.strip()) > width:
            lines.append("")
        lines[-1] += part
    return [line.strip() for line in lines]


def placed(text: str, columns: int) -> Iterator[tuple[float, float, str]]:
    """The lines of a page in reading order, each with where it begins, from the left and the top."""
    width = (A4[0] - 2 * MARGIN - (columns - 1) * GUTTER) / columns
    lines = wrapped(text, width)
    each = -(-len(lines) // columns)
    for at, line in enumerate(lines):
        yield MARGIN + at // each * (width + GUTTER), MARGIN + at % each * LEADING, line


def drawn(lines: Sequence[tuple[float, float, str]], dpi: int, font: str | None) -> Image.Image:
    """A clean picture of a page: by PDFium, or with a font of its own."""
    if font is None:
        target = io.BytesIO()
        canvas = Canvas(target, pagesize=A4)
        canvas.setFont(FACE, SIZE)
        for left, top, line in lines:
            canvas.drawString(left, A4[1] - top - SIZE, line)
        canvas.save()
        with pdfium.PdfDocument(target.getvalue()) as document:
            return document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    picture = Image.new("L", (round(A4[0] * dpi / 72), round(A4[1] * dpi / 72)), 255)
    pen, face = ImageDraw.Draw(picture), ImageFont.truetype(font, round(SIZE * dpi / 72))
    for left, top, line in lines:
        pen.text((left * dpi / 72, top * dpi / 72), line, 0, face)
    return picture


def spoilt(picture: Image.Image, condition: str) -> Image.Image:
    """The picture as a scanner might give it."""
    if condition == "skew":
        return picture.rotate(-TURN, Image.Resampling.BICUBIC, fillcolor=255)
    if condition == "noise":
        blurred = picture.filter(ImageFilter.GaussianBlur(picture.width / 2500))
        noise = np.random.default_rng(7).normal(0, 16, (picture.height, picture.width))
        return Image.fromarray((np.asarray(blurred) * 0.78 + 40 + noise).clip(0, 255).astype(np.uint8))
    return picture


def scan(folder: Path, language: str, dpi: int, condition: str, font: str | None) -> tuple[Path, str]:
    """A PDF of one picture, and the words on it in reading order."""
    lines = list(placed(TEXTS[language], 2 if condition == "columns" else 1))
    path = folder / f"{language}-{dpi}-{condition}.pdf"
    quality = 40 if condition == "noise" else 75
    spoilt(drawn(lines, dpi, font), condition).save(path, "PDF", resolution=dpi, quality=quality)
    return path, "\n".join(line for _, _, line in lines)


def bare(text: str, language: str) -> str:
    """A text as it is compared: one form of each sign, and white space as one blank, of which Japanese has none."""
    return ("" if language == "ja" else " ").join(unicodedata.normalize("NFKC", text).split())


def distance(one: str, two: str) -> int:
    """The number of signs to put in, take out or change to make one text of the other."""
    first, second = np.array(list(map(ord, one))), np.array(list(map(ord, two)))
    steps = np.arange(len(second) + 1)
    row = steps.copy()
    for sign in first:
        changed = np.concatenate(([row[0] + 1], np.minimum(row[1:] + 1, row[:-1] + (second != sign))))
        row = np.minimum.accumulate(changed - steps) + steps
    return int(row[-1])


def accuracy(found: FileText | ReadFailure, truth: str, language: str) -> float:
    """The share of signs that are right, all of the page counted."""
    if isinstance(found, ReadFailure):
        return 0.0
    wanted = bare(truth, language)
    got = bare("\n".join(page.text for page in found.pages), language)
    return max(0.0, 1 - distance(wanted, got) / len(wanted))


def read_all(paths: Sequence[Path], *, ocr: bool) -> tuple[list[FileText | ReadFailure], float]:
    """What is read of the files, one after the other, and the CPU seconds it took."""
    before = sum(os.times()[2:4])
    with Readers(children=1, ocr="embedded" if ocr else False) as readers:
        found = [outcome for _, outcome in readers.read_all(paths)]
    return found, sum(os.times()[2:4]) - before


def by_ocrmypdf(paths: Sequence[Path], languages: Sequence[str]) -> tuple[list[FileText | ReadFailure], float]:
    """The same from the copies that ocrmypdf makes."""
    before, copies = sum(os.times()[2:4]), []
    for path, language in zip(paths, languages, strict=True):
        copies.append(path.with_suffix(".copy.pdf"))
        command = ["ocrmypdf", "--quiet", "--jobs", "1", "--output-type", "pdf", "-l", TESSERACT[language]]
        subprocess.run([*command, str(path), str(copies[-1])], check=True, env=os.environ | {"OMP_THREAD_LIMIT": "1"})
    found, _ = read_all(copies, ocr=False)
    return found, sum(os.times()[2:4]) - before


def main() -> None:
    """Print a table of accuracies, and pages a CPU second."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--language", nargs="*", default=list(TEXTS), choices=list(TEXTS))
    parser.add_argument("--dpi", nargs="*", type=int, default=[150, 300])
    parser.add_argument("--condition", nargs="*", default=list(CONDITIONS), choices=CONDITIONS)
    parser.add_argument("--keep", type=Path, help="leave the scans in this folder")
    chosen = parser.parse_args()
    font = japanese_font()
    if "ja" in chosen.language and font is None:
        print("ja: skipped, no font: pip install noto-cjk-sans-jp-regular")
    languages = [one for one in chosen.language if one != "ja" or font]
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        cases = [(one, dpi, how) for one in languages for dpi in chosen.dpi for how in chosen.condition]
        made = [scan(folder, *case, font if case[0] == "ja" else None) for case in cases]
        paths = [path for path, _ in made]
        runs = {"coscribe": read_all(paths, ocr=True)}
        if shutil.which("ocrmypdf"):
            runs["ocrmypdf"] = by_ocrmypdf(paths, [case[0] for case in cases])
    for name, (found, seconds) in runs.items():
        table: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
        for (language, dpi, how), (_, truth), outcome in zip(cases, made, found, strict=True):
            table[language, dpi][how] = accuracy(outcome, truth, language)
        print(f"\n{name}: share of characters right\n{'':10}" + "".join(f"{how:>10}" for how in chosen.condition))
        for (language, dpi), row in table.items():
            print(f"{language} {dpi:>4} dpi" + "".join(f"{row[how]:10.4f}" for how in chosen.condition))
        print(f"{len(paths) / seconds:.2f} pages a CPU second ({len(paths)} pages)")


if __name__ == "__main__":
    sys.exit(main())
