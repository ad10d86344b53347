// One trace from the HTTP request through gRPC and the queue to the job and the cloud.
import {
  EvaluationService,
  Evaluation_State,
  type Evaluation,
} from '@scs/proto/scs/certification/v1/evaluation_pb';
import { startTelemetry } from '@scs/service';
import { eventually } from '@scs/testing';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBelongings } from './fixture.ts';
import { setup, type Setup } from './setup.ts';

const exporter = new InMemorySpanExporter();
let s: Setup;
beforeAll(async () => {
  startTelemetry({ name: 'test', version: '0' }, exporter);
  s = await setup();
});
afterAll(() => s.close());

it('follows a request from HTTP through gRPC and the queue into the job', async () => {
  const own = await makeBelongings(s, null);
  const token = await s.running.issueToken('certifier');
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const response = await fetch(`${s.running.url}/v1/${own.subject}:evaluate`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
    },
    body: '{}',
  });
  expect(response.status).toBe(200);
  const { name } = (await response.json()) as { name: string };
  await eventually(async () => {
    const [evaluation] = (await s.call(
      EvaluationService.method.getEvaluation,
      { name },
      { token },
    )) as Evaluation[];
    expect(evaluation!.state).toBe(Evaluation_State.DONE);
  });
  await eventually(async () => {
    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    const names = spans.map(({ name: span }) => span);
    expect(names).toEqual(
      expect.arrayContaining([
        'POST /v1/subjects/{subject}:evaluate',
        'scs.certification.v1.EvaluationService/EvaluateSubject',
        'certification run-evaluations',
      ]),
    );
    // Client and server of the call; producer and consumer of the job.
    for (const twice of [
      'scs.certification.v1.EvaluationService/EvaluateSubject',
      'certification run-evaluations',
    ])
      expect(names.filter((span) => span === twice)).toHaveLength(2);
  });
});
