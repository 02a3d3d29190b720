import { formatCodexVersion } from '../../codex/version.ts';
import type { Compatibility, LifecycleSpans } from '../../compat/spans.ts';
import { escapeControls } from '../escape-controls.ts';
import { type Place, shortPath } from '../short-path.ts';
import type { Style } from '../style.ts';
import { tableText } from '../table.ts';
import type { CompatAnswer } from './answer.ts';
import { answerText, lifecycleNames, reasons, statusText, totalWords, versionsText } from './words.ts';

/** For each rollout a table of what versions do, and why it changes; at the end how many change for the worse. */
export function compatText(answer: CompatAnswer, style: Style, place: Place | null): string {
  const { total, verdict, isWorse } = totalWords(answer);
  const judged = isWorse ? style.bad(verdict) : style.good(verdict);
  return `${answer.rollouts.map((each) => `${rolloutText(each, style, place)}\n`).join('')}${total}: ${judged}\n`;
}

function rolloutText({ path, writtenBy, lifecycles }: Compatibility, style: Style, place: Place | null): string {
  const by = writtenBy === null ? '' : style.muted(`  written by Codex ${escapeControls(writtenBy)}`);
  return [
    `${style.heading(escapeControls(shortPath(path, place)))}${by}\n`,
    ...lifecycles.map((each) => lifecycleText(each, style)),
  ].join('');
}

function lifecycleText({ lifecycle, spans }: LifecycleSpans, style: Style): string {
  const base = formatCodexVersion(spans[0].first);
  const columns = [lifecycleNames[lifecycle], `against ${base}`, 'answer'].map((title) => ({
    title,
    align: 'left' as const,
  }));
  const [heading = '', ...rows] = tableText(
    columns,
    spans.map((span) => [versionsText(span), statusText(span), answerText(span)]),
  )
    .trimEnd()
    .split('\n');
  const lines = [style.muted(heading)];
  for (const [i, span] of spans.entries()) {
    const row = rows[i] as string;
    lines.push(span.change.direction === 'worse' ? style.bad(row) : row);
    lines.push(...reasons(span, spans[i - 1]).map((reason) => style.muted(`  ${reason}`)));
  }
  return lines.map((line) => `  ${line}\n`).join('');
}
