import iaas from '../data/scs-compatible-iaas.json' with { type: 'json' };
import kaas from '../data/scs-compatible-kaas.json' with { type: 'json' };
import { readScope } from './scope-read.ts';
import type { Scope } from './scope.ts';

/** The scopes that come with the product: every version there ever was. Read once, when first asked for. */
export const scopes = {
  get iaas(): Scope {
    return (read.iaas ??= readScope(iaas));
  },
  get kaas(): Scope {
    return (read.kaas ??= readScope(kaas));
  },
};
const read: { iaas?: Scope; kaas?: Scope } = {};
