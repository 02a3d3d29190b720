import type { LineReading } from '../../codex/line-reading.ts';
import { QuickSessionMeta } from '../../codex/records/quick-session-meta.ts';
import { QuickShapes, type Wanted } from '../../codex/records/quick-shapes.ts';
import { QuickTokenCount, QuickUsage } from '../../codex/records/quick-usage.ts';
import { recordShapes } from '../../codex/records/shape.ts';
import { eventName, isKeptEvent } from '../../codex/records/turn-events.ts';
import type { CodexVersion } from '../../codex/version.ts';
import { type Found, found, isThere, plainText, wholeNumber } from '../../json/found.ts';
import type { Scan } from '../../json/quick-scan.ts';
import type { DecodedLine } from './record.ts';

/** How the payload of one kind of line is read quickly. */
export interface QuickKind {
  /** Takes a payload only if the kind's decoder takes it. */
  readonly scan: Scan;
  /** Before a payload is scanned. */
  readonly forget: () => void;
  /** What the payload that was scanned means. `as ever`: what every line of this kind means that this is said of. Null: ask the decoder. */
  readonly take: (bytes: Buffer) => DecodedLine | 'as ever' | null;
}

/** More are made anew each time: no Codex has so many. */
const MOST_KINDS = 1000;

/** Events of which more matters than is read here; they are few. */
const decoded: ReadonlySet<string> = new Set([
  'error',
  'turn_aborted',
  'thread_rolled_back',
  'thread_settings_applied',
]);
/** Events that mean something else when they say nothing, and where they say it. */
const sayings: ReadonlyMap<string, string> = new Map([
  ['agent_message', 'message'],
  ['agent_reasoning', 'text'],
  ['agent_reasoning_raw_content', 'text'],
]);
const asEver = () => 'as ever' as const;

/** The kinds of lines that can be read quickly as Codex `version` reads them, each made ready when it is asked for first. */
export class QuickKinds {
  readonly #version: CodexVersion;
  readonly #reading: LineReading;
  readonly #shapes: QuickShapes;
  readonly #known = new Map<string, QuickKind | null>();

  constructor(version: CodexVersion, reading: LineReading) {
    this.#version = version;
    this.#reading = reading;
    this.#shapes = new QuickShapes(recordShapes(version));
  }

  /** `kind`: as `event_msg/token_count`. Null for one that only its decoder can read. */
  get(kind: string): QuickKind | null {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const made = this.#make(kind);
    if (this.#known.size < MOST_KINDS) this.#known.set(kind, made);
    return made;
  }

  #make(kind: string): QuickKind | null {
    const [type = '', inner] = kind.split('/', 2);
    if (type === 'event_msg' && inner !== undefined) return this.#event(inner);
    if (type === 'response_item' && inner !== undefined) return this.#item(inner);
    return type === 'session_meta' ? this.#sessionMeta() : this.#topLevel(type);
  }

  #event(type: string): QuickKind | null {
    const name = eventName(type);
    if (decoded.has(name)) return null;
    if (name === 'token_count') return this.#tokenCount();
    const payload = (wanted: Wanted) => this.#shapes.named(`EventMsg/${name}`, wanted);
    const isKept = isKeptEvent(this.#version, type);
    if (name === 'task_started') return taskStarted(payload, isKept);
    if (name === 'task_complete') return taskComplete(payload, isKept);
    if (name === 'item_completed') {
      return kindOf(payload, ['item'], (bytes, { item }) => (isOtherThanPlan(bytes, item) ? 'as ever' : null));
    }
    if (name === 'patch_apply_end') {
      return kindOf(payload, ['turn_id'], (bytes, { turn_id }) => (plainText(bytes, turn_id) ? 'as ever' : null));
    }
    const saying = sayings.get(name);
    if (saying === undefined) return kindOf(payload, [], asEver);
    return kindOf(payload, ['said'], (_, { said }) => (said.end - said.start > 2 ? 'as ever' : null), { said: saying });
  }

  #item(type: string): QuickKind | null {
    const payload = (wanted: Wanted) => this.#shapes.named(`ResponseItem/${type}`, wanted);
    if (type !== 'message') return kindOf(payload, [], asEver);
    return kindOf(payload, ['role'], (bytes, { role }) => {
      const name = plainText(bytes, role);
      return name === undefined || name === 'user' ? null : 'as ever';
    });
  }

  #topLevel(type: string): QuickKind | null {
    const payload = (wanted: Wanted) => this.#shapes.ofTopLevel(type, wanted);
    if (type === 'compacted') {
      return kindOf(payload, ['message', 'replacement_history', 'window_number', 'window_id'], (bytes, places) => {
        const { message, replacement_history: history, window_number: number, window_id: id } = places;
        const isNumbered = isThere(bytes, number) || (isThere(bytes, id) && wholeNumber(bytes, id) !== undefined);
        const hasSummary = isThere(bytes, message) && message.end - message.start > '""'.length;
        return { kind: 'compacted', isResumable: isThere(bytes, history) && isNumbered, hasSummary };
      });
    }
    if (type === 'turn_context') {
      return kindOf(payload, ['turn_id', 'model'], (bytes, places) => {
        const turn_id = isThere(bytes, places.turn_id) ? plainText(bytes, places.turn_id) : null;
        const model = isThere(bytes, places.model) ? plainText(bytes, places.model) : null;
        return turn_id === undefined || model === undefined ? null : { kind: 'turn_context', turn_id, model };
      });
    }
    return type === 'token_usage_record' ? this.#usageRecord(payload) : kindOf(payload, [], asEver);
  }

  #tokenCount(): QuickKind {
    const payload = new QuickTokenCount(this.#version, this.#reading);
    return {
      scan: payload.scan,
      forget: () => payload.forget(),
      take: (bytes) => ({ kind: 'token_count', info: payload.take(bytes) }),
    };
  }

  #sessionMeta(): QuickKind | null {
    const payload = QuickSessionMeta.of(this.#version);
    if (!payload) return null;
    return {
      scan: payload.scan,
      forget: () => payload.forget(),
      take: (bytes) => {
        const meta = payload.take(bytes);
        return meta && { kind: 'session_meta', meta };
      },
    };
  }

  #usageRecord(payload: (wanted: Wanted) => Scan | null): QuickKind | null {
    const counts = new QuickUsage(this.#version);
    const usageAt = (bytes: Buffer, { start, end }: Found) => {
      counts.forget();
      return counts.scan(bytes, start, 0) === end ? counts.take(bytes) : null;
    };
    const names = ['thread_id', 'turn_id', 'response_id', 'usage', 'thread_token_usage'] as const;
    return kindOf(payload, names, (bytes, places) => {
      const thread_id = plainText(bytes, places.thread_id);
      const turn_id = plainText(bytes, places.turn_id);
      const response_id = plainText(bytes, places.response_id);
      if (thread_id === undefined || turn_id === undefined || response_id === undefined) return null;
      const usage = usageAt(bytes, places.usage);
      const thread_token_usage = usageAt(bytes, places.thread_token_usage);
      if (!usage || !thread_token_usage) return null;
      return { kind: 'token_usage_record', thread_id, turn_id, response_id, usage, thread_token_usage };
    });
  }
}

type Places<Name extends string> = Readonly<Record<Name, Found>>;

/** A kind of which the members of these names matter. `keys`: what they are called in the payload, where that is not the same. */
function kindOf<Name extends string>(
  scanOf: (wanted: Wanted) => Scan | null,
  names: readonly Name[],
  take: (bytes: Buffer, places: Places<Name>) => ReturnType<QuickKind['take']>,
  keys: Partial<Record<Name, string>> = {},
): QuickKind | null {
  const places = Object.fromEntries(names.map((name) => [name, found()])) as Places<Name>;
  const all = Object.values<Found>(places);
  const scan = scanOf(Object.fromEntries(names.map((name) => [keys[name] ?? name, places[name].onFound])));
  const forget = () => {
    for (const place of all) place.start = -1;
  };
  return scan && { scan, forget, take: (bytes) => take(bytes, places) };
}

function taskStarted(payload: (wanted: Wanted) => Scan | null, isKept: boolean): QuickKind | null {
  return kindOf(payload, ['turn_id', 'started_at', 'model_context_window'], (bytes, places) => {
    const turn_id = plainText(bytes, places.turn_id);
    const started_at = wholeNumber(bytes, places.started_at);
    const model_context_window = wholeNumber(bytes, places.model_context_window);
    if (turn_id === undefined || started_at === undefined || model_context_window === undefined) return null;
    return { kind: 'task_started', turn_id, started_at, model_context_window, isKept };
  });
}

function taskComplete(payload: (wanted: Wanted) => Scan | null, isKept: boolean): QuickKind | null {
  return kindOf(payload, ['turn_id', 'last_agent_message', 'error', 'completed_at', 'duration_ms'], (bytes, places) => {
    const { last_agent_message: message, error } = places;
    const turn_id = plainText(bytes, places.turn_id);
    const completed_at = wholeNumber(bytes, places.completed_at);
    const duration_ms = wholeNumber(bytes, places.duration_ms);
    if (turn_id === undefined || completed_at === undefined || duration_ms === undefined) return null;
    const answered = isThere(bytes, message) && message.end - message.start > 2;
    const failed = isThere(bytes, error);
    return { kind: 'task_complete', turn_id, answered, failed, completed_at, duration_ms, isKept };
  });
}

const TYPE = '{"type":"';
const PLAN = `${TYPE}Plan"`;

function isOtherThanPlan(bytes: Buffer, { start }: Found): boolean {
  const head = bytes.toString('latin1', start, start + PLAN.length);
  return head.startsWith(TYPE) && head !== PLAN;
}
