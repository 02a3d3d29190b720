import { getRandomValues } from 'node:crypto';

const WORDS = 4;
/** Ids of a page: few, since most rollouts have few turns. */
const PAGE = 256;
const IMPLICIT = /^rollout-(?:0|[1-9]\d{0,8})$/;
const ONES = 0xffffffff;
/** The third word of an id that begins with ones and is no UUID. */
const IS_IMPLICIT = ONES;
const IS_OTHER = ONES - 1;
/** Others in every process: nobody can write ids that are all found at the same place. */
const factors = getRandomValues(new Uint32Array(WORDS)).map((each) => each | 1);

/**
 * Ids of turns, each once and with a number, from 0 on. All who make turns of the same history share them. A UUID or `rollout-<N>`
 * takes sixteen bytes, and about six more to be found by; any other id is kept as a text.
 */
export class KnownIds {
  readonly #pages: Uint32Array[] = [];
  /** Ids of other forms by their numbers, and the other way round. */
  readonly #others = new Map<number, string>();
  readonly #numbersOfOthers = new Map<string, number>();
  /**
   * By the hashes of ids: their numbers, each one more than it is; 0 is free. An id stands at its hash or behind it, and no 0 in
   * between.
   */
  #index = new Int32Array(16);
  #length = 0;
  /** The id that was asked for last, and its number: several ask for it one after the other. */
  readonly #wanted = new Uint32Array(WORDS);
  #wantedText: string | null = null;
  #wantedNumber: number | undefined;

  /** The id with a number that there is. */
  at(number: number): string {
    const page = this.#pageOf(number);
    const start = startOf(number);
    if (page[start] !== ONES || page[start + 1] !== ONES) return uuidText(page, start);
    return page[start + 2] === IS_IMPLICIT ? `rollout-${page[start + 3]}` : (this.#others.get(number) as string);
  }

  /** The number of an id; undefined when it is not known. */
  find(id: string): number | undefined {
    if (id !== this.#wantedText) {
      this.#wantedText = id;
      this.#wantedNumber = readId(id, this.#wanted) ? this.#findInIndex() : this.#numbersOfOthers.get(id);
    }
    return this.#wantedNumber;
  }

  /** The number of an id, which is known from now on. */
  numberOf(id: string): number {
    const known = this.find(id);
    if (known !== undefined) return known;
    const number = this.#length++;
    const page = this.#pages[Math.floor(number / PAGE)] ?? new Uint32Array(PAGE * WORDS);
    this.#pages[Math.floor(number / PAGE)] = page;
    page.set(this.#wanted, startOf(number));
    if (isOther(this.#wanted, 0)) {
      this.#others.set(number, id);
      this.#numbersOfOthers.set(id, number);
    } else if (this.#length * 4 > this.#index.length * 3) this.#enlargeIndex();
    else this.#index[this.#slot()] = this.#length;
    this.#wantedNumber = number;
    return number;
  }

  #pageOf(number: number): Uint32Array {
    return this.#pages[Math.floor(number / PAGE)] as Uint32Array;
  }

  #findInIndex(): number | undefined {
    const entry = this.#index[this.#slot()] as number;
    return entry === 0 ? undefined : entry - 1;
  }

  /** Where the id that is looked for stands in the index, or would stand. */
  #slot(): number {
    let slot = this.#firstSlot(this.#wanted, 0);
    for (let entry = this.#index[slot] as number; entry !== 0; entry = this.#index[slot] as number) {
      if (this.#isWanted(entry - 1)) break;
      slot = this.#next(slot);
    }
    return slot;
  }

  #isWanted(number: number): boolean {
    const page = this.#pageOf(number);
    const start = startOf(number);
    for (let i = 0; i < WORDS; i++) if (page[start + i] !== this.#wanted[i]) return false;
    return true;
  }

  #firstSlot(words: Uint32Array, start: number): number {
    let hash = 0;
    for (let i = 0; i < WORDS; i++) {
      hash = (hash + Math.imul(words[start + i] as number, factors[i] as number)) | 0;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x9e3779b1);
    return (hash ^ (hash >>> 15)) & (this.#index.length - 1);
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#index.length - 1);
  }

  /** Makes the index anew, with room for as many ids again. */
  #enlargeIndex(): void {
    this.#index = new Int32Array(this.#index.length * 2);
    for (let number = 0; number < this.#length; number++) {
      if (isOther(this.#pageOf(number), startOf(number))) continue;
      let slot = this.#firstSlot(this.#pageOf(number), startOf(number));
      while (this.#index[slot] !== 0) slot = this.#next(slot);
      this.#index[slot] = number + 1;
    }
  }
}

function startOf(number: number): number {
  return (number % PAGE) * WORDS;
}

function isOther(words: Uint32Array, start: number): boolean {
  return words[start] === ONES && words[start + 1] === ONES && words[start + 2] === IS_OTHER;
}

/** Reads an id into four words. False for one of another form: then they only say so. */
function readId(id: string, words: Uint32Array): boolean {
  if (readUuid(id, words) && !(words[0] === ONES && words[1] === ONES)) return true;
  const isImplicit = IMPLICIT.test(id);
  words[0] = ONES;
  words[1] = ONES;
  words[2] = isImplicit ? IS_IMPLICIT : IS_OTHER;
  words[3] = isImplicit ? Number(id.slice('rollout-'.length)) : 0;
  return isImplicit;
}

/** Reads a UUID that is written as Codex writes them into four words. False when it is none; then these are of no use. */
function readUuid(id: string, words: Uint32Array): boolean {
  if (id.length !== 36) return false;
  let word = 0;
  let digits = 0;
  for (let i = 0; i < 36; i++) {
    const code = id.charCodeAt(i);
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (code !== 0x2d) return false;
      continue;
    }
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && !(code >= 0x61 && code <= 0x66)) return false;
    word = (word << 4) | (isDigit ? code - 0x30 : code - 0x57);
    if (++digits % 8 === 0) words[digits / 8 - 1] = word;
  }
  return true;
}

function uuidText(words: Uint32Array, start: number): string {
  let digits = '';
  for (let at = start; at < start + WORDS; at++) digits += (words[at] as number).toString(16).padStart(8, '0');
  const middle = `${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}`;
  return `${digits.slice(0, 8)}-${middle}-${digits.slice(20)}`;
}
