"""What a language pack holds: a TOML file in `packs/`, every key of which has to be there.

Where it has nothing, the key is `""`; what patterns and words are is said in `tables/word_table.py`.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, get_args, get_type_hints

from ..core.types import Verb
from .tables.dialogue import Dialogue, ReactionWords
from .tables.position import PositionWords
from .tables.word_table import Pattern, Words, WordTable, key

Check = Literal["figures", "names", "negation", "modality", "attribution", "scope", "rank"]
CHECKS: tuple[Check, ...] = get_args(Check)


class Sentences(WordTable):
    """Abbreviations, without their last stop, and what else tells where sentences end."""

    bound: Words = key(description="abbreviations that something always follows: dr, e.g, vs")
    numbering: Words = key(description="abbreviations before a number alone: fig, no, p")
    either: Words = key(description="abbreviations that may as well end a sentence: min, mio")
    openers: Words = key(description="words that open sentences more often than they carry a capital otherwise")


class Calendar(WordTable):
    """Months and days, as written in running text."""

    months: dict[str, int] = key(description="the name of each month, in lower case, with its number")
    days: Words = key(description="the days of the week")


class Numbers(WordTable):
    """Numbers in words below a thousand, but for words that mean something else in another language."""

    ones: dict[str, int] = key(description="one to nine; one is left to its compounds and to units")
    teens: dict[str, int] = key(description="ten to nineteen, those that are words of their own")
    tens: dict[str, int] = key(description="twenty to ninety")
    joined: dict[str, int] = key(description="numbers of several words that are written as one: einundzwanzig")
    compound: Pattern = key(description="what shows such a number, or a hundred written as part of a word")
    hundred: Pattern = key(description="the word for hundred in all its forms")
    hundreds: Pattern = key(description="how hundreds are written, the number in front of them included")
    link: Pattern = key(description="the word between tens and ones: vingt et un")
    after_hundred: Pattern = key(description="the word between hundreds and the rest: two hundred and five")
    ordinals: tuple[Pattern, ...] = key(description="ten patterns, first to tenth", min_length=10, max_length=10)


class Figures(WordTable):
    """Figures, their units, and the words around them."""

    units: dict[str, dict[str, Decimal]] = key(description="units in words: the unit counted in, the factor of each")
    scales: dict[str, int] = key(description="million, dozen …, each with its factor")
    alone: dict[str, str] = key(description='what stands for a number before a scale: "half a" (million) = "0.5"')
    joint: Pattern = key(description="the word between the ends of a range: 3 to 5")
    between: Pattern = key(description='the word in front of a range that is joined by "and": between 3 and 5')
    raised_to: Pattern = key(description="the words between a number and its power: 10 to the power of 3")
    at_most: Pattern = key(description="words in front of an upper bound")
    at_least: Pattern = key(description="words in front of a lower bound")
    about: Pattern = key(description="words in front of a rough figure")
    above: Pattern = key(description="words in front of a round figure below the true one: more than 20 for 21")
    below: Pattern = key(description="words in front of a round figure above the true one: nearly 20 for 19")
    roughly: Pattern = key(description="words in front of a round figure on either side of the true one")
    peak: Pattern = key(description="what says that a figure is a peak")
    sustained: Pattern = key(description="what says that it is sustained, an average")
    cooling_out: Pattern = key(description="what says that cooling is not in it")
    cooling_in: Pattern = key(description="what says that cooling is in it")
    double: Pattern = key(description="says that it is in 64 bits, with its own boundaries")
    single: Pattern = key(description="the same for 32 bits")
    half_precision: Pattern = key(description="the same for 16 bits")
    quarter_precision: Pattern = key(description="the same for 8 bits")
    prices: Pattern = key(description="in which year's prices an amount is, with its own boundaries")
    per_rack: Pattern = key(description="what says that it is of one rack")
    per_chip: Pattern = key(description="what says that it is of one chip")


class Time(WordTable):
    """Words of time, around dates and years."""

    since: Pattern = key(description="in front of the first year of a span that is open: since 2020")
    until: Pattern = key(description="in front of the last year of a span that is open: until 2030")
    bound: Pattern = key(description="in front of a year that no report need bear: by 2030")
    between: Pattern = key(description="in front of two years or names: between 2020 and 2025")
    of: Pattern = key(description="in front of the first of two years, where that word means much else too")
    to: Pattern = key(description="between the years of a span: from 2020 to 2025")
    fiscal: Pattern = key(description="in front of a fiscal year: financial year 2024")
    ended: Pattern = key(description="in front of the end of a fiscal year: year ended 31 March 2024")
    years_before: Pattern = key(description="in front of a year that another is so many before: two years before 2023")
    years_after: Pattern = key(description="in front of a year that another is so many after: the year after 2019")
    half: Pattern = key(description="half a year, in its first half")
    quarter: Pattern = key(description="a quarter of a year")
    now: Pattern = key(description="now, already")


class Grammar(WordTable):
    """Small words that join, part and point."""

    joining: Pattern = key(description='"and" between words and between clauses')
    alternative: Pattern = key(description='"or" between words')
    points_back: Pattern = key(description="words that stand for something said before: it, this, her")
    goes_on: Pattern = key(description="words that begin a sentence which says nothing without the one before")
    numbered: Pattern = key(description="the short word in front of the number of a section: sec, art, no")
    but: Pattern = key(description='"but"')
    whereas: Pattern = key(description="sets one clause against another: while, whereas")
    though: Pattern = key(description="the same, behind a comma alone: although, against")
    clause: Pattern = key(description="the word that may begin a clause of its own behind a comma, besides these")
    articles: Pattern = key(description="what may stand in front of a subject")
    both: Pattern = key(description='"both"')
    of_them: Pattern = key(description='in front of a number that counts what was named: "of the" two')


class Question(WordTable):
    """Words of questions: what kind they are of, what they are about, what they want back."""

    works: Pattern = key(description="asks for the works that a report cites")
    of_works: Words = key(description="words of such a question that are not what the works are on")
    outline: Pattern = key(description="asks for its contents list")
    holder: Pattern = key(description="what may hold a statement: report, region, agency; one or several")
    holders: Pattern = key(description="several of them")
    regions: Pattern = key(description="regions and countries in general")
    issuers: Pattern = key(description="organisations in general")
    speakers: Pattern = key(description="reports, and those who wrote them or for whom they speak")
    mention: Pattern = key(description="to mention something, as a beginning of the word")
    silent: Pattern = key(description="asks who does not mention something")
    any: Pattern = key(description="begins a question whether any report mentions something")
    counting: Pattern = key(description="begins a question how many reports say something, or which")
    compare: Pattern = key(description="asks for a comparison")
    against: Pattern = key(description="compares something with what is named next: differ from")
    frame: Pattern = key(description="the order to compare, at the beginning of a question")
    change: Pattern = key(description="change over time, in every form")
    how: Pattern = key(description="the words before it that ask what has changed")
    held: Pattern = key(description="asks what the library holds")
    listing: Pattern = key(description="begins a question for a list of reports")
    listed: Pattern = key(description="what such a list has: reports, drafts, talks")
    one_report: Pattern = key(description='one report that is taken for known: "the report", "this paper"')
    excluding: Pattern = key(description="besides denials, what excludes reports from a list: other than")
    list: Pattern = key(description="begins a question for several things")
    which: Pattern = key(description='"which", as the first word')
    plural: Pattern = key(description="the form of a noun in the plural, as a whole word")
    single: Words = key(description="nouns of one thing; what follows them in a plural's form is their verb")
    behind_a_noun: Words = key(description="words right behind a noun in the plural that is a subject")
    behind_a_verb: Words = key(description="words right behind a verb, never behind such a noun")
    overview: Pattern = key(description="asks something of the reports themselves; with its own word boundaries")
    how_much: Pattern = key(description="asks for a figure")
    when: Pattern = key(description='"when"')
    date: Pattern = key(description="asks for a date in other words, with its own boundary in front")
    who: Pattern = key(description="asks for a name: of a person, an organisation, a place")
    why: Pattern = key(description="asks for a reason")
    because: Pattern = key(description="gives a reason, in an answer")
    means: Pattern = key(description="asks what a word means, or says it")
    asks: Pattern = key(description='question words that begin a question of their own behind an "and"')
    pronouns: Pattern = key(description="what points back in a question, besides `grammar.points_back`")
    joins: Pattern = key(description="small words between the things that are compared")
    framing: Words = key(description="words that ask rather than name what is asked for: say, mention, list")
    collection: Words = key(description="words for the collection itself and what is asked of it")
    generic: Words = key(description="words that fit a question about anything, and weigh little: face, total, maximum")
    compared: Words = key(description="words for what is compared, or what of it: position, target")
    changing: Words = key(description="words for change, where it is asked for")


class Reports(WordTable):
    """Words on reports, their titles and their editions."""

    references: Pattern = key(description="the whole heading of a list of the works that a report cites")
    contents: Pattern = key(description="the whole heading of a contents list")
    latest: Pattern = key(description="asks for the newest edition")
    document: Pattern = key(description="a report, where a year stands beside it")
    draft: Pattern = key(description="marks a draft")
    yearly: Pattern = key(description="a report that comes out once a year")
    generic: Words = key(description="words of titles and file names that say that it is a report, not whose")
    former: Pattern = key(description="in front of a name that is borne no more: formerly known as")
    institutional: Words = key(description="words that many names of institutions begin with")
    joints: Words = key(description="small words within a name or title")
    statuses: dict[str, Words] = key(description="words for draft, adopted and superseded")
    kinds: dict[str, Words] = key(description="words for the kinds of reports")
    levels: dict[str, Words] = key(description="words for internal and public")
    languages: dict[str, Words] = key(description="names of languages by their codes")
    filters: Words = key(description="what else a question on the holdings is made of")


class Front(WordTable):
    """What covers, title pages and imprints print."""

    no_title: Pattern = key(description="a whole line that is no title: contents, for release March 4")
    published: Pattern = key(description="in front of the date of a report: published on")
    publisher: Pattern = key(description="in front of who issues it: published by")
    institution: Pattern = key(description="words that names of institutions alone have: ministry")
    adopted: Pattern = key(description="says that it is adopted, approved, in force")
    edition: Pattern = key(description="an edition: 2nd edition, version 3.1")
    part: Pattern = key(description="in front of the report it belongs to: annex to, translation of")
    replaces: Pattern = key(description="in front of the report it replaces: supersedes")
    kinds: dict[str, Pattern] = key(description="words of titles by the kind of report they tell")


class NameWords(WordTable):
    """Names, and capitals that make none."""

    joints: Pattern = key(description="small words within a name: Ministry of Education")
    within: Pattern = key(description="those in a name whose initials make an acronym")
    generic: Words = key(description="what has capitals wherever it stands and is no name: IT, PhD")


class Measures(WordTable):
    """What a bare count measures, and how often."""

    names: dict[str, dict[Decimal, Words]] = key(description="units: what they measure, the factors, the words")
    before: Pattern = key(description="makes a length a surface or a volume, in front of it: square, cubic")
    behind: Pattern = key(description="the same behind it: carré, cubes")
    counters: Pattern = key(description="single characters that count")
    parts: Pattern = key(description="first words of units of two: per (thousand)")
    of_time: Pattern = key(description="units of time that may follow another noun: accelerator hours")
    biennial: Pattern = key(description="every other year")
    factor: Pattern = key(description="in front of a number of times: a factor of")
    fold: Pattern = key(description="attached to a number of times: -fold")
    alone: Pattern = key(description="units that say one where no number stands: a decade")
    half_more: Pattern = key(description="one and a half, or half: groups `unit`, or `half` and `of`")
    single: dict[str, Pattern] = key(description="year, week, month, day in the singular")
    periods: dict[str, Pattern] = key(description="once an hour, day, week, month, quarter, year")
    multiples: dict[int, Pattern] = key(description="two, three … times as much: doubled, threefold")


class Shares(WordTable):
    """Shares of a whole in words."""

    one_in: Pattern = key(description='"seven to eight in ten": a group for each number, that of the whole last')
    parts: dict[str, int] = key(description="half, third …, each with its percent, rounded down")
    times: dict[str, int] = key(description="the number in front of them: two (thirds)")
    half: Pattern = key(description="half, in front of a scale: half a million")
    quarter: Pattern = key(description="quarter, in front of a scale")
    of: Pattern = key(description="between the two")
    scale: Pattern = key(description="the scales")
    one: Pattern = key(description="one, as a number: only one of 20")


class Denial(WordTable):
    """Words that say no."""

    plain: Pattern = key(description="the plainest: no, not, never, without")
    words: Pattern = key(description="the others that always deny: nobody, fails to")
    attached: Pattern = key(description="what denies at the end of a word: n't")
    comparing: Pattern = key(description='denies and puts something first: "no centre is larger than"')
    not_meant: Pattern = key(description="with a denial in it, and yet none: not more than 5, not only")
    implied: Pattern = key(description="says no without a word for it: lacks, rejects, only")
    turned: Pattern = key(description="may say no, if less surely; with one of them no denial is counted")
    neither: Pattern = key(description="the first of two that deny once together")
    nor: Pattern = key(description="the second of them")


class Modality(WordTable):
    """How binding something is, from a possibility to a duty."""

    possible: Pattern = key(description="a possibility, or what is not decided: could, whether")
    advice: Pattern = key(description="advice, wishes, hopes: should, recommends")
    intent: Pattern = key(description="plans: will, is planned")
    duty: Pattern = key(description="duties, decisions, certainties: must, decided, certainly")
    asked: Pattern = key(description="what is asked for, and so not had: applies for")
    condition: Pattern = key(description="begins a condition: if")
    conditional: Pattern = key(description="shows that what is said holds on a condition: would")
    decided: Pattern = key(description="somebody has decided it")
    able: Pattern = key(description="can, helps, a goal: counts against a duty alone")
    leave: Pattern = key(description="leave to do it: may, voluntary")
    said: Pattern = key(description="says that somebody says so")
    shown: Pattern = key(description="it has been shown or reached")
    due: Pattern = key(description="is due")
    hedged: Pattern = key(description="shows that a claim leaves it open: perhaps, reportedly")
    ought: Pattern = key(description="says what is to be done, of one's own or of others: should, must, recommends")
    verbs: dict[Verb, Pattern] = key(description="the verbs that a quote may be introduced with")


class StanceWords(WordTable):
    """What position somebody takes on something."""

    commits: Pattern = key(description="it is decided, funded, a duty, or being done: has approved, is building")
    plans: Pattern = key(description="it is meant to be done: plans to, by 2030 will")
    recommends: Pattern = key(description="somebody advises it: should, calls for")
    opposes: Pattern = key(description="somebody is against it, forbids or ends it: rejects, phases out")
    open: Pattern = key(description="no position is taken: undecided, could, does not rule out")
    given_up: Pattern = key(description="it was meant to be, and is no more: had planned")
    future: Pattern = key(description="says when, or that it is to come, and no more: will, by 2030")
    overcome: Pattern = key(description="what it stands with is no denial any more: despite, far from")
    indefinite: Pattern = key(description="in front of a place that says of what kind something is: a European …")
    whole: Pattern = key(description="it holds for all, besides the words of scope")
    part: Pattern = key(description="it holds for some alone, besides the words of scope")
    base: Pattern = key(description="in front of a year that is no target, but compared with: relative to")
    noted: Pattern = key(description="beside another place, tells that the position is theirs: notes, according to")
    beside: Pattern = key(description="in front of a place that is named beside the speaker's own: with, unlike")


class Attribution(WordTable):
    """Whose opinion something is."""

    opinion: Pattern = key(description="leaves open whether it is so: argues, believes")
    speech: Pattern = key(description="says who says it: according to")
    party: Pattern = key(description="who may be a party to it: vendor, director, users")
    document: Pattern = key(description="a source that is no party: report, survey")
    told: Pattern = key(description="besides these, shows that a claim says whose it is")
    of_somebody: Pattern = key(description="the same, with its own boundaries: for the council, …")


class ScopeWords(WordTable):
    """How far something reaches."""

    all: Pattern = key(description="all, every, always, throughout")
    rate: Pattern = key(description="every year, as a rate")
    per: Pattern = key(description="per, individual")
    each: Pattern = key(description="each, besides `all`")
    bounded: Pattern = key(description="sets a bound: some, only, except, in the pilot")
    in_all: Pattern = key(description="a sum: in all")
    not_all: Pattern = key(description="not all")
    open: Pattern = key(description='beside these "any" is "some"')
    shares: Pattern = key(description="how many of a subject, in front of it: half, most")


class Rank(WordTable):
    """What is first of all, and what is not."""

    superlative: Pattern = key(description="puts something first; group `est`; with its own boundary behind it")
    as_much: Pattern = key(description="the same by a denial: none is as large as")
    equal: Pattern = key(description="what a text may say for first in its own way: record, leader")
    ending: Pattern = key(description="the form of a superlative, as a whole word")
    no_superlative: Pattern = key(description="words of that form that are none: forest")
    bound: Pattern = key(description="at most: a figure's affair")
    among: Pattern = key(description="makes it one of several, or the second")
    weaker: Pattern = key(description="comes short of being first: important, one of")
    weak: Words = key(description="first in a way that other words say too: main, leading")
    than: Pattern = key(description="parts the sides of a comparison")
    opposites: Pattern = key(description="pairs of contrary words, one pair a line")


class DraftWords(WordTable):
    """What a draft says that no report can bear out, and how it names places in reports."""

    will: Pattern = key(description="what its writers want, will do or ask for: we propose, the ministry intends")
    opinion: Pattern = key(description="what its writers think of something: in our view, it is encouraging")
    outlook: Pattern = key(description="what nobody knows yet: remains to be seen, time will tell")
    transition: Pattern = key(description="leads through the text: the following section, this note summarises")
    pages: Pattern = key(description="the word in front of a page number in a reference: p., pages, slide")
    captions: Pattern = key(description="the word that begins the caption of a table or figure, before its number")


class Searched(WordTable):
    """A language that reports are cut, indexed and searched in; nothing said in it is checked."""

    code: str = key(pattern="^[a-z]{2}$", description="ISO 639-1")
    order: int = key(description="where two languages fit a text equally well, the one of the lower number is taken")
    stemmer: str = key(description='the name of its Snowball stemmer, "" without one')
    stop_words: Words = key(description="closed classes: articles, pronouns, prepositions, auxiliaries, question words")
    letters: str = key(description="the letters of its words besides those of the plain Latin alphabet")
    spelling: Words = key(description='letters that its words have and some others lack; "_" where a word ends')
    sentences: Sentences


class Pack(Searched):
    """A language that questions and reports are understood in; `reviewed` are the checks that may pass a text in it."""

    reviewed: tuple[Check, ...] = key(description="checks that know enough words of this language to be relied on")
    has_spaces: bool = key(description="whether blanks part its words")
    nouns_are_capital: bool = key(description="whether common nouns are written with a capital")
    calendar: Calendar
    numbers: Numbers
    figures: Figures
    time: Time
    grammar: Grammar
    question: Question
    dialogue: Dialogue
    reaction: ReactionWords
    reports: Reports
    front: Front
    names: NameWords
    measures: Measures
    shares: Shares
    denial: Denial
    modality: Modality
    stance: StanceWords
    position: PositionWords
    attribution: Attribution
    scope: ScopeWords
    rank: Rank
    drafts: DraftWords


def lines(pack: Pack) -> Iterator[tuple[str, str]]:
    """Yield every line of every pattern of a pack, each behind its key."""
    for name in Pack.model_fields:
        table = getattr(pack, name)
        hints = get_type_hints(type(table), include_extras=True) if isinstance(table, WordTable) else {}
        for own, hint in hints.items():
            value, where = getattr(table, own, None) or (), f"{name}.{own}"
            if hint == Pattern:
                yield from ((where, line) for line in value)
            elif Pattern in get_args(hint):
                each = value if isinstance(value, dict) else dict(enumerate(value))
                yield from ((f"{where}.{one}", line) for one, some in each.items() for line in some)
