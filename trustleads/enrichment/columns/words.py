"""Words that tell what a column of free text holds: given names, job titles, legal forms.

These are evidence about a whole column, never a verdict about a cell: it takes a share of a sample to
decide (see ``content.SURE``), so short lists of the commonest words are enough. All are folded: lower
case, no diacritics.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GIVEN_NAMES = _words("""
    aaron adam adrian agnes ahmed aisha alain albert alberto aldo alejandro alessandra alessandro alessia alex
    alexander alexandra alexandre alexis alfonso ali alice alicia alina alison amanda amelie amy ana andrea andreas
    andres andrew angel angela angelo anita anja ann anna anne annette annika anthony antje antoine anton antonia
    antonio arnaud arthur astrid audrey axel barbara beatrice beatriz benedikt benjamin bernard bernd bernhard
    birgit bjorn boris brian brigitte bruno camille carla carlo carlos carmen carol carolina caroline caterina
    catherine cecile celine chantal charles charlotte chiara chloe chris christian christina christine christoph
    christophe christopher claire clara claude claudia claudio clement concepcion cristina damien daniel daniela
    daniele daniella david davide deborah denis diana diego dieter dirk dmitri dominik dominique donald doris
    eduardo edward elena eleonora eleni elisa elisabeth elizabeth ellen elodie emanuele emilia emily emma emmanuel
    enrico eric erik ernst esther eva evelyn fabian fabien fabio fatima federica federico felipe felix ferdinand
    fernando filippo florence florian francesca francesco francisco franck francois francoise frank franz frederic
    friedrich gabriel gabriela gabriele gary georg george gerard gerhard gianluca gilles giorgia giorgio giovanni
    giulia giuseppe gonzalo grace graham gregory guido guillaume gustavo guy hannah hans harald heike heinz helen
    helena helga helmut henri henrik henry herbert hugo ian ibrahim ignacio ines ingrid irene iris isabel isabella
    isabelle ivan jack jacob jacques jaime jakob james jan jana jane janet jason javier jean jennifer jens jeremy
    jerome jessica jesus jill jim joachim joan joao joaquin joe joel johan johann johanna johannes john jonas
    jonathan jorg jorge jose josef joseph juan judith julia julian julie julien jurgen justin karen karin karl
    karsten katarina katharina katherine kathrin katja katrin keith kelly kenneth kerstin kevin kim klaus kristin
    kurt lara lars laura laurence laurent lea lena leo leon leonardo leonie li linda lisa lorenzo louis louise luc
    luca lucas lucia lucie lucy luigi luis luisa lukas lydia maja manfred manuel manuela marc marcel marco marcos
    marcus margaret margarita maria marie marina mario marion mark markus marta martin martina martine mary massimo
    mateo mathias mathieu mathilde matt matteo matthew matthias maurice mauro max maximilian megan mehmet melanie
    melissa mercedes michael michaela michel michele michelle miguel mike mohamed mohammed monica monika monique
    moritz muhammad nadia nadine natalia natalie nathalie nicola nicolas nicole nikolaus nils nina noah nora norbert
    olaf olga oliver olivia olivier oscar oskar otto pablo paola paolo pascal patrice patricia patrick paul paula
    paulo pedro petra peter philip philipp philippe pierre pietro pilar priya rachel rafael raimund rainer ralf
    ramon raphael raquel raul rebecca regina renate rene ricardo riccardo richard robert roberta roberto rodrigo
    roland rolf roman rosa rosario ruben rudolf ruth ryan sabine sabrina salvatore sam samantha samuel sandra sara
    sarah scott sean sebastian sebastien serena serge sergio sharon silke silvia simon simona simone sofia sonia
    sonja sophia sophie stefan stefania stefanie stefano steffen stephan stephane stephanie stephen steven susan
    susanne sven sylvia sylvie tanja tatiana teresa theo theresa thierry thomas tiago tim timothy tobias tom tomas
    toni torsten udo ulrich ulrike ursula ute uwe valentina valentin valeria valerie vanessa vera veronica veronika
    veronique victor victoria vincent vincenzo virginie walter wei werner wilhelm william wolfgang xavier yan
    yannick yasmin yvonne zoe
""")

TITLE_WORDS = _words("""
    accountant administrator advisor agent analyst architect assistant associate attorney auditor buyer ceo cfo chef
    cio clerk cmo consultant controller coo coordinator cto designer developer director engineer executive founder
    head intern lawyer manager officer owner partner planner president principal producer programmer recruiter
    representative scientist secretary specialist strategist supervisor technician trainee vp
    abteilungsleiter assistentin assistenz berater beraterin bereichsleiter buchhalter buchhalterin einkaufer
    entwickler entwicklerin geschaftsfuhrer geschaftsfuhrerin ingenieur ingenieurin inhaber inhaberin kaufmann
    kauffrau leiter leiterin leitung praktikant prokurist prokuristin referent referentin sachbearbeiter
    sachbearbeiterin teamleiter vertriebsleiter vorstand werkstudent acheteur acheteuse adjoint analyste assistante
    chargee charge comptable conseiller conseillere consultante coordinateur developpeur directeur directrice
    dirigeant fondateur gerant gerante ingenieure presidente responsable stagiaire technicien vendeur administrativo
    analista arquitecto asesor comercial comprador consultora contable coordinador desarrollador directora encargado
    especialista gerente ingeniera ingeniero jefa jefe presidenta propietario socio tecnico vendedor acquisti
    addetta addetto amministratore architetto commerciale consulente contabile coordinatore direttore direttrice
    fondatore impiegata impiegato ingegnere responsabile socia specialista sviluppatore tirocinante titolare
""")

LEGAL_FORMS = _words("""
    ab ag aktiengesellschaft aps as asa bv co company corp corporation cv eg ek eurl ev ewiv gbr gesmbh ggmbh gmbh
    inc incorporated kft kg kgaa limited limitada llc llp lp ltd ltda mbh nv ohg oy oyj partg plc pty sa sagl sarl
    sas sasu scop scrl se sicav sl sll slu snc soc spa spol spzoo srl srls srls ug zoo
""")

HONORIFICS = _words("""
    mr mrs ms miss mx dr prof herr frau hr fr dipl ing m mme mlle monsieur madame mademoiselle sr sra srta don dona
    senor senora sig sigra dott dottssa avv signor signora phd mag rer nat sir dame
""")

US_AND_CANADA = _words("""
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR
    PA RI SC SD TN TX UT VT VA WA WV WI WY DC AB BC MB NB NL NS NT NU ON PE QC SK YT
""")
"""States and provinces: many are also the code of a country."""

PLACEHOLDERS = _words("- -- --- . n/a na #n/a null none nan nil unknown tbd ?")
"""What people write into a cell that they leave empty."""

FLAGS = _words("""
    true false yes no y n t f x on off 0 1 ja nein oui non si sí granted denied opted-in opted-out subscribed
    unsubscribed
""")
