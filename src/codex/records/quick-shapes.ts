import { standsAt } from '../../json/bytes.ts';
import {
  DOUBT,
  type Scan,
  type ScannedField,
  scanBoolean,
  scanCount,
  scanFields,
  scanInteger,
  scanList,
  scanMap,
  scanNull,
  scanNumber,
  scanString,
  scanValue,
} from '../../json/quick-scan.ts';
import { anyOf, oneOf, scanUuid } from '../../json/quick-values.ts';
import { type RecordShapes, type Shape, stricter } from './shape.ts';

type Fields = Readonly<Record<string, Shape>>;

/** Members whose places are wanted: what to do with each. */
export type Wanted = Readonly<Record<string, (start: number, end: number) => void>>;

const SMALL = 9;
const small =
  (scan: Scan): Scan =>
  (bytes, at, depth) => {
    const end = scan(bytes, at, depth);
    return end - at > SMALL ? DOUBT : end;
  };

const plain: ReadonlyMap<string, Scan> = new Map<string, Scan>([
  ['string', scanString],
  ['boolean', scanBoolean],
  ['number', scanNumber],
  ['null', scanNull],
  ['object', (bytes, at, depth) => scanMap(bytes, at, depth, scanValue)],
  ['integer int32', small(scanInteger)],
  ['integer int64', scanInteger],
  ['integer uint32', small(scanCount)],
  ['integer uint64', scanCount],
  ['integer uint', scanCount],
  ['integer uint16', small(scanCount)],
  ['integer uint8', small(scanCount)],
]);

/**
 * The shapes of one Codex version as quick scans: what such a scan takes, the checks of `RecordShapes` take too. Each is made
 * ready when it is asked for first.
 */
export class QuickShapes {
  readonly #shapes: RecordShapes;
  readonly #scans = new Map<string, Scan>();

  constructor(shapes: RecordShapes) {
    this.#shapes = shapes;
  }

  /**
   * A scan of a payload that begins with its `type`. Null when this version does not know the shape, or it is no plain object.
   * @param wanted members that are told where they stand
   */
  named(name: string, wanted: Wanted): Scan | null {
    return this.#objectOf(this.#shapes.shapeOf(name), true, wanted);
  }

  /** The same for the payload of a top-level kind of record, which has no type of its own. */
  ofTopLevel(type: string, wanted: Wanted): Scan | null {
    return this.#objectOf(this.#shapes.payloadShape(type), false, wanted);
  }

  /** Null for a shape that is neither an object nor one of several. */
  #objectOf(shape: Shape | null, hasType: boolean, wanted: Wanted = {}): Scan | null {
    if (shape === null) return null;
    if (typeof shape === 'string') {
      const name = shape.slice(1);
      if (!shape.startsWith('@') || stricter.has(name)) return null;
      return this.#objectOf(this.#shapes.shapeOf(name), hasType, wanted);
    }
    if ('fields' in shape) return this.#object(shape.fields, hasType, wanted);
    if ('tagged' in shape || shape[0] !== 'any of') return null;
    const parts = (shape.slice(1) as Shape[]).map((part) => this.#objectOf(part, hasType, wanted));
    return parts.every((part) => part !== null) ? anyOf(parts) : null;
  }

  #named(name: string): Scan {
    const known = this.#scans.get(name);
    if (known) return known;
    // A shape may refer to itself.
    let scan: Scan = scanValue;
    this.#scans.set(name, (bytes, at, depth) => scan(bytes, at, depth));
    const shape = this.#shapes.shapeOf(name);
    if (shape !== null) scan = this.#compile(shape);
    this.#scans.set(name, scan);
    return scan;
  }

  #compile(shape: Shape): Scan {
    if (typeof shape === 'string') {
      if (shape.startsWith('#')) return this.#union((tag) => this.#shapes.shapeOf(`${shape.slice(1)}/${tag}`));
      if (!shape.startsWith('@')) return plain.get(shape) ?? scanValue;
      const name = shape.slice(1);
      return stricter.has(name) ? (name === 'AbsolutePathBuf' ? scanPath : scanUuid) : this.#named(name);
    }
    if ('fields' in shape) return this.#object(shape.fields, false);
    if ('tagged' in shape) {
      const { tagged } = shape;
      return this.#union((tag) => (Object.hasOwn(tagged, tag) ? (tagged[tag] ?? null) : null));
    }
    if (shape[0] === 'one of') return oneOf(shape.slice(1) as string[]);
    const parts = (shape.slice(1) as Shape[]).map((part) => this.#compile(part));
    const [first = scanValue] = parts;
    if (shape[0] === 'list of') return (bytes, at, depth) => scanList(bytes, at, depth, first);
    if (shape[0] === 'map of') return (bytes, at, depth) => scanMap(bytes, at, depth, first);
    return anyOf(parts);
  }

  #object(fields: Fields, hasType: boolean, wanted: Wanted = {}): Scan {
    const scanned = Object.entries(fields).map(([name, shape]): ScannedField => {
      const key = name.replace(/\?$/, '');
      const onFound = Object.hasOwn(wanted, key) ? wanted[key] : undefined;
      return { name: key, isRequired: !name.endsWith('?'), scan: this.#compile(shape), ...(onFound && { onFound }) };
    });
    const known = new Set(scanned.map(({ name }) => name));
    const others = Object.entries(wanted)
      .filter(([name]) => !known.has(name))
      .map(([name, onFound]): ScannedField => ({ name, isRequired: false, scan: scanValue, onFound }));
    const type: ScannedField[] = hasType ? [{ name: 'type', isRequired: true, scan: scanString }] : [];
    return scanFields([...type, ...scanned, ...others]);
  }

  /** An object that begins with its type, which says what else it holds. */
  #union(variant: (tag: string) => Shape | null): Scan {
    const known: { readonly head: Buffer; readonly scan: Scan }[] = [];
    return (bytes, at, depth) => {
      for (const { head, scan } of known) if (standsAt(head, bytes, at)) return scan(bytes, at, depth);
      const head = headOf(bytes, at);
      if (!head || known.length >= MOST_VARIANTS) return DOUBT;
      const tag = head.toString('latin1').slice(TYPE.length, -1);
      const scan = this.#objectOf(variant(tag), true) ?? (() => DOUBT);
      known.push({ head, scan });
      return scan(bytes, at, depth);
    };
  }
}

const MOST_VARIANTS = 100;
const LONGEST_TAG = 64;
const TYPE = Buffer.from('{"type":"');

/** A copy of `{"type":"…"`, if an object begins with a type of plain letters. */
function headOf(bytes: Buffer, start: number): Buffer | null {
  if (!standsAt(TYPE, bytes, start)) return null;
  let at = start + TYPE.length;
  while (isNameLetter(bytes[at] as number)) at++;
  const head = bytes.subarray(start, at + 1);
  return bytes[at] === 0x22 && head.length <= LONGEST_TAG ? Buffer.from(head) : null;
}

function isNameLetter(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || byte === 0x5f || (byte >= 0x30 && byte <= 0x39);
}

const scanPath: Scan = (bytes, at, depth) => (bytes[at + 1] === 0x2f ? scanString(bytes, at, depth) : DOUBT);
