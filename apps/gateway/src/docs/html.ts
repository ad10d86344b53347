import { createHash } from 'node:crypto';
import { style } from './style.ts';

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign]!);

/** The little Markdown that comments are written in: paragraphs, lists and code. */
export function markup(text: string): string {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n');
      return lines.every((line) => line.startsWith('- '))
        ? `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`
        : `<p>${inline(block)}</p>`;
    })
    .join('');
}

const inline = (text: string) => escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

export const table = (caption: string, rows: string[]) =>
  `<div class="scroll"><table><caption>${caption}</caption><tbody>${rows.join('')}</tbody></table></div>`;

export const page = (title: string, content: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
${content}
</body>
</html>
`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** Of pages: they load nothing, run nothing but what is named, and are framed by nobody. */
export const htmlHeaders = (more: Record<string, string> = {}) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': Object.entries({
    'default-src': "'none'",
    'style-src': `'sha256-${styleHash}'`,
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    ...more,
  })
    .map(([directive, value]) => `${directive} ${value}`)
    .join('; '),
  'referrer-policy': 'no-referrer',
});
