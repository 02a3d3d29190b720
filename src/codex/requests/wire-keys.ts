import { type CodexVersion, isAtLeast, supportedVersion } from '../version.ts';
import recorded from './wire-keys.json' with { type: 'json' };

/** What on the wire has members that differ between versions; an item by its type: `item agentMessage`. */
export type WireType = 'opened' | 'thread' | 'turn' | 'error' | `item ${string}`;

/** Whether a version's protocol has a member of a type. */
export type WireKeys = (type: WireType, key: string) => boolean;

/** Members that no schema names, but that items have (measured on 0.166, and not up to 0.165). */
const TIMES = new Set(['startedAtMs', 'completedAtMs']);

/** By the versions that changed something: the types that they changed. */
const tables = Object.entries(recorded).map(([version, keys]) => ({
  version: supportedVersion(version),
  keys: new Map(Object.entries(keys).map(([type, names]) => [type, new Set(names)])),
}));

/**
 * The members that the protocol of a version has, as its schemas say (`npm run wire-keys`); of a version older than the oldest
 * one measured those of that. Of a type that it does not have, all.
 */
export function wireKeysOf(version: CodexVersion): WireKeys {
  const known = tables.filter((each, i) => i === 0 || isAtLeast(version, each.version));
  const keys = new Map(known.flatMap((each) => [...each.keys]));
  const stampsItems = isAtLeast(version, [0, 166, 0]);
  return (type, key) => (TIMES.has(key) ? stampsItems : (keys.get(type)?.has(key) ?? true));
}
