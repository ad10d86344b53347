// Generates the TypeScript of our protos, and the descriptor set that server reflection hands out.
import { execFileSync } from 'node:child_process';

const buf = (...args) => execFileSync('buf', args, { stdio: 'inherit', cwd: new URL('..', import.meta.url) });
const google = 'node_modules/google-proto-files/google';
const paths = ['proto/scs', 'proto/buf', `${google}/rpc/status.proto`, `${google}/rpc/error_details.proto`];
buf('generate', '--template', 'proto/buf.gen.yaml', ...paths.flatMap((path) => ['--path', path]));
buf('build', '--path', 'proto/scs', '-o', 'proto/gen/descriptors.binpb');
