import { createHash } from 'node:crypto';
import { page } from './html.ts';

/** Asks while one types; of a hit nothing is taken as markup. What it finds is what everybody may see. */
const script = `
const field = document.querySelector('#query');
const list = document.querySelector('#hits');
const status = document.querySelector('#status');
const filters = document.querySelector('#filters');
const chosen = new Map();
let running;

const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};

function marked(text, spans = []) {
  const line = element('p', undefined, 'snippet');
  let at = 0;
  for (const { start = 0, end = 0 } of spans) {
    line.append(text.slice(at, start), element('mark', text.slice(start, end)));
    at = end;
  }
  line.append(text.slice(at));
  return line;
}

function show(hit, queryId, position) {
  const item = element('li');
  const place = hit.page + (hit.anchor ? '#' + hit.anchor : '');
  const names = [hit.title, ...(hit.trail ?? [])].filter((name, at, all) => name !== all[at - 1]);
  const link = element(hit.url ? 'a' : 'span', names.join(' › '), 'name');
  if (hit.url) link.href = hit.url;
  link.addEventListener('click', () => {
    if (!queryId) return;
    const body = JSON.stringify({ queryId, page: hit.page, anchor: hit.anchor, position });
    fetch('/v1/clicks', { method: 'POST', body, keepalive: true, headers: { 'content-type': 'application/json' } });
  });
  const head = element('h3');
  head.append(link);
  if (hit.standard) head.append(' ', element('small', hit.standard.state, 'state ' + hit.standard.state));
  item.append(head, marked(hit.snippet ?? '', hit.highlights), element('small', place));
  return item;
}

const labels = { MATCH_NEAREST: 'Nothing has these words; nearest', MATCH_OUTSIDE_FILTERS: 'Nothing under this filter; elsewhere',
  MATCH_START: 'Nothing found; pages to start from' };

function showFilters(facets = []) {
  filters.replaceChildren();
  for (const { name, values = [] } of facets) {
    if (values.length < 2 && !chosen.has(name)) continue;
    const group = element('fieldset');
    group.append(element('legend', name));
    for (const { value, pages } of values.slice(0, 8)) {
      const button = element('button', value + ' ' + pages);
      button.type = 'button';
      button.setAttribute('aria-pressed', String(chosen.get(name) === value));
      button.addEventListener('click', () => {
        if (chosen.get(name) === value) chosen.delete(name);
        else chosen.set(name, value);
        ask(true);
      });
      group.append(button);
    }
    filters.append(group);
  }
}

async function ask(typing) {
  const query = field.value;
  running?.abort();
  history.replaceState(null, '', query ? '?q=' + encodeURIComponent(query) : location.pathname);
  if (query.trim() === '') return list.replaceChildren(), filters.replaceChildren(), void (status.textContent = '');
  running = new AbortController();
  const filter = Object.fromEntries([...chosen].map(([name, value]) => [name + 's', [value]]));
  try {
    const answer = await fetch('/v1/search', { method: 'POST', signal: running.signal,
      headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, typing, filter, session }) });
    const found = await answer.json();
    if (!answer.ok) return void (status.textContent = found.detail ?? 'No answer; try again.');
    const { hits = [], match, didYouMean, totalPages = 0, queryId, facets } = found;
    status.replaceChildren(labels[match] ?? totalPages + ' pages');
    if (didYouMean) {
      const other = element('button', didYouMean);
      other.type = 'button';
      other.addEventListener('click', () => { field.value = didYouMean; ask(false); });
      status.append(match === 'MATCH_NEAREST' ? ': ' : '. Did you mean ', other);
    }
    list.replaceChildren(...hits.map((hit, at) => show(hit, queryId, at + 1)));
    showFilters(facets);
  } catch (error) {
    if (error.name !== 'AbortError') status.textContent = 'The control plane does not answer; try again.';
  }
}

// Not randomUUID: browsers have that on https alone.
const session = [...crypto.getRandomValues(new Uint32Array(4))].join('-');
field.addEventListener('input', () => ask(true));
document.querySelector('form').addEventListener('submit', (event) => { event.preventDefault(); ask(false); });
field.value = new URLSearchParams(location.search).get('q') ?? '';
if (field.value) ask(false);
`;

const hash = createHash('sha256').update(script).digest('base64');

/** Runs its own script and asks its own origin, nothing else. */
export const searchPolicy = { 'script-src': `'sha256-${hash}'`, 'connect-src': "'self'" };

/** The search of the documentation, for people. */
export const searchPage = (): string =>
  page(
    'Search the documentation',
    `<nav aria-label="Filters">
<a class="home" href="/docs">SCS Control Plane</a>
<div id="filters"></div>
</nav>
<main>
<form role="search"><label for="query">Search the documentation</label>
<input id="query" type="search" name="q" autocomplete="off" spellcheck="false" autofocus maxlength="1000" placeholder="scs-0103, an error message, a question">
</form>
<p id="status" role="status"></p>
<ol id="hits"></ol>
</main>
<script>${script}</script>`,
  );
