import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonText } from '../../src/json/json-text.ts';
import type { JsonObject } from '../../src/json/json-value.ts';
import { Normaliser } from './normalise.ts';
import { Memory, type Move } from './sequence.ts';
import type { Side } from './sides.ts';

/** What the two sides said differently, at one request. */
export interface Difference {
  /** All requests up to the one that was answered differently: by which connection, the method and the params. */
  readonly requests: readonly string[];
  readonly real: readonly string[];
  readonly served: readonly string[];
}

/** Of what a real server says, what depends on the machine or on models that a mock does not have. */
const LEFT_OUT = new Set([
  'warning',
  'remoteControl/status/changed',
  'configWarning',
  'mcpServer/startupStatus/updated',
]);
const LATE_MS = 1_500;

/**
 * Asks both sides the same, request by request, and compares the answers and what each of two connections is told; null when
 * all is the same. Stops at the first difference.
 */
export async function compare(
  moves: readonly Move[],
  real: Side,
  served: Side,
  threads: readonly string[],
  known: ReadonlySet<string>,
): Promise<Difference | null> {
  const since = Date.now();
  const sides = [real, served].map((side) => ({
    side,
    memory: new Memory(threads),
    normaliser: new Normaliser(side.home, known, since),
  }));
  const requests: string[] = [];
  const [ofReal, ofServed] = sides as [(typeof sides)[number], (typeof sides)[number]];
  for (const move of moves) {
    for (const { side } of sides) for (const peer of side.peers) peer.take();
    const asked = await ask(ofServed, move);
    requests.push(`[${move.peer}] ${move.method} ${jsonText(asked)}`);
    await settled(ofServed.side);
    const expected = ofServed.side.peers.map((peer) => peer.arrived);
    await ask(ofReal, move);
    await Promise.all(
      ofReal.side.peers.map((peer, i) => peer.until(() => counted(peer.peek()) >= (expected[i] ?? 0), LATE_MS)),
    );
    await settled(ofReal.side);
    const [said, told] = [ofReal, ofServed].map(({ side, normaliser }) => heard(side, normaliser));
    if (said?.join('\n') !== told?.join('\n')) return { requests, ...differing(said ?? [], told ?? []) };
  }
  return null;
}

async function ask(
  { side, memory }: { side: Side; memory: Memory },
  { peer, method, params }: Move,
): Promise<JsonObject> {
  const asked = params(memory);
  const answer = await side.peers[peer].ask(method, asked);
  memory.learn(method, asked, answer);
  return asked;
}

async function settled({ peers }: Side): Promise<void> {
  await Promise.all(peers.map((peer) => peer.settle()));
}

function counted(messages: readonly JsonObject[]): number {
  return messages.filter(isCompared).length;
}

function isCompared({ method }: JsonObject): boolean {
  return typeof method !== 'string' || !LEFT_OUT.has(method);
}

/**
 * What the connections were told, in a form that can be compared: of each connection in order, but that what goes to everyone
 * comes at its own pace, so that only the order of messages of the same kind counts.
 */
function heard({ peers }: Side, normaliser: Normaliser): string[] {
  return peers.flatMap((peer, i) => {
    const messages = peer.take().filter(isCompared);
    const lines = messages.map((message) => `${i} ${jsonText(normaliser.message(message))}`);
    // A real server now and then tells twice in a row that a thread is not loaded any more.
    return lines.filter((line, at) => !(line.includes('"thread/status/changed"') && line === lines[at - 1]));
  });
}

/** What only one side said, or said in another order; of messages of the same kind in the same place the members alone. */
function differing(real: readonly string[], served: readonly string[]): Omit<Difference, 'requests'> {
  const kinds = (lines: readonly string[]) => lines.map((line) => `${line[0]} ${kindOf(line)}`);
  const [a, b] = [kinds(real), kinds(served)];
  if (a.join() !== b.join()) return { real: a, served: b };
  const at = real.findIndex((line, i) => line !== served[i]);
  const [x, y] = [members(real[at] ?? ''), members(served[at] ?? '')];
  const names = [...new Set([...x.keys(), ...y.keys()])].filter((name) => x.get(name) !== y.get(name)).slice(0, 8);
  const shown = (of: ReadonlyMap<string, string>) =>
    names.map((name) => `${a[at]} ${name} = ${of.get(name) ?? '(none)'}`);
  return { real: shown(x), served: shown(y) };
}

function kindOf(line: string): string {
  const message = JSON.parse(line.slice(2)) as { method?: string; error?: { code: number; message: string } };
  const { method, error } = message;
  return method ?? (error ? `error ${error.code} ${error.message.slice(0, 200)}` : 'answer');
}

/** Every member of a message that holds no others, by its path. */
function members(line: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) found.set(path, JSON.stringify(value));
    else if (Array.isArray(value)) found.set(`${path}.length`, String(value.length));
    if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) walk(member, `${path}.${name}`);
  };
  walk(JSON.parse(line.slice(2)), '');
  return found;
}

/** The ids that stand in the rollouts of a home. */
export async function idsIn(home: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const entry of await readdir(join(home, 'sessions'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
    for (const [id] of text.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)) ids.add(id);
  }
  return ids;
}

/** A copy of a home, files' times too. */
export async function copyOf(home: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'differential-'));
  await copyTo(copy, home);
  return copy;
}

/** Makes a folder the same as `home`, files' times too. */
export async function copyTo(folder: string, home: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  execFileSync('cp', ['-a', `${home}/.`, folder]);
}
