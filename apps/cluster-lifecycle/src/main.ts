import 'reflect-metadata';
import { runService } from '@scs/service';
import packageJson from '../package.json' with { type: 'json' };
import { startClusterLifecycle } from './cluster-lifecycle.ts';
import { configSchema } from './config.ts';

await runService(
  { name: 'cluster-lifecycle', version: packageJson.version },
  configSchema,
  startClusterLifecycle,
);
