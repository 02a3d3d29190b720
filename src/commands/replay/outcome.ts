import { formatCodexVersion } from '../../codex/version.ts';
import { type ExitCode, exitCode } from '../../errors.ts';
import type { Lifecycle } from '../../lifecycle/outcome.ts';
import type { ServerIdentity } from '../../replay/drive/server-identity.ts';
import type { Exchange } from '../../replay/judge/exchange.ts';
import type { Judgement, Yardstick } from '../../replay/judge/judge.ts';
import type { ReplayModel } from '../../report/replay/model.ts';
import type { RestoredUsage } from '../../usage/restore-usage.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';

/** What came of a lifecycle, just now or when it was recorded. */
export interface ReplayOutcome {
  readonly lifecycle: Lifecycle;
  readonly threadId: string;
  readonly serverKind: string;
  readonly identity: ServerIdentity;
  readonly restored: RestoredUsage;
  readonly yardstick: Yardstick;
  readonly judgement: Judgement;
  readonly exchange: Exchange;
  readonly entries: readonly TranscriptEntry[];
  /** Why the server failed, if it did. */
  readonly failure: Error | null;
}

/** What is told of it when it is over. */
export function endOf(outcome: ReplayOutcome): ReplayModel['end'] {
  const { lifecycle, threadId, serverKind, identity, restored, yardstick, judgement, exchange, entries } = outcome;
  const version = identity.version && formatCodexVersion(identity.version);
  return {
    exitCode: replayExitCode(outcome),
    lifecycle,
    threadId,
    newThreadId: lifecycle === 'fork' ? (exchange.thread?.id ?? null) : null,
    server: {
      kind: serverKind,
      userAgent: identity.userAgent,
      version,
      emulates: serverKind === 'embedded' ? version : null,
    },
    serverName: nameOf(identity),
    rollout: restored,
    yardstick,
    judgement,
    entries,
    requestSeq: exchange.request.seq,
    answerSeq: exchange.answer?.seq ?? null,
    failure: outcome.failure?.message ?? null,
  };
}

export function replayExitCode({ failure, judgement }: Pick<ReplayOutcome, 'failure' | 'judgement'>): ExitCode {
  if (failure) return exitCode.server;
  return judgement.verdict === 'pass' ? exitCode.ok : exitCode.failed;
}

/** What to call a server that has said who it is. */
export function nameOf({ version }: ServerIdentity): string {
  return version ? `Codex ${formatCodexVersion(version)}` : 'a server without a version';
}
