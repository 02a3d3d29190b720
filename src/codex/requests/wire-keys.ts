import { type CodexVersion, isAtLeast, supportedVersion } from '../version.ts';
import recorded from './wire-keys.json' with { type: 'json' };

/** What on the wire has members that differ between versions; an item by its type: `item agentMessage`. */
export type WireType = 'opened' | 'thread' | 'turn' | `item ${string}`;

/** Whether a version's protocol has a member of a type. */
export type WireKeys = (type: WireType, key: string) => boolean;

/** Members that no schema names, but that items have (measured 0.169, and not up to 0.160). */
const TIMES = new Set(['startedAtMs', 'completedAtMs']);

const tables = Object.entries(recorded).map(([version, keys]) => ({
  version: supportedVersion(version),
  keys: new Map(Object.entries(keys).map(([type, names]) => [type, new Set(names)])),
}));

/**
 * The members that the protocol of a version has: those of the newest version measured (`npm run wire-keys`) that is not
 * newer, or else of the oldest. Of a type that it does not have, all.
 */
export function wireKeysOf(version: CodexVersion): WireKeys {
  const { keys } = tables.findLast((each) => isAtLeast(version, each.version)) ?? tables[0] ?? {};
  const stampsItems = isAtLeast(version, [0, 169, 0]);
  return (type, key) => (TIMES.has(key) ? stampsItems : (keys?.get(type)?.has(key) ?? true));
}
