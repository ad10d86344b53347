export { openArchive } from './archive.ts';
export { openDirectory } from './directory.ts';
export { openGit, type GitSource } from './git.ts';
export { checkAddress, type Address, type Addresses } from './address.ts';
export {
  SourceError,
  type Limits,
  type Options,
  type SourceErrorKind,
  type Tree,
  type TreeFile,
  type TreeProblem,
} from './tree.ts';
