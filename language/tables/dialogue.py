"""How people talk on: words by which a question leans on the one before, and what is said of the last answer."""

from .word_table import Pattern, Words, WordTable, key


class Dialogue(WordTable):
    """Words by which a question leans on the one before."""

    joint: Pattern = key(description="a small word in front of what leads on: and, but, then")
    leads_on: Pattern = key(description="asks the same of something else: what about")
    only_joint: Pattern = key(description="small words that lead on by themselves")
    points: Pattern = key(description="what points back; groups `pronoun` and `owner`; with its own boundaries")
    points_on: Pattern = key(description='a pronoun that stands for what follows: "is it legal to"')
    of_a_verb: Pattern = key(description="question words that a verb may follow at once")
    of_a_number: Pattern = key(description="question words that a noun always follows: how many")
    asking: Words = key(description="words of a bare question: since when, how long")
    filling: Words = key(description="words that add nothing to one: then, please, same")
    before_a_name: Words = key(description="small words in front of a name")


class ReactionWords(WordTable):
    """What is said of the last answer. A line is all that is typed, but for words of `asides` before and behind it.

    A language without blanks writes its own boundaries.
    """

    asides: Pattern = key(description="what may stand around such words and adds nothing: please, can you, it")
    thanks: Pattern = key(description="thanks, praise and goodbyes")
    welcome: str = key(description="what is answered to thanks")
    shorter: Pattern = key(description="wants the last answer shorter")
    listed: Pattern = key(description="wants it as a list")
    plainer: Pattern = key(description="wants it in simpler words")
    translated: Pattern = key(description="what stands in front of the name of a language it is wanted in: in, into")
    attributed: Pattern = key(description="asks who says so")
    dated: Pattern = key(description="asks of when it is")
    placed: Pattern = key(description="asks where it stands")
    more: Pattern = key(description="asks for more of the same")
    others: Pattern = key(description="asks the same of all others: and everyone else")
    why: Pattern = key(description="asks for the reason of what was answered")
    reasons: Pattern = key(description="shows that a sentence gives a reason: because, due to; no whole line")
    narrowed: Pattern = key(description="in front of, or behind, what alone is meant: only, just")
    corrected: Pattern = key(description="in front of what was meant instead: no, I meant")
    qualifying: Words = key(description="small words in front of what narrows a question, no articles: for, within")
    compared: Pattern = key(description="in front of what the last answer is to be held against: versus, compared to")
    editing: Words = key(description="how an editor asks for something, and no matter: add, sentence, clearer")
    fewer: Pattern = key(description="in what an editor says, wants less of something: remove, shorter")
