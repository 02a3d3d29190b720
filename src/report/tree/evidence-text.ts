import type { Evidence } from '../../accounting/forest/evidence.ts';
import { usageRules } from '../../accounting/usage-rule.ts';
import { escapeControls } from '../escape-controls.ts';
import { grouped } from '../numbers.ts';
import type { Style } from '../style.ts';

/** Every record that was counted or refused, file by file: where it stands, whose it is, what it says, and the rule. */
export function evidenceText(evidence: readonly Evidence[], style: Style): string {
  const lines: string[] = [];
  let file: string | null = null;
  for (const each of [...evidence].sort(byPlace)) {
    if (each.path !== file) lines.push(style.heading(escapeControls(each.path)));
    file = each.path;
    const text = evidenceLines(each);
    lines.push(...(usageRules[each.rule].counts ? text : text.map(style.muted)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function byPlace(a: Evidence, b: Evidence): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.byteOffset - b.byteOffset;
}

function evidenceLines({ byteOffset, timestamp, threadId, turnId, model, usage, rule, isUndone }: Evidence): string[] {
  const { counts, words } = usageRules[rule];
  const owner = [
    threadId === null ? 'unknown thread' : `thread ${threadId}`,
    turnId === null ? 'no named turn' : `turn ${turnId}`,
    ...(model === null ? [] : [model]),
    timestamp ?? 'time unknown',
    ...(isUndone ? ['taken back'] : []),
  ];
  const { total_tokens, input_tokens, cached_input_tokens, output_tokens } = usage;
  const parts = `${grouped(input_tokens)} in, ${grouped(cached_input_tokens)} cached, ${grouped(output_tokens)} out`;
  return [
    `  byte ${byteOffset}: ${counts ? 'counted' : 'refused'} ${grouped(total_tokens)} tokens (${parts}): ${words}`,
    `    ${escapeControls(owner.join(', '))}`,
  ];
}
