import { ApiError } from '@scs/kubernetes';

const longest = 500;

/** One line for `status.resources[].error`: what was refused, and what helps where that is known. */
export function explain(error: ApiError, kind: string): string {
  return oneLine(withRemedy(error, kind === 'Secret' ? withoutValues(error.message) : error.message));
}

export const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};

/** The API server repeats what it refuses. */
const withoutValues = (message: string): string =>
  message.replaceAll(/Invalid value: ("(?:[^"\\]|\\.)*"|[^:]*):/g, 'Invalid value:');

function withRemedy({ status, message, reason }: ApiError, text: string): string {
  // The client has a remedy of its own, for those who wrote the manifest.
  if (reason === 'NoKindMatch')
    return `${text.split(';')[0]}; install its CustomResourceDefinition, then it is applied by itself`;
  if (status === 403) return `${text}; allow it in the operator’s role`;
  if (status === 422 && message.includes('immutable'))
    return `${text}; delete the object, then it is made again`;
  return text;
}

/** Is it about this one object? Otherwise nothing more can be done now, and the whole is tried again later. */
export const isAboutOneObject = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status !== 401 && error.status !== 429 && error.status !== 503;
