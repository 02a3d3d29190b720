import type { Finding } from '../../check/finding.ts';
import { fileName } from './file-name.ts';
import type { Reporter, ReporterSetting } from './reporter.ts';
import { messageLines, shown } from './words.ts';

/** Characters of one text: an annotation shows little more. */
const LONGEST = 1000;

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Commands for GitHub's runner: an annotation for each finding. */
export function githubReporter({ cwd }: ReporterSetting): Reporter {
  return {
    begin: () => '',
    rollout: ({ path, findings }) => findings.map((finding) => annotation(finding, fileName(path, cwd))).join(''),
    end: () => '',
  };
}

function annotation(finding: Finding, file: string): string {
  const properties = [
    `file=${property(file)}`,
    ...(finding.line === null ? [] : [`line=${finding.line}`]),
    `title=${property(finding.id)}`,
  ];
  const lines = messageLines(finding, (text) => shown(text, LONGEST));
  return `::${commands[finding.severity]} ${properties.join(',')}::${escaped(lines.join('\n'))}\n`;
}

/** The runner reads `==` as `=`, and has no escape for it. */
function property(text: string): string {
  const value = shown(text, LONGEST).replace(/^=/, '\\x3d');
  return escaped(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
