/**
 * German words of cloud operation and what English documentation calls them, best translation first; several words in one
 * translation are joined by `_`. Compounds of these words are split, so only those with a meaning of their own stand here.
 */
export const germanWords = `
abbauen decommission remove
abbild image
abbruch abort cancel
abfrage query request
abgelaufen expired
abgeschottet air_gapped isolated offline
abgleich synchronization comparison
abgleichen synchronize compare
abhängig dependent
abhängigkeit dependency
abhilfe fix workaround remedy
abhören eavesdrop sniffing
abkündigung deprecation
abkürzung abbreviation
ablage storage repository
ablauf process expiry workflow
ablaufen expire
ablaufplan schedule workflow
ablegen store
ablehnen reject
abmelden logout
abnahme acceptance approval
abo subscription
abrechnen billing metering
abrechnung billing metering accounting
abschalten disable shutdown
abschluss completion
absenden submit send
absichern secure hardening
absicherung hardening security protection
abstand interval
abstimmung vote voting
absturz crash
abstürzen crash
abwärtskompatibel backwards_compatible
abwehren prevent mitigate
abweichung deviation
abzeichen badge
administrator admin manager
adresse address
affinität affinity
akku battery
aktivieren enable activate
aktualisieren update upgrade
aktualisierung update upgrade
aktuell current
alarm alert
alarmierung alerting alert
allgemein general
ältere older
alternative alternative
amt office
analyse analysis
anbieten offer provide
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
anhalten stop
anhang attachment appendix
anhängen attach
ankündigen announce
anlegen create
anleitung guide howto instructions
anmeldefehler login_failed authentication
anmelden login authentication
anmeldung login authentication sign
anpassen adapt customize
anpassung customization adaptation
anschließen connect attach
anschluss connection port
ansehen view
ansible ansible
ansicht view
ansprechpartner contact
antrag application proposal
antwort response answer
antwortzeit response_time latency
anwender user
anwendung application
anzahl number count
anzeige display
anzeigen show display list
api api
arbeit work
arbeitsgruppe team working_group sig
arbeitsknoten worker_node node
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
aufheben remove
auflisten list
auflistung list
auflösung resolution
aufräumen cleanup delete
aufruf call request
aufrufen call
aufsetzen set_up install deploy
aufteilen split
auftrag order job
auftragsverarbeitung data_processing gdpr
aufwand effort
aufzeichnung recording log
ausbau extension expansion
ausbreiten spread
ausfall failure outage
ausfallen fail failure
ausfallsicher failsafe redundant
ausfallsicherheit failsafe redundancy availability
ausfallzone failure_domain availability_zone
ausführen run execute
ausführung execution
ausgabe output
ausgehend egress outgoing
auskunft information
auslagern offload
auslastung utilization load usage
auslaufen end_of_life deprecated expire
auslesen read
auslösen trigger
ausmustern decommission
ausnahme exception
ausrollen deploy rollout
ausschalten disable shutdown
ausschreibung tender
ausstattung equipment hardware
austausch replacement exchange
austauschen replace
auswahl selection choice
auswählen choose select
auswertung evaluation
authentifizieren authenticate authentication
authentifizierung authentication
authentisierung authentication
automatisch automatic automated
automatisierung automation
autor author
backend backend
backup backup
bandbreite bandwidth
bandbreitenbegrenzung rate_limit bandwidth
basis base basis
batterie battery ups
bauen build
baustein component building_block
beantragen request apply
bearbeiten edit
bearbeiter editor
bedarf demand requirement
bedeuten mean
bedeutung meaning
bedienen operate
bediener operator
bedienung operation usage
bedingung condition
bedrohung threat
beenden stop terminate
befehl command
befehlszeile command_line cli
befolgen follow comply
befugnis permission
beginn start
begrenzen limit
begrenzung limit limitation
begriff term definition
begriffe terms glossary
beheben fix resolve
behebung fix mitigation
beispiel example
beitrag contribution
beitragen contribute contribution
beitreten join
bekannt known
belastung load
beleg evidence proof
belegen prove evidence
belegung allocation usage
benachrichtigen notify
benachrichtigung notification alert
benchmark benchmark
benennen naming name
benennung naming
benötigen require need
benötigt required
benutzen use
benutzer user
benutzt used use
benutzung use usage
beobachtbarkeit observability
beobachten monitor observe
beobachtung monitoring observability
beratung consulting
berechnen calculate billing
berechtigen authorize
berechtigung permission role access
bereich area scope
bereitschaft on_call readiness
bereitschaftsdienst on_call
bereitstellen deploy provide provision
bereitstellung deployment provisioning provide
bericht report
beschädigt corrupt damaged
bescheinigung certificate
beschleunigen accelerate performance
beschleuniger accelerator gpu
beschluss decision
beschränkung restriction limit
beschreiben describe
beschreibung description
besitzer owner
besprechung meeting
bestand stock inventory
bestanden passed
bestandteil component part
bestätigung confirmation
bestehen pass exist
bestellen order
bestellung order request
betreiben operate run
betreiber operator csp provider
betreuen support maintain
betreuer maintainer
betrieb operation operations
betriebsführung operations management
betriebssystem operating_system
betroffen affected
bewertung assessment evaluation score
bezahlen pay billing
bezahlmodell billing
bezahlung payment billing
bezeichnung name naming
bibliothek library
bieten provide offer
bild image
bilder images
blockieren block
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
cpu cpu
dashboard dashboard
datei file
daten data
datenbank database
datenformat data_format format
datenhaltung data_storage
datensatz record
datenschutz privacy data_protection gdpr
datensicherung backup
datensparsamkeit privacy
datenträger volume disk
datum date
dauer duration period
dauerhaft persistent
dauernd continuous
deaktivieren disable
dedizieren dedicate
dediziert dedicated
default default
deinstallieren uninstall remove
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
durchfallen fail
durchführen run perform
durchgängig end_to_end continuous
durchlauf run
durchsatz throughput
durchsetzen enforce
durchsuchen search
dürfen may allowed
echtheit authenticity
effizienz efficiency
egress egress
eigen own
eigenschaft property
eigenständig standalone
eigentum property ownership
einbinden integrate mount
einbruch intrusion breach
einchecken commit
eindringling intruder attacker
einführung introduction
eingabe input
eingang ingress
eingehend ingress incoming
einhalten comply compliance
einhaltung compliance conformance
einhängen mount attach
einheit unit
einheitlich uniform consistent
einladen invite
einladung invitation
einloggen login log_in
einmalanmeldung single_sign_on sso
einreichen submit
einrichten set_up setup configure
einrichtung setup configuration
einsatz use deployment
einschalten enable
einschränkung restriction limitation
einsehen view
einsicht insight access
einspielen install apply
einspielung installation
einsteiger getting_started beginner
einstellung setting configuration
einstieg getting_started introduction
einstufung classification level
eintrag entry record
eintragen register enter
empfangen receive
empfehlung recommendation recommended
empfohlen recommended
ende end
endpunkt endpoint
endung suffix
energie energy power
energieverbrauch energy_consumption energy
engpass bottleneck
entdecken discover detect
entfernen remove delete
enthalten include contain
entladen unload
entropie entropy
entscheiden decide decision
entscheidung decision
entwickler developer
entwicklung development
entwurf draft design
entziehen revoke
entzug revocation
erdbeben earthquake
ereignis event
erfassen collect metering
erfassung metering collection
erfüllen fulfil comply
ergebnis result
erhalten get receive
erhöhen increase
erkennen detect
erkennung detection
erklärung explanation
erlauben allow
erlaubnis permission
ermitteln determine discover
erneuern renew rotation
erneuerung renewal rotation
erneut again retry
erreichbar reachable available
erreichbarkeit reachability availability
erreichen reach
ersatz replacement
ersetzen replace
erstellen create
erstellung creation create
erwarten expect
erweitern extend
erweiterung extension
erzeugen create generate
extern external
fähigkeit capability
fällig due
fälschen spoof spoofing fake
fälschung spoofing
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
feuerabschnitt fire_compartment fire_zone
finden find
firewall firewall
firma company
flavor flavor
flüchtig ephemeral
föderation federation
föderieren federate federation
föderiert federated federation
förderung funding
format format
forum community
frage question faq
freigabe release share approval
freigabeprozess release_process
freigeben release
freischalten enable
fremd foreign
frist deadline period
führen lead
funktion feature function
funktionieren work
garantieren guarantee
gast guest
gastsystem guest
gateway gateway
gebäude building
gebäudeteil building_section building
gebühr fee
gefahr risk
gefälscht fake spoofed
gegenstelle peer
geheim secret
geheimhaltung confidentiality
geheimnis secret
gehen work
gelten apply
geltungsbereich scope
gemeinde community
gemeinschaft community
genehmigen approve
genehmigung approval
generator generator
gerät device
geschäftsordnung governance
geschwindigkeit speed
gesetz law
gespräch meeting
gesund healthy
gesundheit health
getrennt separated isolated
gewähren grant
gewährleisten ensure guarantee
gewährleistung guarantee
gewicht weight
gewichtung weight
gleichzeitig concurrent
glossar glossary
grafikkarte gpu
grammatik syntax
grenze limit boundary
grenzwert limit threshold
größe size
grund reason motivation
gründe reasons motivation
grundlage basis introduction basics
grundsatz principle
gruppe group
gültig valid
gültigkeit validity
gutachten audit report
gutachter auditor
haftung liability
handbuch manual guide
hängen stuck hang
hardware hardware
härten hardening
härtung hardening
häufig frequent faq
häufigkeit frequency
hauptschlüssel master_key kek
hauptspeicher memory ram
herausgeber publisher vendor
herkunft source origin
hersteller vendor manufacturer
herunterfahren shutdown
herunterladen download
hierarchie hierarchy
hilfe help support
hilfsmittel tool
hinterlegen store provide
hinweis note hint
hinzufügen add
hochfahren boot start
hochladen upload
höchstens maximum
hochverfügbar high_availability ha
hochverfügbarkeit high_availability ha
hochwasser flood
host host
hypervisor hypervisor
identifizieren identify
identität identity
identitätsanbieter identity_provider
identitätsverwaltung identity_management iam
image image
implementieren implement implementation
implementierung implementation
inaktiv inactive
inbetriebnahme deployment installation
index index
infrastruktur infrastructure
ingress ingress
inhalt content
inhaltsverzeichnis table_of_contents
installation installation deployment
installieren install
instandhaltung maintenance
instanz instance
integration integration
integrität integrity
intern internal
internet internet
internetzugang internet_access
intervall interval
isolieren isolate isolation
isolierung isolation
jahr year
jährlich yearly annual
juristisch legal
kabel cable
kalkulation price calculation
kapazität capacity
kaputt broken failure
karte card map
katalog catalog
katastrophe disaster
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
klima climate cooling
klon clone
knoten node
kohlenstoff carbon
kommandozeile command_line cli
kommunikation communication chat
kommunizieren communicate
kompatibel compatible
kompatibilität compatibility
komponente component
konferenz conference
konfiguration configuration
konfigurieren configure configuration
konform conformant compliant compliance
konformität conformance compliance
kontingent quota
kontinuierlich continuous
konto account
kontrolle control check
konzept concept
kopie copy
kopieren copy
kosten costs fee price
kostet costs fee price
kriterien criteria
kriterium criteria
kryptografie cryptography encryption
kubernetes kubernetes
kühlung cooling
kunde customer tenant
kündigen terminate
kündigung termination
künftig future
künstlich synthetic
kurzname short_name name
lagern store
lang long
langsam slow
laptop laptop
last load
lastausgleich load_balancer load_balancing
lastverteiler load_balancer
lastverteilung load_balancer load_balancing
latenz latency
laufen run
laufend running
laufwerk disk drive
laufzeit runtime duration
lebensdauer lifetime
lebenszyklus lifecycle life_cycle
leistung performance power
leistungsfähigkeit performance
leitfaden guide
leitung management line
lenkungskreis steering steering_committee board
lesen read
liefern provide deliver
lieferung delivery
liste list
lizenz license
logo logo
lokal local
löschen delete
löschung deletion delete
lösung solution
lücke gap vulnerability
lüfter fan
management management
mandant tenant domain
mandantenfähig multi_tenant
mandantentrennung tenant_isolation
mangel deficiency
manipulation tampering
manipulieren tamper
manuell manual
marke trademark
maschine machine
maximal maximum
mehrere multiple several
mehrfach multiple
mehrfaktor multi_factor mfa
mehrheit majority
meilenstein milestone
melden report
meldung message report
menge amount
merkmal feature property
messen measure metering
messung metering measurement
messwert metric
meta metadata
metadaten metadata
metrik metric
miete rent
migration migration
mindestanforderung minimum_requirements requirements
mindestens minimum
minimal minimal minimum
minute minute
missbrauch abuse misuse
mitarbeit contribute contribution
mitarbeiter employee staff
mitglied member
mitgliedschaft membership
mithören eavesdrop
mitlesen eavesdrop intercept
mitmachen contribute participate
mitteilung notification
mitwirken contribute
modul module
möglich possible
möglichkeit option possibility
monat month
monatlich monthly
nachbar neighbor
nachfolger successor replaced
nachhaltig sustainable sustainability
nachhaltigkeit sustainability
nachinstallieren install
nachprüfbar verifiable auditable
nachricht message
nacht night
nachverfolgen track
nachweis evidence proof
nachweisen prove evidence
nachziehen update
nähe proximity affinity
name name
namensauflösung dns name_resolution
namensgebung naming
namensraum namespace
namensregel naming_convention
namensschema naming
netz network
netzrichtlinie network_policy
netzteil power_supply
netzwerk network
neu new
neuaufbau rebuild
neuerung new_feature release_notes
neustart restart reboot
neustarten restart reboot
niveau level
node node
norm standard
notfall emergency disaster_recovery
notfallplan disaster_recovery
notstrom emergency_power power
nutzbar usable
nutzen use benefit
nutzer user
nutzung usage use
oberfläche interface dashboard
obergrenze maximum limit
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
pausieren suspend pause
performance performance
pflege maintenance
pflicht mandatory required
physisch physical
pipeline pipeline
plan plan
planen plan schedule
planer scheduler
planung planning
platte disk
plattenspeicher disk_storage
plattform platform
pod pod
pool pool
port port
präfix prefix
preis price
preisliste price_list price
priorität priority
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
proxy proxy
prozessor cpu processor
prüfbericht test_report report
prüfen check test verify
prüfer auditor
prüfkriterium test_criteria
prüflauf test_run
prüfstelle auditor
prüfung test check audit
puffer buffer
puffern buffer
quellcode source_code
quelle source
quelloffen open_source
quelltext source_code
quorum quorum
quote quota
rack rack
rahmen framework
rat board
raum room
rechenknoten compute_node
rechenleistung compute cpu
rechenschaft accountability
rechenzentren data_centers datacenter
rechenzentrum data_center datacenter
rechner computer machine host
rechnung invoice billing
recht right permission
rechte rights permissions roles
rechtlich legal
redundant redundant redundancy
redundanz redundancy
referenz reference
referenzimplementierung reference_implementation
regel rule
regelmäßig regular
region region
register registry register
registrieren register
registrierung registration
reihenfolge order
reparieren repair fix
replizieren replicate replication
repository repository
reserve reserve
reservieren reserve dedicated
ressource resource
reststrom power
revision revision audit
rhythmus interval cadence
richtlinie policy guideline
risiko risk
rolle role
rollieren rolling
rotieren rotate rotation
router router
rückfall rollback
rückgabe return
rückmeldung feedback
rücksicherung restore
rufbereitschaft on_call
sammeln collect
satzung statutes governance
schadcode malware
schaden damage
schadsoftware malware
schalter switch
schema schema naming
schicht layer
schicken send
schlüssel key
schlüsseltausch key_rotation
schlüsselverwaltung key_manager key_management barbican
schnappschuss snapshot
schnell fast
schnellstart quickstart
schnittstelle api interface
schnittstellenbeschreibung api openapi
schreiben write
schreibgeschützt read_only
schreibschutz read_only
schreibweise spelling syntax
schritt step
schrittweise step_by_step
schulung training
schutz protection security
schützen protect secure
schwachstelle vulnerability cve
schwachstellenscan vulnerability_scan security_scan
schwellwert threshold
script script
seite page
sekunde second
selbstauskunft self_declaration
selbstbedienung self_service
selbsterklärung declaration
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
sicherstellen ensure
sicherung backup
sicherungskopie backup
sichtbar visible
sichtbarkeit visibility
siegel certificate label
signatur signature
signieren sign signature
sitzung session meeting
skalierbar scalable
skalierbarkeit scalability scaling
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
spiegeln mirror
spiegelung mirror replication
spitze peak
sprache language
sprechstunde meeting coffee
stabil stable
stack stack
stamm root
standard standard default
standardmäßig default
ständig continuous permanent
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
stilllegen decommission shutdown
stilllegung decommission shutdown
stoppen stop
störung incident outage failure
störungsmeldung incident
strategie strategy
streuen spread
strom power energy
stromausfall power_outage
stromverbrauch energy_consumption energy power
stromversorgung power_supply power
struktur structure
stückliste bill_of_materials sbom
stufe level tier
stufenweise gradual
stunde hour
stündlich hourly
subnetz subnet
suche search
suchen search find
suffix suffix
synchronisation synchronization
synchronisieren synchronize sync
synchronisierung synchronization
syntax syntax
system system
tabelle table
täglich daily
tarif tariff price
tauschen replace exchange
team team
technisch technical
teil part
teilen share
teilnahme participation
teilnehmen participate join
temperatur temperature
temporär temporary
test test
testen test
testfall test_case test
testfälle test_cases tests
thema topic
token token
transparenz transparency
treffen meeting
treiber driver
trennen separate isolate disconnect
trennung separation isolation
typ type
überbelegung oversubscription overcommit
überbuchen oversubscription
überbuchung oversubscription overcommit
übergabe handover
übergang transition
überlast overload
überlastet overloaded
überprüfen check verify
überprüfung check verification test
überschreiten exceed
überschritten exceeded
überschwemmung flood
übersetzung translation
übersicht overview
übersteigen exceed
übertragen transfer
übertragung transfer transmission
überwachen monitor monitoring
überwachung monitoring observability
übung exercise
uhr clock time
uhrzeit time clock
umbenennen rename
umfang scope
umgebung environment
umgehen bypass workaround
umschalten switch failover
umsetzen implement implementation
umsetzung implementation
umstellung migration
umstieg migration upgrade
umziehen migrate move
umzug migration move
unbefugt unauthorized
unerlaubt unauthorized
ungültig invalid
unsicher insecure
unterbrechen interrupt
unterbrechung interruption
unterlage document
unterlagen documents documentation
unternehmen company
untersagen forbid
unterschied difference
unterstützen support
unterstützt supported
unterstützung support
untersuchung investigation
unverschlüsselt unencrypted
update update
upgrade upgrade
urheberrecht copyright
ursache cause
validierung validation
variable variable
veraltet deprecated outdated
veranstaltung event
verantwortlich responsible
verbieten forbid
verbinden connect
verbindlich mandatory binding
verbindung connection
verbot prohibition
verboten forbidden
verbrauch consumption usage
verbrauchen consume usage
verbrauchsdaten usage_data metering
verbund federation
verdächtig suspicious
verdrängen evict
verdrängung eviction preemption
vereinheitlichen standardize
vererben inherit
vererbung inheritance
verfahren procedure process
verfasser author
verfügbar available
verfügbarkeit availability
verfügbarkeitszone availability_zone
vergabe assignment allocation
vergeben assign grant
vergessen forgotten
vergleich comparison
vergleichen compare
vergrößern resize extend increase
verhalten behaviour
verhaltenskodex code_of_conduct
verhindern prevent
verifizieren verify
verkehr traffic
verkleinern shrink reduce
verknüpfung link
verlangen require
verlängern extend renew
verlangsamen slow
verleihen grant
verletzung violation
verlieren lose loss
verlust loss
vermeiden avoid
vernetzung networking
veröffentlichen publish release
veröffentlichung release publication
veröffentlichungsprozess release_process
verordnung regulation
verpflichten oblige required
verpflichtend mandatory required
versagen fail failure
verschicken send
verschieben migrate move
verschieden different
verschlüsseln encrypt encryption
verschlüsselt encrypted
verschlüsselung encryption
versenden send
version version
versionshinweise release_notes
verstoß violation
versuch attempt
verteilen distribute spread distribution
verteiler mailing_list
verteilung distribution
verteilungsregel anti_affinity
vertrag contract
vertrauen trust
vertrauenswürdig trusted
vertraulich confidential
vertraulichkeit confidentiality
verwalten manage management
verwalter manager administrator
verwaltung management
verweigern deny denied
verweigert denied
verwendbar usable
verwenden use
verwendung use
verzeichnis directory
verzögerung delay latency
virtualisierung virtualization
virtuell virtual
virtuelle virtual
voll full space_exceeded
volume volume
voraussetzung prerequisite requirement
vorbereiten prepare
vorbereitung preparation
vorfall incident
vorgabe requirement default policy
vorgänger predecessor previous
vorgehen procedure
vorgeschrieben mandatory required
vorhanden present available
vorherig previous
vorhersage prediction
vorlage template
vorlauf lead
vorlegen submit
vorrang priority precedence
vorschlag proposal
vorschlagen propose proposal
vorschrift regulation
vorsilbe prefix
vorstand board
vorteil advantage
wachstum growth
wahl election
wählen elect choose vote
warnen warn alert
warnmeldung warning alert
warnung warning alert
warten maintain wait
warteschlange queue
wartung maintenance
wartungsfenster maintenance_window maintenance
web web
webseite website
wechsel change rotation
weg path
weitergabe sharing
weiterleiten forward
weiterleitung forwarding
werkzeug tool
wert value
wichtig important
widerruf revocation
wiederanlauf recovery
wiederherstellbar recoverable
wiederherstellen restore recover
wiederherstellung restore recovery
wiederholen repeat retry
woche week
wöchentlich weekly
worker worker
wurzelplatte root_disk
zahl number
zähler meter counter
zahlung payment
zeit time
zeitabgleich time_sync ntp
zeitplan schedule
zeitquelle time_source ntp
zeitraum period
zeitserver ntp time_server
zeitsynchronisation time_synchronization time_sync ntp
zeitsynchronisierung time_synchronization time_sync ntp
zentral central
zerstören destroy delete
zertifikat certificate
zertifizieren certify certification
zertifiziert certified certification
zertifizierung certification
zertifizierungsstelle certificate_authority
ziel goal target
zone zone
zufall random entropy
zufallsgenerator rng random
zufallszahl random entropy
zugang access
zugangsdaten credentials
zugangsschlüssel access_key credentials
zugeordnet assigned
zugreifen access
zugriff access
zugriffskontrolle access_control
zugriffsrecht access_rights permission role
zugriffsschlüssel access_key credentials
zugriffszeit latency
zukunft future
zulassen allow
zulässig allowed
zulassung approval
zuordnen assign
zurücksetzen reset
zurückziehen withdraw revoke
zusammenarbeit collaboration
zusammenfassung summary
zusammenführen merge
zusammenschalten interconnect federation
zusammenschluss federation
zusatz additional supplement
zustand state status health
zuständig responsible
zuständigkeit responsibility
zuteilung allocation
zutritt physical_access access
zuverlässig reliable reliability
zuverlässigkeit reliability
zuweisen assign
zuweisung assignment
zwang mandatory
zweck purpose
zweig branch
zwischenspeicher cache
zwischenspeichern cache
`;

/** Words that only say how a German sentence is built. */
export const germanFunctionWords = new Set(
  `aber alle allem allen aller alles als also am an andere anderen auch auf aus außerhalb bei beide beim bekomme bekommen bekommt
  bin bis bitte da dabei damit dann das dass dein dem den denn der des dessen die dies diese diesem diesen dieser dieses doch
  dort du durch eigentlich ein eine einem einen einer eines einige er es etwas euer für gegen gerade gibt hab habe haben hat
  hatte hier ich ihr ihre im immer in innerhalb ins ist ja jede jeder jedes jetzt kann kein keine können könnte lassen lässt
  machen macht mal man manche mehr mein meine meinem meinen meiner meines mich mir mit muss müssen nach nicht noch nur ob oder
  ohne passiert pro schon sehr sein seine sich sie sind so soll sollen sollte um und uns unser unsere unserem unserer unter
  viel viele vielen vom von vor wann war warum was wegen weil welche welchen welcher welches wenig wenige wenn wer werde
  werden wie wieder wieso will wir wird wo wofür woher womit worden wurde wurden zu zum zur zwischen über`.split(
    /\s+/,
  ),
);
