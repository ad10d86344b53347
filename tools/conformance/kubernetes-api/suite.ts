import { afterAll, beforeAll, describe } from 'vitest';
import { describeAdmission } from './admission.ts';
import { describeApplying } from './applying.ts';
import { prepareBed, type Bed } from './bed.ts';
import { describeCustomKinds } from './custom-kinds.ts';
import { describeListsAndWatches } from './lists-and-watches.ts';
import { describeObjects } from './objects.ts';

/**
 * What a Kubernetes API server does, as far as controllers rely on it. It was written from the answers of a real one: where the sandbox differs,
 * the sandbox is wrong.
 */
export function describeKubernetesApi(
  name: string,
  kubeconfig: () => Promise<string> | string,
  isReal: boolean,
): void {
  describe(name, () => {
    let prepared: Bed;
    const bed = (): Bed => prepared;
    beforeAll(async () => {
      prepared = await prepareBed(await kubeconfig());
    });
    afterAll(() => prepared.close());
    describeObjects(bed);
    describeApplying(bed);
    describeCustomKinds(bed);
    describeListsAndWatches(bed);
    describeAdmission(bed, isReal);
  });
}
