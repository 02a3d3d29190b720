import type { JsonObject, JsonValue } from '../../src/json/json-value.ts';
import { isJsonObject, memberAt } from '../../src/json/json-value.ts';
import { random } from '../support/random.ts';

/** One request of a sequence: what it asks is made of what came before, on each side for itself. */
export interface Move {
  readonly peer: 0 | 1;
  readonly method: string;
  readonly params: (memory: Memory) => JsonObject;
}

/** What one side has said so far, as far as later requests refer to it. */
export class Memory {
  /** Ids of threads: those of the home first, then new ones, in the order of their making. */
  readonly threads: string[];
  readonly #turns = new Map<string, readonly string[]>();
  /** The last page that went on, by the method that lists it. */
  readonly cursors = new Map<string, { readonly cursor: string; readonly params: JsonObject }>();

  constructor(threads: readonly string[]) {
    this.threads = [...threads];
  }

  turnsOf(threadId: string): readonly string[] {
    return this.#turns.get(threadId) ?? [];
  }

  learn(method: string, params: JsonObject, answer: JsonObject): void {
    const thread = memberAt(answer, 'result', 'thread');
    const id = memberAt(thread, 'id');
    if ((method === 'thread/fork' || method === 'thread/start') && typeof id === 'string') this.threads.push(id);
    const turns = method === 'thread/turns/list' ? memberAt(answer, 'result', 'data') : memberAt(thread, 'turns');
    const of = typeof params.threadId === 'string' && method !== 'thread/fork' ? params.threadId : id;
    if (Array.isArray(turns) && turns.length > 0 && typeof of === 'string') this.#turns.set(of, idsOf(turns));
    const next = memberAt(answer, 'result', 'nextCursor');
    const back = memberAt(answer, 'result', 'backwardsCursor');
    if (typeof next === 'string') this.cursors.set(method, { cursor: next, params });
    else if (typeof back === 'string') this.cursors.set(`${method} back`, { cursor: back, params });
  }
}

function idsOf(turns: readonly JsonValue[]): string[] {
  return turns.filter(isJsonObject).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
}

const WORDS = ['birds', 'Robin', 'tea', 'moon', 'winter'];
const input = (text: string) => [{ type: 'text', text, text_elements: [] }];
const STRANGER = '00000000-0000-7000-8000-000000000000';

type Choose = (limit: number) => number;
type Maker = (choose: Choose) => readonly [string, (memory: Memory) => JsonObject];

/** A request about one of the threads, mostly one that is there. */
function about(
  method: string,
  more: (choose: Choose) => (memory: Memory, threadId: string) => JsonObject = () => () => ({}),
): Maker {
  return (choose) => {
    const [which, isStrange] = [choose(1_000), choose(25) === 0];
    const add = more(choose);
    return [
      method,
      (memory) => {
        const threadId = isStrange ? STRANGER : (memory.threads[which % memory.threads.length] as string);
        return { threadId, ...add(memory, threadId) };
      },
    ];
  };
}

const oneOf = <T>(choose: Choose, values: readonly T[]): T => values[choose(values.length)] as T;
const perhaps = (choose: Choose, members: JsonObject): JsonObject => (choose(2) === 0 ? members : {});

function page(choose: Choose): JsonObject {
  return {
    ...perhaps(choose, { limit: 1 + choose(3) }),
    ...perhaps(choose, { sortDirection: oneOf(choose, ['asc', 'desc']) }),
  };
}

/** A page behind the last one of this method, or one of its own. */
function onward(memory: Memory, method: string, goesOn: boolean, own: JsonObject): JsonObject {
  const known = goesOn ? memory.cursors.get(method) : undefined;
  return known ? { ...known.params, cursor: known.cursor } : own;
}

const makers: readonly (readonly [number, Maker])[] = [
  [
    4,
    (choose) => {
      const own: JsonObject = {
        ...page(choose),
        ...perhaps(choose, { archived: choose(3) === 0 }),
        ...(choose(4) === 0 && { searchTerm: oneOf(choose, WORDS) }),
        ...(choose(6) === 0 && { cwd: oneOf(choose, ['/workspace', '/nowhere']) }),
        ...(choose(6) === 0 && { sourceKinds: oneOf(choose, [['vscode'], ['cli', 'exec'], ['subAgent'], []]) }),
        ...(choose(6) === 0 && { modelProviders: oneOf(choose, [['mock'], ['acme'], []]) }),
      };
      const goesOn = choose(3) === 0;
      return ['thread/list', (memory) => onward(memory, 'thread/list', goesOn, own)];
    },
  ],
  [
    1,
    (choose) => [
      'thread/search',
      (
        (params) => () =>
          params
      )({ searchTerm: oneOf(choose, WORDS), ...page(choose) }),
    ],
  ],
  [
    3,
    about('thread/read', (choose) =>
      (
        (params) => () =>
          params
      )(perhaps(choose, { includeTurns: true })),
    ),
  ],
  [
    4,
    about('thread/resume', (choose) => {
      const params = {
        ...perhaps(choose, { excludeTurns: true }),
        ...(choose(3) === 0 && {
          initialTurnsPage: { limit: 1 + choose(3), itemsView: oneOf(choose, ['full', 'summary', 'notLoaded']) },
        }),
      };
      return () => params;
    }),
  ],
  [
    3,
    about('thread/fork', (choose) => {
      const [which, cut] = [choose(100), choose(4)];
      const excluded = perhaps(choose, { excludeTurns: true });
      return (memory, threadId) => {
        const turns = memory.turnsOf(threadId);
        const turnId = turns[which % Math.max(turns.length, 1)];
        const at: JsonObject =
          turnId === undefined || cut > 1 ? {} : cut === 0 ? { beforeTurnId: turnId } : { lastTurnId: turnId };
        return { ...excluded, ...at };
      };
    }),
  ],
  [
    2,
    about('thread/revert', (choose) => {
      const which = choose(100);
      return (memory, threadId) => {
        const turns = memory.turnsOf(threadId);
        return { beforeTurnId: turns[which % Math.max(turns.length, 1)] ?? STRANGER };
      };
    }),
  ],
  [2, about('thread/archive')],
  [2, about('thread/unarchive')],
  [2, about('thread/name/set', (choose) => ((name) => () => ({ name }))(oneOf(choose, ['moon', ' birds ', '', 'x'])))],
  [
    5,
    about('turn/start', (choose) => ((text) => () => ({ input: input(text) }))(`What about ${oneOf(choose, WORDS)}?`)),
  ],
  [
    2,
    (choose) => [
      'thread/start',
      (
        (params) => () =>
          params
      )(perhaps(choose, { cwd: '/workspace' })),
    ],
  ],
  [
    3,
    about('thread/turns/list', (choose) => {
      const own = {
        ...page(choose),
        ...perhaps(choose, { itemsView: oneOf(choose, ['full', 'summary', 'notLoaded']) }),
      };
      return () => own;
    }),
  ],
  [
    3,
    about('thread/items/list', (choose) =>
      (
        (own) => () =>
          own
      )(page(choose)),
    ),
  ],
  [
    1,
    (choose) => {
      const goesOn = choose(2) === 0;
      return [
        'thread/turns/list',
        (memory) => onward(memory, 'thread/turns/list', goesOn, { threadId: memory.threads[0] ?? '' }),
      ];
    },
  ],
  [
    1,
    () => [
      'thread/items/list',
      (memory) => onward(memory, 'thread/items/list', true, { threadId: memory.threads[0] ?? '' }),
    ],
  ],
  [1, () => ['thread/loaded/list', () => ({})]],
  [1, about('thread/unsubscribe')],
  [
    1,
    about('thread/settings/update', (choose) => ((model) => () => ({ model }))(oneOf(choose, ['gpt-5.2', 'gpt-5.4']))),
  ],
  [1, about('thread/goal/get')],
  [
    1,
    about('thread/timeline/list', (choose) =>
      (
        (own) => () =>
          own
      )(perhaps(choose, { limit: 1 + choose(5) })),
    ),
  ],
  [1, about('turn/interrupt', () => () => ({ turnId: STRANGER }))],
];

/** Every maker as often as it weighs. */
const bag = makers.flatMap(([weight, make]) => Array<Maker>(weight).fill(make));

/** The requests of one sequence, the same ones for the same seed. */
export function sequenceOf(seed: string, length: number): Move[] {
  const choose = random(seed);
  return Array.from({ length }, () => {
    const peer = choose(2) === 0 ? 0 : 1;
    const [method, params] = oneOf(choose, bag)(choose);
    return { peer, method, params };
  });
}

/** A review and a command of the user, which nothing is asked about afterwards: their rollouts are not those of Codex. */
export function reviewed(): Move[] {
  const target = { type: 'custom', instructions: 'Is it about birds?' };
  const move = (method: string, params: Move['params']): Move => ({ peer: 0, method, params });
  return [
    move('thread/resume', ({ threads }) => ({ threadId: threads[0] ?? '' })),
    move('review/start', ({ threads }) => ({ threadId: threads[0] ?? '', target })),
    move('thread/start', () => ({})),
    move('thread/shellCommand', ({ threads }) => ({ threadId: threads.at(-1) ?? '', command: 'true' })),
  ];
}
