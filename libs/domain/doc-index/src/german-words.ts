/**
 * German words of cloud operation and what English documentation calls them, best translation first; several words in one
 * translation are joined by `_`. Compounds of these words are split, so only those with a meaning of their own stand here.
 */
export const germanWords = `
abbild image
abbruch abort cancel
abfrage query request
abgelaufen expired
abhängig dependent
abhängigkeit dependency
abkündigung deprecation
ablauf process expiry workflow
ablaufen expire
ablehnen reject
abmelden logout
abnahme acceptance approval
abrechnen billing metering
abrechnung billing metering accounting
absichern secure hardening
absicherung hardening security protection
abstimmung vote voting
absturz crash
abstürzen crash
abwärtskompatibel backwards_compatible
administrator admin manager
adresse address
aktivieren enable activate
aktualisieren update upgrade
aktualisierung update upgrade
aktuell current
alarm alert
alarmierung alerting alert
allgemein general
alternative alternative
amt office
analyse analysis
anbieter provider csp vendor
anbieternetz provider_network
anbinden connect integrate
anbindung connection integration
ändern change modify
änderung change
anfang start
anfordern request
anforderung requirement
anfrage request
angreifer attacker
angriff attack
anhang attachment appendix
anhängen attach
anlegen create
anleitung guide howto instructions
anmelden login authentication
anmeldung login authentication sign
anpassen adapt customize
anpassung customization adaptation
ansible ansible
ansicht view
ansprechpartner contact
antrag application proposal
anwender user
anwendung application
anzahl number count
anzeige display
anzeigen show display list
api api
arbeit work
arbeitsgruppe team working_group sig
arbeitsspeicher ram memory
architektur architecture
archiv archive
art type kind
arten types kinds
audit audit
aufbau structure setup architecture
aufbewahren retain retention
aufbewahrung retention
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
authentifizieren authenticate authentication
authentifizierung authentication
authentisierung authentication
automatisch automatic automated
automatisierung automation
backend backend
backup backup
bandbreite bandwidth
basis base basis
bauen build
baustein component building_block
beantragen request apply
bearbeiten edit
bedarf demand requirement
bedeuten mean
bedeutung meaning
bedingung condition
bedrohung threat
befehl command
beginn start
beheben fix resolve
behebung fix mitigation
beispiel example
beitrag contribution
beitragen contribute contribution
beitreten join
bekannt known
belastung load
benachrichtigen notify
benachrichtigung notification alert
benchmark benchmark
benennen naming name
benennung naming
benutzen use
benutzer user
benutzt used use
benutzung use usage
beobachtbarkeit observability
beobachtung monitoring observability
beratung consulting
berechtigen authorize
berechtigung permission role access
bereich area scope
bereitstellen deploy provide provision
bereitstellung deployment provisioning provide
bericht report
bescheinigung certificate
beschluss decision
beschränkung restriction limit
beschreibung description
besitzer owner
bestand stock inventory
bestandteil component part
bestätigung confirmation
bestehen pass exist
bestellen order
betreiben operate run
betreiber operator csp provider
betrieb operation operations
betriebssystem operating_system
bewertung assessment evaluation score
bezahlung payment billing
bezeichnung name naming
bibliothek library
bild image
bilder images
blockspeicher block_storage volume
blog blog
brand fire
brandabschnitt fire_compartment fire_zone
cloud cloud
cloudanbieter cloud_provider csp
cluster cluster
community community
container container
control control
controller controller
dashboard dashboard
datei file
daten data
datenbank database
datenschutz privacy data_protection gdpr
datensicherung backup
datensparsamkeit privacy
datenträger volume disk
datum date
dauer duration period
dauerhaft persistent
deaktivieren disable
default default
deployment deployment
dienst service
dienstleister provider integrator
disk disk
dokumentation documentation docs
dokumentieren document
domäne domain
dringend urgent
drosseln throttling rate_limiting
drosselung throttling rate_limiting
durchführen run perform
durchsatz throughput
dürfen may allowed
echtheit authenticity
eigen own
eigenschaft property
einbinden integrate mount
einführung introduction
eingabe input
eingang ingress
eingehend ingress incoming
einhalten comply compliance
einhaltung compliance conformance
einheitlich uniform consistent
einladung invitation
einreichen submit
einrichten set_up setup configure
einrichtung setup configuration
einsatz use deployment
einschränkung restriction limitation
einspielen install apply
einsteiger getting_started beginner
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
entscheiden decide decision
entscheidung decision
entwickler developer
entwicklung development
entwurf draft design
ereignis event
erfassen collect metering
erfassung metering collection
erfüllen fulfil comply
ergebnis result
erhalten get receive
erkennen detect
erkennung detection
erklärung explanation
erlauben allow
erlaubnis permission
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
fehlen missing
fehlend missing
fehler error failure
fehlerbehandlung troubleshooting
fehlerbehebung troubleshooting
fehlersuche troubleshooting debugging
fehlertoleranz failsafe
fehlgeschlagen failed
fehlschlagen fail
fernzugriff remote_access
festlegen define
festlegung definition decision
festplatte disk
feuer fire
finden find
firewall firewall
firma company
flavor flavor
flüchtig ephemeral
föderation federation
föderiert federated federation
format format
forum community
frage question faq
freigabe release share approval
freigeben release
frist deadline period
führen lead
funktion feature function
gast guest
gastsystem guest
gateway gateway
gebäude building
gebühr fee
gefahr risk
geheimnis secret
gehen work
geltungsbereich scope
gemeinde community
gemeinschaft community
gerät device
geschäftsordnung governance
geschwindigkeit speed
gesetz law
gespräch meeting
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
haftung liability
handbuch manual guide
hardware hardware
härten hardening
härtung hardening
häufig frequent faq
hauptspeicher memory ram
herausgeber publisher vendor
herkunft source origin
hersteller vendor manufacturer
herunterladen download
hilfe help support
hilfsmittel tool
hinweis note hint
hinzufügen add
hochladen upload
höchstens maximum
hochverfügbar high_availability ha
hochverfügbarkeit high_availability ha
host host
hypervisor hypervisor
identität identity
identitätsanbieter identity_provider
identitätsverwaltung identity_management iam
image image
implementieren implement implementation
implementierung implementation
inbetriebnahme deployment installation
index index
infrastruktur infrastructure
inhalt content
installation installation deployment
installieren install
instanz instance
integration integration
intern internal
jährlich yearly annual
kapazität capacity
karte card map
katalog catalog
kategorie category
kennung identifier id
kennwort password
kennzahl metric
kennzeichnung label
kern core
kernel kernel
kette chain
klasse class
klein small
klon clone
knoten node
kohlenstoff carbon
kommunikation communication chat
kompatibel compatible
kompatibilität compatibility
komponente component
konferenz conference
konfiguration configuration
konfigurieren configure configuration
konform conformant compliant compliance
konformität conformance compliance
konto account
kontrolle control check
kopie copy
kopieren copy
kosten costs fee price
kostet costs fee price
kriterium criteria
kryptografie cryptography encryption
kunde customer tenant
kündigen terminate
kündigung termination
künftig future
lang long
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
lokal local
löschen delete
löschung deletion delete
lösung solution
management management
mandant tenant domain
mandantenfähig multi_tenant
mandantentrennung tenant_isolation
mangel deficiency
manuell manual
marke trademark
maschine machine
maximal maximum
meilenstein milestone
melden report
meldung message report
menge amount
merkmal feature property
messen measure metering
messung metering measurement
messwert metric
metrik metric
miete rent
migration migration
mindestanforderung minimum_requirements requirements
mindestens minimum
minimal minimal minimum
mitarbeit contribute contribution
mitarbeiter employee staff
mitglied member
mitgliedschaft membership
mitmachen contribute participate
mitteilung notification
mitwirken contribute
modul module
möglich possible
möglichkeit option possibility
nachhaltig sustainable sustainability
nachhaltigkeit sustainability
nachricht message
nacht night
nachweis evidence proof
nachweisen prove evidence
name name
namensauflösung dns name_resolution
namensgebung naming
namensraum namespace
namensregel naming_convention
namensschema naming
netz network
netzrichtlinie network_policy
netzwerk network
neu new
neustart restart reboot
niveau level
norm standard
nutzen use benefit
nutzer user
nutzung usage use
oberfläche interface dashboard
objektspeicher object_storage s3
offen open
offenlegung disclosure transparency
öffentlich public
operator operator
optional optional
ordner folder directory
organisation organization
ort location
paket package
parameter parameter
partner partner
passwort password
performance performance
pflege maintenance
pflicht mandatory required
physisch physical
pipeline pipeline
plan plan
planung planning
platte disk
plattenspeicher disk_storage
plattform platform
pool pool
port port
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
prüfbericht test_report report
prüfen check test verify
prüfer auditor
prüfstelle auditor
prüfung test check audit
puffer buffer
quellcode source_code
quelle source
quelltext source_code
quote quota
rack rack
rahmen framework
rat board
raum room
rechenknoten compute_node
rechenzentrum data_center datacenter
rechner computer machine host
rechnung invoice billing
recht right permission
rechte rights permissions roles
referenz reference
referenzimplementierung reference_implementation
regel rule
regelmäßig regular
region region
register registry register
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
router router
rückgabe return
rückmeldung feedback
rücksicherung restore
sammeln collect
satzung statutes governance
schaden damage
schalter switch
schema schema naming
schlüssel key
schlüsseltausch key_rotation
schlüsselverwaltung key_manager key_management barbican
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
script script
seite page
selbstbedienung self_service
selbstverwaltung self_service
separat separate
server server instance
sicher secure
sicherheit security
sicherheitsgruppe security_group
sicherheitshinweis security_advisory cve
sicherheitslücke vulnerability cve security
sicherheitsmeldung security_advisory cve
sichern backup secure
sicherung backup
sicherungskopie backup
sichtbar visible
signatur signature
sitzung session meeting
skalieren scale scaling
skalierung scaling autoscaling
skript script
snapshot snapshot
software software
souverän sovereign
souveränität sovereignty
speicher storage memory
speicherklasse storage_class
speichern store save
speicherplatz disk_space storage
sperre lock
sperren lock block
spezifikation specification
spiegel mirror
spiegelung mirror replication
sprache language
sprechstunde meeting coffee
stabil stable
stack stack
stamm root
standard standard default
standardmäßig default
standort location site region
start start boot
starten start boot
statistik statistics
status status
statusseite status_page
stelle place
stellen provide
steuerebene control_plane
steuern control
steuerung control
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
subnetz subnet
suche search
suchen search find
synchronisation synchronization
synchronisierung synchronization
system system
tabelle table
tarif tariff price
team team
technisch technical
teilnahme participation
teilnehmen participate join
test test
testen test
thema topic
transparenz transparency
treffen meeting
treiber driver
trennung separation isolation
typ type
überbuchen oversubscription
überbuchung oversubscription overcommit
übergang transition
überlast overload
überprüfen check verify
überprüfung check verification test
übersicht overview
übertragung transfer transmission
überwachen monitor monitoring
überwachung monitoring observability
umgebung environment
umsetzen implement implementation
umsetzung implementation
umstellung migration
umzug migration move
unterbrechung interruption
unternehmen company
unterschied difference
unterstützen support
unterstützt supported
unterstützung support
untersuchung investigation
unverschlüsselt unencrypted
update update
upgrade upgrade
ursache cause
validierung validation
variable variable
veraltet deprecated outdated
veranstaltung event
verantwortlich responsible
verbinden connect
verbindlich mandatory binding
verbindung connection
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
veröffentlichen publish release
veröffentlichung release publication
verpflichtend mandatory required
verschieben migrate move
verschlüsseln encrypt encryption
verschlüsselt encrypted
verschlüsselung encryption
version version
verstoß violation
versuch attempt
verteilen distribute spread distribution
verteiler mailing_list
verteilung distribution
vertrag contract
vertrauen trust
vertraulich confidential
verwalten manage management
verwalter manager administrator
verwaltung management
verwenden use
verwendung use
verzeichnis directory
verzögerung delay latency
virtualisierung virtualization
virtuell virtual
virtuelle virtual
volume volume
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
web web
wechsel change rotation
weg path
weitergabe sharing
weiterleitung forwarding
werkzeug tool
wert value
wichtig important
widerruf revocation
wiederanlauf recovery
wiederherstellen restore recover
wiederherstellung restore recovery
worker worker
wurzelplatte root_disk
zahl number
zähler meter counter
zahlung payment
zeit time
zeitabgleich time_sync ntp
zeitraum period
zeitserver ntp time_server
zeitsynchronisation time_synchronization time_sync ntp
zeitsynchronisierung time_synchronization time_sync ntp
zentral central
zertifikat certificate
zertifizieren certify certification
zertifiziert certified certification
zertifizierung certification
ziel goal target
zone zone
zufall random entropy
zufallsgenerator rng random
zufallszahl random entropy
zugang access
zugangsdaten credentials
zugangsschlüssel access_key credentials
zugeordnet assigned
zugriff access
zugriffskontrolle access_control
zugriffsrecht access_rights permission role
zukunft future
zulassen allow
zulässig allowed
zulassung approval
zusammenarbeit collaboration
zusammenfassung summary
zusatz additional supplement
zustand state status health
zuständig responsible
zuständigkeit responsibility
zuteilung allocation
zuweisen assign
zuweisung assignment
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
