/**
 * Names that a Go template of a ClusterClass (`enabledIf`, `valueFrom.template`) reads at its root: `.workerFlavor`, `.builtin.cluster.name` →
 * `workerFlavor`, `builtin`. In `range` and `with` the dot is something else, so only `$.name` counts there.
 */
export function templateVariables(template: string): string[] {
  const names = new Set<string>();
  // Whether each open block moves the dot.
  const blocks: boolean[] = [];
  for (const [, action = ''] of template.matchAll(/\{\{-?([\s\S]*?)-?\}\}/g)) {
    const code = action.replace(/\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'/g, ' ').trim();
    const [word = ''] = code.split(/\s/);
    if (word === 'end') blocks.pop();
    const isMoved = blocks.includes(true);
    for (const [, root, name = ''] of code.matchAll(/(?:^|[\s(|,=])(\$?)\.([A-Za-z_]\w*)/g))
      if (root === '$' || !isMoved) names.add(name);
    if (/^(if|range|with|define|block)$/.test(word)) blocks.push(word !== 'if');
  }
  return [...names];
}
