import type { Fields } from './json.ts';

/** One field that is wrong, in the words of the API: reason and message without the path. */
export interface FieldProblem {
  reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate'
    | 'FieldValueNotSupported'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid';
  field: string;
  message: string;
}

/** What a refusal is about. */
export interface Subject {
  group?: string;
  kind: string;
  name?: string;
}

/** A refusal; it becomes a `Status` object on the wire. */
export class Failure extends Error {
  override name = 'Failure';
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: Fields | undefined;

  constructor(code: number, reason: string | undefined, message: string, details?: Fields) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  status(): Fields {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

const detailsOf = ({ name, group, kind }: Subject, more?: Fields): Fields => ({
  ...(name && { name }),
  ...(group && { group }),
  kind,
  ...more,
});

const qualified = ({ group, kind }: Subject): string => (group ? `${kind}.${group}` : kind);

export const notFound = (subject: Subject): Failure =>
  new Failure(404, 'NotFound', `${qualified(subject)} "${subject.name ?? ''}" not found`, detailsOf(subject));

export const noSuchResource = (): Failure =>
  new Failure(404, 'NotFound', 'the server could not find the requested resource', {});

export const alreadyExists = (subject: Subject): Failure =>
  new Failure(
    409,
    'AlreadyExists',
    `${qualified(subject)} "${subject.name ?? ''}" already exists`,
    detailsOf(subject),
  );

export const conflict = (subject: Subject, why: string): Failure =>
  new Failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(subject)} "${subject.name ?? ''}": ${why}`,
    detailsOf(subject),
  );

export const modified =
  'the object has been modified; please apply your changes to the latest version and try again';

export const badRequest = (message: string): Failure => new Failure(400, 'BadRequest', message);

export const forbidden = (subject: Subject, why: string, causes?: Fields[]): Failure =>
  new Failure(
    403,
    'Forbidden',
    `${qualified(subject)} "${subject.name ?? ''}" is forbidden: ${why}`,
    detailsOf(subject, causes && { causes }),
  );

export function invalid(subject: Subject, problems: FieldProblem[]): Failure {
  const told = problems.map(({ field, message }) => `${field}: ${message}`);
  const list = told.length === 1 ? told[0] : `[${told.join(', ')}]`;
  return new Failure(
    422,
    'Invalid',
    `${qualified(subject)} "${subject.name ?? ''}" is invalid: ${list}`,
    detailsOf(subject, {
      causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
    }),
  );
}

/** The words of a problem that shows the value. */
export const invalidValue = (field: string, value: unknown, why: string): FieldProblem => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${JSON.stringify(value) ?? 'null'}: ${why}`,
});

export const requiredValue = (field: string, why?: string): FieldProblem => ({
  reason: 'FieldValueRequired',
  field,
  message: why ? `Required value: ${why}` : 'Required value',
});

export const forbiddenValue = (field: string, why: string): FieldProblem => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
});
