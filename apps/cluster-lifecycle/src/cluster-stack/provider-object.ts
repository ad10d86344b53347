import { createHash } from 'node:crypto';
import { ownGroup, type ClusterStack, type ObjectReference } from '@scs/cluster-stacks';
import type { ApiObject, KubernetesClient, ObjectKey } from '@scs/kubernetes';

/** Of the template that a provider object was last written by; what a provider or the schema adds to it is no difference. */
const templateAnnotation = `${ownGroup}/template-hash`;
const kubectlAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** What is made for each release of a ClusterStack, whatever the kind of its template. */
export interface ProviderObjects {
  /** The object of a release, as its ClusterStackRelease refers to it. */
  referenceTo(release: string): Required<Pick<ObjectReference, 'apiVersion' | 'kind' | 'name' | 'namespace'>>;
  /** Makes it, or brings it up to date with the template. */
  ensure(release: string): Promise<'created' | 'updated' | undefined>;
}

/** Others are not for us to watch and to make objects of: a stack's author may have no right to them. */
export const isProviderTemplate = (kind: string): boolean => kind.endsWith('ClusterStackReleaseTemplate');

/** Why there can be none: cause and remedy. */
export type ProviderProblem = { problem: string };

/** Reads the template that `spec.providerRef` names; `Template` at the end of its kind is all that tells it from its objects. */
export async function readProviderTemplate(
  client: KubernetesClient,
  stack: ClusterStack,
): Promise<ProviderObjects | ProviderProblem> {
  const { providerRef } = stack.spec;
  const { namespace = '' } = stack.metadata;
  if (!providerRef?.kind || !providerRef.name)
    return {
      problem: 'spec.providerRef is missing; name the template of the provider, or set spec.noProvider',
    };
  const { apiVersion = '', kind, name } = providerRef;
  if (!isProviderTemplate(kind))
    return { problem: `spec.providerRef names a ${kind}; its kind must end in ClusterStackReleaseTemplate` };
  if (!(await client.resourceType({ apiVersion, kind })))
    return {
      problem: `${kind} of ${apiVersion} is not served; install the provider’s CustomResourceDefinitions`,
    };
  const template = await client.get({ apiVersion, kind, name, namespace });
  if (!template)
    return {
      problem: `${kind} ${name} does not exist in ${namespace}; create it, or correct spec.providerRef`,
    };
  const spec = specOf(template);
  if (!spec) return { problem: `${kind} ${name} has no spec.template.spec` };
  return providerObjects(client, stack, { apiVersion, kind: kind.slice(0, -'Template'.length) }, spec);
}

function providerObjects(
  client: KubernetesClient,
  stack: ClusterStack,
  type: { apiVersion: string; kind: string },
  spec: Record<string, unknown>,
): ProviderObjects {
  const { namespace = '', labels = {}, annotations: given = {} } = stack.metadata;
  const { [kubectlAnnotation]: _, ...copied } = given;
  const hash = createHash('sha256')
    .update(JSON.stringify([spec, labels, copied]))
    .digest('hex')
    .slice(0, 16);
  const annotations = { ...copied, [templateAnnotation]: hash };
  const referenceTo: ProviderObjects['referenceTo'] = (name) => ({ ...type, name, namespace });
  return {
    referenceTo,
    async ensure(name) {
      const key: ObjectKey = referenceTo(name);
      const existing = await client.get(key);
      if (!existing) {
        await client.create({ ...type, metadata: { name, namespace, labels, annotations }, spec });
        return 'created';
      }
      const written = existing.metadata.annotations?.[templateAnnotation];
      const isCurrent = written === undefined || written === hash;
      if (existing.metadata.deletionTimestamp || (isCurrent && contains(existing['spec'], spec)))
        return undefined;
      const { metadata } = existing;
      await client.replace({
        ...existing,
        metadata: {
          ...metadata,
          labels: { ...metadata.labels, ...labels },
          annotations: { ...metadata.annotations, ...annotations },
        },
        spec,
      });
      return 'updated';
    },
  };
}

function specOf({ spec }: ApiObject): Record<string, unknown> | undefined {
  const template = isFields(spec) ? spec['template'] : undefined;
  const inner = isFields(template) ? template['spec'] : undefined;
  return isFields(inner) ? inner : undefined;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Does it have all that is wanted? It may have more, by defaults. */
function contains(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((item, place) => contains(actual[place], item))
    );
  if (isFields(wanted))
    return isFields(actual) && Object.entries(wanted).every(([name, value]) => contains(actual[name], value));
  return actual === wanted;
}
