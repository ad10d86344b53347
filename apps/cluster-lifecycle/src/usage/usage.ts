import { connectJobs } from '@scs/jobs';
import type { Logger } from '@scs/service';
import type { DataSource } from 'typeorm';
import type { Config } from '../config.ts';
import type { Fleet } from '../fleet.ts';
import type { Tenants } from '../tenant/tenant.ts';
import { observeOutbox, OutboxRelay, type TopicName } from './outbox.ts';
import { UsageService } from './usage.service.ts';

export interface UsageParts {
  config: Config;
  database: DataSource;
  fleet: Fleet;
  tenants: Tenants;
  logger: Logger;
  clock: () => Date;
}

/** Changes come in bursts. */
const burstMs = 500;
/** So that an hour’s end is told soon after. */
const everyMs = 15_000;

/** Keeps the meters and hands over what they tell, whenever a cluster changes and from time to time. */
export async function startUsage({ config, database, fleet, tenants, logger, clock }: UsageParts) {
  const queueUrl = config.QUEUE_URL ?? config.DATABASE_URL ?? '';
  const jobs = await connectJobs(queueUrl, logger);
  const always = new Set<TopicName>(config.BILLING_QUEUE === 'on' ? ['usage'] : []);
  const service = new UsageService(database, fleet, tenants, clock);
  const relay = new OutboxRelay(database, jobs, logger, clock, always);
  const forgetOutbox = observeOutbox(database, clock);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const work = async (): Promise<void> => {
    try {
      await service.meter();
      await relay.relay();
    } catch (error) {
      logger.warn({ err: error }, 'usage is metered again later');
    }
  };
  const soon = (ms: number): void => {
    if (stopped) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      working = working.then(work).then(() => soon(everyMs));
    }, ms);
  };
  const hurry = (): void => {
    clearTimeout(timer);
    timer = undefined;
    soon(burstMs);
  };
  const forget = fleet.listen({ seen: hurry, gone: hurry });
  soon(burstMs);
  return {
    check: () => jobs.check(),
    async close() {
      stopped = true;
      forget();
      forgetOutbox();
      clearTimeout(timer);
      await working;
      await jobs.close();
    },
  };
}
