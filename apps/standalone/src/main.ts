import 'reflect-metadata';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { destination } from 'pino';
import { loadConfig, onStop, startTelemetry } from '@scs/service';
import manifest from '../package.json' with { type: 'json' };
import { configSchema } from './config.ts';
import { certifySandbox, describe } from './sandbox-certification.ts';
import { showCluster } from './sandbox-cluster.ts';
import { startStandalone, type Standalone } from './standalone.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  const config = loadConfig(configSchema, process.env);
  await mkdir(config.DATA_DIR, { recursive: true });
  const logFile = join(config.DATA_DIR, 'control-plane.log');
  // Written in portions: a call for every line would cost as much as the search that it is about.
  const log = destination({ dest: logFile, mode: 0o600, sync: false, minLength: 4096, periodicFlush: 200 });
  const telemetry = startTelemetry({ name: 'standalone', version: manifest.version });
  print('SCS Control Plane');
  const starting = startStandalone(config, log, (what) => print(`… ${what}`));
  onStop(async () => {
    print('… stopping');
    await (await starting).close();
    await telemetry.shutdown();
    log.flushSync();
  });
  const running = await starting;
  const token = await running.issueToken('platform-admin');
  print(welcome(running, token, logFile));
  print('… certifying the sandbox cloud, with probes');
  const evaluation = await certifySandbox(running.certificationAddress, token, (step) =>
    print(`    ${step}`),
  );
  print(`\nSandbox cloud, SCS-compatible IaaS:\n${describe(evaluation)}`);
  const [stack] = running.stacks;
  if (stack !== undefined) {
    print(`\n… creating the cluster demo of tenant acme from the cluster stack ${stack}`);
    const demo = { tenant: 'acme', stack, cluster: 'demo' };
    const cluster = await showCluster(running.lifecycleAddress, token, demo, (step) => print(`    ${step}`));
    print(`Cluster ${cluster.name} runs Kubernetes ${cluster.kubernetesVersion} at ${cluster.endpoint}`);
  }
  print('\nReady. Ctrl-C stops everything.');
} catch (error) {
  process.stderr.write(`scs-control-plane: ${(error as Error).message}\n`);
  process.exit(1);
}

function welcome(running: Standalone, token: string, logFile: string): string {
  const {
    url,
    opsUrl,
    signInUrl,
    users,
    certificationAddress,
    docsSearchAddress,
    lifecycleAddress,
    iamAddress,
  } = running;
  const { cloudsFile, kubeconfigFile } = running;
  const people = users.map(
    ({ name, password, roles, tenant }) =>
      `    ${name.padEnd(8)} ${password}   ${roles.join(', ')}${tenant === undefined ? '' : ` of tenant ${tenant}`}`,
  );
  return `
  API and its documentation   ${url}/docs
  OpenAPI 3.1                 ${url}/openapi.json
  Search its documentation    ${url}/search?q=certify+a+cloud
  Badge of the sandbox        ${url}/badges/sandbox/iaas.svg
  gRPC                        ${certificationAddress} (certification), ${docsSearchAddress} (documentation search),
                              ${lifecycleAddress} (clusters), ${iamAddress} (API tokens)
  Health and metrics          ${opsUrl}/readyz, ${opsUrl}/metrics
  Clouds it may look at       ${cloudsFile} (add your own)
  Management cluster          KUBECONFIG=${kubeconfigFile} kubectl get clusters -A
  Log                         ${logFile}

  Sign-in (OpenID Connect)    ${signInUrl}
${people.join('\n')}
  API token (platform-admin, one day)
    ${token}

  Try it
    curl -H 'authorization: Bearer ${token}' ${url}/v1/subjects/sandbox/status
    SCS_SERVER=${url} SCS_TOKEN=${token} npx scs cluster list
    OS_CLIENT_CONFIG_FILE=${cloudsFile} npx scs certify --os-cloud sandbox --probes
`;
}
