import { memberAt } from '../../json/json-value.ts';
import { methodOf } from '../../replay/judge/exchange.ts';
import type { TranscriptEntry } from '../../wire/transcript.ts';
import { type UsageUpdate, usageDifferences, usageUpdate } from '../../wire/usage-update.ts';

/** The checks on turns that run, and when they hold. */
export const turnChecks = {
  'turn-completed': 'every turn/started is followed by its turn/completed before the next turn begins',
  'turn-usage': 'a turn in which the model answered has usage',
  'turn-usage-turn': 'usage that comes while a turn runs names that turn',
  'turn-usage-once': 'the usage of a response comes once',
  'turn-totals': 'the total never falls, unless turns were taken back',
  'turn-items': 'items begin and end in this order, within their turn',
} as const;

export type TurnCheckId = keyof typeof turnChecks;

/** Something that is not as it should be in a turn. */
export interface TurnFinding {
  readonly id: TurnCheckId;
  readonly severity: 'fail' | 'warn';
  readonly threadId: string;
  readonly turnId: string;
  readonly message: string;
  /** The message that shows it. */
  readonly entry: TranscriptEntry;
}

interface Turn {
  readonly id: string;
  readonly started: TranscriptEntry;
  readonly openItems: Set<string>;
  hasAnswer: boolean;
  usages: number;
}

/** A thread as one client sees it. */
interface Thread {
  turn: Turn | null;
  last: UsageUpdate | null;
  /** The next usage is told because the thread was loaded. */
  isLoaded: boolean;
  /** Turns were taken back: the total may fall. */
  isTakenBack: boolean;
}

const TAKES_BACK = /^thread\/(?:revert|rollback|rolledBack|compact)/;
const LOADS = /^thread\/(?:resume|fork)$/;

/** Follows the turns of every thread on every connection and tells what is not as it should be. */
export class TurnWatch {
  readonly #found: (finding: TurnFinding) => void;
  readonly #threads = new Map<string, Thread>();
  readonly #asked = new Map<string, string>();
  #turns = 0;

  constructor(found: (finding: TurnFinding) => void) {
    this.#found = found;
  }

  /** How many turns began. */
  get turns(): number {
    return this.#turns;
  }

  add(entry: TranscriptEntry): void {
    const method = methodOf(entry.message);
    const id = memberAt(entry.message, 'id');
    if (entry.direction === 'sent') {
      if (method !== undefined && id !== undefined) this.#asked.set(`${entry.connection} ${typeof id} ${id}`, method);
      if (method !== undefined && TAKES_BACK.test(method)) this.#thread(entry).isTakenBack = true;
    } else if (method !== undefined) {
      this.#notification(entry, method);
    } else if (id !== undefined) {
      this.#answer(entry, `${entry.connection} ${typeof id} ${id}`);
    }
  }

  /** A client has gone, perhaps in the middle of a turn. */
  closed(connection: string): void {
    for (const [key, { turn }] of this.#threads) {
      if (!key.startsWith(`${connection} `)) continue;
      this.#threads.delete(key);
      if (turn) this.#tell('turn-completed', 'warn', turn.started, turn.id, 'the client has gone while the turn ran');
    }
  }

  #answer(entry: TranscriptEntry, key: string): void {
    const method = this.#asked.get(key);
    this.#asked.delete(key);
    const threadId = memberAt(entry.message, 'result', 'thread', 'id');
    if (method && LOADS.test(method) && typeof threadId === 'string') this.#named(entry, threadId).isLoaded = true;
  }

  #notification(entry: TranscriptEntry, method: string): void {
    const thread = this.#thread(entry);
    if (TAKES_BACK.test(method)) thread.isTakenBack = true;
    if (method === 'turn/started') this.#started(entry, thread);
    else if (method === 'turn/completed') this.#completed(entry, thread);
    else if (method === 'thread/tokenUsage/updated') this.#usage(entry, thread);
    else if (method.startsWith('item/') && thread.turn) this.#item(entry, method, thread.turn, thread);
  }

  #started(entry: TranscriptEntry, thread: Thread): void {
    const id = turnOf(entry);
    if (thread.turn) {
      const { started } = thread.turn;
      this.#tell(
        'turn-completed',
        'fail',
        entry,
        thread.turn.id,
        `another turn began; this one began at message ${started.seq}`,
      );
    }
    this.#turns++;
    thread.isLoaded = false;
    thread.turn = { id, started: entry, openItems: new Set(), hasAnswer: false, usages: 0 };
  }

  #completed(entry: TranscriptEntry, thread: Thread): void {
    const id = turnOf(entry);
    const { turn } = thread;
    // A client that came in the middle has not seen the beginning.
    if (!turn) return;
    if (turn.id !== id) {
      this.#tell('turn-completed', 'fail', entry, id, `it ended while turn ${turn.id} ran`);
      return;
    }
    const isWhole = memberAt(entry.message, 'params', 'turn', 'status') === 'completed';
    if (isWhole && turn.openItems.size > 0) {
      this.#tell('turn-items', 'warn', entry, id, `the turn ended before ${[...turn.openItems].join(', ')} did`);
    }
    if (isWhole && turn.hasAnswer && turn.usages === 0) {
      this.#tell('turn-usage', 'fail', entry, id, 'the turn ended, the model had answered, and no usage came');
    }
    thread.turn = null;
  }

  #usage(entry: TranscriptEntry, thread: Thread): void {
    const update = usageUpdate(memberAt(entry.message, 'params'));
    if (typeof update === 'string') return;
    const { turn, last } = thread;
    const isReplay = thread.isLoaded;
    thread.isLoaded = false;
    thread.last = update;
    if (!isReplay && turn) {
      turn.usages++;
      if (update.turnId !== turn.id) {
        this.#tell('turn-usage-turn', 'fail', entry, turn.id, `usage came for turn ${update.turnId} instead`);
      }
      const isSame =
        last?.turnId === update.turnId && usageDifferences(last.tokenUsage, update.tokenUsage).length === 0;
      if (isSame) this.#tell('turn-usage-once', 'warn', entry, turn.id, 'the same usage came again');
    }
    const before = last?.tokenUsage.total.totalTokens;
    const now = update.tokenUsage.total.totalTokens;
    if (before !== undefined && now < before && !thread.isTakenBack) {
      this.#tell('turn-totals', 'fail', entry, update.turnId, `the total fell from ${before} to ${now}`);
    }
    thread.isTakenBack = false;
  }

  #item(entry: TranscriptEntry, method: string, turn: Turn, thread: Thread): void {
    const item = memberAt(entry.message, 'params', 'item');
    const type = memberAt(item, 'type');
    const id = String(memberAt(item, 'id') ?? memberAt(entry.message, 'params', 'itemId') ?? '');
    const name = `item ${id}${typeof type === 'string' ? ` (${type})` : ''}`;
    if (type === 'contextCompaction') thread.isTakenBack = true;
    if (method === 'item/started') turn.openItems.add(id);
    if (method === 'item/completed') {
      if (type === 'agentMessage') turn.hasAnswer = true;
      if (!turn.openItems.delete(id))
        this.#tell('turn-items', 'warn', entry, turn.id, `${name} ended and had not begun`);
    }
    if (/\/delta$/i.test(method) && !turn.openItems.has(id)) {
      this.#tell('turn-items', 'warn', entry, turn.id, `a part of ${name} came, which had not begun`);
    }
  }

  #thread(entry: TranscriptEntry): Thread {
    return this.#named(entry, threadIn(entry));
  }

  #named({ connection }: TranscriptEntry, threadId: string): Thread {
    const key = `${connection} ${threadId}`;
    const known = this.#threads.get(key);
    if (known) return known;
    const thread: Thread = { turn: null, last: null, isLoaded: false, isTakenBack: false };
    this.#threads.set(key, thread);
    return thread;
  }

  #tell(id: TurnCheckId, severity: 'fail' | 'warn', entry: TranscriptEntry, turnId: string, message: string): void {
    this.#found({ id, severity, threadId: threadIn(entry), turnId, message, entry });
  }
}

function threadIn({ message }: TranscriptEntry): string {
  return String(memberAt(message, 'params', 'threadId') ?? '');
}

function turnOf({ message }: TranscriptEntry): string {
  return String(memberAt(message, 'params', 'turn', 'id') ?? '');
}
