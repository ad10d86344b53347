const mostPathBytes = 1000;
const mostNameBytes = 255;

/**
 * A path that others gave, as one below a folder: with slashes, without `.`; undefined for one that leads out of the folder, that names the
 * folder itself, or that no file system takes.
 */
export function safePath(path: string): string | undefined {
  if (path.startsWith('/') || path.includes('\\') || hasControlCharacter(path)) return undefined;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return undefined;
  if (parts.some((part) => Buffer.byteLength(part) > mostNameBytes)) return undefined;
  const safe = parts.join('/');
  return Buffer.byteLength(safe) > mostPathBytes ? undefined : safe;
}

/** Such a path of a file: one that ends in a slash is none. */
export function safeFilePath(path: string): string | undefined {
  return /(?:^|\/)\.?$/.test(path) ? undefined : safePath(path);
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) < 32) return true;
  return false;
}

/** What others gave, for a message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
