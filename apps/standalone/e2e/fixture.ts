import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getOption, hasOption, type DescField, type DescMethod } from '@bufbuild/protobuf';
import { field as fieldRules } from '@scs/proto/buf/validate/validate_pb';
import { EvaluationService } from '@scs/proto/scs/certification/v1/evaluation_pb';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { SourceService } from '@scs/proto/scs/docs/v1/source_pb';
import { ApiTokenService } from '@scs/proto/scs/iam/v1/api_token_pb';
import { writeCloud } from '../src/clouds-file.ts';
import { clusterNameFor, clusterRequest, makeCluster, type ClusterNames } from './cluster-fixture.ts';
import type { Setup } from './setup.ts';

/** What belongs to one tenant: names to put into requests. */
export interface Belongings {
  tenant: string | null;
  cloud: string;
  subject: string;
  evaluation: string;
  snapshot: string;
  token: string;
  /** Of documentation, with two versions of the standard scs-0100 in it. */
  source: string;
  clusters: ClusterNames;
}

let count = 0;
export const fresh = (stem: string): string => `${stem}-${++count}`;

/** A subject with two evaluations, an API token and a cluster, of a tenant or of the operator. */
export async function makeBelongings(s: Setup, tenant: string | null): Promise<Belongings> {
  const admin = { token: await s.running.issueToken('platform-admin') };
  const cloud = tenant === null ? 'sandbox' : `${tenant}.prod`;
  await writeCloud(s.running.cloudsFile, cloud, s.running.sandbox.cloudsYaml(cloud));
  const id = fresh('matrix');
  const subject = { credential: { case: 'osCloud', value: cloud }, tenant: tenant ?? '', public: true };
  await s.call(SubjectService.method.createSubject, { subjectId: id, subject }, admin);
  const name = `subjects/${id}`;
  await s.call(EvaluationService.method.evaluateSubject, { subject: name }, admin);
  const [list] = (await s.call(
    EvaluationService.method.listEvaluations,
    { parent: name },
    admin,
  )) as unknown as [{ evaluations: { name: string }[] }];
  for (const { name: evaluation } of list.evaluations)
    await s.call(EvaluationService.method.watchEvaluation, { name: evaluation }, admin);
  const [evaluation] = (await s.call(
    EvaluationService.method.getEvaluation,
    { name: list.evaluations[0]!.name },
    admin,
  )) as unknown as [{ name: string; snapshot: string }];
  return {
    tenant,
    cloud,
    subject: name,
    evaluation: evaluation.name,
    snapshot: evaluation.snapshot,
    token: `apiTokens/${randomUUID()}`,
    source: await makeSource(s, fresh('docs')),
    clusters: await makeCluster(s, tenant ?? 'platform', fresh('matrix')),
  };
}

/** A source of documentation that has been read. */
export async function makeSource(s: Setup, sourceId: string): Promise<string> {
  const admin = { token: await s.running.issueToken('platform-admin') };
  const folder = join(s.running.sourcesFolder, sourceId);
  await mkdir(folder, { recursive: true });
  for (const version of ['v1', 'v2'])
    await writeFile(
      join(folder, `scs-0100-${version}-flavors.md`),
      `---\ntitle: Flavors ${version}\ntype: Standard\ntrack: IaaS\nstatus: Draft\n---\n\n## Naming\n\nFlavors of ${version}.\n`,
    );
  const source = { location: { case: 'directory', value: sourceId } };
  await s.call(SourceService.method.createSource, { sourceId, source }, admin);
  const name = `sources/${sourceId}`;
  await s.call(SourceService.method.watchSource, { name }, admin);
  return name;
}

/** A token that the bearer of another one made. */
export async function makeToken(
  s: Setup,
  bearer: string,
  role: string,
  tenant: string | null,
): Promise<string> {
  const request = { displayName: 'matrix', roles: [role], tenant: tenant ?? '', expireDays: 1 };
  const [{ apiToken }] = (await s.call(ApiTokenService.method.createApiToken, request, {
    token: bearer,
  })) as unknown as [{ apiToken: { name: string } }];
  return apiToken.name;
}

/** A request that names what belongs to somebody: told from the patterns of the proto, so a new RPC is covered. */
export function requestFor(method: DescMethod, theirs: Belongings, role: string): object {
  const request: Record<string, unknown> = {};
  for (const field of method.input.fields) {
    const name = resourceOf(field, theirs);
    if (name !== null) request[field.localName] = name;
  }
  const ofCluster = clusterRequest(method, request, theirs.clusters, fresh);
  if (ofCluster) return ofCluster;
  switch (method.name) {
    case 'CreateSubject':
      return { subjectId: fresh('made'), subject: { credential: { case: 'osCloud', value: theirs.cloud } } };
    case 'UpdateSubject':
      return {
        subject: { name: theirs.subject, displayName: 'changed' },
        updateMask: { paths: ['display_name'] },
      };
    case 'CreateSource':
      return {
        sourceId: fresh('made'),
        source: { location: { case: 'directory', value: theirs.source.slice('sources/'.length) } },
      };
    case 'UpdateSource':
      return {
        source: { name: theirs.source, displayName: 'changed' },
        updateMask: { paths: ['display_name'] },
      };
    case 'Search':
      return { query: 'flavors', typing: true };
    case 'Suggest':
      return { query: 'flav' };
    case 'ResolveError':
      return { text: 'flavors missing' };
    case 'Answer':
      return { question: 'How are flavors named?' };
    case 'Diff':
      return { standard: 'standards/scs-0100', fromVersion: 'v1', toVersion: 'v2' };
    case 'Similar':
      return { page: pageOf(theirs) };
    case 'RecordClick':
      return { queryId: randomUUID(), page: pageOf(theirs) };
    case 'CreateApiToken':
      return { displayName: 'matrix', roles: [role], tenant: theirs.tenant ?? '', expireDays: 1 };
    case 'ExportEvaluation':
      return { ...request, format: 'junit' };
    case 'DiffScopeVersions':
      return { name: 'scopes/iaas', fromVersion: 'v4', toVersion: 'v5.1' };
    case 'ImportReport':
      return { ...request, report: 'no report' };
    case 'GetBadge':
      return { subject: theirs.subject.slice('subjects/'.length), scope: 'iaas.svg' };
    case 'IntrospectApiToken':
      return { token: 'scscp_unknown' };
    default:
      return request;
  }
}

const pageOf = ({ source }: Belongings): string =>
  `${source.slice('sources/'.length)}:scs-0100-v1-flavors.md`;

/** Whether a request names something of a tenant. */
export const namesBelongings = (method: DescMethod): boolean =>
  method.input.fields.some((field) => resourceOf(field, probe) !== null) ||
  ['UpdateSubject', 'UpdateSource', 'UpdateCluster', 'UpdateNodePool'].includes(method.name);
const probe: Belongings = {
  tenant: 't',
  cloud: 'c',
  subject: 's',
  evaluation: 'e',
  snapshot: 'n',
  token: 'k',
  source: 'd',
  clusters: { parent: 'p', stack: 't', release: 'r', cluster: 'c', pool: 'l' },
};

function resourceOf(field: DescField, theirs: Belongings): string | null {
  const pattern = hasOption(field, fieldRules) ? patternOf(field) : '';
  // An optional name (`^(…)?$`) may stay away.
  if (pattern.startsWith('^(')) return null;
  if (pattern.startsWith('^subjects/[a-z0-9-]{1,63}/evaluations/')) return theirs.evaluation;
  if (pattern.startsWith('^subjects/[a-z0-9-]{1,63}/snapshots/')) return theirs.snapshot;
  if (pattern.startsWith('^subjects/')) return theirs.subject;
  if (pattern.startsWith('^apiTokens/')) return theirs.token;
  if (pattern.startsWith('^sources/')) return theirs.source;
  if (pattern.startsWith('^tenants/')) return clusterNameFor(pattern, theirs.clusters);
  return pattern.startsWith('^scopes/') && theirs !== probe ? 'scopes/iaas' : null;
}

function patternOf(field: DescField): string {
  const rules = getOption(field, fieldRules);
  return rules.type.case === 'string' ? (rules.type.value.pattern ?? '') : '';
}
