/**
 * German words of cloud operation and what English documentation calls them, best translation first; several words in one
 * translation are joined by `_`. Compounds of these words are split, so only those with a meaning of their own stand here.
 */
export const germanWords = `
abbild image
abbruch abort cancel
abfrage query request
abgelaufen expired
abhängigkeit dependency
abhängig dependent
ablauf process expiry workflow
ablaufen expire
ablehnen reject
abmelden logout
abnahme acceptance approval
abrechnung billing metering accounting
abrechnen billing metering
absicherung hardening security protection
absichern secure hardening
abstimmung vote voting
abstürzen crash
absturz crash
abwärtskompatibel backwards_compatible
adresse address
aktivieren enable activate
aktualisierung update upgrade
aktualisieren update upgrade
aktuell current
alarm alert
alarmierung alerting alert
allgemein general
alternative alternative
amt office
änderung change
ändern change modify
anbieter provider csp vendor
anbinden connect integrate
anbindung connection integration
anfang start
anforderung requirement
anfordern request
anfrage request
angreifer attacker
angriff attack
anhang attachment appendix
anhängen attach
anlegen create
anleitung guide howto instructions
anmeldung login authentication sign
anmelden login authentication
anpassen adapt customize
anpassung customization adaptation
ansicht view
ansprechpartner contact
antrag application proposal
anwendung application
anwender user
anzahl number count
anzeige display
anzeigen show display list
arbeitsgruppe team working_group sig
arbeit work
arbeitsspeicher ram memory
architektur architecture
archiv archive
arten types kinds
art type kind
aufbau structure setup architecture
aufbewahrung retention
aufbewahren retain retention
aufgabe task
auflösung resolution
aufsetzen set_up install deploy
auftrag order job
aufwand effort
ausfall failure outage
ausfallen fail failure
ausfallsicher failsafe redundant
ausfallsicherheit failsafe redundancy availability
ausführen run execute
ausführung execution
ausgabe output
auslastung utilization load usage
auslaufen end_of_life deprecated expire
ausnahme exception
ausrollen deploy rollout
ausschreibung tender
ausstattung equipment hardware
auswahl selection choice
auswählen choose select
auswertung evaluation
authentifizierung authentication
authentifizieren authenticate authentication
authentisierung authentication
automatisch automatic automated
automatisierung automation
bandbreite bandwidth
basis base basis
bauen build
baustein component building_block
beantragen request apply
bearbeiten edit
bedarf demand requirement
bedeutung meaning
bedeuten mean
bedingung condition
bedrohung threat
befehl command
beginn start
behebung fix mitigation
beheben fix resolve
beispiel example
beitrag contribution
beitragen contribute contribution
beitreten join
bekannt known
belastung load
benachrichtigung notification alert
benachrichtigen notify
benennung naming
benennen naming name
benutzer user
benutzung use usage
benutzen use
benutzt used use
beobachtbarkeit observability
beobachtung monitoring observability
beratung consulting
berechtigung permission role access
berechtigen authorize
bereich area scope
bereitstellung deployment provisioning provide
bereitstellen deploy provide provision
bericht report
bescheinigung certificate
beschluss decision
beschreibung description
beschränkung restriction limit
besitzer owner
bestand stock inventory
bestandteil component part
bestätigung confirmation
bestehen pass exist
bestellen order
betreiber operator csp provider
betreiben operate run
betrieb operation operations
betriebssystem operating_system
bewertung assessment evaluation score
bezahlung payment billing
bezeichnung name naming
bibliothek library
bild image
bilder images
blockspeicher block_storage volume
brandabschnitt fire_compartment fire_zone
brand fire
cloudanbieter cloud_provider csp
container container
datei file
daten data
datenbank database
datensicherung backup
datenschutz privacy data_protection gdpr
datensparsamkeit privacy
datenträger volume disk
datum date
dauer duration period
dauerhaft persistent
deaktivieren disable
dienst service
dienstleister provider integrator
dokumentation documentation docs
dokumentieren document
domäne domain
dringend urgent
drosselung throttling rate_limiting
drosseln throttling rate_limiting
durchführen run perform
durchsatz throughput
dürfen may allowed
echtheit authenticity
eigenschaft property
eigen own
einbinden integrate mount
einführung introduction
eingabe input
eingang ingress
eingehend ingress incoming
einheitlich uniform consistent
einhaltung compliance conformance
einhalten comply compliance
einladung invitation
einreichen submit
einrichtung setup configuration
einrichten set_up setup configure
einsatz use deployment
einschränkung restriction limitation
einspielen install apply
einstellung setting configuration
einstieg getting_started introduction
empfehlung recommendation recommended
empfohlen recommended
ende end
endpunkt endpoint
energie energy power
energieverbrauch energy_consumption energy
entfernen remove delete
enthalten include contain
entropie entropy
entscheidung decision
entscheiden decide decision
entwickler developer
entwicklung development
entwurf draft design
ereignis event
erfassung metering collection
erfassen collect metering
erfüllen fulfil comply
ergebnis result
erhalten get receive
erkennen detect
erkennung detection
erklärung explanation
erlaubnis permission
erlauben allow
erneuern renew rotation
erneuerung renewal rotation
erreichbar reachable available
erreichbarkeit reachability availability
ersatz replacement
ersetzen replace
erstellen create
erstellung creation create
erweitern extend
erweiterung extension
erzeugen create generate
extern external
fähigkeit capability
fällig due
fehler error failure
fehlerbehebung troubleshooting
fehlersuche troubleshooting debugging
fehlerbehandlung troubleshooting
fehlertoleranz failsafe
fehlgeschlagen failed
fehlschlagen fail
fehlen missing
fehlend missing
fernzugriff remote_access
festlegung definition decision
festlegen define
festplatte disk
feuer fire
finden find
firma company
flüchtig ephemeral
föderation federation
föderiert federated federation
freigabe release share approval
freigeben release
frist deadline period
führen lead
funktion feature function
gast guest
gastsystem guest
gebäude building
gebühr fee
gefahr risk
geheimnis secret
gehen work
geltungsbereich scope
gemeinschaft community
gemeinde community
gerät device
geschäftsordnung governance
geschwindigkeit speed
gespräch meeting
gesetz law
gewährleistung guarantee
gleichzeitig concurrent
grafikkarte gpu
grenze limit boundary
grenzwert limit threshold
größe size
grund reason motivation
gründe reasons motivation
grundlage basis introduction basics
gruppe group
gültig valid
gültigkeit validity
handbuch manual guide
härtung hardening
härten hardening
hauptspeicher memory ram
herausgeber publisher vendor
herunterladen download
hersteller vendor manufacturer
herkunft source origin
hilfe help support
hinweis note hint
hinzufügen add
hochladen upload
hochverfügbar high_availability ha
hochverfügbarkeit high_availability ha
höchstens maximum
identität identity
identitätsverwaltung identity_management iam
identitätsanbieter identity_provider
inbetriebnahme deployment installation
inhalt content
installieren install
installation installation deployment
instanz instance
intern internal
jährlich yearly annual
kapazität capacity
karte card map
katalog catalog
kennung identifier id
kennwort password
kennzahl metric
kennzeichnung label
kern core
kette chain
klasse class
klein small
knoten node
kohlenstoff carbon
komponente component
konfiguration configuration
konfigurieren configure configuration
konform conformant compliant compliance
konformität conformance compliance
konto account
kontrolle control check
kopie copy
kopieren copy
kosten costs
kriterium criteria
kunde customer tenant
kündigung termination
kündigen terminate
künftig future
langsam slow
laptop laptop
last load
lastverteiler load_balancer
lastverteilung load_balancer load_balancing
laufend running
laufwerk disk drive
laufzeit runtime duration
lebensdauer lifetime
lebenszyklus lifecycle life_cycle
leistung performance power
leistungsfähigkeit performance
leitfaden guide
leitung management line
lesen read
liefern provide deliver
lieferung delivery
lizenz license
löschung deletion delete
löschen delete
lösung solution
mandant tenant domain
mandantenfähig multi_tenant
mandantentrennung tenant_isolation
mangel deficiency
maschine machine
meilenstein milestone
meldung message report
melden report
menge amount
merkmal feature property
messung metering measurement
messen measure metering
messwert metric
metrik metric
miete rent
migration migration
minimal minimal minimum
mindestanforderung minimum_requirements requirements
mindestens minimum
mitarbeit contribute contribution
mitarbeiter employee staff
mitglied member
mitgliedschaft membership
mitmachen contribute participate
mitteilung notification
mitwirken contribute
möglich possible
möglichkeit option possibility
nachhaltigkeit sustainability
nachhaltig sustainable sustainability
nachricht message
nachweis evidence proof
nachweisen prove evidence
name name
namensgebung naming
namensraum namespace
namensregel naming_convention
namensschema naming
namensauflösung dns name_resolution
netz network
netzwerk network
netzrichtlinie network_policy
neu new
neustart restart reboot
niveau level
norm standard
nutzer user
nutzung usage use
nutzen use benefit
oberfläche interface dashboard
objektspeicher object_storage s3
offen open
offenlegung disclosure transparency
öffentlich public
optional optional
ordner folder directory
organisation organization
ort location
paket package
partner partner
passwort password
pflege maintenance
pflicht mandatory required
physisch physical
plan plan
planung planning
platte disk
plattenspeicher disk_storage
plattform platform
preis price
privat private
probe sample
problem problem issue
produkt product
produktion production
produktiv production
programm program
projekt project
protokoll protocol log minutes
protokollierung logging audit
prozessor cpu processor
prüfung test check audit
prüfen check test verify
prüfstelle auditor
prüfer auditor
puffer buffer
quelle source
quellcode source_code
quelltext source_code
quote quota
rahmen framework
rat board
raum room
rechenknoten compute_node
rechenzentrum data_center datacenter
rechner computer machine host
rechnung invoice billing
recht right permission
rechte rights permissions roles
region region
regel rule
regelmäßig regular
registrieren register
registrierung registration
reparieren repair fix
repository repository
ressource resource
reststrom power
revision revision audit
richtlinie policy guideline
risiko risk
rolle role
rücksicherung restore
rückmeldung feedback
rückgabe return
sammeln collect
satzung statutes governance
schaden damage
schalter switch
schlüssel key
schlüsselverwaltung key_manager key_management barbican
schlüsseltausch key_rotation
schnappschuss snapshot
schnell fast
schnellstart quickstart
schnittstelle api interface
schreiben write
schritt step
schulung training
schutz protection security
schützen protect secure
schwachstelle vulnerability cve
schwellwert threshold
seite page
selbstbedienung self_service
selbstverwaltung self_service
server server instance
sicher secure
sicherheit security
sicherheitsgruppe security_group
sicherheitslücke vulnerability cve security
sicherheitshinweis security_advisory cve
sicherheitsmeldung security_advisory cve
sicherung backup
sicherungskopie backup
sichern backup secure
sichtbar visible
signatur signature
sitzung session meeting
software software
souverän sovereign
souveränität sovereignty
speicher storage memory
speicherklasse storage_class
speicherplatz disk_space storage
speichern store save
sperre lock
sperren lock block
spezifikation specification
spiegel mirror
spiegelung mirror replication
sprache language
stabil stable
stamm root
standard standard default
standardmäßig default
standort location site region
starten start boot
start start boot
statistik statistics
status status
statusseite status_page
stelle place
stellen provide
steuern control
steuerung control
steuerebene control_plane
steuerungsebene control_plane
stilllegung decommission shutdown
störung incident outage failure
störungsmeldung incident
strategie strategy
strom power energy
stromausfall power_outage
stromverbrauch energy_consumption energy power
struktur structure
stufe level tier
suche search
suchen search find
system system
tarif tariff price
teilnahme participation
teilnehmen participate join
test test
testen test
thema topic
transparenz transparency
treffen meeting
treiber driver
trennung separation isolation
überbuchung oversubscription overcommit
überbuchen oversubscription
übergang transition
überlast overload
überprüfung check verification test
überprüfen check verify
übersicht overview
übertragung transfer transmission
überwachung monitoring observability
überwachen monitor monitoring
umgebung environment
umstellung migration
umsetzung implementation
umsetzen implement implementation
umzug migration move
unterbrechung interruption
unternehmen company
unterschied difference
unterstützung support
unterstützen support
unterstützt supported
untersuchung investigation
unverschlüsselt unencrypted
ursache cause
veraltet deprecated outdated
veranstaltung event
verantwortlich responsible
verbindung connection
verbinden connect
verbindlich mandatory binding
verbot prohibition
verboten forbidden
verbrauch consumption usage
verbrauchsdaten usage_data metering
verbund federation
vererbung inheritance
verfahren procedure process
verfügbar available
verfügbarkeit availability
verfügbarkeitszone availability_zone
vergabe assignment allocation
vergessen forgotten
vergleich comparison
vergleichen compare
verhalten behaviour
verhaltenskodex code_of_conduct
verkehr traffic
verknüpfung link
verlängern extend renew
verletzung violation
verlust loss
vermeiden avoid
vernetzung networking
veröffentlichung release publication
veröffentlichen publish release
verpflichtend mandatory required
verschieben migrate move
verschlüsselung encryption
verschlüsseln encrypt encryption
verschlüsselt encrypted
version version
verstoß violation
versuch attempt
verteiler mailing_list
verteilung distribution
verteilen distribute spread distribution
vertrag contract
vertrauen trust
vertraulich confidential
verwalter manager administrator
verwaltung management
verwalten manage management
verwendung use
verwenden use
verzeichnis directory
verzögerung delay latency
virtuell virtual
virtuelle virtual
virtualisierung virtualization
voraussetzung prerequisite requirement
vorbereitung preparation
vorfall incident
vorgabe requirement default policy
vorgehen procedure
vorgeschrieben mandatory required
vorhanden present available
vorhersage prediction
vorlage template
vorlauf lead
vorschlag proposal
vorschrift regulation
vorstand board
vorteil advantage
wachstum growth
wahl election
wählen elect choose vote
warnung warning alert
warteschlange queue
wartung maintenance
wartungsfenster maintenance_window maintenance
wechsel change rotation
weg path
weitergabe sharing
weiterleitung forwarding
werkzeug tool
wert value
wichtig important
widerruf revocation
wiederherstellung restore recovery
wiederherstellen restore recover
wiederanlauf recovery
wurzelplatte root_disk
zahl number
zähler meter counter
zahlung payment
zeit time
zeitabgleich time_sync ntp
zeitserver ntp time_server
zeitsynchronisation time_synchronization time_sync ntp
zeitsynchronisierung time_synchronization time_sync ntp
zeitraum period
zertifikat certificate
zertifizierung certification
zertifizieren certify certification
zertifiziert certified certification
ziel goal target
zone zone
zufall random entropy
zufallszahl random entropy
zufallsgenerator rng random
zugang access
zugangsdaten credentials
zugriff access
zugriffsrecht access_rights permission role
zugriffskontrolle access_control
zukunft future
zulassen allow
zulässig allowed
zulassung approval
zusammenarbeit collaboration
zusammenfassung summary
zusatz additional supplement
zuständig responsible
zuständigkeit responsibility
zustand state status health
zuteilung allocation
zuweisung assignment
zuweisen assign
zwang mandatory
zweck purpose
zwischenspeicher cache
`;

/** Words that only say how a German sentence is built. */
export const germanFunctionWords = new Set(
  `aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis da dabei damit dann das dass dein dem
  den denn der des dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas
  euer für gegen gibt hab habe haben hat hatte hier ich ihr ihre im in ins ist ja jede jeder jedes kann kein keine können könnte lassen
  lässt machen macht man mehr mein meine meinem meinen meiner mich mir mit muss müssen nach nicht noch nur ob oder ohne pro sehr sein
  seine sich sie sind so soll sollen sollte über um und uns unser unsere unter vom von vor wann war warum was wegen weil welche welchen
  welcher welches wenn wer werde werden wie wieso will wir wird wo woher wofür womit worden wurde wurden zu zum zur zwischen`.split(
    /\s+/,
  ),
);
