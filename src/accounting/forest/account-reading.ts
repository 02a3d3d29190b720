import { basename } from 'node:path';
import type { SessionMeta } from '../../codex/records/session-meta.ts';
import type { TokenUsage } from '../../codex/records/token-count.ts';
import type { HistoryVisitor } from '../../history/read-records.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import { historyBaseOf, type ThreadHistory } from '../../history/thread-history.ts';
import type { Line } from '../../rollout/lines/line.ts';
import type { RolloutItem } from '../../rollout/records/record.ts';
import { CopiedPrefix } from '../copied-prefix.ts';
import { type Measured, ResponseMeter } from '../response-meter.ts';
import { noTokens } from '../token-sums.ts';
import { usageRules } from '../usage-rule.ts';
import type { LostRequest, RolloutAccount, UsageRow } from './rollout-account.ts';
import { type LoggedTurn, TurnLog } from './turn-log.ts';

/** The kinds of lines that an account depends on; of all others only the time matters. */
export const kindsThatMatter: ReadonlySet<string> = new Set([
  ...['session_meta', 'turn_context', 'compacted', 'token_usage_record'],
  ...['token_count', 'user_message', 'thread_rolled_back', 'thread_settings_applied', 'turn_aborted'].map(asEvent),
  ...['task_started', 'turn_started', 'task_complete', 'turn_complete'].map(asEvent),
]);

function asEvent(name: string): string {
  return `event_msg/${name}`;
}

/** Where a record with usage stands. */
interface Place {
  readonly byteOffset: number;
  readonly timestamp: string;
  readonly turn: LoggedTurn | null;
  /** The model that was used last before it; null when none is known that is still in use. */
  readonly modelBefore: string | null;
  readonly isCopy: boolean;
}

/** Makes the account of one rollout while its lines are read. */
export class AccountReading implements HistoryVisitor {
  readonly #file: ThreadHistory;
  /** It goes on from a part of another rollout, so that its counter does not begin at 0. */
  readonly #goesOn: boolean;
  readonly #copy = new CopiedPrefix();
  readonly #turns: TurnLog;
  readonly #meter: ResponseMeter<Place>;
  readonly #measured: Measured<Place>[] = [];
  readonly #copiedMetas: SessionMeta[] = [];
  readonly #lost: LostRequest[] = [];
  readonly #turnIds = new Set<string>();
  #model: string | null = null;
  /** The model was named in what was copied. A fork begins with the model that its client or the configuration says. */
  #isModelCopied = false;
  #lastTotal: TokenUsage | null = null;
  #lastTimestamp: string | null = null;
  #isRecorded = false;

  constructor(file: ThreadHistory) {
    this.#file = file;
    this.#turns = new TurnLog(file.meta?.history_mode === 'paginated');
    this.#goesOn = historyBaseOf(file.meta, file.version) !== null;
    this.#meter = new ResponseMeter<Place>((measured) => this.#take(measured), this.#goesOn ? null : noTokens);
  }

  onItem(item: RolloutItem, line: Line): void {
    this.#copy.onItem(item);
    this.#lastTimestamp = item.timestamp;
    const ended = this.#turns.add(item);
    switch (item.kind) {
      case 'session_meta':
        if (item.meta.id !== this.#file.meta?.id) this.#copiedMetas.push(item.meta);
        break;
      case 'task_started':
        this.#turnIds.add(item.turn_id);
        break;
      case 'turn_context':
        this.#useModel(item.model, this.#copy.holds(this.#turns.here?.id ?? null, item.timestamp));
        if (this.#turns.here) this.#turns.here.model = item.model;
        break;
      case 'thread_settings_applied':
        this.#useModel(item.model, this.#copy.holds(null, item.timestamp));
        break;
      case 'token_count':
        if (item.info) {
          this.#lastTotal = item.info.total_token_usage;
          this.#meter.count(item.info, this.#place(item, line));
        } else this.#awaitUsage(this.#turns.here, line.offset);
        break;
      case 'token_usage_record':
        this.#isRecorded ||= item.thread_id === this.#file.meta?.id;
        this.#meter.record(item, this.#place(item, line));
        break;
      case 'compacted':
        if (this.#meter.compacted() === 0 && !item.hasSummary) this.#lose('compaction', this.#place(item, line));
        if (this.#turns.here) this.#turns.here.responses = 0;
        break;
      case 'task_complete':
      case 'turn_aborted':
        if (ended) this.#endTurn(ended, item, line);
        break;
      default:
    }
  }

  account(): RolloutAccount {
    this.#meter.finish();
    const { path, meta, version } = this.#file;
    const name = parseRolloutName(basename(path));
    const rolloutId = name?.rolloutId ?? meta?.id ?? path;
    return {
      path,
      rolloutId,
      order: `${name?.startedAt ?? meta?.timestamp ?? ''} ${rolloutId}`,
      meta,
      copiedMetas: this.#copiedMetas,
      copiedFrom: this.#copy.parentId,
      base: historyBaseOf(meta, version),
      rows: this.#rows(),
      lost: this.#lost,
      lastTotal: this.#lastTotal,
      isRecorded: this.#isRecorded,
      turnIds: this.#turnIds,
      lastTimestamp: this.#lastTimestamp,
    };
  }

  #useModel(model: string | null, isCopy: boolean): void {
    if (model === null) return;
    this.#model = model;
    this.#isModelCopied = isCopy;
  }

  #take(measured: Measured<Place>): void {
    this.#measured.push(measured);
    const { rule, place, spentAt } = measured;
    const isUnsure = rule === 'first-of-rollout' && measured.record === null;
    const isFirst = this.#measured.length === 1 && this.#goesOn;
    const isRepeated = rule === 'repeated' || isUnsure || (isFirst && rule === 'window-filled');
    if (isRepeated && place.turn && isFilledAgain(measured)) place.turn.waitingAt = null;
    else if (isRepeated) this.#awaitUsage(place.turn, place.byteOffset, isUnsure);
    const { turn } = spentAt;
    if (!turn || isRepeated) return;
    if (usageRules[rule].counts) turn.responses++;
    if (usageRules[rule].counts || rule === 'window-filled') turn.waitingAt = null;
  }

  /** Codex writes a count without news when a response begins or breaks off; one with its usage follows if it is complete. */
  #awaitUsage(turn: LoggedTurn | null, byteOffset: number, isUnsure = false): void {
    if (!turn) return;
    turn.waitingAt = byteOffset;
    turn.isWaitingUnsure = isUnsure;
  }

  #endTurn(turn: LoggedTurn, item: RolloutItem, line: Line): void {
    if (turn.waitingAt === null) return;
    const isFailed = item.kind === 'task_complete' && (item.failed || turn.responses === 0);
    if (item.kind !== 'turn_aborted' && !isFailed) return;
    const place = { ...this.#place(item, line), byteOffset: turn.waitingAt, turn };
    const ifRepeatedAt = turn.isWaitingUnsure ? turn.waitingAt : null;
    this.#lose(item.kind === 'turn_aborted' ? 'interrupted' : 'failed', place, ifRepeatedAt);
    turn.waitingAt = null;
  }

  #lose(
    kind: LostRequest['kind'],
    { byteOffset, timestamp, turn, isCopy }: Place,
    ifRepeatedAt: number | null = null,
  ): void {
    this.#lost.push({ kind, turnId: turn?.id ?? null, byteOffset, timestamp, isCopy, ifRepeatedAt });
  }

  #place(item: RolloutItem, line: Line): Place {
    const turn = this.#turns.here;
    const turnId = turn?.id ?? null;
    const isCopy = this.#copy.holds(turnId, item.timestamp) || this.#isBelowStart(item, turnId);
    const modelBefore = isCopy || !this.#isModelCopied ? this.#model : null;
    return { byteOffset: line.offset, timestamp: item.timestamp, turn, modelBefore, isCopy };
  }

  /**
   * Whether a record of a sub-agent belongs to what it was begun with. A rollout that was made paginated later says so of all
   * that it held then, of the sub-agent's own turns too.
   */
  #isBelowStart({ ordinal }: RolloutItem, turnId: string | null): boolean {
    const start = this.#file.meta?.subagent_history_start_ordinal;
    return start != null && ordinal !== null && ordinal < start && this.#copy.isOlderThanThread(turnId) !== false;
  }

  #rows(): UsageRow[] {
    const seen = new Map<string, number>();
    const inOrder = this.#measured.sort((a, b) => a.place.byteOffset - b.place.byteOffset);
    return inOrder.map(({ kind, rule, place, spentAt, usage, total, record }) => {
      const turnId = record?.turn_id ?? spentAt.turn?.id ?? null;
      const identity = `${turnId} ${kind} ${Object.values(total).join()}`;
      const repetition = seen.get(identity) ?? 0;
      if (usageRules[rule].counts) seen.set(identity, repetition + 1);
      return {
        kind,
        byteOffset: place.byteOffset,
        timestamp: spentAt.timestamp,
        turnId,
        model: spentAt.turn?.model ?? spentAt.modelBefore,
        usage,
        total,
        rule,
        responseId: record?.response_id ?? null,
        recordedThreadId: record?.thread_id ?? null,
        isCopy: spentAt.isCopy,
        repetition,
        isRolledBack: spentAt.turn?.isRolledBack ?? false,
      };
    });
  }
}

/**
 * Whether a record that repeats a total which was set to the context window tells that the window was exceeded once more: such
 * a record adds nothing, and stands right behind the one that came when the response broke off.
 */
function isFilledAgain({ total, usage, place }: Measured<Place>): boolean {
  const isSet = total.input_tokens === 0n && total.output_tokens === 0n && total.total_tokens > 0n;
  return isSet && usage.total_tokens === 0n && place.turn?.waitingAt != null;
}
