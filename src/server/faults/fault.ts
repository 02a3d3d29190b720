/** What can be made to go wrong in `thread/resume` and `thread/fork`, and what happens then. */
export const faultNames = {
  'omit-usage': 'the restored usage is not sent',
  'usage-before-response': 'the usage comes before the response',
  'duplicate-usage': 'the usage comes twice',
  'broadcast-usage': 'the usage is sent to every connection',
  'wrong-turn': 'the usage names a turn that it does not belong to',
  'wrong-thread': 'the usage names another thread: for a fork, its source',
  'total-only': 'of the usage only the totals are sent: the last response is all zeros',
  'stale-usage': 'the usage is that of an earlier token_count, or one token less where there is none',
  'rounded-usage': 'the counts are rounded to thousands',
  'persist-usage': 'the usage is written to the rollout of the thread once more',
  'started-before-usage': 'thread/started of a fork comes before the usage',
  'turn-before-usage': 'a turn/started of the thread comes between the response and the usage',
  'close-after-response': 'the connection is closed straight after the response',
  'never-respond': 'neither the response nor what follows it is sent',
  slow: 'the response comes so many milliseconds later: slow:250',
  garbage: 'a line that is no JSON and an answer that nobody asked for come before the response',
  error: 'the request is answered with the error -32603',
} as const;

export type FaultName = keyof typeof faultNames;

/** Something that goes wrong. */
export interface Fault {
  readonly name: FaultName;
  /** Of `slow`: how long, in milliseconds. */
  readonly ms?: number;
}

const LONGEST_MS = 3_600_000;

/** Reads a fault as it is written on the command line: its name, or `slow:250`. @throws {RangeError} when it is none */
export function parseFault(text: string): Fault {
  const slow = /^slow:(\d{1,7})$/.exec(text);
  if (slow && Number(slow[1]) <= LONGEST_MS) return { name: 'slow', ms: Number(slow[1]) };
  if (text.startsWith('slow')) throw new RangeError(`slow takes milliseconds, at most ${LONGEST_MS}, like slow:250`);
  if (!isFaultName(text)) throw new RangeError(`unknown fault: ${text}`);
  return { name: text };
}

function isFaultName(text: string): text is FaultName {
  return Object.hasOwn(faultNames, text);
}
