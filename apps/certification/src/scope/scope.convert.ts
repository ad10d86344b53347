import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  Validity as ProtoValidity,
  type ScopeSchema,
  type ScopeValiditySchema,
  type ScopeVersionDiffSchema,
  type ValidityReportSchema,
} from '@scs/proto/scs/certification/v1/scope_pb';
import { validityOn, type Scope, type Validity, type VersionDiff } from '@scs/standards';

const validities = {
  draft: ProtoValidity.DRAFT,
  effective: ProtoValidity.EFFECTIVE,
  warn: ProtoValidity.WARN,
  deprecated: ProtoValidity.DEPRECATED,
} as const satisfies Record<Validity, ProtoValidity>;

export const toProtoValidity = (validity: Validity): ProtoValidity => validities[validity];

const lists = (targets: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(targets).map(([target, testcases]) => [target, { testcases }]));

export function toProtoScope(scope: Scope, now: Date): MessageInitShape<typeof ScopeSchema> {
  const validity = new Map(validityOn(scope, now).map((entry) => [entry.version, entry.validity]));
  return {
    name: `scopes/${scope.id}`,
    uuid: scope.uuid ?? '',
    displayName: scope.name,
    url: scope.url,
    versions: scope.versions.map(({ version, stabilizedAt, include, targets }) => ({
      version,
      stabilizeDate: stabilizedAt ?? '',
      modules: include.map(({ ref }) => ref),
      targets: lists(targets),
      validity: toProtoValidity(validity.get(version) ?? 'deprecated'),
    })),
    modules: scope.modules.map(({ id, name, url, targets }) => ({
      id,
      displayName: name,
      url,
      targets: lists(targets),
    })),
    testcases: scope.testcases.map(({ id, description, url, lifetime, evidence }) => ({
      id,
      description,
      url,
      lifetime,
      evidence,
    })),
    timeline: scope.timeline.map(({ date, versions }) => ({
      date,
      versions: Object.fromEntries(
        Object.entries(versions).map(([version, value]) => [version, toProtoValidity(value)]),
      ),
    })),
  };
}

export const toProtoDiff = (diff: VersionDiff): MessageInitShape<typeof ScopeVersionDiffSchema> => ({
  fromVersion: diff.from,
  toVersion: diff.to,
  addedModules: diff.addedModules,
  removedModules: diff.removedModules,
  addedTestcases: diff.addedTestcases,
  removedTestcases: diff.removedTestcases,
});

export const toProtoValidityReport = (
  scopes: readonly Scope[],
  at: Date,
): MessageInitShape<typeof ValidityReportSchema> => ({
  at: timestampFromDate(at),
  scopes: scopes.map((scope): MessageInitShape<typeof ScopeValiditySchema> => ({
    scope: `scopes/${scope.id}`,
    versions: validityOn(scope, at).map(({ version, validity, named }) => ({
      version,
      validity: toProtoValidity(validity),
      named,
    })),
  })),
});
