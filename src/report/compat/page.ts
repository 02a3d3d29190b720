import { formatCodexVersion } from '../../codex/version.ts';
import type { LifecycleSpans, Span } from '../../compat/spans.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { type Column, facts, section, table } from '../html/section.ts';
import type { CompatAnswer } from './answer.ts';
import { compatObject } from './index.ts';
import { versionsSection } from './versions-section.ts';
import { answerText, lifecycleNames, reasons, statusText, totalWords, versionsText } from './words.ts';

/** The page of `compat`: rollouts × versions, then each answer and why it changed. Its model is what `--json` prints. */
export function compatPage(answer: CompatAnswer): string {
  const { total, verdict, isWorse } = totalWords(answer);
  const { errors, rollouts } = answer;
  const failures = rollouts.flatMap(({ path, failures }) =>
    failures.map(({ lifecycle, message }): [string, string] => [`${path}, ${lifecycleNames[lifecycle]}`, message]),
  );
  return pageText({
    title: 'What Codex versions do with rollouts',
    answer: html`${total}: <strong class="${isWorse ? 'bad' : 'good'}">${verdict}</strong>.`,
    model: compatObject(answer),
    body: [
      ...(rollouts.length > 0 ? [versionsSection(answer), answersSection(answer)] : []),
      ...(failures.length > 0 ? [section('Not answered', null, facts(failures))] : []),
      ...(errors.length > 0
        ? [section('Not read', null, facts(errors.map(({ message, hint }) => [message, hint ?? null])))]
        : []),
    ],
  });
}

interface Row {
  readonly lifecycle: LifecycleSpans['lifecycle'];
  readonly span: Span;
  readonly before: Span | undefined;
}

function answersSection({ from, isLive, rollouts }: CompatAnswer): Markup {
  const columns: Column<Row>[] = [
    { title: 'lifecycle', cell: ({ lifecycle }) => lifecycleNames[lifecycle] },
    { title: 'versions', cell: ({ span }) => html`<span class="one-line">${versionsText(span)}</span>` },
    { title: `against ${formatCodexVersion(from)}`, cell: ({ span }) => statusMarkup(span) },
    { title: 'answer', cell: ({ span }) => answerText(span) },
    {
      title: 'why',
      isLong: true,
      cell: ({ span, before }) => html`${reasons(span, before).map((reason) => html`<p>${reason}</p>`)}`,
    },
  ];
  return section(
    'Answers',
    isLive
      ? 'What real versions sent, and why it changed.'
      : 'By the rules that were measured on the released binaries, and why they changed.',
    ...rollouts.map(
      ({
        path,
        lifecycles,
      }) => html`<details${rollouts.length === 1 ? OPEN : null}><summary class="code">${path}</summary>
${table(`Answers: ${path}`, columns, lifecycles.flatMap(rowsOf))}</details>
`,
    ),
  );
}

const OPEN = html` open`;

function rowsOf({ lifecycle, spans }: LifecycleSpans): Row[] {
  return spans.map((span, i) => ({ lifecycle, span, before: spans[i - 1] }));
}

function statusMarkup(span: Span): Markup {
  const { direction } = span.change;
  const kind = direction === 'worse' ? 'bad' : direction === 'better' ? 'good' : 'text';
  return html`<span class="${kind}">${statusText(span)}</span>`;
}
