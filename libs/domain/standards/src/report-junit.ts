import type { Evaluation } from './result.ts';

/** Control characters have no place in XML 1.0, not even escaped. */
const xml = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text
    .replaceAll(/[[\p{Cc}--[\t\n\r]]\ufffe\uffff]/gv, '�')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);

/** Writes evaluations as JUnit XML: a suite a version, a case a test case; ABORT is an error, MISS is skipped. */
export function toJUnit(evaluations: readonly Evaluation[]): string {
  const suites = evaluations.map(suite).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="SCS certification">\n${suites}</testsuites>\n`;
}

function suite(evaluation: Evaluation): string {
  const entries = Object.entries(evaluation.testcases);
  const count = (result: string) => entries.filter(([, value]) => value === result).length;
  const head =
    `name="${xml(`${evaluation.scope} ${evaluation.version}`)}" tests="${entries.length}" failures="${count('FAIL')}" ` +
    `errors="${count('ABORT')}" skipped="${count('MISS')}" timestamp="${evaluation.at.slice(0, 19)}" hostname="${xml(evaluation.subject)}"`;
  const cases = entries.map(([id, result]) => {
    const open = `    <testcase classname="${xml(`${evaluation.scope}.${evaluation.version}`)}" name="${xml(id)}"`;
    const reason = xml(evaluation.reasons[id] ?? '');
    switch (result) {
      case 'PASS':
        return `${open}/>\n`;
      case 'MISS':
        return `${open}><skipped message="${reason}"/></testcase>\n`;
      case 'ABORT':
        return `${open}><error type="ABORT" message="${reason}"/></testcase>\n`;
      case 'FAIL': {
        const findings = evaluation.findings.filter(
          ({ testcase, severity }) => testcase === id && severity === 'error',
        );
        const lines = findings
          .map(({ message, remedy }) => (remedy ? `${message}\n  ${remedy}` : message))
          .join('\n');
        return `${open}><failure type="FAIL" message="${xml(findings[0]?.message ?? '')}">${xml(lines)}</failure></testcase>\n`;
      }
    }
    // The switch is exhaustive.
    return '';
  });
  return `  <testsuite ${head}>\n${cases.join('')}  </testsuite>\n`;
}
