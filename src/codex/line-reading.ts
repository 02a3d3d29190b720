import type { NumberRule } from '../json/number-rule.ts';
import { type CodexVersion, isAtLeast } from './version.ts';

/** How a line becomes typed fields, where released versions differ. */
export interface LineReading {
  readonly numbers: NumberRule;
  /** Whether `-0` is a whole number. */
  readonly minusZero: boolean;
  readonly floats: 'any' | 'canonical' | 'whole';
  /** Of a known key that stands there twice: the last one counts, or the line is dropped. */
  readonly repeatedKeys: 'last' | 'error';
  /** Whether a line of invalid UTF-8 makes Codex refuse the rollout as a whole. */
  readonly refusesBadUtf8: boolean;
  /** Whether the `ordinal` of a line is looked at. */
  readonly readsOrdinals: boolean;
}

type Values = Omit<LineReading, 'refusesBadUtf8' | 'readsOrdinals'>;

/** Through a JSON value with numbers as f64: before 0.139. */
const asFloats: Values = { numbers: 'f64', minusZero: false, floats: 'any', repeatedKeys: 'last' };
/** Through a JSON value with numbers as written (serde_json's arbitrary_precision): from 0.139 on. */
const asWritten: Values = { numbers: 'as-written', minusZero: true, floats: 'canonical', repeatedKeys: 'last' };
/** Straight into types: paginated rollouts from 0.145 to 0.153. */
const typed: Values = { numbers: 'any', minusZero: true, floats: 'whole', repeatedKeys: 'error' };

/** The reading of Codex `version` (docs/codex.md 2.3, 2.4). */
export function lineReading(version: CodexVersion, historyMode: 'legacy' | 'paginated'): LineReading {
  return {
    ...values(version, historyMode),
    refusesBadUtf8: historyMode === 'legacy' || !isAtLeast(version, [0, 155, 0]),
    readsOrdinals: isAtLeast(version, [0, 145, 0]),
  };
}

/** Whether lines that are taken for records mean the same in both kinds of rollouts (docs/codex.md 2.3). */
export function readsModesAlike(version: CodexVersion): boolean {
  return values(version, 'legacy') === values(version, 'paginated');
}

function values(version: CodexVersion, historyMode: 'legacy' | 'paginated'): Values {
  if (!isAtLeast(version, [0, 139, 0])) return asFloats;
  const readsTyped = isAtLeast(version, [0, 145, 0]) && !isAtLeast(version, [0, 154, 0]);
  return historyMode === 'paginated' && readsTyped ? typed : asWritten;
}
