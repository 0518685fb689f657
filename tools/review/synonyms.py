"""Words that reports on computing and its policy use for one another, so that a paraphrase is known by them.

A line is one set. They only make two texts count as speaking of the same matter; no set makes a figure, a name or a
denial right.
"""

from functools import cache

from ...vectorstore.analysis import terms

_SETS = {
    "en": """
        pupil student learner child school undergraduate
        school classroom college academy
        teacher educator lecturer instructor tutor teaching faculty
        lesson class course module unit curriculum programme program
        exam examination test assessment
        apprentice apprenticeship trainee training
        learn learning study education skill
        degree diploma qualification certificate
        expert specialist authority
        panel group committee commission board council jury team
        member partner participant
        chief head director leader manager president boss
        minister ministry government cabinet department
        parliament legislature lawmaker deputy legislator assembly
        judge court tribunal
        mayor city town municipality council local
        law act statute legislation bill regulation rule
        permit licence license permission approval authorisation
        ban prohibit forbid prohibition outlaw
        object oppose resist reject refuse decline
        abandon give drop discontinue scrap withdraw
        job position post vacancy role work
        recruit hire appoint employ
        salary wage pay remuneration earnings
        quit leave depart turnover departure resign
        worker employee staff operator engineer technician
        developer engineer programmer maintainer
        sysadmin administrator administration admin
        interview talk speak consult ask question
        answer reply respond response return
        comment remark feedback
        visit attend take participate join
        user customer client subscriber
        help assist support aid
        helpdesk desk support ticket
        chatbot assistant bot automatic
        password login account credential authentication identity
        error mistake bug fault failure defect
        correct right accurate reliable trust trustworthy
        wrong false incorrect inaccurate erroneous
        secure security safe safety
        attack breach intrusion incident
        outage failure breakdown interruption downtime disruption
        repair fix restore mend
        review evaluation evaluate assess assessment appraisal audit inspection examine
        interim mid-term midterm provisional intermediate
        validate validation check verify verification confirm
        measure measurement reading observation data figure
        simulation simulate model emulator surrogate modelling
        fit train calibrate tune
        forecast prediction predict projection outlook
        experiment trial test run campaign
        result finding outcome conclusion
        paper article publication output journal
        write author draft compile
        edition version release issue
        interface api protocol
        old former previous legacy earlier existing
        new novel fresh recent modern newcomer
        next following subsequent second
        begin start launch commence open inaugurate kick
        finish complete end conclude expire close
        renew extend prolong prolongation extension renewal
        last latest recent newest
        delay late postpone defer slip behind
        early soon ahead before
        fast speed quick rapid performance
        slow sluggish delayed
        wait waiting queue
        busy utilisation utilization occupied load usage
        idle unused inactive standby
        scheduler queue scheduling batch job placement
        share common joint shared pool pooled together
        divide split separate
        file data record document
        dataset corpus collection data
        store storage tape disk archive hold memory capacity
        memory ram dram
        read load retrieve access
        write save store checkpoint
        bandwidth throughput speed rate
        delay latency lag
        network interconnect link fabric cable connection fibre
        supply provide deliver furnish ship come
        build construct erect construction
        building hall house annex facility
        demolish demolition tear raze
        install deploy fit mount installation
        replace substitute swap successor
        move migrate port transfer relocate shift
        connect couple attach link
        node server machine
        cluster system supercomputer machine
        processor chip cpu socket core
        accelerator gpu gpus
        quantum qubit
        qubit bit
        ion trap ions
        anneal annealer annealing
        code software codes library package application
        open-source free public
        licence terms conditions
        orphan orphaned unmaintained abandoned maintainer
        precision accuracy exactness
        algorithm method technique approach procedure
        technology technique engineering tech
        material substrate substance
        device appliance apparatus instrument equipment
        cool cooling chill chiller refrigeration refrigerate cryogenic
        heat warmth thermal warm
        water coolant liquid
        grid substation electricity utility power
        solar photovoltaic sun
        wind turbine
        nuclear reactor fission
        renewable green clean sustainable
        emission carbon pollution greenhouse
        climate earth weather
        environment environmental ecology ecological
        health medical hospital clinical patient
        drug medicine pharmaceutical
        image imaging picture
        language text linguistic
        speech voice spoken
        budget spending expenditure
        money fund funding funds finance grant award
        award grant prize winner funding
        proposal application applicant bid submission candidate
        call competition round tender
        pay paid finance fund bear cover
        price cost charge fee tariff rate
        overrun excess dearer surplus
        expensive dear costly
        saving save economy economise
        profit gain benefit earn revenue
        loss lose deficit
        tax levy duty
        loan credit lend borrow debt
        lease rent hire rental
        own owner property possess
        buy purchase procure acquire acquisition order
        sell sale vendor
        company firm enterprise business start-up industry corporation industrial
        vendor supplier maker manufacturer provider
        competitor rival competition
        market sector trade
        export import trade
        import abroad foreign overseas
        farm agriculture agricultural
        ship vessel boat
        transport logistics freight traffic
        coast coastal sea shore
        inland interior
        north northern
        south southern
        east eastern
        west western
        country nation national domestic land
        continent continental
        region regional province area part district
        place location site venue
        everywhere worldwide
        campus ground site premises
        library repository archive
        pilot trial test experiment pioneer
        plan roadmap strategy programme scheme
        aim goal target objective purpose
        reach attain achieve meet hit
        fail miss fall
        exceed surpass top overtake
        grow growth increase rise climb expand surge
        fall decline decrease drop reduce cut lower shrink
        double twofold twice
        triple threefold treble
        quadruple fourfold
        stable steady constant unchanged
        large great vast big huge sizeable
        small little tiny minor
        serious grave severe major
        important significant essential crucial critical key vital mission-critical
        risk danger threat hazard peril
        shortage lack scarcity dearth deficit
        obstacle barrier hurdle bottleneck impediment
        difficulty problem trouble issue challenge
        reason cause motive because ground
        effect impact consequence result influence
        lead cause prompt trigger
        dispute conflict quarrel disagreement
        agree agreement accord deal contract cooperation
        cooperate cooperation collaborate collaboration partnership
        responsibility responsible charge duty
        lead leader coordinate head run
        run carry conduct perform operate
        commission order mandate
        plan intend mean
        decide decision choose resolve
        choose pick select opt choice option
        offer provide propose give
        receive get obtain gain
        keep retain maintain preserve stay remain
        introduce introduction bring establish
        use usage apply utilise employ
        adopt take embrace introduce
        publish disclose announce report reveal
        warn caution alert
        fear worry concern anxiety
        hope wish desire
        praise applaud welcome commend
        criticise complain bemoan blame fault complaint
        unfair unjust unequal
        popular favourite common widespread
        famous renowned known recognised reputed
        effective effectual efficient work
        useful helpful valuable beneficial
        useless pointless waste
        enough sufficient adequate
        easy simple straightforward
        hard difficult tough
        sort type kind category
        part share portion fraction
        whole entire complete full total
        half halve
        average mean typical
        rare seldom uncommon
        frequent often common
        year annual yearly annually
        month monthly
        week weekly
        day daily
        hour hourly
        night nocturnal
        now today current present currently
        future coming forthcoming later
        decade ten-year
        volunteer voluntary unpaid
        law legal statutory
        ethics ethical moral
        privacy confidential personal
        gender woman female
        young youth junior
        trust confidence reliance
        public state government
        private commercial
        independent autonomous separate
        research science scientific study
        supercomputer supercomputing exascale hpc
        notebook laptop
        sensor detector instrument
        telescope observatory
        satellite space orbit
        map chart
        vehicle car fleet
        budget finance funds
        pupil grade
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
        Lehrer Lehrerin Lehrkräfte Lehrkraft Pädagogen Pädagoge Dozent unterrichten
        Schüler Schülerin Schülerinnen Lernende Kinder Studierende Studenten
        Unterricht Lehre Modul Stoff Kurs Lektion lehren unterrichten
        Schule Standort Einrichtung
        Kommission Rat Beirat Gremium Ausschuss Fachleute Experten Sachverständige
        Gutachten Bericht Stellungnahme äußern Studie
        beginnen starten losgehen Anfang Beginn
        beenden enden auslaufen Ende Schluss
        ablösen ersetzen Nachfolger folgen tauschen
        Band Bandbibliothek Archiv Speicher Ablage
        Speicher RAM Arbeitsspeicher
        Auskunft Meldung Meldepflicht melden angeben Angaben
        Pflicht verpflichten verpflichtend vorschreiben müssen
        ablehnen wehren verweigern dagegen zurückweisen
        fordern verlangen wollen
        Strom Energie Elektrizität Stromverbrauch
        verbrauchen Verbrauch benötigen brauchen Bedarf
        Geld Mittel Förderung Fördertopf fördern finanzieren Zuschuss Budget
        teuer kostspielig aufwendig
        kaufen erwerben beschaffen Beschaffung Erwerb
        bauen errichten Bau Neubau
        Gebäude Halle Haus
        Modell Simulation Klimasimulation simulieren
        fein hochauflösend Auflösung genau
        grob ungenau
        schnell rasch zügig
        langsam verzögert verspätet Verzögerung
        steigen wachsen zunehmen erhöhen Anstieg
        sinken fallen abnehmen verringern senken Rückgang
        groß umfangreich
        klein gering
        wichtig zentral wesentlich
        Forscher Wissenschaftler Forschende Forschung
        Nutzer Anwender Kunden
        Zusammenarbeit Kooperation gemeinsam
        Vertrag Vereinbarung Abkommen
        Firma Unternehmen Betrieb Hersteller Anbieter
        liefern bereitstellen stellen
        Netz Netzwerk Verbindung
        kühlen Kühlung Kälte
        künstlich KI Intelligenz
        Daten Datensatz
        Prüfung Test testen prüfen
        nutzen verwenden Nutzung Einsatz einsetzen
        jährlich Jahr
        Stelle Posten Arbeitsplatz
        einstellen anwerben Fachkraft
        Regierung Ministerium Land Staat
        Schutz Sicherheit sicher
        Fehler Ausfall Störung
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
        enseigner enseignant enseignement professeur formation cursus former apprendre apprentissage cours
        élève étudiant apprenant
        école lycée collège
        université universitaire faculté
        simulation calcul modélisation
        calcul calculateur informatique supercalculateur ordinateur
        réputé reconnu renommé célèbre
        rédaction écriture écrire
        nuire appauvrir dégrader
        syndicat représentant personnel
        retard report retarder reporter délai
        ouverture service ouvrir lancement démarrage
        pénurie manque faute absence
        ingénieur technicien qualifié
        marché appel offre contrat
        hausse augmenter monter augmentation croissance
        baisse diminuer baisser diminution réduction
        exclure écarter renoncer
        entreprise start-up société firme
        fonds argent investir financer subvention
        acheter achat acquérir acquisition
        construire construction bâtir
        bâtiment salle hall
        chaleur thermique chauffage
        refroidir refroidissement
        chercheur scientifique recherche
        utilisateur client usager
        essai test expérience
        important essentiel majeur
        rapide vite
        début commencer commencement
        fin terminer finir
        réseau connexion liaison
        données fichiers
        partager commun ensemble
        comité conseil commission groupe
        expert spécialiste
        annuel année
        danger risque menace
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
        alumno estudiante escolar aprendiz
        profesor docente maestro enseñanza
        escuela colegio instituto
        universidad universitario facultad
        examen prueba evaluación
        grupo equipo junto conjunto
        sustituir reemplazar lugar cambiar
        energía central eléctrico solar fotovoltaico electricidad
        generar producir construir
        renunciar descartar rechazar
        comprar adquirir compra adquisición
        contrato acuerdo convenio
        largo plazo
        hardware procesador
        libre abierto
        importancia marginal
        década año
        archivo repositorio datos
        completo material
        sur zona región
        dinero fondo financiación presupuesto
        aumentar crecer subir aumento
        disminuir bajar reducir descenso
        investigador científico investigación
        usuario cliente
        empresa compañía
        inicio comenzar empezar
        fin terminar acabar
        red conexión enlace
        enfriar refrigeración
        calor térmico residual
        rápido veloz
        importante esencial principal
        riesgo peligro amenaza
        falta escasez carencia
        comité consejo comisión
        experto especialista
        ensayo prueba
        nuevo reciente
        sala edificio
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
