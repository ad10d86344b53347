import { runService } from '@scs/service';
import manifest from '../package.json' with { type: 'json' };
import { configSchema } from './config.ts';
import { startGateway } from './gateway.ts';

await runService({ name: 'gateway', version: manifest.version }, configSchema, startGateway);
