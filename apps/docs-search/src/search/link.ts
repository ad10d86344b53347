/**
 * Where people read a section: `{path}` is the path in the source, `{slug}` the same as Docusaurus writes it, `{name}` the file name
 * without its ending, `{commit}` the commit. Empty where there is no template.
 */
export function linkOf(
  template: string,
  { path, anchor, commit }: { path: string; anchor: string; commit: string },
): string {
  if (template === '') return '';
  const values: Record<string, string> = {
    path,
    slug: slugOf(path),
    name: withoutEnding(path.split('/').at(-1)!),
    commit,
  };
  const address = template.replaceAll(/\{(path|slug|name|commit)\}/g, (_, key: string) =>
    encodePath(values[key]!),
  );
  return anchor === '' ? address : `${address.replace(/#.*$/, '')}#${encodeURIComponent(anchor)}`;
}

/** Without ordering numbers (`02-setup`, but not the dates in `2024-05-news`), endings, and the names of pages that stand for their folder. */
export function slugOf(path: string): string {
  const parts = withoutEnding(path)
    .split('/')
    .map((part) => part.replace(/^\d+\s*[-_.]+\s*(?=[^-_.\s\d])/, ''));
  const last = parts.at(-1)!;
  const isFolder = /^(?:index|readme)$/i.test(last) || (parts.length > 1 && last === parts.at(-2));
  return (isFolder ? parts.slice(0, -1) : parts).join('/');
}

const withoutEnding = (name: string): string => name.replace(/\.(?:mdx?|ya?ml|json|txt)$/i, '');
const encodePath = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
