import { homedir } from 'node:os';
import { cleanupProbes, inspectCloud, inspectCluster } from '@scs/inspection';
import { OpenStackError, readCloudConfig, type CloudConfig } from '@scs/openstack';
import type { CloudSnapshot, ClusterSnapshot } from '@scs/standards';
import { EXIT, Failure, oneLine, usage } from './failure.ts';
import { interruptible } from './interruption.ts';
import { progressLine } from './progress.ts';

interface CloudValues {
  'os-cloud'?: string;
  probes?: boolean;
  timeout?: string;
}

interface ClusterValues {
  kubeconfig?: string;
  sonobuoy?: string[];
  'kubernetes-data'?: string;
  timeout?: string;
}
