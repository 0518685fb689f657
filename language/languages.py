"""Which language a text is in, and which of its words carry no content.

Stop words are the closed classes of each language (articles, pronouns, prepositions, auxiliaries, question words); the
same lists tell languages apart, since these words make up a third of any running text.
"""

import re

_WORDS = {
    "en": """a about above after again all also although am an and any are as at be because been before being below
        between both but by can could did do does doing down during each either else ever every few for from further had
        has have having he her here hers him his how i if in into is it its itself just may me might more most much must
        my no nor not now of off on once one only or other our ours out over own per rather same shall she should so
        some such than that the their theirs them then there these they this those through thus to too under until up
        upon us very was we were what when where whether which while who whom whose why will with within without would
        yes yet you your""",
    "de": """ab aber alle allem allen aller alles als also am an auch auf aus bei beim bereits bis da damit dann das dass
        dem den denen der deren des dessen die dies diese diesem diesen dieser dieses doch dort durch ein eine einem
        einen einer eines er es etwa für gegen habe haben hat hatte hier hinter ich ihm ihn ihr ihre ihrem ihren ihrer im
        in ins ist je jede jedem jeden jeder jedes jedoch kann kein keine keinen können mehr mit muss müssen nach nicht
        noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so sollen soll sowie über um
        und uns unter vom von vor war waren warum was wegen wenn wer werden wie wieder wir wird wo wohin während zu zum
        zur zwischen welche welcher welches""",
    "fr": """à afin ainsi après au aucun aucune aussi autre autres aux avant avec avoir car ce ceci cela celle celles celui
        ces cet cette ceux chaque chez comme comment d dans de depuis des donc dont du elle elles en entre est et être eu
        fait ils il j je l la le les leur leurs lors lorsque lui m mais même mes moins mon n ne ni nos notre nous on ont
        ou où par parce pas pendant peut peuvent plus pour pourquoi puis qu quand que quel quelle quelles quels qui quoi
        s sa sans se selon ses si son sont sous sur t ta tandis tous tout toute toutes très un une vers vos votre vous y
        sera seront doit doivent""",
    "es": """a al algo algunas algunos ante antes aquel aquella así aunque cada como cómo con contra cual cuál cuáles
        cuales cuando cuándo cuánto cuánta cuántos cuántas de debe deben del desde donde dónde durante e el él ella ellas
        ellos en entre era es esa ese eso esta está están estas este esto estos fue fueron ha hace hacia han hasta hay la
        las le les lo los más me mi mientras muy nada ni no nos nosotros o otra otras otro otros para pero poco por
        porque pues puede pueden que qué quien quién se sea según ser será serán si sí sin sobre son su sus también tan
        tanto te tiene tienen todo todos tu un una unas uno unos y ya yo""",
    "it": """a ad agli ai al alla alle anche ancora avere che chi ci come con cui da dagli dai dal dalla dalle degli dei
        del della delle dello di dove e è ed essere fra gli ha hanno i il in io la le lo loro ma mi nei nel nella nelle
        noi non o ogni per perché più può quale quali quando quanto questa queste questi questo se sia si sono su sua sul
        sulla sue suo tra tutti un una uno""",
    "pt": """a ao aos as até cada com como da das de depois do dos e é ela elas ele eles em entre era esta este foi há isso
        isto já mais mas muito na não nas no nos o onde os ou para pela pelas pelo pelos por quais qual quando que quem
        se sem ser são seu seus só sobre sua suas também um uma umas uns""",
}
STOP_WORDS: dict[str, frozenset[str]] = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000  # characters that are looked at: enough for a stable guess, cheap for long reports
_CONTENT_FREE_SHARE = 0.08  # below this share of known stop words a Latin text is in none of our languages


def has_cjk(text: str) -> bool:
    """Tell whether `text` holds Chinese or Japanese characters."""
    return _CJK.search(text) is not None


def guess_language(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or `None` when it is too short or in none we know."""
    sample = text[:_SAMPLE]
    letters = sum(char.isalpha() for char in sample)
    if not letters:
        return None
    if len(_HANGUL.findall(sample)) > 0.2 * letters:
        return "ko"
    if len(_CJK.findall(sample)) > 0.2 * letters:
        return "ja" if _KANA.search(sample) else "zh"
    words = [word.lower() for word in _WORD.findall(sample)]
    counts = {language: sum(word in stop for word in words) for language, stop in STOP_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    enough = counts[best] >= max(1, _CONTENT_FREE_SHARE * len(words))
    return best if enough else None
