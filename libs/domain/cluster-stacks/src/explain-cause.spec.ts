import { expect, it } from 'vitest';
import { causeOf } from './explain-cause.ts';

// In the words of Nova, Neutron, Cinder, Octavia, gophercloud and Cluster API's OpenStack provider.
it.each([
  [
    'Quota exceeded for instances: Requested 1, but already used 10 of 10 instances',
    /quota .* \(instances\)/,
  ],
  ["Quota exceeded for resources: ['floatingip'].", /quota .* \(floatingip\)/],
  [
    'VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 50G',
    /quota/,
  ],
  ['Quota has been met for resources: Load Balancer', /quota .* \(Load Balancer\)/],
  ['No valid host was found. There are not enough hosts available.', /no room/],
  [
    'no images were found with the given image filter: name=ubuntu-capi-image-v1.34.7',
    /image is missing \(name=ubuntu-capi-image-v1\.34\.7\)/,
  ],
  ['Image 0f5c1d1c-9f0b-4c9a-8f5c-3d3f6d1a2b3c is not active.', /image is not active \(0f5c1d1c/],
  ['Unable to find a flavor with name SCS-2V-4', /no flavor SCS-2V-4/],
  ['Flavor SCS-4V-8 could not be found.', /no flavor SCS-4V-8/],
  ['no networks were found with the given filter', /network is missing/],
  ['found 2 external networks, which should not happen', /network is missing or not the only one/],
  ['Invalid key_name provided.', /SSH key/],
  ['Authentication failed', /refuses the credentials/],
  ['Secret "openstack-cloud-config" not found', /secret openstack-cloud-config .* missing/i],
  ['failed to call extension handler "before-cluster-upgrade.scs": connection refused', /does not answer/],
  [
    'failed calling webhook "validation.openstackcluster": no endpoints available for service',
    /does not answer/,
  ],
])('%s', (message, reason) => {
  expect(causeOf(message)?.reason).toMatch(reason);
});

it.each(['', 'Machine is being created', 'OpenStackMachine status.ready is false', 'NodeReady'])(
  '“%s” is no known cause',
  (message) => {
    expect(causeOf(message)).toBeUndefined();
  },
);
