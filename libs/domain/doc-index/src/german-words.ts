/**
 * German words of cloud operation and what English documentation calls them, best translation first; several words in one
 * translation are joined by `_`. Compounds of these words are split, so only those with a meaning of their own stand here.
 */
export const germanWords = `
abbild image
abbruch abort cancel
abfrage query request
abgelaufen expired
abgeschottet air_gapped isolated offline
abhängig dependent
abhängigkeit dependency
abhilfe fix workaround remedy
abkündigung deprecation
ablage storage repository
ablauf process expiry workflow
ablaufen expire
ablehnen reject
abmelden logout
abnahme acceptance approval
abrechnen billing metering
abrechnung billing metering accounting
abschalten disable shutdown
abschluss completion
absichern secure hardening
absicherung hardening security protection
abstand interval
abstimmung vote voting
absturz crash
abstürzen crash
abwärtskompatibel backwards_compatible
abwehren prevent mitigate
administrator admin manager
adresse address
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
anlegen create
anleitung guide howto instructions
anmeldefehler login_failed authentication
anmelden login authentication
anmeldung login authentication sign
anpassen adapt customize
anpassung customization adaptation
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
auflösung resolution
aufräumen cleanup delete
aufruf call request
aufsetzen set_up install deploy
aufteilen split
auftrag order job
aufwand effort
aufzeichnung recording log
ausbau extension expansion
ausfall failure outage
ausfallen fail failure
ausfallsicher failsafe redundant
ausfallsicherheit failsafe redundancy availability
ausfallzone failure_domain availability_zone
ausführen run execute
ausführung execution
ausgabe output
ausgehend egress outgoing
auslagern offload
auslastung utilization load usage
auslaufen end_of_life deprecated expire
auslesen read
auslösen trigger
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
backend backend
backup backup
bandbreite bandwidth
bandbreitenbegrenzung rate_limit bandwidth
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
beenden stop terminate
befehl command
befehlszeile command_line cli
befugnis permission
beginn start
begrenzen limit
begrenzung limit limitation
beheben fix resolve
behebung fix mitigation
beispiel example
beitrag contribution
beitragen contribute contribution
beitreten join
bekannt known
belastung load
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
beschreibung description
besitzer owner
besprechung meeting
bestand stock inventory
bestandteil component part
bestätigung confirmation
bestehen pass exist
bestellen order
bestellung order request
betreiben operate run
betreiber operator csp provider
betrieb operation operations
betriebsführung operations management
betriebssystem operating_system
betroffen affected
bewertung assessment evaluation score
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
datenschutz privacy data_protection gdpr
datensicherung backup
datensparsamkeit privacy
datenträger volume disk
datum date
dauer duration period
dauerhaft persistent
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
durchlauf run
durchsatz throughput
dürfen may allowed
echtheit authenticity
effizienz efficiency
egress egress
eigen own
eigenschaft property
eigenständig standalone
einbinden integrate mount
einführung introduction
eingabe input
eingang ingress
eingehend ingress incoming
einhalten comply compliance
einhaltung compliance conformance
einhängen mount attach
einheit unit
einheitlich uniform consistent
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
einspielen install apply
einspielung installation
einsteiger getting_started beginner
einstellung setting configuration
einstieg getting_started introduction
eintrag entry record
eintragen register enter
empfangen receive
empfehlung recommendation recommended
empfohlen recommended
ende end
endpunkt endpoint
energie energy power
energieverbrauch energy_consumption energy
engpass bottleneck
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
format format
forum community
frage question faq
freigabe release share approval
freigeben release
freischalten enable
fremd foreign
frist deadline period
führen lead
funktion feature function
funktionieren work
gast guest
gastsystem guest
gateway gateway
gebäude building
gebäudeteil building_section building
gebühr fee
gefahr risk
gegenstelle peer
geheim secret
geheimnis secret
gehen work
geltungsbereich scope
gemeinde community
gemeinschaft community
genehmigen approve
genehmigung approval
gerät device
geschäftsordnung governance
geschwindigkeit speed
gesetz law
gespräch meeting
gesund healthy
gesundheit health
getrennt separated isolated
gewähren grant
gewährleistung guarantee
gleichzeitig concurrent
grafikkarte gpu
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
haftung liability
handbuch manual guide
hängen stuck hang
hardware hardware
härten hardening
härtung hardening
häufig frequent faq
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
hinweis note hint
hinzufügen add
hochfahren boot start
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
inaktiv inactive
inbetriebnahme deployment installation
index index
infrastruktur infrastructure
ingress ingress
inhalt content
installation installation deployment
installieren install
instandhaltung maintenance
instanz instance
integration integration
intern internal
internet internet
internetzugang internet_access
isolieren isolate isolation
isolierung isolation
jährlich yearly annual
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
konto account
kontrolle control check
konzept concept
kopie copy
kopieren copy
kosten costs fee price
kostet costs fee price
kriterium criteria
kryptografie cryptography encryption
kubernetes kubernetes
kunde customer tenant
kündigen terminate
kündigung termination
künftig future
künstlich synthetic
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
lizenz license
lokal local
löschen delete
löschung deletion delete
lösung solution
lücke gap vulnerability
management management
mandant tenant domain
mandantenfähig multi_tenant
mandantentrennung tenant_isolation
mangel deficiency
manuell manual
marke trademark
maschine machine
maximal maximum
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
missbrauch abuse misuse
mitarbeit contribute contribution
mitarbeiter employee staff
mitglied member
mitgliedschaft membership
mitlesen eavesdrop intercept
mitmachen contribute participate
mitteilung notification
mitwirken contribute
modul module
möglich possible
möglichkeit option possibility
nachfolger successor replaced
nachhaltig sustainable sustainability
nachhaltigkeit sustainability
nachinstallieren install
nachricht message
nacht night
nachweis evidence proof
nachweisen prove evidence
nachziehen update
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
planung planning
platte disk
plattenspeicher disk_storage
plattform platform
pod pod
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
proxy proxy
prozessor cpu processor
prüfbericht test_report report
prüfen check test verify
prüfer auditor
prüflauf test_run
prüfstelle auditor
prüfung test check audit
puffer buffer
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
rechenzentren data_centers datacenter
rechenleistung compute cpu
rechenschaft accountability
rechenzentrum data_center datacenter
rechner computer machine host
rechnung invoice billing
recht right permission
rechte rights permissions roles
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
richtlinie policy guideline
risiko risk
rolle role
rollieren rolling
rotieren rotate rotation
router router
rückgabe return
rückmeldung feedback
rücksicherung restore
rufbereitschaft on_call
sammeln collect
satzung statutes governance
schaden damage
schalter switch
schema schema naming
schicht layer
schlüssel key
schlüsseltausch key_rotation
schlüsselverwaltung key_manager key_management barbican
schnappschuss snapshot
schnell fast
schnellstart quickstart
schnittstelle api interface
schreiben write
schreibgeschützt read_only
schritt step
schulung training
schutz protection security
schützen protect secure
schwachstelle vulnerability cve
schwachstellenscan vulnerability_scan security_scan
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
sichtbarkeit visibility
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
stoppen stop
störung incident outage failure
störungsmeldung incident
strategie strategy
strom power energy
stromausfall power_outage
stromverbrauch energy_consumption energy power
stromversorgung power_supply power
struktur structure
stufe level tier
subnetz subnet
suche search
suchen search find
synchronisation synchronization
synchronisieren synchronize sync
synchronisierung synchronization
system system
tabelle table
tarif tariff price
tauschen replace exchange
team team
teil part
technisch technical
teilnahme participation
teilnehmen participate join
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
übergang transition
überlast overload
überlastet overloaded
überprüfen check verify
überprüfung check verification test
überschreiten exceed
überschritten exceeded
übersicht overview
übersteigen exceed
übertragen transfer
übertragung transfer transmission
überwachen monitor monitoring
überwachung monitoring observability
uhr clock time
uhrzeit time clock
umbenennen rename
umgebung environment
umgehen bypass workaround
umschalten switch failover
umsetzen implement implementation
umsetzung implementation
umstellung migration
umziehen migrate move
umzug migration move
unbefugt unauthorized
unerlaubt unauthorized
ungültig invalid
unsicher insecure
unterbrechen interrupt
unterbrechung interruption
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
verdrängen evict
vereinheitlichen standardize
vererben inherit
vererbung inheritance
verfahren procedure process
verfügbar available
verfügbarkeit availability
verfügbarkeitszone availability_zone
vergabe assignment allocation
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
verletzung violation
verlieren lose loss
verlust loss
vermeiden avoid
vernetzung networking
veröffentlichen publish release
veröffentlichung release publication
verpflichten oblige required
verpflichtend mandatory required
versagen fail failure
verschieben migrate move
verschieden different
verschlüsseln encrypt encryption
verschlüsselt encrypted
verschlüsselung encryption
versenden send
version version
verstoß violation
versuch attempt
verteilen distribute spread distribution
verteiler mailing_list
verteilung distribution
vertrag contract
vertrauen trust
vertrauenswürdig trusted
vertraulich confidential
verwalten manage management
verwalter manager administrator
verwaltung management
verweigern deny denied
verweigert denied
verwenden use
verwendung use
verzeichnis directory
verzögerung delay latency
virtualisierung virtualization
virtuell virtual
virtuelle virtual
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
vorhersage prediction
vorlage template
vorlauf lead
vorlegen submit
vorschlag proposal
vorschlagen propose proposal
vorschrift regulation
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
worker worker
wurzelplatte root_disk
zahl number
zähler meter counter
zahlung payment
zeit time
zeitabgleich time_sync ntp
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
zukunft future
zulassen allow
zulässig allowed
zulassung approval
zurücksetzen reset
zurückziehen withdraw revoke
zusammenarbeit collaboration
zusammenfassung summary
zusatz additional supplement
zustand state status health
zuständig responsible
zuständigkeit responsibility
zuteilung allocation
zuverlässig reliable reliability
zuverlässigkeit reliability
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
