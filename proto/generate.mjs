// Generates the TypeScript of our protos, and the descriptor set that server reflection hands out.
import { execFileSync } from 'node:child_process';

const buf = (...args) => execFileSync('buf', args, { stdio: 'inherit', cwd: new URL('..', import.meta.url) });
buf('generate', '--template', 'proto/buf.gen.yaml', '--path', 'proto/scs', '--path', 'proto/buf');
buf('build', '--path', 'proto/scs', '-o', 'proto/gen/descriptors.binpb');
