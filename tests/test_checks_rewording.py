"""The free checks on reworded claims: a figure, a name or a bound may be written otherwise, but not be another one."""

import coscribe
import pytest


def reasons(claim, *evidence):
    return [one.detail for one in coscribe.support(claim, evidence).doubts if one.kind != "unchecked"]


@pytest.mark.parametrize(
    ("evidence", "right", "wrong"),
    [
        ("The grid of Alder needs EUR 2.5 million.", "The grid of Alder needs two and a half million euros.",
         "The grid of Alder needs three and a half million euros."),
        ("The grid of Alder costs 500,000 euros.", "The grid of Alder costs half a million euros.",
         "The grid of Alder costs half a billion euros."),
        ("Rebuilding Alder would cost between 40 and 55 million Danish kroner.",
         "Rebuilding Alder would cost DKK 40–55 million.", "Rebuilding Alder would cost DKK 45–55 million."),
        ("Heat from Alder replaces 14 GWh of gas.", "Heat from Alder replaces 14 gigawatt hours of gas.",
         "Heat from Alder replaces 14 megawatt hours of gas."),
        ("Le stockage offre 25 MWh au site.", "Le stockage offre 25 mégawattheures au site.",
         "Le stockage offre 52 mégawattheures au site."),
        ("El presupuesto asciende a 2 mil millones de euros.", "El presupuesto es de 2.000 millones de euros.",
         "El presupuesto es de 200 millones de euros."),
        ("Emissions were cut by 3,900 tonnes a year.", "Emissions were cut by 3.9 kilotonnes a year.",
         "Emissions were cut by 39 kilotonnes a year."),
        ("Der Anteil stieg von 9 auf 38 Prozent.", "Der Anteil lag erst bei 9 %, dann bei 38 %.",
         "Der Anteil lag erst bei 8 %, dann bei 38 %."),
        ("Of the maintainers 71 percent are unpaid.", "Seven in ten maintainers are unpaid.",
         "Nine in ten maintainers are unpaid."),
        ("The success rate of Alder was 22 percent.", "Fewer than one in four succeeded at Alder.",
         "Fewer than one in eight succeeded at Alder."),
        ("Alder's error rate is below 0.1 percent.", "At Alder fewer than one operation in a thousand errs.",
         "At Alder fewer than one operation in a million errs."),
        ("The plan of Alder began in 2020 and ends in 2029.", "The plan of Alder runs for nine years, until 2029.",
         "The plan of Alder runs for seven years, until 2029."),
        ("Alder draws 180 MW today and 1.1 GW later.", "Alder will draw six times as much later.",
         "Alder will draw three times as much later."),
        ("Demand at Alder doubled.", "Demand at Alder grew by a factor of two.",
         "Demand at Alder grew by a factor of five."),
        ("Fusion at Alder is expected in the mid-2030s.", "Fusion at Alder is expected around 2035.",
         "Fusion at Alder is expected around 2045."),
        ("The hall of Alder opens in the third quarter of 2027.", "The hall of Alder opens in Q3 2027.",
         "The hall of Alder opens in Q2 2027."),
        ("The programme of Alder ends in 2026/27.", "The programme of Alder ends in 2027.",
         "The programme of Alder ends in 2028."),
        ("Phase II of Alder starts soon.", "Phase 2 of Alder starts soon.", "Phase 3 of Alder starts soon."),
        ("The Alder plan is revised biennially.", "The Alder plan is revised every two years.",
         "The Alder plan is revised every five years."),
        ("需要の30％を占める。", "需要の3割を占める。", "需要の4割を占める。"),
        ("消費電力を12メガワット以下に抑える。", "消費電力は12MW以下だ。", "消費電力は12GW以下だ。"),
        ("4800基の装置を2000人が使う。", "装置は4800基である。", "装置は2000基である。"),
    ],
)  # fmt: skip
def test_a_figure_may_be_written_otherwise_but_not_be_another(evidence, right, wrong):
    assert reasons(right, evidence) == []
    assert reasons(wrong, evidence) != []


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("Dutch centres share the archive.", "Centres in the Netherlands share the archive."),
        ("Les centres danois partagent l'archive.", "Les centres du Danemark partagent l'archive."),
        ("The centres use quantum key distribution.", "The centres use QKD."),
        ("The WEF proposes a charter.", "The World Economic Forum proposes a charter."),
    ],
)
def test_a_name_may_be_another_form_of_it(evidence, claim):
    assert reasons(claim, evidence) == []


def test_a_country_is_not_its_neighbour():
    assert reasons("Centres in Denmark share the archive.", "Dutch centres share the archive.") == [
        "name Denmark not in evidence"
    ]


@pytest.mark.parametrize(
    ("evidence", "claim"),
    [
        ("Global runs are expected from 2031 onwards.", "Global runs are not expected before 2031."),
        ("This was the driest autumn since 1976.", "Not since 1976 was an autumn so dry."),
        (
            "It was the council, not the ministry, that proposed a register.",
            "The register was proposed by the council.",
        ),
        ("Seven regions have none, twelve have a data strategy.", "Seven regions have no data strategy."),
        ("Alder uses 14 GWh a year.", "Every year Alder uses 14 GWh."),
        ("Alder needs 49 qubits per logical qubit.", "Alder needs 49 qubits for each logical qubit."),
        ("Alder is weighing whether to join the network.", "Whether Alder joins the network is still open."),
    ],
)
def test_a_bound_a_rate_or_an_open_question_may_be_put_otherwise(evidence, claim):
    assert reasons(claim, evidence) == []


def test_line_breaks_of_a_page_do_not_matter():
    said = "Language is the most common barrier for the schools of Alder."
    assert reasons(said, said.replace(" ", "\n")) == []


@pytest.mark.parametrize(
    ("evidence", "claim", "start"),
    [
        ("Elm is among the ten laboratories most cited on batteries.", "Elm is the most cited laboratory on batteries.",
         "the evidence does not say 'the most cited'"),
        ("The Elm effort is well-funded.", "The Elm effort is the best-funded one.", "the evidence does not say"),
    ],
)  # fmt: skip
def test_what_is_one_of_several_is_not_the_first(evidence, claim, start):
    assert any(reason.startswith(start) for reason in reasons(claim, *evidence.split(" | ")))


def test_far_from_the_source_a_superlative_is_left_to_a_model():
    """In other words a text may put something first in ways that no list has; what is left open is no reason."""
    found = coscribe.support("Courses were what people asked for above all.", ["Training topped every list by far."])
    assert "above all" not in " ".join(found.reasons)


TWO_WAYS = """
Nobody on the panel objected to the merger. | The panel backed the merger unanimously.
The pilot did not meet its goals. | The pilot fell short of its goals.
The centre has yet to publish its figures. | The centre has not published its figures so far.
The rule leaves small firms out. | Small firms are exempt from the rule.
No bidder offered liquid cooling. | None of the bidders offered liquid cooling.
The ministry ruled out a second site. | There will be no second site, the ministry says.
Few of the users read the manual. | Most users did not read the manual.
The board rejected the plan. | The board did not approve the plan.
Without new cables the hall cannot open. | The hall can open only once new cables are laid.
The tool is free for students. | Students do not pay for the tool.
Delays cannot be ruled out. | Delays are possible.
The agency refuses to share the code. | The agency will not share the code.
The service is no longer offered. | The service was discontinued.
The council never met in 2025. | The council held no meeting in 2025.
The authors see no evidence of savings. | The authors found no evidence that money was saved.
It remains unclear who pays. | Who pays has not been settled.
The group calls for open interfaces. | Interfaces should be open, in the group's view.
A second call is planned for 2028. | The agency intends to launch a second call in 2028.
The reactor could supply the campus. | According to the study, the reactor might be able to supply the campus.
Operators must report their consumption. | Operators are obliged to report their consumption.
Users may keep their data for ten years. | Data can be kept by users for up to ten years.
The council has approved the budget. | The budget was adopted by the council.
The report suggests merging both calls. | Both calls ought to be merged, the report proposes.
Whether to extend the lease is under discussion. | The lease may be extended; talks continue.
Suppliers are expected to deliver by June. | Delivery by suppliers is due in June.
Sites are encouraged to reuse heat. | The charter recommends that sites reuse their heat.
The plan is to double the staff. | Staff numbers shall double under the plan.
Cooling is the biggest cost. | The largest cost item is cooling.
No other centre runs as many jobs. | The centre runs more jobs than any other.
It was the first machine of its kind in Africa. | Never before had such a machine been built in Africa.
Power is the main obstacle, users say. | Users name power as the chief obstacle.
The centre is one of the most efficient worldwide. | The centre ranks among the most efficient in the world.
The system is faster than its predecessor. | The predecessor was slower than the system.
All partner sites share one identity service. | One identity service is shared by every partner site.
The survey covered every public university. | All public universities took part in the survey.
Half of the codes run on the new chips. | One in two codes runs on the new chips.
In most regions the grid is too weak. | The grid is too weak in a majority of regions.
The rule holds throughout the region. | The rule applies across the whole region.
Each member pays the same fee. | The fee is identical for all members.
The vendor claims a speed-up of four. | A fourfold speed-up is claimed by the vendor.
According to the head of the lab, staff is the bottleneck. | "Staff is our bottleneck," says the head of the lab.
Critics regard the tax as unfair. | In the eyes of critics, the tax is unfair.
The Finnish operator plans a second hall. | A second hall is planned by the operator from Finland.
Tokyo will fund two testbeds. | The government in Tokyo will finance two testbeds.
Members of the European Parliament voted for the act. | The act was passed by the European Parliament.
The machine in Kajaani uses hydropower. | Hydropower feeds the Kajaani machine.
The budget rose from 40 to 60 million euros. | The budget grew by half, from EUR 40m to EUR 60m.
Funding ends in December 2029. | Funding will run out at the end of 2029.
Work began in early 2026. | Work started in February 2026.
The lease lasts until 2031. | The lease expires in 2031.
The share has tripled since 2021. | The share is three times what it was in 2021.
Two of three users are satisfied. | 67 percent of users are satisfied.
The hall opens in the spring of 2027. | The hall will open in April 2027.
The programme has a volume of €1.5 billion. | The programme is worth 1,500 million euros.
Der Rat lehnt eine Abgabe ab. | Der Rat ist gegen eine Abgabe.
Alle Standorte nutzen Ökostrom. | Jeder Standort wird mit Ökostrom betrieben.
Die Behörde empfiehlt eine Meldepflicht. | Eine Meldepflicht wird von der Behörde empfohlen.
Le conseil n'a pas encore tranché. | Le conseil n'a pris aucune décision à ce jour.
Tous les centres partagent le même annuaire. | Chaque centre utilise le même annuaire.
L'agence prévoit un deuxième appel en 2028. | Un deuxième appel est prévu par l'agence pour 2028.
El plan no fija un límite. | El plan carece de límite.
La agencia recomienda reutilizar el calor. | Se recomienda reutilizar el calor, según la agencia.
全ての拠点が同じ認証基盤を使う。 | 各拠点は同一の認証基盤を利用している。
試験運用は2028年に始まる予定だ。 | 2028年に試験運用を開始する計画である。
The plan foresees a review in 2028. | A review is scheduled for 2028 under the plan.
The agency wants to double its staff. | The agency aims at doubling its staff.
Sites have to publish their data. | Publication of their data is compulsory for sites.
The group advises against a lease. | The group recommends not to lease.
The board is considering a merger. | The board is examining whether to merge.
The reactor will be ready in 2030. | The reactor is to be completed in 2030.
A ban is likely. | A ban will probably come.
The council intends to revise the rules. | The council plans a revision of the rules.
The network might be extended. | An extension of the network is conceivable.
The ministry has committed 20 million euros. | The ministry pledged EUR 20 million.
It is proposed that fees be dropped. | The paper proposes to drop fees.
Users can apply until May. | Applications by users are accepted until May.
The charter obliges members to share logs. | Under the charter, members must share their logs.
The experts urge the government to act. | The government should act, according to the experts.
The law requires an audit every year. | Annual audits are mandatory under the law.
Parliament still has to agree. | The agreement of parliament is pending.
The centre aims for 50 percent renewable power. | The goal of the centre is a renewable share of 50 %.
The committee has adopted the roadmap. | The roadmap was approved by the committee.
The tool may be used free of charge. | Use of the tool is free.
The contract shall run for five years. | The contract has a term of five years.
The trial showed that costs fall by a fifth. | Costs fell by 20 percent in the trial.
Costs could fall by a fifth. | A cost reduction of 20 percent is possible.
The panel expects costs to fall. | Costs will fall, the panel expects.
The site opened on 3 May 2026. | On May 3, 2026, the site was opened.
The contract was signed in the second half of 2025. | The contract was signed in October 2025.
The machine has 1.2 million cores. | The machine comprises 1,200,000 cores.
The budget is 0.5 billion euros. | The budget amounts to 500 million euros.
Every fifth user is a student. | 20 percent of the users are students.
One user in five is a student. | A fifth of users are students.
The queue shrank from nine to four hours. | The queue now takes four hours instead of nine.
Demand grew fourfold. | Demand quadrupled.
The hall covers 2,000 square metres. | The hall has an area of 2000 m².
The line carries 400 Gbit/s. | The line carries 400 gigabits per second.
The project lasts 36 months. | The project runs for three years.
The site needs 8,760 MWh a year. | The site needs 8.76 GWh per year.
Water enters at 45 °C. | Water enters at 45 degrees.
The grant is worth a quarter of a million pounds. | The grant is worth £250,000.
Sixty-four experts were interviewed. | The group interviewed 64 experts.
Between 2026 and 2030 four calls are planned. | Four calls are planned for the years 2026 to 2030.
The vote was 12 to 3. | Twelve voted in favour and three against.
The 48-hour test found no fault. | In a test of 48 hours no fault was found.
Half the budget goes to staff. | Staff takes 50 percent of the budget.
The system serves 1,800 users from 14 countries. | Users from fourteen countries, 1800 in all, are served by the system.
The average wait is 2.5 hours. | On average, users wait two and a half hours.
The price is $1,000 a node. | A node costs 1,000 US dollars.
Since 2019 the centre has had a partner in Chile. | The centre has worked with a Chilean partner since 2019.
The third edition appeared in 2024. | Edition 3 was published in 2024.
Drei von vier Standorten nutzen Warmwasser. | 75 Prozent der Standorte nutzen Warmwasser.
Die Kosten liegen bei 1,5 Mrd. Euro. | Die Kosten betragen 1,5 Milliarden Euro.
Der Bericht empfiehlt, Daten offenzulegen. | Daten sollten laut Bericht offengelegt werden.
Le site consomme 20 MW au plus. | La consommation du site ne dépasse pas 20 MW.
Le rapport recommande d'ouvrir les données. | Selon le rapport, les données devraient être ouvertes.
Le budget s'élève à 3 millions d'euros. | Le budget est de 3 M€.
El centro debe publicar sus datos. | La publicación de los datos es obligatoria para el centro.
El plan prevé tres sedes para 2029. | Para 2029 se prevén tres sedes.
予算は3億円である。 | 予算額は3億円だ。
計画では2030年までに3拠点を整備する。 | 2030年までに3つの拠点を整備する計画である。
"""


@pytest.mark.parametrize("pair", TWO_WAYS.strip().splitlines())
def test_what_is_said_in_two_ways_is_said_both_ways(pair):
    one, other = pair.split(" | ")
    assert reasons(one, other) == []
    assert reasons(other, one) == []


@pytest.mark.parametrize(("subject", "stands"), [("The group", True), ("The Elm Council", False)])
def test_a_source_may_go_by_its_name_for_what_it_calls_itself_and_for_nobody_else(subject, stands):
    told = ["Advice on Sites in Europe", "Oak Circle"]
    said = "The Oak Circle recommends 15 MW as the ceiling of a site."
    found = coscribe.support(said, [said.replace("The Oak Circle", subject)], told=told)
    assert (found.verdict == "supported") == stands


SAID = "The council finds that “large models need careful and slow scrutiny by their users” in every case."


@pytest.mark.parametrize(
    ("claim", "stands"),
    [
        ("The council calls for “careful and slow scrutiny”.", True),
        ("The council calls for “careful … scrutiny by their users”.", True),
        ("The council calls for “careful and swift scrutiny”.", False),
        ("The council calls for „careful and swift scrutiny“.", False),
        ("The council calls for “careful” scrutiny.", True),
    ],
)
def test_what_a_claim_puts_in_quotation_marks_is_in_the_evidence(claim, stands):
    wrong = [reason for reason in reasons(claim, SAID) if "does not have the words" in reason]
    assert (wrong == []) == stands
