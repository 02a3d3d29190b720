import { formatCodexVersion } from '../../codex/version.ts';
import { isWorse, type LifecycleSpans, type Span } from '../../compat/spans.ts';
import { folded } from '../folded.ts';
import { jsonText } from '../json.ts';
import type { OutputFormat } from '../output-format.ts';
import { createStyle } from '../style.ts';
import type { CompatAnswer } from './answer.ts';

type Write = (text: string) => Promise<void>;

/** Writes what versions do with rollouts: as JSON, or as text where all but the interesting is left out. */
export async function writeCompat(answer: CompatAnswer, format: OutputFormat, write: Write): Promise<void> {
  if (format.kind !== 'text') return write(jsonText(compatObject(answer)));
  const { compatText } = await import('./text.ts');
  const text = compatText(answer, await createStyle(format.color), format.place);
  return write(folded(text, format.columns));
}

/** What `--json` prints. */
export function compatObject({ from, to, isLive, rollouts, errors, exitCode }: CompatAnswer): object {
  return {
    command: 'compat',
    version: 1,
    exitCode,
    from: formatCodexVersion(from),
    to: formatCodexVersion(to),
    live: isLive,
    rollouts: rollouts.map(({ lifecycles, ...rollout }) => ({
      ...rollout,
      worse: lifecycles.some(isWorse),
      lifecycles: lifecycles.map(lifecycleModel),
    })),
    errors: errors.map(({ message, hint }) => ({ message, hint: hint ?? null })),
  };
}

function lifecycleModel(each: LifecycleSpans): object {
  return { lifecycle: each.lifecycle, worse: isWorse(each), spans: each.spans.map(spanModel) };
}

function spanModel({ first, last, answer, change, rules }: Span): object {
  const { error, messages, usage, turns } = answer.outcome;
  return {
    first: formatCodexVersion(first),
    last: formatCodexVersion(last),
    status: change.kind,
    direction: change.direction,
    error,
    stream: messages,
    usage,
    turns: turns.map(({ id, status }) => ({ id, status })),
    rules,
    deviations: answer.deviations,
  };
}
