import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { OpenStackError, type Connection, type Service } from '@scs/openstack';

/** All that a probe creates begins with this; then come the time of the run in base 36, a random part, and what it is. */
export const probePrefix = 'scs-probe-';

/** When the run began that made something of this name; null for foreign names. */
export function probeTime(name: string): Date | null {
  const match = /^scs-probe-([0-9a-z]{8,9})-[0-9a-f]{8}-/.exec(name);
  return match ? new Date(Number.parseInt(match[1]!, 36)) : null;
}

/** One run of one probe: names what it creates and removes it again, newest first, whatever happens. */
export class ProbeRun {
  readonly connection: Connection;
  readonly #signal: AbortSignal | undefined;
  readonly #id: string;
  readonly #undo: (() => Promise<void>)[] = [];
  #lost = false;

  constructor(connection: Connection, now: Date, signal?: AbortSignal) {
    this.connection = connection;
    this.#signal = signal;
    this.#id = `${now.getTime().toString(36)}-${randomBytes(4).toString('hex')}`;
  }

  name(what: string): string {
    return `${probePrefix}${this.#id}-${what}`;
  }

  /** Did this run name it? */
  owns(name: string): boolean {
    return name.startsWith(this.name(''));
  }

  /** Something may exist still: an answer to its creation was lost, or it could not be removed. */
  get lostSomething(): boolean {
    return this.#lost;
  }

  /** Sends a request that makes something. */
  async post<T>(service: Service, path: string, body: unknown): Promise<T> {
    try {
      return await this.connection.post<T>(service, path, body);
    } catch (error) {
      if (error instanceof OpenStackError && error.reason !== 'not-found')
        this.#lost ||= error.status === null || error.status >= 500;
      throw error;
    }
  }

  /** Makes an object that the API wraps under a key, and tells its id and the rest. */
  async create(
    service: Service,
    path: string,
    key: string,
    body: object,
  ): Promise<{ id: string } & Record<string, unknown>> {
    const answer = await this.post<Record<string, Record<string, unknown> | undefined> | null>(
      service,
      path,
      {
        [key]: body,
      },
    );
    const made = answer?.[key];
    if (typeof made?.['id'] === 'string') return { ...made, id: made['id'] };
    this.#lost = true;
    throw new OpenStackError(
      'malformed',
      `creating a ${key} was answered without its id; look into the service`,
    );
  }

  /** Ends the probe when its caller no longer wants it; cleaning up is not affected. */
  checkAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** Registers how to remove what was just created. */
  onCleanup(undo: () => Promise<void>): void {
    this.#undo.push(undo);
  }

  /**
   * Looks until `look` gives something: at once, then after growing pauses. Throws `timeout` after the given time. Seconds.
   */
  async until<T>(
    what: string,
    seconds: number,
    look: () => Promise<T | undefined>,
    always = false,
  ): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (let pause = 250; ; pause = Math.min(pause * 1.6, 10_000)) {
      if (!always) this.checkAborted();
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() + pause > end)
        throw new OpenStackError('timeout', `${what} took more than ${seconds} s`);
      await sleep(pause, undefined, always ? {} : { signal: this.#signal }).catch(() => this.checkAborted());
    }
  }

  /** Deletes an object and waits until it is gone. */
  async remove(service: Service, path: string, seconds = 120): Promise<void> {
    await this.connection.delete(service, path);
    await this.until(`removing ${path}`, seconds, () => this.#isGone(service, path), true);
  }

  async #isGone(service: Service, path: string): Promise<true | undefined> {
    try {
      await this.connection.get(service, path);
      return undefined;
    } catch (error) {
      if (error instanceof OpenStackError && error.status === 404) return true;
      throw error;
    }
  }

  /** Runs a probe and then cleans up, each step with a second try. What resists is left to those who look for the run's names. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      for (const undo of this.#undo.toReversed())
        await undo().catch(() =>
          sleep(2000)
            .then(undo)
            .catch(() => {
              this.#lost = true;
            }),
        );
    }
  }
}
