import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { UserError } from '../../errors.ts';
import { codexHomeOf } from '../../history/homes.ts';
import { parseRolloutName } from '../../history/rollout-name.ts';
import type { Io } from '../../io.ts';
import { threadPath } from './home-lookup.ts';
import type { Target } from './targets.ts';

/** How long a rollout is left alone before it is looked at again, in milliseconds. */
const PAUSE_MS = 200;
/** After so many looks it is looked up anew: another file may stand for the thread by now. */
const LOOKS = 10;

/** Writes the answer for the rollout at `path`, as if nothing was followed. */
type Answer = (path: string, io: Io) => Promise<unknown>;

/**
 * Answers whenever a rollout has changed, until the process is ended or nobody reads on. A card takes the place of the one
 * before, on a terminal; of another answer only those lines are written that were not in the one before. A rollout that is gone for
 * the moment, or cannot be read, is waited for; when its thread is reverted, the file is followed that goes on with it.
 * @throws {UserError} when it cannot be answered the first time
 */
export async function follow({ path: named }: Target, isCard: boolean, answer: Answer, io: Io): Promise<never> {
  if (named === '-') throw new UserError('standard input cannot be followed', { hint: 'name a file' });
  const find = await threadOf(named);
  const shown = isCard ? new RedrawnAnswer(io) : new NewLines(io.out);
  const told = new NewLines(io.err);
  let path = named;
  let seen: string | null = null;
  for (let look = 1; ; look++) {
    if (look % LOOKS === 0) path = await ifThere(find, path);
    const state = stateOf(path);
    if (state !== seen && (state !== '' || seen === null)) {
      const isNeeded = seen === null;
      seen = state;
      const { text, notes } = await ifThere(() => answered(path, answer, io), nothing, isNeeded);
      await told.show(notes);
      if (text !== '') await shown.show(text);
    }
    await wait(PAUSE_MS);
  }
}

const nothing = { text: '', notes: '' };

/** Finds the file of a rollout's thread again, if it is the one that Codex opens for that now; else it stays the same. */
async function threadOf(path: string): Promise<() => Promise<string>> {
  const home = codexHomeOf(path);
  const threadId = parseRolloutName(basename(path))?.threadId;
  if (home === undefined || threadId === undefined) return async () => path;
  const find = () => threadPath(threadId, home);
  return (await ifThere(find, '')) === path ? find : async () => path;
}

/** What tells one state of a file from another; empty when it is not there. */
function stateOf(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${path} ${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs}` : '';
}

async function answered(path: string, answer: Answer, io: Io) {
  const said: string[] = [];
  const notes: string[] = [];
  const collecting: Pick<Io, 'out' | 'err' | 'errIsTerminal'> = {
    // How far a reading is shows nowhere.
    errIsTerminal: false,
    out: async (text) => void said.push(text),
    err: async (text) => void notes.push(text),
  };
  await answer(path, Object.assign(Object.create(io) as Io, collecting));
  return { text: said.join(''), notes: notes.join('') };
}

/** What `get` gives; `otherwise` where that is not there for now, unless `isNeeded`. */
async function ifThere<T>(get: () => Promise<T>, otherwise: T, isNeeded = false): Promise<T> {
  try {
    return await get();
  } catch (error) {
    if (isNeeded || !(error instanceof UserError)) throw error;
    return otherwise;
  }
}

/** Writes the lines of a text that were not in the text before. */
class NewLines {
  readonly #write: (text: string) => Promise<void>;
  #before: ReadonlySet<string> = new Set();

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  async show(text: string): Promise<void> {
    const lines = text.split('\n').slice(0, -1);
    const fresh = lines.filter((line) => !this.#before.has(line));
    this.#before = new Set(lines);
    if (fresh.length > 0) await this.#write(`${fresh.join('\n')}\n`);
  }
}

/** Writes a text over the one before. */
class RedrawnAnswer {
  readonly #io: Io;
  #before = '';
  #rows = 0;

  constructor(io: Io) {
    this.#io = io;
  }

  async show(text: string): Promise<void> {
    if (text === this.#before) return;
    const up = this.#rows > 0 ? `\u001b[${this.#rows}A\r\u001b[J` : '';
    this.#before = text;
    this.#rows = text
      .split('\n')
      .slice(0, -1)
      .reduce((sum, line) => sum + this.#rowsOf(line), 0);
    await this.#io.out(`${up}${text}`);
  }

  /** How many rows of the terminal a line takes. */
  #rowsOf(line: string): number {
    return Math.max(1, Math.ceil(stripVTControlCharacters(line).length / this.#io.columns));
  }
}
