// The clock is set here; cloud, queue and database are real.
import { Evaluation_Trigger } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { metrics } from '@scs/service';
import { eventually } from '@scs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setup, type Setup } from './setup.ts';

const day = 86_400_000;

describe('a scheduled subject', () => {
  let s: Setup;
  let shift = 0;
  beforeAll(async () => {
    s = await setup({ clock: () => new Date(Date.now() + shift) });
  });
  afterAll(() => s.close());

  const looks = async () =>
    (await s.evaluations.listEvaluations({ parent: 'subjects/kept' }, s.certifier)).evaluations;

  it('is looked at again when its results are one lifetime old, once, and with probes when theirs are', async () => {
    await s.register('kept', { scheduled: true, probes: true });
    await s.newest('subjects/kept');
    // The sweep runs at the start of the service.
    shift = 6 * day;
    await s.restart();
    expect(await looks()).toHaveLength(1);
    shift = 8 * day;
    await s.restart();
    const [newest] = await eventually(async () => {
      const found = await looks();
      expect(found).toHaveLength(2);
      return found;
    });
    expect(newest).toMatchObject({ trigger: Evaluation_Trigger.SCHEDULE, probes: true, creator: 'schedule' });
    await s.ended(newest!.name);
    await s.restart();
    expect(await looks()).toHaveLength(2);
  });

  it('shows where it stands in the metrics', async () => {
    const text = await metrics.registry.metrics();
    expect(text).toMatch(/scs_cp_compliance_check_result\{subject_scope="kept\/iaas",version="v5\.1"\} 1\n/);
    const expiry = /scs_cp_certificate_expiry_timestamp_seconds\{subject_scope="kept\/iaas"\} (\d+)/.exec(
      text,
    )?.[1];
    expect(Number(expiry) * 1000).toBeGreaterThan(Date.now() + shift);
  });
});
