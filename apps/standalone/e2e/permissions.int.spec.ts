// Every RPC × role × own and foreign tenant, over real gRPC: what the proto declares is what each service enforces.
import { permissionOf } from '@scs/grpc';
import { SubjectService } from '@scs/proto/scs/certification/v1/subject_pb';
import { permissionsOf, roles, tenantRoles, type Role } from '@scs/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDoomed, makePool } from './cluster-fixture.ts';
import {
  fresh,
  makeBelongings,
  makeSource,
  makeToken,
  namesBelongings,
  requestFor,
  type Belongings,
} from './fixture.ts';
import { methods, nameOf, outcome, setup, type Setup } from './setup.ts';

const everyRole = Object.keys(roles) as Role[];
const isTenants = (role: Role): boolean => tenantRoles.includes(role);

describe('permissions', () => {
  let s: Setup;
  let admin: string;
  const belongings = new Map<string | null, Belongings>();
  beforeAll(async () => {
    s = await setup();
    admin = await s.running.issueToken('platform-admin');
    for (const tenant of [null, 'acme', 'rival']) belongings.set(tenant, await makeBelongings(s, tenant));
  });
  afterAll(() => s.close());

  /** What is destroyed by a call is made for it alone. */
  async function theirs(
    method: string,
    tenant: string | null,
    bearer: string,
    role: Role,
  ): Promise<Belongings> {
    const standing = belongings.get(tenant)!;
    if (method === 'RevokeApiToken') {
      const may = permissionsOf([role]).includes('iam.tokens.write');
      return { ...standing, token: await makeToken(s, may ? bearer : admin, role, tenant) };
    }
    if (method === 'DeleteSource') return { ...standing, source: await makeSource(s, fresh('doomed')) };
    const { clusters } = standing;
    if (method === 'DeleteCluster')
      return {
        ...standing,
        clusters: { ...clusters, cluster: await makeDoomed(s, clusters, fresh('doomed')) },
      };
    if (method === 'DeleteNodePool')
      return { ...standing, clusters: { ...clusters, pool: await makePool(s, clusters, fresh('doomed')) } };
    if (method !== 'DeleteSubject') return standing;
    const subjectId = fresh('doomed');
    const subject = { credential: { case: 'osCloud', value: standing.cloud }, tenant: tenant ?? '' };
    await s.call(SubjectService.method.createSubject, { subjectId, subject }, { token: admin });
    return { ...standing, subject: `subjects/${subjectId}` };
  }

  it.each(methods.map((method) => [nameOf(method), method] as const))(
    '%s needs what it declares',
    async (_, method) => {
      const permission = permissionOf(method);
      const nobodys = requestFor(method, belongings.get(null)!, 'operator');
      const withoutToken = await outcome(s.call(method, nobodys));
      if (permission !== 'public') expect(withoutToken).toBe('unauthenticated');
      else if (method.name !== 'IntrospectApiToken') expect(withoutToken).toBe('ok');
      const bearer = await outcome(s.call(method, nobodys, { token: 'no.real.token' }));
      expect(bearer, `a wrong token for ${nameOf(method)}`).toBe('unauthenticated');
      if (permission === 'public') return;

      for (const role of everyRole) {
        const tenant = isTenants(role) ? 'acme' : null;
        const token = await s.running.issueToken(role, tenant ?? undefined);
        const own = await theirs(method.name, tenant, token, role);
        const mayCall = permission === 'authenticated' || permissionsOf([role]).includes(permission);
        const result = await outcome(s.call(method, requestFor(method, own, role), { token }));
        const label = `${role} calls ${nameOf(method)}`;
        if (!mayCall) expect(result, label).toBe('forbidden');
        // A cancelled or imported evaluation may be in the wrong state; what matters is that the call was let in.
        else expect(['ok', 'wrong-state', 'invalid'], label).toContain(result);
      }
    },
  );

  it.each(methods.filter(namesBelongings).map((method) => [nameOf(method), method] as const))(
    '%s finds nothing of another tenant',
    async (_, method) => {
      const permission = permissionOf(method);
      if (permission === 'public') return;
      for (const role of everyRole.filter(isTenants)) {
        if (permission !== 'authenticated' && !permissionsOf([role]).includes(permission)) continue;
        const token = await s.running.issueToken(role, 'acme');
        const rival = await s.running.issueToken('tenant-manager', 'rival');
        const foreign = await theirs(method.name, 'rival', rival, 'tenant-manager');
        const result = await outcome(s.call(method, requestFor(method, foreign, role), { token }));
        expect(result, `${role} of acme calls ${nameOf(method)}`).toBe('not-found');
      }
    },
  );
});
