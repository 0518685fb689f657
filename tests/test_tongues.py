"""A sentence in another language than it was asked for in is told, be the two ever so kindred."""

import tomllib
from pathlib import Path

import pytest
from coscribe.language.languages import is_in_another

SENTENCES = tomllib.loads((Path(__file__).parent / "gold" / "tongues.toml").read_text(encoding="utf-8"))
ASKED = ("en", "fr", "de", "es")
TOLD = 23  # of 25, at least


@pytest.mark.parametrize("half", SENTENCES)
@pytest.mark.parametrize("asked", ASKED)
def test_sentences_of_every_other_language_are_told(half, asked):
    told = {spoken: [is_in_another(one, asked) for one in said] for spoken, said in SENTENCES[half].items()}
    assert not any(told.pop(asked))
    strays = [one for said in told.values() for one in said]
    assert len(strays) == 25 and sum(strays) >= TOLD


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("Le plan de la Red Cóndor de Cómputo Regional prévoit un site.", "fr"),  # names are no evidence
        ("El plan de la Agence pour le Calcul de Lyon prevé un centro.", "es"),
        ("Der Plan der Agence du Calcul de la Région sieht einen Standort vor.", "de"),
        ("HPC, AI, EU, US, IT, ES.", "fr"),
        ("Un site : 20 MW.", "fr"),
        ("20 MW.", "es"),
        ("", "de"),
        ("日本は二〇二八年に試験を行う。", "fr"),  # in none of whose words are known
    ],
)
def test_names_and_what_is_too_short_tell_nothing(said, asked):
    assert not is_in_another(said, asked)


def test_a_language_of_which_nothing_is_known_is_never_left():
    assert not is_in_another("The report says what it is and how it has to be measured.", "xx")
