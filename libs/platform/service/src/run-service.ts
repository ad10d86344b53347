import type { z } from 'zod';
import { loadConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';
import { metrics } from './metrics.ts';
import { startOpsServer, type ReadinessCheck } from './ops-server.ts';
import { startTelemetry } from './telemetry.ts';

/** A service at work, however it was started: alone, or with others in one process. */
export interface RunningService {
  /** Each is asked by `/readyz`. */
  checks: Record<string, ReadinessCheck>;
  /** Takes no new work, ends what runs, lets go of everything. */
  close(): Promise<void>;
}

interface Settings {
  LOG_LEVEL: string;
  OPS_HOST: string;
  OPS_PORT: number;
}

/**
 * Runs a service alone in its process until SIGTERM or SIGINT: configuration from variables, logs, traces, the ops port, an orderly end.
 * What goes wrong at the start is one line on stderr and exit code 1.
 */
export async function runService<T extends z.ZodType<Settings>>(
  service: { name: string; version: string },
  schema: T,
  start: (config: Readonly<z.output<T>>, logger: Logger) => Promise<RunningService>,
): Promise<void> {
  try {
    const config = loadConfig(schema, process.env);
    const logger = createLogger(service, config.LOG_LEVEL);
    const telemetry = startTelemetry(service);
    metrics.buildInfo.set({ service: service.name, version: service.version }, 1);
    const running = await start(config, logger);
    const ops = await startOpsServer({ host: config.OPS_HOST, port: config.OPS_PORT }, running.checks);
    logger.info({ ops: ops.url }, 'started');
    onStop(async () => {
      logger.info('stopping');
      await running.close();
      await telemetry.shutdown();
      await ops.close();
      logger.info('stopped');
    });
  } catch (error) {
    process.stderr.write(`${service.name}: ${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** Stops in order at the first SIGTERM or SIGINT; at once at the second SIGINT of a person, not at npm's copy of the first. */
export function onStop(stop: () => Promise<void>): void {
  let since: number | undefined;
  const act = (signal: NodeJS.Signals): void => {
    if (since !== undefined) {
      if (signal === 'SIGINT' && Date.now() - since > 1000) process.exit(130);
      return;
    }
    since = Date.now();
    void stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`stopping failed: ${(error as Error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', act).on('SIGINT', act);
}
