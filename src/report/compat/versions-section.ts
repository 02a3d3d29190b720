import { releasesBetween } from '../../codex/releases.ts';
import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import type { Compatibility, LifecycleSpans, Span } from '../../compat/spans.ts';
import { type BarPart, bar } from '../html/bar.ts';
import { html, type Markup } from '../html/markup.ts';
import { type Column, section, table } from '../html/section.ts';
import type { CompatAnswer } from './answer.ts';
import { answerText, lifecycleNames, statusText, versionsText } from './words.ts';

const lifecycles = ['resume', 'rejoin', 'fork'] as const;

/** A row for each rollout: what becomes of each lifecycle from the oldest version on the left to the newest. */
export function versionsSection({ from, to, rollouts }: CompatAnswer): Markup {
  const versions = releasesBetween(from, to).map(formatCodexVersion);
  const columns: Column<Compatibility>[] = [
    { title: 'rollout', cell: ({ path }) => path },
    { title: 'written by', cell: ({ writtenBy }) => writtenBy ?? 'unknown' },
    ...lifecycles.map(
      (lifecycle): Column<Compatibility> => ({
        title: lifecycleNames[lifecycle],
        cell: (rollout) =>
          strip(
            rollout.lifecycles.find((each) => each.lifecycle === lifecycle),
            versions,
          ),
      }),
    ),
  ];
  return section(
    'Rollouts and versions',
    `The bars run from Codex ${formatCodexVersion(from)} on the left to ${formatCodexVersion(to)} on the right; a part is a span of versions that answer the same. Pale: as the oldest version; red: worse; green: better; yellow: otherwise.`,
    table('What becomes of each lifecycle', columns, rollouts),
  );
}

function strip(found: LifecycleSpans | undefined, versions: readonly string[]): Markup | string {
  if (!found) return 'not answered';
  const place = (version: CodexVersion) => versions.indexOf(formatCodexVersion(version));
  let end = 0;
  const parts = found.spans.flatMap((span): BarPart[] => {
    const gap = place(span.first) - end;
    end = place(span.last) + 1;
    const title = `${versionsText(span)}: ${statusText(span)}: ${answerText(span)}`;
    return [
      { amount: gap, kind: 'bar-gap' },
      { amount: end - place(span.first), kind: kindOf(span), title },
    ];
  });
  return html`<div class="strip">${bar(parts, versions.length)}${statusLines(found.spans)}</div>`;
}

/** Neighbouring spans that compare alike with the oldest version, in words. */
function statusLines(spans: readonly Span[]): Markup[] {
  const lines: { first: string; last: string; status: string }[] = [];
  for (const span of spans) {
    const status = statusText(span);
    const before = lines.at(-1);
    const last = formatCodexVersion(span.last);
    if (before?.status === status) before.last = last;
    else lines.push({ first: formatCodexVersion(span.first), last, status });
  }
  return lines.map(({ first, last, status }) => {
    const range = first === last ? first : `${first}…${last}`;
    return html`<div class="one-line">${status} <span class="muted">${range}</span></div>`;
  });
}

function kindOf({ change: { kind, direction } }: Span): BarPart['kind'] {
  if (kind === 'same') return 'bar-same';
  return direction === 'worse' ? 'bar-worse' : direction === 'better' ? 'bar-better' : 'bar-changed';
}
