import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { JsonView } from '../../json/json-view.ts';
import { fail, flag, list, object, type Reader, readStrictJson, small, text, whole } from '../../json/strict-json.ts';

/** What the model does, one thing after the other. Nothing of it is really done: no command runs, no file changes. */
export type ScriptStep =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'think'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly command: string;
      readonly output: string;
      readonly exitCode: number;
      readonly needsApproval: boolean;
    }
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly content: string;
      readonly needsApproval: boolean;
    }
  | { readonly kind: 'search'; readonly query: string }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'fail'; readonly message: string };

/** What the model does in one turn. */
export interface TurnScript {
  readonly steps: readonly ScriptStep[];
  /** What it charges for the turn, in tokens; what it always charges where that is missing. */
  readonly usage?: TokenUsage;
}

/** The turns of a server, in the order in which they begin. */
export interface ServerScript {
  readonly turns: readonly TurnScript[];
}

const LONGEST_WAIT_MS = 3_600_000;

/** Reads a script: JSON, in which every key must be known. @throws {StrictJsonError} with the line and the byte */
export function readScript(bytes: Buffer): ServerScript {
  return readStrictJson(bytes, object({ turns: list(turn) }));
}

const count: Reader<bigint> = (value, path) => {
  const number = whole(value, path);
  return BigInt.asIntN(64, number) === number ? number : fail(value, path, 'not a whole number of 64 bits');
};

const usage: Reader<TokenUsage> = (value, path) => {
  const counts = object(
    { input: count, output: count },
    { cached: count, cacheWrite: count, reasoning: count, total: count },
  )(value, path);
  return {
    input_tokens: counts.input,
    cached_input_tokens: counts.cached ?? 0n,
    cache_write_input_tokens: counts.cacheWrite ?? 0n,
    output_tokens: counts.output,
    reasoning_output_tokens: counts.reasoning ?? 0n,
    total_tokens: counts.total ?? counts.input + counts.output,
  };
};

/** How each kind of step is written, by the key that only it has. */
const forms = new Map<string, Reader<ScriptStep>>([
  ['say', (value, path) => ({ kind: 'say', text: object({ say: text })(value, path).say })],
  ['think', (value, path) => ({ kind: 'think', text: object({ think: text })(value, path).think })],
  [
    'run',
    (value, path) => {
      const step = object({ run: text }, { output: text, exitCode: small(0), approval: flag })(value, path);
      const { run: command, output = '', exitCode = 0, approval: needsApproval = false } = step;
      return { kind: 'run', command, output, exitCode, needsApproval };
    },
  ],
  [
    'write',
    (value, path) => {
      const {
        write,
        content,
        approval = false,
      } = object({ write: text, content: text }, { approval: flag })(value, path);
      return { kind: 'write', path: write, content, needsApproval: approval };
    },
  ],
  ['search', (value, path) => ({ kind: 'search', query: object({ search: text })(value, path).search })],
  ['wait', (value, path) => ({ kind: 'wait', ms: object({ wait: waitMs })(value, path).wait })],
  ['fail', (value, path) => ({ kind: 'fail', message: object({ fail: text })(value, path).fail })],
]);

const waitMs: Reader<number> = (value, path) => {
  const ms = small(0)(value, path);
  return ms <= LONGEST_WAIT_MS ? ms : fail(value, path, `more than ${LONGEST_WAIT_MS} milliseconds`);
};

function step(value: JsonView, path: string): ScriptStep {
  const keys = value.kind === 'object' ? Array.from(value.entries(), ([key]) => key) : [];
  const read = keys.map((key) => forms.get(key)).find((form) => form !== undefined);
  return read ? read(value, path) : fail(value, path, `no step: one of ${[...forms.keys()].join(', ')} is wanted`);
}

function turn(value: JsonView, path: string): TurnScript {
  return object<{ steps: ScriptStep[] }, { usage: TokenUsage }>({ steps: list(step) }, { usage })(value, path);
}
