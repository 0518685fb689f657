"""Questions in four languages find their passage, in a library that holds reports in all of them."""

from pathlib import Path

import coscribe
import pytest

# For each language a report: its sections, each a heading and its text, and questions with the heading that answers.
REPORTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "de": (
        {
            "Strom": "Der Verbrauch von Energie am Standort Kieselau darf ab 2031 höchstens 20 MW betragen. Die "
            "Kühlung ist darin nicht enthalten.",
            "Wärme": "Die Abwärme der Großrechner wird in das Fernwärmenetz der Stadt eingespeist. Damit werden 3.000 "
            "Wohnungen geheizt.",
            "Quanten": "Ein Quantenrechner mit 100 Qubits wird 2029 an den Hauptrechner angeschlossen. Die Anbindung "
            "übernimmt eine gemeinsame Programmierschnittstelle.",
            "Personal": "Es fehlt an Fachkräften für die Programmierung von Beschleunigern. Jede Hochschule richtet "
            "deshalb zwei neue Professuren ein.",
            "Beschaffung": "Bei der Vergabe zählt der Energieverbrauch mit 30 Prozent der Wertung. Die Angebote werden "
            "von einem unabhängigen Gremium geprüft.",
            "Speicher": "Das Speichersystem fasst 400 Petabyte und wird alle vier Jahre erneuert. Bänder dienen der "
            "Langzeitarchivierung.",
            "Sprachmodelle": "Das Institut trainiert ein offenes Sprachmodell auf H100-Karten. GPT-4 dient allein dem "
            "Vergleich.",
            "Mittel": "Der Bund stellt EUR 7bn bereit, die Länder weitere 2,5 Milliarden Euro.",
        },
        {
            "Wie hoch ist der Energieverbrauch des Standorts?": "Strom",
            "Wohin wird die Abwärme geleitet?": "Wärme",
            "Wie viele Wohnungen werden geheizt?": "Wärme",
            "Wann wird der Quantencomputer angeschlossen?": "Quanten",
            "Welche Schnittstelle übernimmt die Anbindung?": "Quanten",
            "Woran fehlt es bei der Beschleunigerprogrammierung?": "Personal",
            "Wie viele Professuren richten die Hochschulen ein?": "Personal",
            "Wer prüft die Angebote?": "Beschaffung",
            "Wie gross ist das Speichersystem?": "Speicher",
            "Wozu dienen die Bänder?": "Speicher",
            "Worauf wird das Modell trainiert, auf H100?": "Sprachmodelle",
            "Wie viel Geld stellen die Laender und der Bund bereit?": "Mittel",
        },
    ),
    "fr": (
        {
            "Puissance": "La puissance électrique du site de Valcreuse ne dépassera pas 20 MW en 2031. Le "
            "refroidissement n'est pas compris dans ce plafond.",
            "Chaleur": "La chaleur fatale des supercalculateurs alimentera le réseau de chauffage de la ville. Trois "
            "mille logements en profiteront.",
            "Quantique": "Un processeur quantique de cent qubits sera raccordé à la machine principale en 2029. Une "
            "interface commune assurera la liaison.",
            "Métiers": "Les ingénieurs capables de programmer les accélérateurs manquent. Chaque université ouvrira "
            "donc deux nouvelles chaires.",
            "Achats": "Dans les marchés publics, l'efficacité énergétique comptera pour 30 % de la note. Un comité "
            "indépendant examinera les offres.",
            "Stockage": "Le système de stockage offre 400 pétaoctets et sera renouvelé tous les quatre ans. Les bandes "
            "servent à l'archivage de longue durée.",
            "Langue": "L'institut entraîne un modèle de langage ouvert sur des cartes H100. GPT-4 ne sert qu'à la "
            "comparaison.",
            "Budget": "L'État apporte EUR 7bn et les régions 2,5 milliards d'euros de plus.",
        },
        {
            "Quelle est la puissance maximale du site ?": "Puissance",
            "Le refroidissement est-il compris dans le plafond ?": "Puissance",
            "Que deviendra la chaleur résiduelle ?": "Chaleur",
            "Combien de logements sont chauffés ?": "Chaleur",
            "Quand le QPU sera-t-il raccordé ?": "Quantique",
            "Quels ingénieurs manquent ?": "Métiers",
            "Combien de chaires chaque universite ouvrira-t-elle ?": "Métiers",
            "Qui examine les offres ?": "Achats",
            "Quel est le poids de l'efficacite energetique dans la note ?": "Achats",
            "Quelle est la capacité du stockage ?": "Stockage",
            "Sur quelles cartes le LLM est-il entraîné ?": "Langue",
            "Combien l'État apporte-t-il ?": "Budget",
        },
    ),
    "es": (
        {
            "Potencia": "La potencia eléctrica del sitio de Peñarriba no superará los 20 MW en 2031. La refrigeración "
            "no está incluida en ese límite.",
            "Calor": "El calor residual de los supercomputadores alimentará la red de calefacción de la ciudad. Tres "
            "mil viviendas se beneficiarán de ello.",
            "Cuántica": "Un procesador cuántico de cien cúbits se conectará a la máquina principal en 2029. Una "
            "interfaz común asegurará la conexión.",
            "Personal": "Faltan ingenieros capaces de programar los aceleradores. Cada universidad abrirá por eso dos "
            "cátedras nuevas.",
            "Compras": "En la contratación pública, la eficiencia energética contará un 30 % de la nota. Un comité "
            "independiente examinará las ofertas.",
            "Almacenamiento": "El sistema de almacenamiento ofrece 400 petabytes y se renovará cada cuatro años. Las "
            "cintas sirven para el archivo de larga duración.",
            "Lengua": "El instituto entrena un modelo de lenguaje abierto con tarjetas H100. GPT-4 solo sirve de "
            "comparación.",
            "Presupuesto": "El Estado aporta EUR 7bn y las regiones otros 2.500 millones de euros.",
        },
        {
            "¿Cuál es la potencia máxima del sitio?": "Potencia",
            "¿Está incluida la refrigeracion en el limite?": "Potencia",
            "¿Qué alimentará el calor residual?": "Calor",
            "¿Cuántas viviendas se benefician?": "Calor",
            "¿Cuándo se conectará la QPU?": "Cuántica",
            "¿Qué ingenieros faltan?": "Personal",
            "¿Cuántas catedras abrirá cada universidad?": "Personal",
            "¿Quién examina las ofertas?": "Compras",
            "¿Cuánto cuenta la eficiencia energetica en las compras públicas?": "Compras",
            "¿Para qué sirven las cintas?": "Almacenamiento",
            "¿Con qué tarjetas se entrena el LLM?": "Lengua",
            "¿Cuánto aporta el Estado?": "Presupuesto",
        },
    ),
    "ja": (
        {
            "電力": "神波拠点の消費電力は、２０３１年に最大20 MWとする。冷却に使う電力はこれに含まない。",
            "排熱": "スーパーコンピュータの排熱は、市の暖房網に供給する。三千戸の住宅がその熱を使う。",
            "量子": "百量子ビットの量子コンピュータを、2029年に主計算機へ接続する。接続には共通の窓口を用いる。",
            "人材": "アクセラレータのプログラミングができる技術者が不足している。各大学は新しい講座を二つ設ける。",
            "調達": "公共調達では、エネルギー効率が評価の三割を占める。提案は独立した委員会が審査する。",
            "保存": "ストレージの容量は400ペタバイトで、四年ごとに更新する。テープは長期保存に用いる。",
            "言語": "研究所は公開の大規模言語モデルをH100で学習させる。GPT-4は比較だけに使う。",
            "財源": "国は七十億ユーロを拠出し、地域はさらに二十五億ユーロを拠出する。",
        },
        {
            "拠点の電力消費はいくらですか。": "電力",
            "冷却の電力は含まれますか。": "電力",
            "2031年の上限は何MWですか。": "電力",
            "廃熱はどこに供給されますか。": "排熱",
            "住宅は何戸ですか。": "排熱",
            "量子計算機はいつ接続されますか。": "量子",
            "どのような技術者が不足していますか。": "人材",
            "大学はいくつの講座を設けますか。": "人材",
            "提案は誰が審査しますか。": "調達",
            "テープは何に用いますか。": "保存",
            "LLMは何で学習させますか。": "言語",
            "国はいくら拠出しますか。": "財源",
        },
    ),
    "en": (
        {
            "Cooling": "The Mossgate site lets its machines run warmer in summer, and publishes the inlet temperature.",
            "Partners": "The board meets every month and invites one guest from industry.",
        },
        {},
    ),
}
ASKED = [(language, question) for language, (_, questions) in REPORTS.items() for question in questions]
LANGUAGES = ("de", "fr", "es", "ja")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> coscribe.Library:
    place = tmp_path_factory.mktemp("languages")
    (place / "reports").mkdir()
    for language, (sections, _) in REPORTS.items():
        text = "\n\n".join(f"## {heading}\n\n{body}" for heading, body in sections.items())
        (place / "reports" / f"{language}.md").write_text(text, encoding="utf-8")
    made = coscribe.Library(place / "library", embedder="none")
    made.ingest([place / "reports"])
    assert {row.file: row.language for row in made.reports()} == {f"{name}.md": name for name in REPORTS}
    return made


def is_gold(file: str, path: list[str], language: str, question: str) -> bool:
    return file == f"{language}.md" and path[-1:] == [REPORTS[language][1][question]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_finds_its_passage_first(language: str, library: coscribe.Library) -> None:
    questions = REPORTS[language][1]
    assert len(questions) == 12
    best = {question: library.search(question, 1)[0] for question in questions}
    missed = [asked for asked, hit in best.items() if not is_gold(hit.file, hit.locator.path, language, asked)]
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_answer_quotes_its_passage(language: str, library: coscribe.Library, tmp_path: Path) -> None:
    assistant = coscribe.Assistant(library, home=tmp_path)
    missed, silent = [], []
    for question in REPORTS[language][1]:
        answer = await assistant.ask(question)
        best = answer.evidence[0]
        missed += [] if is_gold(best.file, best.locator.path, language, question) else [question]
        cited = [citation for claim in answer.claims for citation in claim.citations]
        gold = [citation for citation in cited if is_gold(citation.file, citation.locator.path, language, question)]
        silent += [] if gold else [question]
    await assistant.close()
    assert missed == []
    assert len(silent) <= 2, silent  # a question whose verb the report does not use may be held for unanswered


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kept", "place"), [("20 MW", 0), ("H100", 6), ("GPT-4", 6), ("400", 5)])
def test_numbers_and_acronyms_are_kept(kept: str, place: int, language: str, library: coscribe.Library) -> None:
    hits = library.search(kept, 10, report=f"{language}.md")
    heading = list(REPORTS[language][0])[place]
    assert hits[0].locator.path == [heading]


@pytest.mark.parametrize(
    ("words", "language", "heading"),
    [
        ("EUR 7bn", "de", "Mittel"), ("EUR 7bn", "fr", "Budget"), ("EUR 7bn", "es", "Presupuesto"),
        ("2031", "ja", "電力"),  # written in full width
        ("refrigeracion", "es", "Potencia"), ("catédras", "es", "Personal"), ("contratacion publica", "es", "Compras"),
        ("energetique", "fr", "Achats"), ("archivagé", "fr", "Stockage"), ("ELECTRIQUE", "fr", "Puissance"),
        ("kuhlung", "de", "Strom"), ("fachkraften", "de", "Personal"),
        ("der Energieverbrauch", "de", "Strom"), ("der Energieverbrauch", "de", "Beschaffung"),
        ("das Netz", "de", "Wärme"), ("die Archivierung", "de", "Speicher"), ("ein Rechner", "de", "Quanten"),
        ("wer prüft", "de", "Beschaffung"),
        ("テープ", "ja", "保存"), ("戸", "ja", "排熱"), ("大学の講座", "ja", "人材"),
    ],
)  # fmt: skip
def test_words_are_found_in_another_form(words: str, language: str, heading: str, library: coscribe.Library) -> None:
    assert [heading] in [hit.locator.path for hit in library.search(words, 3, report=f"{language}.md")]


@pytest.mark.parametrize(
    ("question", "named"),
    [("Πόση ενέργεια καταναλώνει το κέντρο;", "greek"), ("Сколько энергии потребляет центр?", "cyrillic"),
     ("센터는 전력을 얼마나 사용합니까?", "ko")],
)  # fmt: skip
async def test_a_language_without_a_search_is_named(
    question: str, named: str, library: coscribe.Library, tmp_path: Path
) -> None:
    assistant = coscribe.Assistant(library, home=tmp_path)
    answer = await assistant.ask(question)
    await assistant.close()
    assert answer.status == "abstained"
    assert set(answer.coverage.languages_uncovered) == {named, *REPORTS}
