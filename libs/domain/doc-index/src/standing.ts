import type { Page, Section, State } from './page.ts';
import type { Tuning } from './tuning.ts';

/**
 * What a page is worth by where it lies and what it is for: the documentation proper before drafts, READMEs, news and templates, all of
 * these before pages that only say where to read instead.
 */
export function placing({ path, standard, sections }: Page, tuning: Tuning): number {
  let factor = 1;
  if (/(^|\/)drafts\//i.test(path)) factor *= tuning.archive;
  if (/(^|\/)readme\.mdx?$/i.test(path)) factor *= tuning.readme;
  if (/(^|\/)(release(-?notes)?[\dx]*|changelog)\.mdx?$/i.test(path)) factor *= tuning.news;
  if (/(^|\/)(\.github\/|scs-xxxx-vn-)/i.test(path)) factor *= tuning.template;
  const [first, ...others] = sections;
  if (first && !standard && others.length === 0 && onlyPoints(first)) factor *= tuning.pointers;
  else if (first && hasMoved.test(first.text)) factor *= tuning.archive;
  return factor;
}

const fewWords = 12;
const onlyPoints = ({ text, code }: Section): boolean =>
  code === '' && text.split(/\s+/, fewWords).length < fewWords && /\b(see|refer|moved|found)\b/i.test(text);
const hasMoved =
  /^\W*(this (page|document|guide|file|repository) (is|has been|has|was) )?(now )?(obsolete|moved|superseded|archived)\b/i;

/** What a page is worth by its state: effective before draft before deprecated. */
export function standing({ standard }: Page, state: State | undefined, tuning: Tuning): number {
  if (!standard) return 1;
  const factor = state === 'deprecated' ? tuning.deprecated : state === 'draft' ? tuning.draft : 1;
  return standard.supplements.length > 0 ? factor * tuning.supplement : factor;
}

/** What a standard decides answers more than why; a list of links answers nothing itself. */
export function emphasis(page: Page, section: Section, tuning: Tuning): number {
  const headings = [...section.trail, section.heading];
  if (headings.some((heading) => pointers.test(heading))) return tuning.pointers;
  return page.standard && headings.some((heading) => decisions.test(heading)) ? tuning.decision : 1;
}

const pointers =
  /^(related documents?|references|further reading|links|see also|previous (standard )?versions?|table of contents|change ?log)$/i;
const decisions = /^(decisions?|standard|regulations|.* standard|specification)$/i;
