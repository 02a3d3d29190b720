import { type FindingGroup, findingGroups } from '../../check/finding-group.ts';
import { fileName } from './file-name.ts';
import type { Reporter, ReporterSetting } from './reporter.ts';
import { fixLines, followerLines, messageLines, shown, tooManyWarningsText } from './words.ts';

/** Characters of one text: an annotation shows little more. */
const LONGEST = 1000;

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Commands for GitHub's runner: an annotation for each finding that follows from no other one. */
export function githubReporter({ cwd }: ReporterSetting): Reporter {
  return {
    begin: () => '',
    rollout: ({ path, findings }) =>
      findingGroups(findings)
        .map((group) => annotation(group, fileName(path, cwd)))
        .join(''),
    end: ({ tooManyWarnings }) =>
      tooManyWarnings ? `::error title=max-warnings::${escaped(tooManyWarningsText(tooManyWarnings))}\n` : '',
  };
}

function annotation(group: FindingGroup, file: string): string {
  const { cause, followers, severity } = group;
  const properties = [
    `file=${property(file)}`,
    ...(cause.line === null ? [] : [`line=${cause.line}`]),
    `title=${property(cause.id)}`,
  ];
  const safe = (text: string) => shown(text, LONGEST);
  const lines = [...messageLines(cause, safe), ...followerLines(followers, safe), ...fixLines(group, safe)];
  return `::${commands[severity]} ${properties.join(',')}::${escaped(lines.join('\n'))}\n`;
}

/** The runner reads `==` as `=`, and has no escape for it. */
function property(text: string): string {
  const value = shown(text, LONGEST).replace(/^=/, '\\x3d');
  return escaped(value).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
