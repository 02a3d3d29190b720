import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json/json-value.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const CURSOR = /[cC]ursor$/;
/** Ids that a mock of the model makes, and those that the scripted model makes. */
const MADE = /^msg_(?:\d+|[0-9a-f-]{36})$/;
/** Servers move these on for what they keep themselves. */
const UPDATED = new Set(['updatedAt', 'recencyAt']);
const TIME = /(?:At|AtMs|Ms|Time|Date)$/;
/** The time in the name of a rollout. */
const NAME_TIME = /(\d{4}\/\d\d\/\d\d\/)?rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d/g;

/**
 * Makes what two servers say comparable: ids that were made meanwhile are called by the order in which they are first met,
 * times since the start are one word, and the home is one.
 */
export class Normaliser {
  readonly #home: string;
  readonly #known: ReadonlySet<string>;
  readonly #since: number;
  readonly #names = new Map<string, string>();
  readonly #ids: string[] = [];

  /** `known`: ids that both sides have from the beginning. `since`: milliseconds since 1970. */
  constructor(home: string, known: ReadonlySet<string>, since: number) {
    this.#home = home;
    this.#known = known;
    this.#since = since;
  }

  /** The new ids that were met, in order. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  message({ emittedAtMs: _, jsonrpc: __, ...message }: JsonObject): JsonObject {
    return this.#value(message, '') as JsonObject;
  }

  #value(value: JsonValue, key: string): JsonValue {
    if (typeof value === 'string') return CURSOR.test(key) ? '<cursor>' : this.#text(value);
    if (typeof value === 'number' || typeof value === 'bigint') return this.#number(value, key);
    if (Array.isArray(value)) return value.map((each: JsonValue) => this.#value(each, key));
    if (!isJsonObject(value)) return value;
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(members.map(([name, member]) => [this.#text(name), this.#value(member, name)]));
  }

  #text(text: string): string {
    if (MADE.test(text)) return '<message>';
    const plain = text.replaceAll(this.#home, '$HOME').replace(UUID, (id) => this.#named(id));
    return plain.includes('<id') ? plain.replace(NAME_TIME, 'rollout-<time>') : plain;
  }

  #named(id: string): string {
    if (this.#known.has(id)) return id;
    const name = this.#names.get(id) ?? `<id ${this.#names.size + 1}>`;
    if (!this.#names.has(id)) this.#ids.push(id);
    this.#names.set(id, name);
    return name;
  }

  #number(value: number | bigint, key: string): JsonValue {
    // Which line of its rollout it is: a turn here has fewer lines.
    if (key === 'position') return '<position>';
    if (!TIME.test(key)) return value;
    if (key === 'durationMs') return '<ms>';
    if (UPDATED.has(key)) return '<time>';
    const ms = Number(value) < 100_000_000_000 ? Number(value) * 1_000 : Number(value);
    return ms >= this.#since - 1_000 ? '<now>' : value;
  }
}
