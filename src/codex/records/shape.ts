import { boolean, DecodeError, type Decoder, i32, i64, mismatch, number, string, u32, u64 } from '../../json/decode.ts';
import type { JsonView } from '../../json/json-view.ts';
import { type CodexVersion, formatCodexVersion, isAtLeast, parseCodexVersion } from '../version.ts';
import table from './shapes.json' with { type: 'json' };

/**
 * The type of a JSON value, as a Codex version says it of itself: the name of a plain type; `@` and the name of another
 * shape; `#` and the name of a union, whose variants stand at `<name>/<type>`; or a compound. Of `fields`, those whose
 * names end in `?` may be missing; unknown ones are ignored.
 */
export type Shape =
  | string
  | readonly ['list of' | 'map of', Shape]
  | readonly ['any of', ...Shape[]]
  | readonly ['one of', ...string[]]
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly tagged: Readonly<Record<string, Shape>> };

/** Every named shape, with the versions that it begins with; null: there is none from here on. */
const shapes = new Map(Object.entries(table as unknown as Record<string, [string, Shape | null][]>));

type Check = Decoder<unknown>;

const plain: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['any', () => undefined],
  ['string', string],
  ['boolean', boolean],
  ['number', number],
  ['null', (value, field) => expectKind(value, field, 'null')],
  ['object', (value, field) => expectKind(value, field, 'object')],
  ['integer int32', i32],
  ['integer int64', i64],
  ['integer uint32', u32],
  ['integer uint64', u64],
  ['integer uint', u64],
  ['integer uint16', u32],
  ['integer uint8', u32],
]);

const UUID = /^(?:urn:uuid:)?\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;

/** What the schemas call a string, but Codex reads more strictly. */
export const stricter: ReadonlyMap<string, RegExp> = new Map([
  ['ThreadId', UUID],
  ['SessionId', UUID],
  ['AbsolutePathBuf', /^\//],
]);

function expectKind(value: JsonView, field: string, kind: JsonView['kind']): void {
  if (value.kind !== kind) throw mismatch(value, field, kind === 'null' ? 'null' : `an ${kind}`);
}

/**
 * The shapes of one Codex version: whether a payload has the fields and types that the version's own structs have. Each is
 * made ready when it is asked for first.
 */
export class RecordShapes {
  readonly #version: CodexVersion;
  readonly #checks = new Map<string, Check>();

  constructor(version: CodexVersion) {
    this.#version = version;
  }

  /**
   * The check of one shape; null when this version does not know it. It throws a DecodeError where Codex would not take
   * the value. `name`: for example `CompactedItem`, or `EventMsg/token_count` for a variant.
   */
  check(name: string): Check | null {
    const known = this.#checks.get(name);
    if (known !== undefined) return known;
    const shape = this.shapeOf(name);
    if (shape === null) return null;
    const check = this.#compile(shape);
    this.#checks.set(name, check);
    return check;
  }

  /** The check of the payload of a top-level kind of record; null when this version does not know the kind. */
  payloadCheck(type: string): Check | null {
    const shape = this.payloadShape(type);
    if (shape === null) return null;
    const key = `payload of ${type}`;
    const check = this.#checks.get(key) ?? this.#compile(shape);
    this.#checks.set(key, check);
    return check;
  }

  /** The shape of the payload of a top-level kind of record; null when this version does not know the kind. */
  payloadShape(type: string): Shape | null {
    const shape = this.shapeOf(`RolloutLine/${type}`);
    if (shape === null || typeof shape !== 'object' || !('fields' in shape)) return null;
    return shape.fields.payload ?? 'any';
  }

  /** A shape as this version has it; null when it does not know it. */
  shapeOf(name: string): Shape | null {
    const spans = shapes.get(name) ?? [];
    // What the first versions that describe themselves have, older ones are taken to have as well.
    const held = spans.filter(([since]) => since === OLDEST || isAtLeast(this.#version, versionNamed(since)));
    return held.at(-1)?.[1] ?? null;
  }

  #compile(shape: Shape): Check {
    if (typeof shape === 'string') {
      if (shape.startsWith('#')) return this.#union(shape.slice(1));
      return shape.startsWith('@') ? this.#reference(shape.slice(1)) : plainCheck(shape);
    }
    if ('fields' in shape) return this.#object(shape.fields);
    if ('tagged' in shape) return this.#tagged(shape.tagged);
    if (shape[0] === 'one of') {
      const names = new Set(shape.slice(1));
      return (value, field) => {
        if (value.kind !== 'string' || !names.has(value.text))
          throw mismatch(value, field, `one of ${[...names].join(', ')}`);
      };
    }
    const parts = (shape.slice(1) as Shape[]).map((part) => this.#compile(part));
    const [first = () => undefined] = parts;
    if (shape[0] === 'list of') return listCheck(first);
    if (shape[0] === 'map of') return mapCheck(first);
    return anyCheck(parts);
  }

  #reference(name: string): Check {
    const pattern = stricter.get(name);
    if (pattern) {
      return (value, field) => {
        if (!pattern.test(string(value, field))) throw mismatch(value, field, `what Codex calls ${name}`);
      };
    }
    // A shape may refer to itself: it is looked up when it is needed.
    return (value, field) => this.check(name)?.(value, field);
  }

  #object(fields: Readonly<Record<string, Shape>>): Check {
    const members = Object.entries(fields).map(([name, shape]) => ({
      name: name.replace(/\?$/, ''),
      isRequired: !name.endsWith('?'),
      check: this.#compile(shape),
    }));
    const names = new Set(members.map(({ name }) => name));
    return (value, field) => {
      if (value.kind !== 'object') throw mismatch(value, field, 'an object');
      const found = value.members(names);
      for (const { name, isRequired, check } of members) {
        const member = found.get(name);
        if (member) check(member, `${field}.${name}`);
        else if (isRequired) throw new DecodeError(`${field}.${name}`, 'missing');
      }
    };
  }

  #union(name: string): Check {
    return (value, field) => {
      const tag = value.kind === 'object' ? value.members(TYPE).get('type') : undefined;
      const variant = tag?.kind === 'string' ? this.check(`${name}/${tag.text}`) : null;
      const check = variant ?? (tag && this.check(`${name}/other`));
      if (!check) throw mismatch(tag ?? value, `${field}.type`, `a kind of ${name}`);
      check(value, field);
    };
  }

  #tagged(variants: Readonly<Record<string, Shape>>): Check {
    const checks = new Map(Object.entries(variants).map(([tag, shape]) => [tag, this.#compile(shape)]));
    return (value, field) => {
      const tag = value.kind === 'object' ? value.members(TYPE).get('type') : undefined;
      const check = tag?.kind === 'string' ? (checks.get(tag.text) ?? checks.get('other')) : undefined;
      if (!check) throw mismatch(value, field, `one of type ${[...checks.keys()].join(', ')}`);
      check(value, field);
    };
  }
}

/** The first version whose schema could be asked for. */
const OLDEST = '0.121.0';
const TYPE = new Set(['type']);

function versionNamed(text: string): CodexVersion {
  return parseCodexVersion(text) ?? [0, 0, 0];
}

function plainCheck(name: string): Check {
  return plain.get(name) ?? (() => undefined);
}

function listCheck(element: Check): Check {
  return (value, field) => {
    if (value.kind !== 'array') throw mismatch(value, field, 'an array');
    let i = 0;
    for (const each of value.elements()) element(each, `${field}[${i++}]`);
  };
}

function mapCheck(member: Check): Check {
  return (value, field) => {
    if (value.kind !== 'object') throw mismatch(value, field, 'an object');
    for (const [key, each] of value.entries()) member(each, `${field}.${key}`);
  };
}

/** Of several alternatives the one is meant that goes wrong deepest inside. */
function depthOf({ field }: DecodeError): number {
  return field.split('.').length;
}

function anyCheck(alternatives: readonly Check[]): Check {
  return (value, field) => {
    let problem: DecodeError | undefined;
    for (const check of alternatives) {
      try {
        check(value, field);
        return;
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        if (!problem || depthOf(error) > depthOf(problem)) problem = error;
      }
    }
    if (problem) throw problem;
  };
}

const known = new Map<string, RecordShapes>();

/** The shapes of a version, made ready once. */
export function recordShapes(version: CodexVersion): RecordShapes {
  const name = formatCodexVersion(version);
  const shapesOfVersion = known.get(name) ?? new RecordShapes(version);
  known.set(name, shapesOfVersion);
  return shapesOfVersion;
}
