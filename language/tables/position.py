"""Words by which somebody takes a position, in classes that mean the same in every language."""

from .word_table import Words, WordTable, key


class PositionWords(WordTable):
    """Classes of words, from which a trained reader tells a position; a word may be in several.

    `decid*` stands for every word that begins so. A language whose classes are all empty is read by `stance` alone.
    """

    decides: Words = key(description="formal acts, promises, duties laid on somebody: approve, sign, pledge, oblige")
    binding: Words = key(description="what binds: law, treaty, requirement, licence")
    pays: Words = key(description="money and purchases: fund, buy, tranche")
    builds: Words = key(description="works that are done: build, install, launch, run, hire")
    done: Words = key(description="says that it is so by now: already, in force, last spring")
    intends: Words = key(description="what is meant to be: plan, aim, roadmap, phase")
    advises: Words = key(description="advice, requests and support: recommend, urge, plea, welcome")
    needs: Words = key(description="what is wanting or worth it: need, essential, gap, deserve")
    rejects: Words = key(description="says no: refuse, oppose, forbid, unacceptable")
    ends: Words = key(description="brings to an end or makes less: stop, drop, phase out, expire, cut")
    harms: Words = key(description="finds fault: warn, premature, waste, doubtful")
    negates: Words = key(description="negation: not, no, without")
    weighs: Words = key(description="leaves it open: whether, study, option, pending")
    tells: Words = key(description="tells what others say: note, according, announced")
    describes: Words = key(description="describes and counts: means, consists, average, survey")
    will: Words = key(description="what is to come: will")
    shall: Words = key(description="a duty in law, where a language has a word for that alone: shall")
    must: Words = key(description="a duty: must")
    should: Words = key(description="advice by the verb: should")
    may: Words = key(description="may, can, would")
    ifs: Words = key(description="conditions: if, unless, until")
    although: Words = key(description="concedes: although, despite, but")
    past: Words = key(description="what was before: had, once, formerly")
    who: Words = key(description="who acts in such documents: ministry, agency, experts, report")
    we: Words = key(description="the speaker: we, our")
    others: Words = key(description="those who are not the speaker: neighbours, industry, press")
