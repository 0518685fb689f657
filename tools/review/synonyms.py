"""Words that reports on computing and its policy use for one another, so that a paraphrase is known by them.

A line is one set. They only make two texts count as speaking of the same matter; no set makes a figure, a name or a
denial right.
"""

from functools import cache

from ...vectorstore.analysis import terms

_SETS = {
    "en": """
        centre center site facility installation place location
        computer machine system supercomputer cluster
        country nation state government
        institute institution laboratory lab organisation organization
        electricity power energy
        heat warmth warm
        cool cooling chiller refrigeration
        software code program programs application
        staff personnel people employee worker workforce
        engineer developer programmer
        firm company industry industrial business enterprise commercial start-up
        vendor supplier maker manufacturer
        university academia academic scholarly
        researcher scientist scholar
        team group
        user customer client consumer
        teacher educator lecturer
        buy purchase procure acquire procurement acquisition
        cost price expense fee charge
        money fund funding finance budget pay spend spending invest investment grant donor
        call tender bid competition contest
        contract agreement deal lease rental
        accelerator gpu
        chip processor
        storage store archive keep
        connect connection link interconnect network
        optical photonic optics light
        train training teach educate education course
        plan strategy roadmap
        document report study paper
        survey questionnaire poll interview respondent
        recommend advise suggest propose recommendation
        think believe consider view opinion
        begin start launch open
        end stop close finish
        shrink shorten reduce cut decrease fall drop decline lower
        grow rise increase expand raise
        double twice
        halve half
        large big
        small little
        fast quick rapid
        cheap inexpensive
        important main chief principal
        sufficient enough adequate
        lack shortage scarcity missing absent
        obstacle barrier hindrance hinder bottleneck
        require need demand necessary
        use employ utilise apply usage
        prove demonstrate show
        test trial pilot experiment
        joint jointly common shared together
        run operate operation
        renew replace refresh upgrade update revise extension
        publish release issue disclose reveal publication
        maintain maintenance
        town city municipality municipal
        region area
        worldwide international global
        annual annually yearly year
        month monthly
        seismic earthquake
        weather climate forecast
    """,
    "de": """
        Zentrum Standort Rechenzentrum
        Rechner Maschine System Anlage Computer
        Strom Energie
        Wärme Abwärme Heizung heizen
        Mitarbeiter Personal Fachkräfte Beschäftigte
        Firma Unternehmen Betrieb
        Kosten Preis
        Ausschuss Beirat Kommission Gutachter Gutachten
        erweitern ausbauen Ausbau vergrößern
        Software Programm Code
        empfehlen vorschlagen sollen
        fehlen mangeln Mangel
        Stadt Kommune Gemeinde Ort
    """,
    "fr": """
        centre site laboratoire
        machine calculateur supercalculateur système ordinateur
        électricité énergie
        personnel ingénieurs salariés personnes
        coût prix
        logiciel programme code
        recruter embaucher engager
        argent financement budget
    """,
    "es": """
        centro sitio instalación
        máquina ordenador superordenador supercomputador sistema
        electricidad energía
        personal empleados
        coste costo precio
        programa software código
    """,
}


@cache
def synonyms(language: str) -> dict[str, frozenset[str]]:
    """Return, for each stemmed word of a language that has any, the words that stand for it, itself included."""
    found: dict[str, frozenset[str]] = {}
    for line in _SETS.get(language, "").strip().splitlines():
        group = frozenset(terms(line, language))
        for term in group:
            found[term] = found.get(term, frozenset()) | group
    return found
