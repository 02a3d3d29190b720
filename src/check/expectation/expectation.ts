import type { ThreadTurns } from '../../accounting/thread-turns.ts';
import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import { type CodexVersion, formatCodexVersion } from '../../codex/version.ts';
import { versionOutcome } from '../../lifecycle/deviations.ts';
import type { HistoryFacts } from '../../lifecycle/facts.ts';
import type { ReplayedUsage } from '../../lifecycle/outcome.ts';
import { predictionOf } from '../../lifecycle/predict.ts';

/** What is expected of a rollout, as it stands in `x.expected.json`. */
export interface Expectation {
  readonly version: 1;
  /** As `usage` says it, read by the newest version of `lifecycle`. */
  readonly tokenUsageInfo: TokenUsageInfo | null;
  /** As `turns` says it, and so the turns. */
  readonly usageOwner: string | null;
  readonly turns: readonly { readonly id: string; readonly status: string }[];
  /** By Codex version, the oldest first. */
  readonly lifecycle: { readonly [version: string]: ExpectedLifecycles };
}

export interface ExpectedLifecycles {
  readonly resume: ExpectedOutcome;
  readonly fork: ExpectedOutcome;
}

export interface ExpectedOutcome {
  readonly error: { readonly code: bigint } | null;
  readonly usage: ReplayedUsage | null;
  readonly stream: readonly string[];
}

/**
 * What there is to expect of a rollout.
 * @param histories the rollout as the versions read it, the newest last
 * @param thread its turns by that one
 * @param tokenUsageInfo what that one restores
 */
export function expectationOf(
  histories: readonly (readonly [CodexVersion, HistoryFacts])[],
  { usageOwner, turns }: ThreadTurns,
  tokenUsageInfo: TokenUsageInfo | null,
): Expectation {
  return {
    version: 1,
    tokenUsageInfo,
    usageOwner,
    turns: [...turns.map(({ id, status }) => ({ id, status }))],
    lifecycle: Object.fromEntries(
      histories.map(([version, read]) => [
        formatCodexVersion(version),
        { resume: expectedOutcome(read, 'resume', version), fork: expectedOutcome(read, 'fork', version) },
      ]),
    ),
  };
}

function expectedOutcome(facts: HistoryFacts, lifecycle: 'resume' | 'fork', version: CodexVersion): ExpectedOutcome {
  const { error, usage, stream } = predictionOf(versionOutcome(facts, lifecycle, version));
  return {
    error: error && { code: BigInt(error.code) },
    usage: usage && { turnId: usage.turnId, tokenUsage: usage.tokenUsage },
    stream,
  };
}
