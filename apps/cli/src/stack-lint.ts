import {
  findingsOf,
  hashRelease,
  hashStack,
  lintRelease,
  ReleaseInvalid,
  sortFindings,
  stackConfigFiles,
  unknownVersionTags,
  type Finding,
} from '@scs/cluster-stacks';
import { openHelm } from '@scs/helm';
import { packRelease, readStackSource } from '@scs/release-sources';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from './command.ts';
import { EXIT } from './failure.ts';
import { columns, defaultFormat, formatData } from './output.ts';
import { renderRelease } from './stack-contents.ts';
import { explained } from './stack-failure.ts';
import { openRelease } from './stack-release.ts';
import { withWorkspace } from './workspace.ts';

interface LintValues {
  source?: string;
  strict?: boolean;
  output?: 'table' | 'json' | 'yaml';
}

/** `scs stack lint`: what is wrong with a stack's sources or with a release, without a cluster. */
export async function lint(
  { source, strict, output }: LintValues,
  [operand = '']: string[],
): Promise<Answer> {
  const findings = sortFindings(
    await explained(() => withWorkspace((folder) => lintOperand(operand, source, folder))),
  );
  const format = output ?? defaultFormat();
  const worst = findings.some(
    ({ severity }) => severity === 'error' || (strict === true && severity === 'warning'),
  );
  return {
    text: format === 'table' ? table(findings) : await formatData(findings, format),
    exitCode: worst ? EXIT.fail : EXIT.pass,
  };
}

function table(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing found\n';
  return columns(
    findings.map(({ severity, rule, file, path, message, remedy }) => [
      severity,
      rule,
      `${[file, path].filter(Boolean).join(': ')} ${message}; ${remedy}`,
    ]),
  );
}

async function lintOperand(
  operand: string,
  source: string | undefined,
  workspace: string,
): Promise<Finding[]> {
  try {
    if (await hasConfig(operand)) return await lintSources(operand, workspace);
    return await lintReleaseAt(operand, source, workspace);
  } catch (error) {
    // What cannot be read is the finding.
    if (error instanceof ReleaseInvalid) return findingsOf(error);
    throw error;
  }
}

async function hasConfig(folder: string): Promise<boolean> {
  const files = stackConfigFiles.map((file) => stat(join(folder, file)).catch(() => undefined));
  return (await Promise.all(files)).some((file) => file?.isFile());
}

/** Packs the sources as they are, and looks at the release. */
async function lintSources(folder: string, workspace: string): Promise<Finding[]> {
  const source = await readStackSource(folder);
  const tags = [...source.files].flatMap(([file, content]) =>
    content.includes(0) ? [] : unknownVersionTags(content.toString()).map((tag) => unknownTag(file, tag)),
  );
  const { folder: release } = await packRelease(
    source,
    hashRelease(source.config, hashStack(source.files, source.folders)),
    workspace,
  );
  return [...tags, ...(await lintReleaseAt(release, undefined, workspace))];
}

const unknownTag = (file: string, tag: string): Finding => ({
  severity: 'warning',
  rule: 'version-tag-unknown',
  file,
  path: '',
  message: `<< ${tag} >> is no version, and becomes empty`,
  remedy: 'write << .ClusterClassVersion >>, << .ClusterAddonVersion >> or << .NodeImageVersion >>',
});

/** Rendered for a namespace that no chart names by itself. */
const namespace = 'namespace-of-the-release';

async function lintReleaseAt(
  operand: string,
  source: string | undefined,
  workspace: string,
): Promise<Finding[]> {
  const release = await openRelease(operand, source, workspace);
  const helm = await openHelm();
  try {
    return lintRelease(await renderRelease(release, { helm, workspace, namespace }), namespace);
  } finally {
    await helm.close();
  }
}
