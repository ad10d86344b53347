import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundles = ['cli', 'cluster-lifecycle', 'standalone'].map((app) =>
  fileURLToPath(new URL(`../../apps/${app}/dist/main.js`, import.meta.url)),
);
const named = (variable: string): boolean => existsSync(process.env[variable] ?? '');

/** Ends the run before its first test where something is missing that each would fail for. Without servers all is skipped anyway. */
export function setup(): void {
  const [openstack, kubernetes] = [named('OS_CLIENT_CONFIG_FILE'), named('KUBECONFIG')];
  if ((openstack || kubernetes) && !bundles.every((bundle) => existsSync(bundle)))
    throw new Error('the bundles are not built; run `npm run build` first');
  if (openstack && !existsSync('/usr/bin/openstack'))
    throw new Error(
      'OpenStack conformance compares with /usr/bin/openstack, which is not installed; apt install python3-openstackclient',
    );
}
