import type { CheckedRollout, Finding } from '../../check/finding.ts';
import { escapeControls } from '../escape-controls.ts';
import { createStyle, type Style } from '../style.ts';
import { widthAtMost } from '../table.ts';
import type { Reporter, ReporterSetting } from './reporter.ts';
import { FindingCounts, messageLines, rolloutCounts, shown } from './words.ts';
import { wrapped } from './wrap.ts';

/** Characters of one text. */
const LONGEST = 500;
/** Columns that a message has even on a narrow terminal. */
const NARROWEST = 30;

const severityColor = { error: 'bad', warning: 'warning', info: 'muted' } as const;

/** What was found, for people: by rollout, a line or more each. Rollouts without findings are only counted. */
export async function prettyReporter({ color, columns }: ReporterSetting): Promise<Reporter> {
  const style = await createStyle(color);
  const counts = new FindingCounts();
  return {
    begin: () => '',
    rollout: (checked) => {
      counts.add(checked);
      return checked.findings.length === 0 ? '' : rolloutText(checked, style, columns);
    },
    end: (summary, exitCode) => {
      const paint = exitCode === 0 ? style.good : style.bad;
      const words = counts.words();
      return `${paint(rolloutCounts(summary))}\n${words === '' ? '' : `${words}\n`}`;
    },
  };
}

function rolloutText({ path, findings }: CheckedRollout, style: Style, columns: number): string {
  const places = findings.map(linePlace);
  const placeWidth = Math.max(...places.map((place) => place.length));
  const lines = findings.flatMap((finding, i) => {
    const place = (places[i] as string).padEnd(placeWidth);
    return findingLines(finding, place, style, columns);
  });
  return [style.heading(escapeControls(path)), ...lines, ''].map((line) => `${line}\n`).join('');
}

function linePlace({ line, byteOffset }: Finding): string {
  return line === null && byteOffset === null ? '-' : `${line ?? '-'}:${byteOffset ?? '-'}`;
}

/** What it is and where, then the words for it, below one another where there is no room for both. */
function findingLines(finding: Finding, place: string, style: Style, columns: number): string[] {
  const id = shown(finding.id, LONGEST);
  const severity = style[severityColor[finding.severity]](finding.severity.padEnd(7));
  const start = `  ${style.muted(place)}  ${severity}  ${style.muted(id)}`;
  const indent = ' '.repeat(place.length + 4);
  const startWidth = indent.length + 9 + id.length + 2;
  const [message = '', ...details] = messageLines(finding, (text) => shown(text, LONGEST));
  const below = (text: string) => wrapped(text, Math.max(NARROWEST, columns - indent.length));
  const fits = startWidth + widthAtMost(message) <= columns;
  return [
    fits ? `${start}  ${message}` : start,
    ...[...(fits ? [] : [message]), ...details].flatMap(below).map((line) => `${indent}${line}`),
  ];
}
