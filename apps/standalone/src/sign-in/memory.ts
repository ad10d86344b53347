import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

interface Entry {
  payload: AdapterPayload;
  until: number;
}

/** Keeps sessions, codes and grants for as long as the process lives; what has expired is dropped now and then. */
export function inMemory(): AdapterFactory {
  const models = new Map<string, Map<string, Entry>>();
  let sweep = 0;
  return (model): Adapter => {
    const entries = models.get(model) ?? new Map<string, Entry>();
    models.set(model, entries);
    const search = (fits: (payload: AdapterPayload) => boolean) =>
      [...entries.values()].find(({ payload, until }) => until > Date.now() && fits(payload))?.payload;
    return {
      async upsert(id, payload, expiresIn) {
        entries.set(id, { payload, until: expiresIn ? Date.now() + expiresIn * 1000 : Infinity });
        if (++sweep % 1000 !== 0) return;
        for (const kept of models.values())
          for (const [key, { until }] of kept) if (until <= Date.now()) kept.delete(key);
      },
      async find(id) {
        const entry = entries.get(id);
        return entry && entry.until > Date.now() ? entry.payload : undefined;
      },
      findByUid: async (uid) => search((payload) => payload.uid === uid),
      findByUserCode: async (code) => search((payload) => payload.userCode === code),
      async consume(id) {
        const entry = entries.get(id);
        if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
      },
      async destroy(id) {
        entries.delete(id);
      },
      async revokeByGrantId(grantId) {
        for (const [id, { payload }] of entries) if (payload.grantId === grantId) entries.delete(id);
      },
    };
  };
}
