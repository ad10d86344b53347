import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';

it('writes one JSON object a line, and nothing of what is secret', () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', version: '1' }, 'info', {
    write: (line: string) => void lines.push(line),
  });
  const headers = { authorization: 'Bearer s3cret', cookie: 's3cret' };
  logger.info(
    { request: { headers }, token: 's3cret', cloud: { password: 's3cret' }, name: 'kept' },
    'hello',
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('s3cret');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'info',
    msg: 'hello',
    'service.name': 'test',
    name: 'kept',
  });
});

it('tells a statement that the database refused without its values', () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', version: '1' }, 'info', {
    write: (line: string) => void lines.push(line),
  });
  // As TypeORM throws it.
  const refused = Object.assign(new Error('no relation query'), {
    query: 'INSERT INTO query VALUES ($1)',
    parameters: ['what somebody asked'],
    driverError: Object.assign(new Error('no relation query'), {
      code: '42P01',
      detail: 'what somebody asked',
    }),
  });
  logger.warn({ err: refused }, 'not written');
  expect(lines[0]).not.toContain('somebody');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    err: { message: 'no relation query', code: '42P01', query: 'INSERT INTO query VALUES ($1)' },
  });
});
