import type { Caller } from '@scs/service';

/** Whether a caller may see pages with an access label. */
export function maySee({ subject, roles, tenant }: Caller, label: string): boolean {
  if (label === 'public') return true;
  if (subject === '') return false;
  if (label === 'authenticated') return true;
  if (tenant !== null) return label === `tenant/${tenant}`;
  // A token without a role is somebody's, not the operator's.
  return roles.length > 0;
}
