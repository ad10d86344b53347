import { stem } from './tokens.ts';

/** Groups of words that mean the same to an operator. A `_` joins words that belong together. */
const groups = `
k8s kubernetes
kaas cluster kubernetes
lbaas load_balancer octavia
loadbalancer load_balancer octavia
vm virtual_machine instance server
vms virtual_machines instances servers
tenant project domain customer
customer tenant user
sso single_sign_on federation oidc
oidc openid_connect
iam identity_access_management keycloak keystone
idp identity_provider
ha high_availability redundancy
az availability_zone
azs availability_zones
dr disaster_recovery
randomness entropy rng random
rng entropy random
clock time ntp
ntp time_synchronization
secret secrets key_manager barbican
secrets key_manager barbican
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
overcommitment oversubscription
overprovisioning oversubscription
oversubscription overcommit
mandatory required must
required mandatory
optional recommended
costs billing metering
invoice billing
billing metering
accounting metering billing
usage metering
certified certification
certify certification
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
permissions roles policies
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
  `a about an and are as at be become been being but by can could did do does for from get had has have how i if in into is it its may me
  my need no not of on one or our shall should so such than that the their them then there these they this those to us use used using
  was we were what when where which who why will with would you your`.split(/\s+/),
);
