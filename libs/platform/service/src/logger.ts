import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import {
  pino,
  stdSerializers,
  stdTimeFunctions,
  type DestinationStream,
  type Logger as PinoLogger,
} from 'pino';

export type Logger = PinoLogger;

/** Never written, wherever they stand in a logged object. */
const secrets = [
  'authorization',
  'cookie',
  'set-cookie',
  'token',
  'password',
  'secret',
  'client_secret',
  'kubeconfig',
  'clouds.yaml',
];
const paths = secrets.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]);

/** One JSON object a line on stdout: time, level, msg, service and trace. */
export function createLogger(
  service: { name: string; version: string },
  level = 'info',
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level,
      base: { 'service.name': service.name, 'service.version': service.version },
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: withoutValues },
      redact: { paths, censor: '(secret)' },
      formatters: { level: (label) => ({ level: label }) },
      mixin() {
        const span = trace.getActiveSpan()?.spanContext();
        return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
      },
    },
    ...(destination ? [destination] : []),
  );
}

/** A statement that the database refused is told without its values: these are what people wrote. */
function withoutValues(error: Error): object {
  const { parameters: _, driverError, ...told } = stdSerializers.err(error) as Record<string, unknown>;
  if (driverError === undefined) return told;
  return { ...told, code: (driverError as { code?: unknown }).code };
}

/** Nest's own messages through our logger. */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;
  constructor(logger: Logger) {
    this.#logger = logger;
  }
  log(message: unknown, context?: string): void {
    this.#logger.debug({ context }, String(message));
  }
  warn(message: unknown, context?: string): void {
    this.#logger.warn({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    this.#logger.error({ context, stack }, String(message));
  }
}
