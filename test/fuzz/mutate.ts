/** A whole number from 0 to below `limit`. */
type Below = (limit: number) => number;

/** One change of some bytes; `others`: what a piece may be taken from. */
type Mutation = (bytes: Buffer, below: Below, others: readonly Buffer[]) => Buffer;

const NEWLINE = 0x0a;
/** How much a repeated line may come to, in bytes. */
const MOST_REPEATED = 1024 * 1024;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const NAME = /"[a-z_]+"/g;

const structure = ['{', '}', '[', ']', '"', ',', ':', '\\', '\n', '\r', ' ', '\t', 'null', '{}', '[]', '""', '0', '-'];
const numbers = [
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '18446744073709551615'],
  ...['18446744073709551616', '-0', '-1', '1.0', '1.5', '1e3', '1e400', '01', '0x1', 'NaN', '1'.repeat(5_000)],
];
const names = [
  ...['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'length', '#'],
  ...['token_count', 'info', 'session_meta', 'task_started', 'task_complete', 'turn_aborted', 'thread_rolled_back'],
  ...['event_msg', 'response_item', 'compacted', 'type', 'payload', 'ordinal', 'timestamp', 'paginated', ''],
];
const badUtf8 = ['ff', 'c0af', 'e687', 'eda080', 'f4908080', '80', 'c3'].map((hex) => Buffer.from(hex, 'hex'));

const mutations: readonly Mutation[] = [
  // A bit.
  (bytes, below) => {
    const copy = Buffer.from(bytes);
    const at = below(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << below(8));
    return copy;
  },
  // A byte.
  (bytes, below) => replaced(bytes, below(bytes.length), 1, Buffer.from([below(256)])),
  // The end, or a piece, is missing.
  (bytes, below) => bytes.subarray(0, below(bytes.length)),
  (bytes, below) => replaced(bytes, below(bytes.length), below(200), ''),
  // A piece of another rollout.
  (bytes, below, others) => {
    const other = others[below(others.length)] as Buffer;
    const from = below(other.length);
    return replaced(bytes, below(bytes.length), below(100), other.subarray(from, from + below(3_000)));
  },
  // The lines of two rollouts, one behind the other.
  (bytes, below, others) => {
    const other = others[below(others.length)] as Buffer;
    return Buffer.concat([bytes.subarray(0, startOfLine(bytes, below)), other.subarray(startOfLine(other, below))]);
  },
  (bytes, below) => replaced(bytes, below(bytes.length), below(2), structure[below(structure.length)] as string),
  (bytes, below) => otherText(bytes, below, NUMBER, () => numbers[below(numbers.length)] as string),
  (bytes, below) => otherText(bytes, below, NAME, () => JSON.stringify(names[below(names.length)])),
  // Another value in the place of a number.
  (bytes, below) => otherText(bytes, below, NUMBER, () => structure[below(structure.length)] as string),
  // Nesting, around the depth that serde_json takes and far beyond.
  (bytes, below) => {
    const depth = [5, 120, 127, 128, 200, 5_000][below(6)] as number;
    const [open, close] = below(2) === 0 ? ['[', ']'] : ['{"a":', '}'];
    const closed = below(4) === 0 ? '' : close.repeat(depth);
    return otherText(bytes, below, NUMBER, (number) => `${open.repeat(depth)}${number}${closed}`);
  },
  (bytes, below) => replaced(bytes, below(bytes.length), 0, Buffer.alloc(1 + below(700))),
  // Line ends of other systems, in all lines or one.
  (bytes, below) => Buffer.from(bytes.toString('latin1').replaceAll('\n', below(2) === 0 ? '\r\n' : '\r'), 'latin1'),
  (bytes, below) => replaced(bytes, startOfLine(bytes, below), 0, '\n'.repeat(1 + below(1_000))),
  (bytes, below) => replaced(bytes, below(bytes.length), below(3), badUtf8[below(badUtf8.length)] as Buffer),
  (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  // A line again, elsewhere, or many times.
  (bytes, below) => {
    const line = lineAt(bytes, startOfLine(bytes, below));
    const times = Math.min(below(8) === 0 ? below(300) : 1, 1 + Math.floor(MOST_REPEATED / line.length));
    return replaced(bytes, startOfLine(bytes, below), 0, Buffer.concat(Array<Buffer>(times).fill(line)));
  },
  // A line is missing.
  (bytes, below) => {
    const start = startOfLine(bytes, below);
    return replaced(bytes, start, lineAt(bytes, start).length, '');
  },
  // Escapes that are no characters.
  (bytes, below) => otherText(bytes, below, NAME, (name) => name.replace(/"$/, '\\ud800"')),
];

/** `bytes` with one to four changes. */
export function mutated(bytes: Buffer, below: Below, others: readonly Buffer[]): Buffer {
  let changed = bytes;
  for (let changes = 1 + below(4); changes > 0 && changed.length > 0; changes--)
    changed = (mutations[below(mutations.length)] as Mutation)(changed, below, others);
  return changed;
}

function replaced(bytes: Buffer, at: number, length: number, by: Buffer | string): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(by), bytes.subarray(at + length)]);
}

/** One of the places where `pattern` matches has another text. */
function otherText(bytes: Buffer, below: Below, pattern: RegExp, by: (text: string) => string): Buffer {
  const text = bytes.toString('latin1');
  const places = [...text.matchAll(pattern)];
  const place = places[below(places.length || 1)];
  return place ? replaced(bytes, place.index, place[0].length, by(place[0])) : bytes;
}

function startOfLine(bytes: Buffer, below: Below): number {
  return bytes.lastIndexOf(NEWLINE, below(bytes.length + 1) - 1) + 1;
}

/** With its line end. */
function lineAt(bytes: Buffer, start: number): Buffer {
  const end = bytes.indexOf(NEWLINE, start);
  return bytes.subarray(start, end === -1 ? bytes.length : end + 1);
}
