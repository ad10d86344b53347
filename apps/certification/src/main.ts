import 'reflect-metadata';
import { runService } from '@scs/service';
import packageJson from '../package.json' with { type: 'json' };
import { startCertification } from './certification.ts';
import { configSchema } from './config.ts';

await runService({ name: 'certification', version: packageJson.version }, configSchema, startCertification);
