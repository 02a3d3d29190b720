import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { UsageRule } from '../usage-rule.ts';
import type { UsageRow } from './rollout-account.ts';

/** A record that was counted or refused: where it stands, whose it is, and by which rule. */
export interface Evidence {
  /** The thread that spent it; null when its rollout does not say which thread it is. */
  readonly threadId: string | null;
  readonly turnId: string | null;
  readonly path: string;
  readonly byteOffset: number;
  /** When it was spent, as well as anything says it; null when nothing does. */
  readonly timestamp: string | null;
  readonly model: string | null;
  readonly usage: TokenUsage;
  readonly rule: UsageRule;
  /** A rollback or a revert took its turn back, which gives no tokens back. */
  readonly isUndone: boolean;
  /** The response, as its own record names it; null when it has none. */
  readonly responseId: string | null;
}

const UUID_V7_TIME = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i;

/** When a record was spent: a copy was stamped anew, but the id of its turn begins with the time. */
export function spentAt({ turnId, timestamp, isCopy }: UsageRow): string {
  const [, high, low] = (isCopy && UUID_V7_TIME.exec(turnId ?? '')) || [];
  return high && low ? new Date(Number.parseInt(high + low, 16)).toISOString() : timestamp;
}
