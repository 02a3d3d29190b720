const WORDS = 4;
/** Rows of a page: few, since most rollouts have few turns. */
const PAGE = 128;
const IMPLICIT = /^rollout-(?:0|[1-9]\d{0,8})$/;
const ONES = 0xffffffff;
/** The third word of an id that begins with ones and is no UUID. */
const IS_IMPLICIT = ONES;
const IS_OTHER = ONES - 1;

/**
 * The ids of turns, in their order. A UUID or `rollout-<N>` takes sixteen bytes, and about six more to be found by; any other
 * id is kept as a text.
 */
export class TurnIds {
  readonly #pages: Uint32Array[] = [];
  /** Ids of other forms, by their places. */
  readonly #others = new Map<number, string>();
  /**
   * By the hashes of ids: the places of the first turns with them, each one more than it is. 0 is free, and so is what stands
   * beyond the length, where turns were taken away. An id stands at its hash or behind it, and no 0 in between.
   */
  #index = new Int32Array(16);
  /** How many of these are not 0. */
  #used = 0;
  #length = 0;
  /** The id that is looked for. */
  readonly #wanted = new Uint32Array(WORDS);
  #wantedText: string | null = null;

  get length(): number {
    return this.#length;
  }

  push(id: string): void {
    if (this.#used * 4 >= this.#index.length * 3) this.#rebuild();
    this.#want(id);
    this.#store(this.#length);
    this.#remember(this.#length);
    this.#length++;
  }

  /** The id at a place that there is. */
  at(place: number): string {
    const page = this.#pages[Math.floor(place / PAGE)] as Uint32Array;
    const start = (place % PAGE) * WORDS;
    if (page[start] !== ONES || page[start + 1] !== ONES) return uuidText(page, start);
    return page[start + 2] === IS_IMPLICIT ? `rollout-${page[start + 3]}` : (this.#others.get(place) as string);
  }

  /** Undefined when there is none. */
  get last(): string | undefined {
    return this.length === 0 ? undefined : this.at(this.length - 1);
  }

  /** The place of the first turn with this id; undefined when there is none. */
  placeOf(id: string): number | undefined {
    this.#want(id);
    const first = this.#find();
    return first < 0 ? undefined : first;
  }

  /** Takes away the turns from `length` on. */
  truncate(length: number): void {
    for (let place = length; place < this.#length; place++) this.#others.delete(place);
    this.#length = Math.min(length, this.#length);
    this.#pages.length = Math.ceil(this.#length / PAGE);
  }

  #want(id: string): void {
    const words = this.#wanted;
    if (id === this.#wantedText) return;
    this.#wantedText = id;
    if (readUuid(id, words) && !(words[0] === ONES && words[1] === ONES)) return;
    const isImplicit = IMPLICIT.test(id);
    words[0] = ONES;
    words[1] = ONES;
    words[2] = isImplicit ? IS_IMPLICIT : IS_OTHER;
    words[3] = isImplicit ? Number(id.slice('rollout-'.length)) : hashOf(id);
  }

  #store(place: number): void {
    const at = Math.floor(place / PAGE);
    const page = this.#pages[at] ?? new Uint32Array(PAGE * WORDS);
    this.#pages[at] = page;
    page.set(this.#wanted, (place % PAGE) * WORDS);
    if (this.#wantsOther) this.#others.set(place, this.#wantedText as string);
  }

  /** Writes down where the id stands that is looked for, unless it stands somewhere before. */
  #remember(place: number): void {
    if (this.#find() >= 0) return;
    let slot = this.#firstSlot();
    for (
      let entry = this.#index[slot] as number;
      entry !== 0 && entry <= this.#length;
      entry = this.#index[slot] as number
    )
      slot = this.#next(slot);
    if (this.#index[slot] === 0) this.#used++;
    this.#index[slot] = place + 1;
  }

  /** The first place of the id that is looked for; -1 when there is none. */
  #find(): number {
    let first = -1;
    for (let slot = this.#firstSlot(); this.#index[slot] !== 0; slot = this.#next(slot)) {
      const place = (this.#index[slot] as number) - 1;
      if (place < this.#length && (first < 0 || place < first) && this.#isWanted(place)) first = place;
    }
    return first;
  }

  #isWanted(place: number): boolean {
    const page = this.#pages[Math.floor(place / PAGE)] as Uint32Array;
    const at = (place % PAGE) * WORDS;
    for (let i = 0; i < WORDS; i++) if (page[at + i] !== this.#wanted[i]) return false;
    return !this.#wantsOther || this.#others.get(place) === this.#wantedText;
  }

  get #wantsOther(): boolean {
    const words = this.#wanted;
    return words[0] === ONES && words[1] === ONES && words[2] === IS_OTHER;
  }

  #firstSlot(): number {
    const words = this.#wanted as unknown as readonly [number, number, number, number];
    const mixed = Math.imul(words[0] ^ Math.imul(words[1], 31) ^ Math.imul(words[2], 961) ^ words[3], 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & (this.#index.length - 1);
  }

  #next(slot: number): number {
    return (slot + 1) & (this.#index.length - 1);
  }

  /** Makes the index anew, with room for as many turns again. */
  #rebuild(): void {
    const length = this.#length;
    let size = 16;
    while (size < length * 2) size *= 2;
    this.#index = new Int32Array(size);
    this.#used = 0;
    this.#length = 0;
    for (let place = 0; place < length; place++) {
      const start = (place % PAGE) * WORDS;
      this.#wanted.set((this.#pages[Math.floor(place / PAGE)] as Uint32Array).subarray(start, start + WORDS));
      this.#wantedText = this.#others.get(place) ?? null;
      this.#remember(place);
      this.#length++;
    }
  }
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

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash >>> 0;
}
