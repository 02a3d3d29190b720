import type { TokenUsageInfo } from '../../codex/records/token-count.ts';
import type { JsonObject, JsonValue } from '../../json/json-value.ts';
import { type Turn, turnNamed } from '../../turns/turn.ts';
import { toWire } from '../../wire/thread-token-usage.ts';
import { now } from '../clock.ts';
import { toEveryone } from '../notify.ts';
import type { ServerState } from '../server-state.ts';
import type { Step } from '../step.ts';
import type { NewRecord } from '../store/rollout-writer.ts';
import type { Thread } from '../thread.ts';
import { errorJson, itemJson, turnJson, usageParams } from '../wire-json.ts';
import { tokenCountRecord } from './usage-records.ts';

/** Something that happens in a turn: what the rollout keeps of it, and what the clients are told. */
export interface Happening {
  readonly records: readonly NewRecord[];
  readonly told: readonly Step[];
}

/** How a turn ends. */
export interface Ending {
  readonly status: 'completed' | 'interrupted' | 'failed';
  /** Of a failed one, as the wire says it. */
  readonly error?: JsonObject;
}

/** An item of a turn: on the wire, and as a rollout keeps it. */
export interface NewItem {
  readonly item: JsonObject;
  /** In a paginated rollout, as `item_completed` holds it. */
  readonly kept: JsonObject;
  /** In a legacy rollout; null where those keep nothing of it. */
  readonly event: JsonObject | null;
  /** What the wire says of it while it is not whole; all of it where that is missing. */
  readonly begun?: JsonObject;
  /** What comes between its begin and its end: the method, and the params besides those that name it. */
  readonly deltas?: readonly (readonly [string, JsonObject])[];
}

/**
 * Puts what happens in one turn into the words of rollouts and of the wire, in the order of Codex (measured on 0.144.6 and
 * 0.169.0).
 */
export class TurnVoice {
  readonly turnId: string;
  readonly #thread: Thread;
  readonly #server: ServerState;
  readonly #startedAt = now();
  readonly #rootTurnId: string;
  #answer: JsonObject | null = null;

  /** `rootTurnId`: the turn for whose sake it is held, where that is another one. */
  constructor(thread: Thread, server: ServerState, turnId: string, rootTurnId = turnId) {
    this.turnId = turnId;
    this.#rootTurnId = rootTurnId;
    this.#thread = thread;
    this.#server = server;
  }

  /** The turn as it is told when it begins. */
  get begun(): Turn {
    return { ...turnNamed(this.turnId, 'inProgress'), startedAt: BigInt(seconds(this.#startedAt)) };
  }

  begin(window: bigint | null): Happening {
    const started = event({
      ...{ type: 'task_started', turn_id: this.turnId, root_turn_id: this.#rootTurnId },
      ...{ started_at: seconds(this.#startedAt), model_context_window: window, collaboration_mode_kind: 'default' },
    });
    const shown = turnJson(this.begun, this.#server.wireKeys);
    const turn = 'rootTurnId' in shown ? { ...shown, rootTurnId: this.#rootTurnId } : shown;
    return {
      records: [started],
      told: [this.status({ type: 'active', activeFlags: [] }), this.tell('turn/started', { turn })],
    };
  }

  /** An item from its begin to its end. `at`: when it began and ended, in milliseconds since 1970. */
  item({ item, kept, event: legacy, begun = item, deltas = [] }: NewItem, at: readonly [number, number]): Happening {
    const [startedAtMs, completedAtMs] = at;
    const keys = this.#server.wireKeys;
    const whole = itemJson({ ...item, startedAtMs, completedAtMs }, keys);
    if (item.type === 'agentMessage') this.#answer = whole;
    const { turnId } = this;
    const started = { item: itemJson({ ...begun, startedAtMs, completedAtMs: null }, keys), turnId, startedAtMs };
    const counted = this.#server.serverEra.countsItemTokens ? { contentTokenCount: null } : {};
    return {
      records: this.#kept(kept, legacy, at),
      told: [
        this.tell('item/started', started),
        ...deltas.map(([method, params]) => this.tell(method, { turnId, itemId: item.id ?? '', ...params })),
        this.tell('item/completed', { item: whole, turnId, completedAtMs, ...counted }),
      ],
    };
  }

  usage(info: TokenUsageInfo): Happening {
    const { era } = this.#server;
    const usage = usageParams(this.#thread.meta.id, this.turnId, toWire(info, era.sendsCacheWrite));
    return {
      records: [tokenCountRecord(info, era.sendsCacheWrite)],
      told: [this.tell('thread/tokenUsage/updated', usage), ...this.#rateLimits()],
    };
  }

  end({ status, error }: Ending): Happening {
    const completedAt = now();
    const started = this.#isPaginated ? { started_at: seconds(this.#startedAt) } : {};
    const times = { ...started, completed_at: seconds(completedAt), duration_ms: completedAt - this.#startedAt };
    const of = { turn_id: this.turnId, root_turn_id: this.#rootTurnId };
    const text = this.#answer?.text ?? null;
    const ended =
      status === 'interrupted'
        ? event({ type: 'turn_aborted', ...of, reason: 'interrupted', ...times })
        : event({ type: 'task_complete', ...of, last_agent_message: text, ...this.#keptError(error), ...times });
    const turn: Turn = {
      ...this.begun,
      status,
      completedAt: BigInt(seconds(completedAt)),
      durationMs: BigInt(completedAt - this.#startedAt),
    };
    const items = this.#answer && this.#server.serverEra.endsWithAnswer ? [this.#answer] : [];
    const content = { items, itemsView: items.length > 0 ? ('summary' as const) : ('notLoaded' as const) };
    const shown = turnJson(turn, this.#server.wireKeys, { ...content, error: error ?? null });
    return {
      records: [ended],
      told: [
        ...this.#failure(error),
        ...(this.#answer || error ? this.#unread() : []),
        ...(error ? [] : [this.status({ type: 'idle' })]),
        this.tell('turn/completed', { turn: shown }),
      ],
    };
  }

  /** A notification about the thread to those that see its turns. */
  tell(method: string, params: JsonObject): Step {
    const threadId = this.#thread.meta.id;
    return { kind: 'notification', to: [...this.#thread.attached], method, params: { threadId, ...params } };
  }

  status(status: JsonObject): Step {
    return toEveryone(this.#server, 'thread/status/changed', { threadId: this.#thread.meta.id, status });
  }

  #kept(item: JsonObject, legacy: JsonObject | null, [started_at_ms, completed_at_ms]: readonly [number, number]) {
    if (!this.#isPaginated) return legacy ? [event(legacy)] : [];
    const of = { thread_id: this.#thread.meta.id, turn_id: this.turnId };
    return [event({ type: 'item_completed', ...of, item, started_at_ms, completed_at_ms })];
  }

  get #isPaginated(): boolean {
    return this.#thread.meta.history_mode === 'paginated';
  }

  /** How a turn failed, in the versions whose rollouts say it. */
  #keptError(error: JsonObject | undefined): JsonObject {
    if (!error || !this.#server.era.completionFails) return {};
    const info: JsonValue = error.codexErrorInfo ?? null;
    const codex_error_info = typeof info === 'string' ? info.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`) : info;
    return { error: { message: error.message ?? '', codex_error_info } };
  }

  #failure(error: JsonObject | undefined): Step[] {
    if (!error) return [];
    const params = { error: errorJson(error, this.#server.wireKeys), turnId: this.turnId, willRetry: false };
    return [this.status({ type: 'systemError' }), this.tell('error', params)];
  }

  #unread(): Step[] {
    if (!this.#server.serverEra.tellsReadState || !this.#thread.rollout) return [];
    const { readStates } = this.#server;
    return [
      this.tell('thread/readState/changed', { readState: readStates.turnEnded(this.#thread.meta.id, this.turnId) }),
    ];
  }

  #rateLimits(): Step[] {
    const { limits } = this.#server.serverEra;
    const rateLimits: JsonObject = { ...Object.fromEntries(limits.map((name) => [name, null])), limitId: 'codex' };
    return [
      {
        kind: 'notification',
        to: [...this.#thread.attached],
        method: 'account/rateLimits/updated',
        params: { rateLimits },
      },
    ];
  }
}

function event(payload: JsonObject): NewRecord {
  return { type: 'event_msg', payload };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
