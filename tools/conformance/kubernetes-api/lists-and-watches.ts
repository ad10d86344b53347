import { beforeAll, describe, expect, it } from 'vitest';
import { aConfigMap, eventually, uniqueName, type Bed } from './bed.ts';
import { mergePatch, type RawEvent } from './raw-kubernetes.ts';

/** Lists with selectors and pages, and watches. */
export function describeListsAndWatches(bed: () => Bed): void {
  const path = () => bed().core('configmaps');
  const query = (fields: Record<string, string>) => `${path()}?${new URLSearchParams(fields).toString()}`;
  const make = (name: string, labels: Record<string, string> = {}) =>
    bed().ok('POST', path(), aConfigMap(name, { a: '1' }, { labels }));
  const names = async (fields: Record<string, string>) =>
    [...(await bed().ok('GET', query(fields)))['items']!].map((item) => item['metadata']!['name']);

  describe('lists', () => {
    beforeAll(async () => {
      await make('list-c', { list: 'yes', tier: 'front', n: '3' });
      await make('list-a', { list: 'yes', tier: 'back' });
      await make('list-b', { list: 'yes', tier: 'cache', n: '1' });
    });

    it('have a kind and a version, items in order of names, and no kind in items of built-in kinds', async () => {
      const list = await bed().ok('GET', query({ labelSelector: 'list' }));
      expect(list).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
      expect(list['metadata']!['resourceVersion']).toMatch(/^\d+$/);
      expect([...list['items']!].map((item) => item['metadata']!['name'])).toEqual([
        'list-a',
        'list-b',
        'list-c',
      ]);
      expect([...list['items']!].map((item) => item['kind'])).toEqual([undefined, undefined, undefined]);
    });

    it.each([
      ['tier=front', ['list-c']],
      ['tier==front', ['list-c']],
      ['tier!=front,list=yes', ['list-a', 'list-b']],
      ['tier in (front,back)', ['list-a', 'list-c']],
      ['list,tier notin (front, back)', ['list-b']],
      ['list,n', ['list-b', 'list-c']],
      ['list,!n', ['list-a']],
      ['list,n>2', ['list-c']],
      ['tier in (front,back),n', ['list-c']],
    ])('select labels by %s', async (labelSelector, expected) => {
      expect(await names({ labelSelector })).toEqual(expected);
    });

    it('select by name and namespace, and refuse other fields', async () => {
      expect(await names({ fieldSelector: 'metadata.name=list-b' })).toEqual(['list-b']);
      expect(await names({ fieldSelector: 'metadata.name!=list-b', labelSelector: 'list' })).toEqual([
        'list-a',
        'list-c',
      ]);
      const all = `/api/v1/configmaps?fieldSelector=metadata.namespace%3D${bed().namespace}&labelSelector=list`;
      expect([...(await bed().ok('GET', all))['items']!]).toHaveLength(3);
      await bed().refused(
        { code: 400, reason: 'BadRequest' },
        'GET',
        query({ fieldSelector: 'spec.foo=bar' }),
      );
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'GET', query({ labelSelector: '===' }));
    });

    it('select events by what they are about', async () => {
      const event = (name: string, about: string, type: string) => ({
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: bed().namespace },
        involvedObject: { kind: 'ConfigMap', name: about, namespace: bed().namespace },
        type,
        reason: 'Tested',
      });
      await bed().ok('POST', bed().core('events'), event('e1', 'list-a', 'Normal'));
      await bed().ok('POST', bed().core('events'), event('e2', 'list-b', 'Warning'));
      const find = async (fieldSelector: string) => {
        const list = await bed().ok(
          'GET',
          `${bed().core('events')}?${new URLSearchParams({ fieldSelector }).toString()}`,
        );
        return [...list['items']!].map((item) => item['metadata']!['name']);
      };
      expect(await find('involvedObject.name=list-a,involvedObject.kind=ConfigMap')).toEqual(['e1']);
      expect(await find('type=Warning')).toEqual(['e2']);
    });

    it('come in pages of one moment', async () => {
      const first = await bed().ok('GET', query({ limit: '2', fieldSelector: '' }));
      const more = String(first['metadata']!['continue']);
      expect([...first['items']!]).toHaveLength(2);
      expect(first['metadata']!['remainingItemCount']).toBeGreaterThan(0);
      await make('list-zz-late');
      const rest: string[] = [];
      for (let next = more; next;) {
        const page = await bed().ok('GET', query({ limit: '2', continue: next }));
        expect(page['metadata']!['resourceVersion']).toBe(first['metadata']!['resourceVersion']);
        rest.push(...[...page['items']!].map((item) => item['metadata']!['name']));
        next = String(page['metadata']!['continue'] ?? '');
      }
      expect(rest).not.toContain('list-zz-late');
      expect(rest).toContain('list-c');
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'GET', query({ limit: '1', continue: 'abc' }));
    });

    it('of a version that is not yet are refused, as are versions that are none', async () => {
      const future = await bed().refused(
        { code: 504, reason: 'Timeout' },
        'GET',
        query({ resourceVersion: '99999999' }),
      );
      expect(future['message']).toContain('Too large resource version: 99999999');
      await bed().refused({ code: 400, reason: 'BadRequest' }, 'GET', query({ resourceVersion: 'x' }));
      await bed().refused({ code: 422, reason: 'Invalid' }, 'GET', query({ resourceVersionMatch: 'Exact' }));
    });

    it('are tables on request', async () => {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
      const table = await bed().ok('GET', query({ labelSelector: 'list' }), undefined, { accept });
      expect([...table['columnDefinitions']!].map((column) => column['name'])).toEqual([
        'Name',
        'Data',
        'Age',
      ]);
      expect([...table['rows']!].map((row) => [...row['cells']!].slice(0, 2))).toEqual([
        ['list-a', 1],
        ['list-b', 1],
        ['list-c', 1],
      ]);
    });
  });

  describe('watches', () => {
    const told = (events: RawEvent[]) =>
      events
        .filter(({ type }) => type !== 'BOOKMARK')
        .map(({ type, object }) => [type, object['metadata']!['name']]);
    const now = async () => String((await bed().ok('GET', path()))['metadata']!['resourceVersion']);

    it('tell what happens after a version, in order and with rising versions', async () => {
      const resourceVersion = await now();
      const name = uniqueName('watched');
      const watch = bed().watch(query({ watch: '1', resourceVersion, labelSelector: `w=${name}` }));
      await make(name, { w: name });
      await bed().ok('PATCH', `${path()}/${name}`, { data: { a: '2' } }, { type: mergePatch });
      await bed().ok('DELETE', `${path()}/${name}`);
      await eventually(() => {
        expect(told(watch.events)).toEqual([
          ['ADDED', name],
          ['MODIFIED', name],
          ['DELETED', name],
        ]);
      });
      const versions = watch.events.map(({ object }) => Number(object['metadata']!['resourceVersion']));
      expect(versions).toEqual(versions.toSorted((one, other) => one - other));
      expect(new Set(versions).size).toBe(3);
      expect(watch.events[2]!.object).toMatchObject({
        kind: 'ConfigMap',
        apiVersion: 'v1',
        data: { a: '2' },
      });
      const late = bed().watch(query({ watch: '1', resourceVersion, labelSelector: `w=${name}` }));
      await eventually(() => {
        expect(late.events).toEqual(watch.events);
      });
    });

    it('without a version begin with what is there', async () => {
      const name = uniqueName('watched');
      await make(name, { w: name });
      const watch = bed().watch(query({ watch: 'true', labelSelector: `w=${name}` }));
      await eventually(() => {
        expect(told(watch.events)).toEqual([['ADDED', name]]);
      });
    });

    it('tell that an object came into the selection, and that it left it', async () => {
      const name = uniqueName('watched');
      await make(name, { sel: 'out' });
      const resourceVersion = await now();
      const watch = bed().watch(
        query({
          watch: '1',
          resourceVersion,
          labelSelector: 'sel=in',
          fieldSelector: `metadata.name=${name}`,
        }),
      );
      const label = (sel: string) =>
        bed().ok('PATCH', `${path()}/${name}`, { metadata: { labels: { sel } } }, { type: mergePatch });
      await label('in');
      const left = await label('out');
      await eventually(() => {
        expect(told(watch.events)).toEqual([
          ['ADDED', name],
          ['DELETED', name],
        ]);
      });
      expect(watch.events[1]!.object['metadata']).toMatchObject({
        labels: { sel: 'in' },
        resourceVersion: left['metadata']!['resourceVersion'],
      });
    });

    it('end after their time, with a bookmark shortly before where these are allowed', async () => {
      const resourceVersion = await now();
      const watch = bed().watch(
        query({
          watch: '1',
          resourceVersion,
          timeoutSeconds: '3',
          allowWatchBookmarks: 'true',
          labelSelector: 'no=thing',
        }),
      );
      await make(uniqueName('unrelated'));
      await watch.ended;
      const bookmark = watch.events.findLast(({ type }) => type === 'BOOKMARK');
      expect(bookmark?.object).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1' });
      expect(Number(bookmark!.object['metadata']!['resourceVersion'])).toBeGreaterThanOrEqual(
        Number(resourceVersion),
      );
      expect(told(watch.events)).toEqual([]);
    });

    it('can send the initial events with a bookmark at their end', async () => {
      const name = uniqueName('watched');
      await make(name, { w: name });
      const watch = bed().watch(
        query({
          watch: '1',
          sendInitialEvents: 'true',
          resourceVersionMatch: 'NotOlderThan',
          allowWatchBookmarks: 'true',
          labelSelector: `w=${name}`,
        }),
      );
      await eventually(() => {
        expect(watch.events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK']);
      });
      expect(watch.events[1]!.object['metadata']!['annotations']).toEqual({
        'k8s.io/initial-events-end': 'true',
      });
    });

    it('are tables on request', async () => {
      const name = uniqueName('watched');
      await make(name, { w: name });
      const watch = bed().watch(query({ watch: '1', labelSelector: `w=${name}` }), {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      });
      await eventually(() => {
        expect(watch.events).toHaveLength(1);
      });
      expect(watch.events[0]!.object).toMatchObject({
        kind: 'Table',
        rows: [{ cells: [name, 1, expect.any(String) as string] }],
      });
    });

    it('of a version that is none are refused', async () => {
      const watch = bed().watch(query({ watch: '1', resourceVersion: 'x' }));
      await watch.ended;
      expect(watch.events[0]).toMatchObject({ type: 'REFUSED', object: { kind: 'Status', code: 500 } });
    });
  });
}
