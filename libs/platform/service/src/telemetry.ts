import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  SimpleSpanProcessor,
  TracerProvider,
  type SpanExporter,
} from '@opentelemetry/sdk-trace';

/** What carries a trace from one side to the other: headers, gRPC metadata, job data. */
export type Carrier = Record<string, string>;

let started: { shutdown(): Promise<void> } | undefined;

/**
 * Starts tracing for this process, once. Spans go to `OTEL_EXPORTER_OTLP_ENDPOINT` where that is set, to the given exporter in tests,
 * else nowhere; trace ids are made and passed on in every case.
 */
export function startTelemetry(
  service: { name: string; version: string },
  exporter?: SpanExporter,
): { shutdown(): Promise<void> } {
  if (started) return started;
  const otlp = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version }),
    spanProcessors: [
      ...(exporter ? [new SimpleSpanProcessor({ exporter })] : []),
      ...(otlp ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : []),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  started = { shutdown: () => provider.shutdown() };
  return started;
}

/** Writes the present trace into a carrier. */
export function inject(carrier: Carrier = {}): Carrier {
  propagation.inject(context.active(), carrier);
  return carrier;
}

/** Runs a function inside the trace that a carrier brought, or in a new one. */
export function runWithExtracted<T>(carrier: Carrier, fn: () => T): T {
  return context.with(propagation.extract(ROOT_CONTEXT, carrier), fn);
}

export const traceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/** Runs work in a span of its own, which ends with it and knows of its error. */
export async function traced<T>(
  name: string,
  kind: 'server' | 'client' | 'producer' | 'consumer' | 'internal',
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  const kinds = {
    server: SpanKind.SERVER,
    client: SpanKind.CLIENT,
    producer: SpanKind.PRODUCER,
    consumer: SpanKind.CONSUMER,
    internal: SpanKind.INTERNAL,
  };
  return trace.getTracer('scs').startActiveSpan(name, { kind: kinds[kind], attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.setAttribute('error.type', (error as Error).name);
      throw error;
    } finally {
      span.end();
    }
  });
}
