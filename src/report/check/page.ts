import type { CheckedRollout, CheckSummary, Rule } from '../../check/finding.ts';
import { findingGroups } from '../../check/finding-group.ts';
import { html, type Markup } from '../html/markup.ts';
import { pageText } from '../html/page.ts';
import { facts, section, table } from '../html/section.ts';
import { findingsSection } from './findings-section.ts';
import { checkObject } from './json.ts';
import { matrixSection } from './matrix-section.ts';
import { type Reporter, type ReporterSetting, wholeReport } from './reporter.ts';
import { FindingCounts, rolloutCounts, summaryNotes, tooManyWarningsText } from './words.ts';

/** A page: how many findings of each kind a rollout has, each finding with what follows from it, and what they mean. */
export function pageReporter({ rules }: ReporterSetting): Reporter {
  return wholeReport((rollouts, summary, exitCode) =>
    pageText({
      title: 'rollout-inspect check',
      answer: answerOf(rollouts, summary, exitCode),
      model: checkObject(rollouts, summary, exitCode),
      body: [...summaryNotes(summary).map((note) => html`<p class="muted">${note}</p>`), ...bodyOf(rollouts, rules)],
    }),
  );
}

function answerOf(rollouts: readonly CheckedRollout[], summary: CheckSummary, exitCode: number): Markup {
  const found = rollouts.reduce((sum, checked) => sum.add(checked), new FindingCounts()).words();
  const { tooManyWarnings } = summary;
  return html`<strong class="${exitCode === 0 ? 'good' : 'bad'}">${rolloutCounts(summary)}</strong>${found === '' ? '' : `; ${found}`}.${
    tooManyWarnings && html` <span class="bad">Failed: ${tooManyWarningsText(tooManyWarnings)}.</span>`
  }`;
}

function bodyOf(rollouts: readonly CheckedRollout[], rules: readonly Rule[]): Markup[] {
  const groups = rollouts.flatMap(({ path, findings }) => findingGroups(findings).map((group) => ({ path, ...group })));
  const ids = new Set(rollouts.flatMap(({ findings }) => findings.map(({ id }) => id)));
  const clean = rollouts.filter(({ findings }) => findings.length === 0);
  return [
    ...(groups.length > 0 ? [matrixSection(rollouts, rules), findingsSection(groups)] : []),
    ...(ids.size > 0 ? [meaningsSection(rules.filter(({ id }) => ids.has(id)))] : []),
    ...(clean.length > 0
      ? [
          section(
            'Nothing found',
            null,
            table('Rollouts without findings', [{ title: 'rollout', cell: ({ path }) => path }], clean),
          ),
        ]
      : []),
  ];
}

/** What `check --explain` says of each rule. */
function meaningsSection(rules: readonly Rule[]): Markup {
  return section(
    'What the findings mean',
    null,
    html`${rules.map(
      ({
        id,
        title,
        why,
        codex,
        fix,
      }) => html`<details id="rule-${id}"><summary><span class="code">${id}</span> ${title}</summary>
${facts([
  ['Why it matters', why],
  ['What Codex does', codex],
  ['How to mend it', fix],
])}</details>
`,
    )}`,
  );
}
