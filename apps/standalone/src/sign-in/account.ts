import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isRole } from '@scs/service';

export interface User {
  name: string;
  password: string;
  roles: string[];
  tenant?: string;
}

export interface Accounts {
  /** The user whose name and password these are. */
  signIn(name: string, password: string): User | undefined;
  find(name: string): User | undefined;
}

/** The people who may sign in, in memory. Throws for a list that cannot be meant so. */
export function accountsOf(users: User[]): Accounts {
  for (const [at, { name, roles }] of users.entries()) {
    if (name === '') throw new Error('a user has no name');
    if (users.findIndex((user) => user.name === name) !== at)
      throw new Error(`there are two users ${name}; rename one`);
    const unknown = roles.find((role) => !isRole(role));
    if (unknown !== undefined) throw new Error(`the user ${name} has the unknown role ${unknown}`);
  }
  const byName = new Map(users.map((user) => [user.name, user]));
  const key = randomBytes(32);
  const digest = (password: string) => createHmac('sha256', key).update(password).digest();
  return {
    find: (name) => byName.get(name),
    signIn(name, password) {
      const user = byName.get(name);
      // Compared for an unknown name too: the time tells neither name nor password.
      const right = timingSafeEqual(digest(password), digest(user?.password ?? ''));
      return right ? user : undefined;
    },
  };
}
