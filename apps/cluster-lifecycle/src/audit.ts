import { recordAudit } from '@scs/database';
import type { Call } from '@scs/grpc';
import type { Logger } from '@scs/service';
import type { DataSource } from 'typeorm';

/** Who changed what, or was given access to what. Without a database it is in the log alone. */
export class Audit {
  readonly #database: DataSource | undefined;
  readonly #logger: Logger;
  readonly #clock: () => Date;
  constructor(database: DataSource | undefined, logger: Logger, clock: () => Date) {
    this.#database = database;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** After a change that the Kubernetes API has taken: it stands, even if it cannot be written down. */
  async record(call: Call, action: string, resource: string): Promise<void> {
    await this.require(call, action, resource).catch((error: unknown) =>
      this.#logger.error({ err: error, action, resource }, 'the audit row could not be written'),
    );
  }

  /** Before something is given out: throws where it cannot be written down. */
  async require(call: Call, action: string, resource: string): Promise<void> {
    this.#logger.info({ actor: call.caller.subject, action, resource }, 'audit');
    if (this.#database) await recordAudit(this.#database.manager, call, action, resource, this.#clock());
  }
}
