import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { permission } from '@scs/proto/scs/iam/v1/permission_pb';
import { permissions, type Permission } from '@scs/service';

/** What an RPC asks of its caller. Throws for an RPC that does not say: such a service must not start. */
export function permissionOf(method: DescMethod): Permission | 'public' | 'authenticated' {
  const name = getOption(method, permission);
  if (name === 'public' || name === 'authenticated') return name;
  const known = permissions.find((candidate) => candidate === name);
  if (known) return known;
  throw new Error(
    `${method.parent.typeName}.${method.name} has ${name ? `the unknown permission ${name}` : 'no permission option'}`,
  );
}
