/** Tokens of one response, as a rollout names them. */
export interface Tokens {
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_input_tokens: number;
  output_tokens: number;
  reasoning_output_tokens: number;
  total_tokens: number;
}

/** One response that the API handed out: what it cost, and whose it was by the request's own metadata. */
export interface LedgerEntry {
  readonly n: number;
  /** When the response was completed, as an ISO time. */
  readonly at: string;
  readonly model: string;
  readonly threadId: string;
  readonly turnId: string | null;
  /** Of a sub-agent's request: the thread that spawned it. */
  readonly parentThreadId: string | null;
  /** `turn`, `compaction` and the like, as Codex calls it; null in versions that do not say it. */
  readonly kind: string | null;
  readonly path: string;
  /** The server compacted the thread's history; before Codex 0.153 nothing in a rollout tells what that cost. */
  readonly isServerCompaction: boolean;
  readonly usage: Tokens;
  /** The answer was cut before it ended, so that Codex never learned what it cost. */
  readonly lost: boolean;
}

const noTokens: Tokens = {
  input_tokens: 0,
  cached_input_tokens: 0,
  cache_write_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
  total_tokens: 0,
};

const keys = Object.keys(noTokens) as (keyof Tokens)[];

/** What the entries cost together. */
export function sumOf(entries: readonly LedgerEntry[]): Tokens {
  const sum = { ...noTokens };
  for (const { usage } of entries) for (const key of keys) sum[key] += usage[key];
  return sum;
}

/** What the entries cost by a property of each, for example its thread. */
export function sumsBy(
  entries: readonly LedgerEntry[],
  keyOf: (entry: LedgerEntry) => string,
): Readonly<Record<string, Tokens>> {
  const groups = new Map<string, LedgerEntry[]>();
  for (const entry of entries) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry]);
  return Object.fromEntries([...groups].map(([key, group]) => [key, sumOf(group)]));
}
