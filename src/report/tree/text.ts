import type { Evidence } from '../../accounting/forest/evidence.ts';
import type { ForestAccount } from '../../accounting/forest/forest-account.ts';
import { noTokens, plus } from '../../accounting/token-sums.ts';
import { usageRules } from '../../accounting/usage-rule.ts';
import type { TokenUsage } from '../../codex/records/token-count.ts';
import { escapeControls } from '../escape-controls.ts';
import { folded } from '../folded.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';
import { tableText } from '../table.ts';
import type { TreeAnswer } from './answer.ts';
import { evidenceText } from './evidence-text.ts';
import type { GroupRow } from './group-rows.ts';
import { threadTable } from './thread-table.ts';

/** The answer for people: the tree, the sums, and what else was asked for. `width`: columns of the terminal. */
export function treeText(answer: TreeAnswer, groups: readonly GroupRow[] | null, style: Style, width: number): string {
  const { forest, grouping, evidence, showsEvidenceAlone } = answer;
  if (evidence && showsEvidenceAlone) {
    return `${evidenceText(evidence, style)}\n${folded(countedText(evidence), width)}`;
  }
  const parts = [
    threadTable(answer, style, width),
    sumsLines(forest, style)
      .map((line) => `${folded(line, width)}\n`)
      .join(''),
    ...(groups && grouping ? [groupTable(groups, grouping.by, style)] : []),
    ...(evidence ? [evidenceText(evidence, style)] : []),
  ];
  return parts.join('\n');
}

function countedText(evidence: readonly Evidence[]): string {
  const counted = evidence.filter(({ rule }) => usageRules[rule].counts);
  const sum = counted.reduce((total, { usage }) => plus(total, usage), noTokens);
  return `counted: ${grouped(sum.total_tokens)} tokens${partsText(sum)}\n`;
}

/** What was spent, in all its fields, and what a plain sum says: two lines. */
export function sumsLines({ total, plainSum }: ForestAccount, style: Style): readonly string[] {
  const spent = total.total_tokens;
  const plain = plainSum.total_tokens;
  const factor = spent > 0n && plain !== spent ? `, ${timesText(plain, spent)} as much` : '';
  const same = plain === spent ? ', the same' : factor;
  return [
    `spent: ${style.heading(`${grouped(spent)} tokens`)}${partsText(total)}`,
    `plain sum of the last totals of all rollouts: ${grouped(plain)} tokens${same}`,
  ];
}

function partsText({
  input_tokens,
  cached_input_tokens,
  cache_write_input_tokens,
  output_tokens,
  reasoning_output_tokens,
}: TokenUsage): string {
  const written = cache_write_input_tokens === 0n ? '' : `, ${grouped(cache_write_input_tokens)} written to the cache`;
  const input = `${grouped(input_tokens)} in (${grouped(cached_input_tokens)} cached${written})`;
  return `: ${input}, ${grouped(output_tokens)} out (${grouped(reasoning_output_tokens)} reasoning)`;
}

/** `a ÷ b` with two digits behind the point, rounded half up. */
function timesText(a: bigint, b: bigint): string {
  const hundredths = (a * 1000n + 5n * b) / (10n * b);
  return `${grouped(hundredths / 100n)}.${String(hundredths % 100n).padStart(2, '0')} times`;
}

function groupTable(groups: readonly GroupRow[], by: string, style: Style): string {
  const hasUtc = groups.some(({ utcUsage }) => utcUsage);
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { title: by, align: 'left' as const },
    ...['tokens', 'in', 'cached', 'out', 'reasoning'].map(right),
    ...(hasUtc ? [right('tokens, UTC')] : []),
  ];
  const rows = groups.map(({ key, usage, utcUsage }) => [
    escapeControls(key),
    ...[usage.total_tokens, usage.input_tokens, usage.cached_input_tokens].map(grouped),
    ...[usage.output_tokens, usage.reasoning_output_tokens].map(grouped),
    ...(hasUtc ? [grouped(utcUsage?.total_tokens ?? 0n)] : []),
  ]);
  const [heading = '', ...lines] = tableText(columns, rows).split('\n');
  return [style.muted(heading), ...lines].join('\n');
}
