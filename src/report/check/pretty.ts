import type { CheckedRollout, Finding } from '../../check/finding.ts';
import { type FindingGroup, findingGroups } from '../../check/finding-group.ts';
import { escapeControls } from '../escape-controls.ts';
import { folded } from '../folded.ts';
import { shortPath } from '../short-path.ts';
import { createStyle, type Style } from '../style.ts';
import { widthAtMost } from '../table.ts';
import type { Reporter, ReporterSetting } from './reporter.ts';
import {
  EXPLAIN,
  FindingCounts,
  fixLines,
  followerLines,
  messageLines,
  rolloutCounts,
  shown,
  summaryNotes,
  tooManyWarningsText,
} from './words.ts';
import { wrapped } from './wrap.ts';

/** Characters of one text. */
const LONGEST = 500;
/** Columns that a message has even on a narrow terminal. */
const NARROWEST = 20;

const severityColor = { error: 'bad', warning: 'warning', info: 'muted' } as const;

/** What was found, for people: by rollout, a line or more each. Rollouts without findings are only counted. */
export async function prettyReporter({ color, columns, place }: ReporterSetting): Promise<Reporter> {
  const style = await createStyle(color);
  const counts = new FindingCounts();
  return {
    begin: () => '',
    rollout: (checked) => {
      counts.add(checked);
      return checked.findings.length === 0 ? '' : rolloutText(checked, shortPath(checked.path, place), style, columns);
    },
    end: (summary, exitCode) => {
      const paint = exitCode === 0 ? style.good : style.bad;
      const words = counts.words();
      const failure = summary.tooManyWarnings && style.bad(`failed: ${tooManyWarningsText(summary.tooManyWarnings)}`);
      const explained = counts.areGrave ? [EXPLAIN] : [];
      const notes = [...explained, ...summaryNotes(summary)].map((note) => style.muted(escapeControls(note)));
      return [paint(rolloutCounts(summary)), words, failure ?? '', ...notes]
        .flatMap((line) => line && `${folded(line, columns)}\n`)
        .join('');
    },
  };
}

function rolloutText({ findings }: CheckedRollout, path: string, style: Style, columns: number): string {
  const groups = findingGroups(findings);
  const placeWidth = Math.max(...groups.map(({ cause }) => linePlace(cause).length));
  const lines = groups.flatMap((group) => groupLines(group, placeWidth, style, columns));
  const fixes = [...new Set(groups.flatMap((group) => fixLines(group, (text) => shown(text, LONGEST))))];
  return [style.heading(escapeControls(path)), ...lines, ...fixes.map((fix) => `  ${style.muted(fix)}`), '']
    .map((line) => `${line}\n`)
    .join('');
}

function linePlace({ line, byteOffset }: Finding): string {
  return line === null && byteOffset === null ? '-' : `${line ?? '-'}:${byteOffset ?? '-'}`;
}

/**
 * What it is and where, then the words for it, below one another where there is no room for both, and what follows from it,
 * a line each.
 */
function groupLines({ cause, followers, severity }: FindingGroup, placeWidth: number, style: Style, columns: number) {
  const place = linePlace(cause).padEnd(placeWidth);
  const id = shown(cause.id, LONGEST);
  const start = `  ${style.muted(place)}  ${style[severityColor[severity]](severity.padEnd(7))}  ${style.muted(id)}`;
  const indent = ' '.repeat(place.length + 4);
  const startWidth = indent.length + 9 + id.length + 2;
  const [message = '', ...details] = messageLines(cause, (text) => shown(text, LONGEST));
  const room = Math.max(NARROWEST, columns - indent.length);
  const fits = startWidth + widthAtMost(message) <= columns;
  const below = [...(fits ? [] : [message]), ...details].flatMap((text) => wrapped(text, room));
  const effects = followerLines(followers, (text) => shown(text, LONGEST)).map((text) => cut(text, room));
  return [
    fits ? `${start}  ${message}` : start,
    ...below.map((line) => `${indent}${line}`),
    ...effects.map((line) => `${indent}${style.muted(line)}`),
  ];
}

/** A text cut to one line. */
function cut(text: string, room: number): string {
  let line = '';
  for (const character of text) {
    if (widthAtMost(line + character) > room - 2) return escapeControls(`${line.trimEnd()} …`);
    line += character;
  }
  return text;
}
