import 'reflect-metadata';
import { runService } from '@scs/service';
import packageJson from '../package.json' with { type: 'json' };
import { configSchema } from './config.ts';
import { startDocsSearch } from './docs-search.ts';

await runService({ name: 'docs-search', version: packageJson.version }, configSchema, startDocsSearch);
