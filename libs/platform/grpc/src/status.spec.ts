import { status, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { DomainError, type ErrorKind } from '@scs/service';
import { expect, it } from 'vitest';
import { fromGrpcStatus, toGrpcStatus } from './status.ts';

const overTheWire = ({
  code,
  message,
  metadata,
}: {
  code: status;
  message: string;
  metadata: Metadata;
}): ServiceError =>
  Object.assign(new Error(message), { name: 'ServiceError', code, details: message, metadata });

// google.rpc.Code for each kind, as the style guide lists them.
it.each([
  ['invalid', 3],
  ['not-found', 5],
  ['exists', 6],
  ['forbidden', 7],
  ['exhausted', 8],
  ['wrong-state', 9],
  ['conflict', 10],
  ['unavailable', 14],
  ['unauthenticated', 16],
] as [ErrorKind, number][])('%s is code %i, and comes back whole', (kind, code) => {
  const error = new DomainError(kind, 'SOME_REASON', 'what went wrong; what to do', {
    metadata: { subject: 'regio-a' },
    violations: [{ field: 'name', description: 'must be a name' }],
  });
  const sent = toGrpcStatus(error, 'test.scs.community');
  expect(sent.code).toBe(code);
  const { message, reason, metadata, violations, kind: back } = fromGrpcStatus(overTheWire(sent));
  expect({ kind: back, message, reason, metadata, violations }).toEqual({
    kind,
    message: 'what went wrong; what to do',
    reason: 'SOME_REASON',
    metadata: { subject: 'regio-a' },
    violations: [{ field: 'name', description: 'must be a name' }],
  });
});

it('keeps code and text of an error without details', () => {
  const { metadata } = toGrpcStatus(new DomainError('invalid', 'X', 'x'), 'd');
  metadata.remove('grpc-status-details-bin');
  const error = fromGrpcStatus(
    overTheWire({ code: status.DEADLINE_EXCEEDED, message: 'too late', metadata }),
  );
  expect(error).toMatchObject({ kind: 'unavailable', reason: 'DEADLINE_EXCEEDED', message: 'too late' });
});

it('cuts what a request blew up: trailers have room for 64 KiB', () => {
  // Three bytes each, nine once they are percent-encoded.
  const huge = '雲'.repeat(100_000);
  const violations = Array.from({ length: 1000 }, () => ({ field: huge, description: huge }));
  const sent = toGrpcStatus(new DomainError('invalid', 'X', huge, { metadata: { huge }, violations }), 'd');
  const details = sent.metadata.get('grpc-status-details-bin')[0] as Buffer;
  expect(encodeURIComponent(sent.message).length + details.toString('base64').length).toBeLessThan(60_000);
  expect(fromGrpcStatus(overTheWire(sent)).message).toMatch(/^雲{350}…雲{150}$/);
});
