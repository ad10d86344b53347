import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranslator, parseLexicon, separatedVerb } from './german.ts';
import { buildIndex, replacePages, type DocIndex } from './build-index.ts';
import type { Page } from './page.ts';
import { readPages } from './read/read-pages.ts';
import { search } from './search.ts';
import { correct, nearest } from './spelling.ts';
import { stem, termsOf, words } from './tokens.ts';

describe('words', () => {
  it.each([
    ['scs-0103-v1-standard-flavors', ['scs-0103', 'scs-0103-v1']],
    ['SCS-0103', ['scs-0103']],
    ['scs0103', ['scs-0103']],
    ['scs-01034', []],
  ])('%s names the standards %j', (word, ids) => {
    expect(termsOf(word).ids).toEqual(ids);
  });

  it.each([
    ['hw_rng_model', 'hw-rng-model', ['hw', 'rng', 'model']],
    ['topology.kubernetes.io/zone', 'topology-kubernetes-io-zone', ['topology', 'kubernetes', 'io', 'zone']],
    ['plain', undefined, ['plain']],
  ])('%s is found whole and by its parts', (word, whole, parts) => {
    expect(termsOf(word)).toMatchObject({ whole, parts: parts.map(stem) });
  });

  it('PersistentVolumeClaim is found by its humps too', () => {
    expect(termsOf('PersistentVolumeClaim').parts).toEqual(
      ['persistentvolumeclaim', 'persistent', 'volume', 'claim'].map(stem),
    );
  });

  it('keep their place in the text', () => {
    const text = 'see (hw_rng_model), please.';
    expect(words(text).map(({ start, end }) => text.slice(start, end))).toEqual([
      'see',
      'hw_rng_model',
      'please',
    ]);
  });

  it.each([
    ['flavours', 'flavor'],
    ['Virtualisation', 'virtualization'],
    ['encrypted', 'encrypting'],
    ['exceeds', 'exceeded'],
  ])('%s and %s are one', (one, other) => {
    expect(stem(one)).toBe(stem(other));
  });
});

describe('corrections', () => {
  const text = 'kubernetes etcd etcd manager manager barbican managed';
  const { pages } = readPages([{ repo: 'docs', path: 'words.md', text }]);
  const index = buildIndex(pages);

  it.each([
    ['kubernets', 'kubernetes'],
    ['etdc', 'etcd'],
    ['barbicna', 'barbican'],
    ['manger', 'manager'],
    ['zzzzzzz', undefined],
    ['mandated', undefined],
    ['tanager', 'manager'],
    ['kubxxxtes', undefined],
  ])('%s may be meant as %s', (word, meant) => {
    expect(correct(word, index)[0]?.word).toBe(meant);
  });
});

describe('German words', () => {
  const translator = createTranslator({ geschmack: [['flavor', 1]] });
  const meanings = (word: string): (string | undefined)[] =>
    translator.translate(word).map(([best]) => best?.words.join(' '));

  it.each([
    ['Verfügbarkeitszonen', ['availability zone']],
    ['Verfuegbarkeit', ['availability']],
    ['Sicherheitsgruppen', ['security group']],
    ['Statusseite', ['status page']],
    ['Speicherverschlüsselung', ['storage', 'encryption']],
    ['Netzwerkrichtlinien', ['network', 'policy']],
    ['Speicherregeln', ['storage', 'rule']],
    ['Geschmack', ['flavor']],
    ['Quatschwort', []],
  ])('%s is %j', (word, expected) => {
    expect(meanings(word)).toEqual(expected);
  });

  it.each([
    ['erstellt', 'erstellen'],
    ['erstellten', 'erstellen'],
    ['gelöschtes', 'löschen'],
    ['abgelehnte', 'ablehnen'],
    ['einzurichten', 'einrichten'],
    ['wiederhergestellt', 'wiederherstellen'],
    ['aktualisierter', 'aktualisieren'],
    ['zugewiesene', 'zuweisen'],
    ['getestet', 'testen'],
  ])('%s is a form of %s', (form, infinitive) => {
    expect(meanings(infinitive)).toHaveLength(1);
    expect(meanings(form)).toEqual(meanings(infinitive));
  });

  it.each(['tested', 'started', 'content', 'important', 'excellent', 'element', 'cement'])(
    '%s is none',
    (word) => expect(createTranslator().translate(word)).toEqual([]),
  );

  it.each([
    ['das Löschen schlägt fehl', 2, 'fehlschlägt'],
    ['ich richte es ein', 1, 'einrichte'],
    ['er stellt Daten wieder her', 1, 'wiederherstellt'],
    ['was kommt davor', undefined, undefined],
    ['ein Netz ist um', undefined, undefined],
  ])('"%s" has the verb at %s, which is %s', (clause, verb, joined) => {
    const given = clause.split(' ');
    expect(separatedVerb(given, given.length - 1, translator)).toEqual(
      verb === undefined ? undefined : { verb, joined },
    );
  });
});

it('a page that is written without blanks is found', () => {
  const text = `# Data\n\n${'a_'.repeat(200_000)}walrus\n`;
  const index = buildIndex(readPages([{ repo: 'docs', path: 'data.md', text }]).pages);
  expect(search(index, 'walrus', { asOf: '2026-11-24' }).hits[0]?.page).toBe('docs:data.md');
});

it('the nearest of the known words does not depend on where these stand', () => {
  const anyWord = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 4, maxLength: 9 });
  fc.assert(
    fc.property(fc.uniqueArray(anyWord, { maxLength: 30 }), anyWord, (known, unknown) => {
      const pages = known.map(
        (word) => readPages([{ repo: 'docs', path: `${word}.md`, text: `# ${word}` }]).pages[0]!,
      );
      const added = (page: Page, index: DocIndex) => replacePages(index, [page]);
      const inOneSegment = buildIndex(pages);
      const inTurn = pages.reduce((index, page) => added(page, index), buildIndex([]));
      const backwards = pages.reduceRight((index, page) => added(page, index), buildIndex([]));
      const found = nearest(unknown, inOneSegment);
      expect([nearest(unknown, inTurn), nearest(unknown, backwards)]).toEqual([found, found]);
      if (known.includes(unknown)) expect(found).toBe(unknown);
    }),
  );
});

describe('a lexicon', () => {
  it('is what its file has under entries', () => {
    expect(parseLexicon({ entries: { abbild: [['image', 1]] } })).toEqual({ abbild: [['image', 1]] });
  });

  it.each([
    ['a list', []],
    ['nothing', null],
    ['entries of another kind', { entries: { abbild: 'image' } }],
    ['a translation without its probability', { entries: { abbild: [['image']] } }],
  ])('is not %s', (_, content) => {
    expect(() => parseLexicon(content)).toThrow(/its shape is not {"entries"/);
  });
});
