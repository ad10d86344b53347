import { validityMark, type VersionStanding } from '@scs/standards';

/** Text and colour (WCAG AA on white text) of each verdict. */
const looks = {
  PASS: { word: 'passed', colour: '#1a7f37' },
  FAIL: { word: 'failed', colour: '#c62828' },
  ABORT: { word: 'not determined', colour: '#8a5a00' },
  MISS: { word: 'not determined', colour: '#5f6b76' },
} as const;

/** Average advance of a character of Verdana 11 px; browsers stretch the text to what is reserved. */
const characterWidth = 6.6;
const padding = 7;

const xml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** A badge (SVG, 20 px high): the scope on the left; version and verdict on the right. */
export function drawBadge(scope: string, stands: VersionStanding | undefined): string {
  const { word, colour } = looks[stands?.result ?? 'MISS'];
  const right = stands ? `${stands.version}${validityMark[stands.validity]} ${word}` : word;
  const [leftText, rightText] = [scope, right].map((text) => Math.round(text.length * characterWidth)) as [
    number,
    number,
  ];
  const [left, all] = [leftText + 2 * padding, leftText + rightText + 4 * padding];
  const label = (text: string, x: number, width: number) =>
    `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${xml(text)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${all}" height="20" role="img" aria-label="${xml(`${scope}: ${right}`)}">`,
    `<title>${xml(`${scope}: ${right}`)}</title>`,
    `<clipPath id="r"><rect width="${all}" height="20" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#3b4752"/><rect x="${left}" width="${all - left}" height="20" fill="${colour}"/></g>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    label(scope, padding, leftText),
    label(right, left + padding, rightText),
    '</g></svg>\n',
  ].join('');
}
