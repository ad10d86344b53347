import { stem } from './tokens.ts';

/** Groups of words that mean the same to an operator. A `_` joins words that belong together. */
const groups = `
k8s kubernetes
kaas cluster kubernetes
lbaas load_balancer octavia
loadbalancer load_balancer octavia
vm virtual_machine instance server
tenant project domain customer
customer tenant user
sso single_sign_on federation oidc
oidc openid_connect
iam identity_access_management keycloak keystone
idp identity_provider
ha high_availability redundancy
az availability_zone
dr disaster_recovery
randomness entropy rng random
rng entropy random
clock time ntp
ntp time_synchronization
secret secrets key_manager barbican
kms key_manager barbican
barbican key_manager
cinder volume block_storage
glance image
nova compute
neutron network
swift object_storage
s3 object_storage
octavia load_balancer
keystone identity
designate dns
disk volume storage
ephemeral local_storage
storageclass storage_class
pvc persistent_volume_claim
pv persistent_volume
cni network_plugin
csp cloud_provider provider operator
provider csp operator
gdpr privacy data_protection
sbom bill_of_materials
overcommit oversubscription
overprovisioning oversubscription
oversubscription overcommit
mandatory required must
required mandatory
optional recommended
costs billing metering fee
invoice billing
billing metering
accounting metering billing
usage metering
certified certification
compliant compliance conformance
compliance conformance
conformance compliance
monitoring observability
observability monitoring
logging logs
outage incident failure
downtime maintenance incident
vulnerability cve advisory
advisory cve vulnerability
cve vulnerability security
oncall on_call alerting
eol end_of_life support
upgrade update
backup snapshot restore
mtls tls
tls encryption ssl
ssl tls
wan network
firewall security_group
acl policy rbac
rbac roles
permission role policy
admin administrator
gpu nvidia
ssd nvme local_storage
nvme ssd local_storage
carbon energy co2 sustainability
co2 carbon energy
green sustainability
energy power
nuc hardware
byok encryption_key
terraform opentofu
opentofu terraform
iac terraform
ci pipeline zuul
zuul ci
docs documentation
howto guide
tutorial guide
join community contribute
contribute contribution contributing
governance board
worker node
datacenter data_center
registry harbor
harbor registry
fake spoofing
forge spoofing
impersonate spoofing
stop prevent disable
prevent avoid
avoid prevent
forbid disallow
constantly continuous periodic
continuously periodic
regularly periodic
periodically regularly
probe monitor check
check test verify
verify check test
validity expire
expire validity
expiry validity
submit report upload
username user login
login user authentication
signin authentication login
authentication login signature
password credentials
credentials password secret
air_gapped offline
airgapped air_gapped offline
offline air_gapped
without_internet air_gapped
noisy_neighbor oversubscription
slow performance latency
fast performance
speed performance
crash failure
broken failure
fails failure
fault failure
resilience redundancy robustness
failover redundancy high_availability
fire fire_zone
erase delete
remove delete
delete remove
destroy delete
create add
setup deploy install
set_up deploy install
install deploy deployment
deploy install
deployment installation
rollout deployment
machine server
server instance
host node
hypervisor compute_host
guest instance
size flavor
instance_type flavor
machine_type flavor
os operating_system
operating_system image
picture image
template image
naming name_convention
fee cost price
price cost fee
pay billing fee
charge billing
customer_data data_protection
privacy data_protection
law regulation
legal license
licence license
copyright license
copyleft license
rotate renew
renew rotation
refresh rotation update
key_rotation rotation
throttle rate_limit
flood rate_limit
overload rate_limit
restrict limit
limit quota
quota limit
isolate separation
separation isolation
segregation isolation
own dedicated
dedicated own
people member
member membership
participate join contribute
meeting call
chat matrix
contact mailing_list matrix
vote decision
decide decision
rule regulation policy
audit check
proof evidence
prove evidence
obligation mandatory
must mandatory
allowed permitted
permitted allowed
internal private
external public
public external
internet external_network
egress outgoing
outgoing egress
ingress incoming
incoming ingress
inbound ingress
outbound egress
hostname name
dns name_resolution
name_resolution dns
address ip
ip address
static fixed
floating_ip external_address
resize scale
grow scale
scale autoscaling
autoscaling autoscale scale
horizontal_scaling autoscaling
shrink scale
move migrate
evacuate migrate
relocate migrate
recover restore recovery
recovery restore backup
restore recovery
copy backup
archive backup
metrics prometheus
graph grafana dashboard
dashboards grafana
ui dashboard
gui dashboard horizon
web_interface dashboard horizon
console dashboard
frontend dashboard
command_line cli
cli command_line
notify alert
notification alert
alarm alert
warning alert
postmortem incident
breach incident
hack vulnerability
exploit vulnerability
hole vulnerability
patch update
bugfix release
changelog release_notes
news release_notes
roadmap milestone
deprecated end_of_life
obsolete deprecated
outdated deprecated
old deprecated
retire deprecated
supersede replace
successor replace
predecessor previous_version
lifetime lifecycle
lifespan lifecycle
life_cycle lifecycle
sustainability energy
environment energy
consumption usage
electricity power
ram memory
memory ram
cores cpu
processor cpu
vcpu cpu
hyperthread smt
pinning dedicated
graphics gpu
accelerator gpu
bandwidth throughput network
throughput performance
latency performance
encrypted encryption
encryption encrypted
cipher encryption
token credentials
vault key_manager
hsm key_manager
safe secure
harden security
baseline benchmark
scan scanner
intruder attacker
hacker attacker
tamper integrity
sign signature
trust signature
ingress_controller load_balancer
reverse_proxy load_balancer
proxy http_proxy
nat router
vlan provider_network
overlay network
peering bgp
routing bgp router
e2e end_to_end
smoke_test health_monitor
synthetic health_monitor
self_service domain_manager
delegate domain_manager
`;

/** What else a word may be called, by its stem; each as the stems that it consists of. */
export const synonyms: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  groups
    .trim()
    .split('\n')
    .map((line) => {
      const [word, ...others] = line.split(' ');
      return [
        word!.split('_').map(stem).join(' '),
        others.map((other) => other.split('_').map(stem)),
      ] as const;
    }),
);

/** Words that questions are made of and answers are not found by. */
export const stopWords = new Set(
  `a about also an and another are as at be become been being both but by can could did do does either for from get had has have
  here how i if in into is it its may me might my need no not of on one or our please shall should so some someone something
  still such than that the their them then there these they this those to us use used using very via want was we were what
  when where whether which while who why will with within would you your`.split(/\s+/),
);
