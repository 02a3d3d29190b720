import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const CASES = 'test/cases';
const DAY = 'sessions/2026/11/25';

/** The thread of the case `archived`, and what its rollout is called. */
export const archivedThread = '01a210d6-7e68-7301-a362-e9f6923f2d32';
const archivedName = `rollout-2026-11-25T03-53-42-${archivedThread}`;
const archived = `${CASES}/archived/archived_sessions/${archivedName}.jsonl`;

/** The parent of the case `provider-rewrite`, and its fork that stands alone in the case `fork-alone`. */
const parent = `${DAY}/rollout-2026-11-25T03-56-23-01a210d8-f463-7042-ab57-6fcb0717a603.jsonl`;
const fork = `${DAY}/rollout-2026-11-25T03-56-23-01a210d8-f5e0-73a3-b5d0-245eae44f688.jsonl`;

/** Every rollout of a case, or of a home that was made of one. */
export function rolloutsOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => /\.jsonl(\.zst)?$/.test(file)).map((file) => join(folder, file));
}

/** The one rollout below `test/cases/<name>` whose path contains `part`. */
export function caseRollout(name: string, part = ''): string {
  const found = rolloutsOf(join(CASES, name)).filter((path) => path.includes(part));
  if (found.length !== 1) throw new Error(`${found.length} rollouts in ${name} match "${part}"`);
  return found[0] as string;
}

/** A home with a thread's rollout, its archived copy, and copies as backups and cloud folders leave them. */
export function homeWithCopies(home: string): string {
  put(home, `${DAY}/${archivedName}.jsonl`, readFileSync(archived));
  const older = readFileSync(archived, 'utf8').split('\n').slice(0, 29).join('\n');
  for (const ending of [' (1).jsonl', '-imported-20260911T101010.jsonl', '.backup-20260515.jsonl', '.jsonl.bak'])
    put(home, `${DAY}/${archivedName}${ending}`, `${older}\n`);
  put(home, `archived_sessions/${archivedName}.jsonl`, `${older}\n`);
  return home;
}

/** Brings the thread of the case `archived`, which stands below `elsewhere`, into `home` by a link. */
export function homeWithLink(home: string, elsewhere: string, linked: 'file' | 'month' | 'sessions'): string {
  put(elsewhere, `${DAY}/${archivedName}.jsonl`, readFileSync(archived));
  const place = { file: `${DAY}/${archivedName}.jsonl`, month: dirname(DAY), sessions: 'sessions' }[linked];
  mkdirSync(dirname(join(home, place)), { recursive: true });
  symlinkSync(join(elsewhere, place), join(home, place));
  return home;
}

/** The home of the case `provider-rewrite`, after a tool wrote another provider into every first line. */
export function homeWithProvider(home: string, provider: string): string {
  const original = `${CASES}/provider-rewrite`;
  for (const path of rolloutsOf(original)) {
    const text = readFileSync(path, 'utf8').replace('"model_provider":"mock"', `"model_provider":"${provider}"`);
    put(home, path.slice(original.length), text);
  }
  return home;
}

/** The same home, whose parent is compressed. */
export function homeWithCompressedParent(home: string): string {
  cpSync(`${CASES}/zst-parent/sessions`, join(home, 'sessions'), { recursive: true });
  for (const path of rolloutsOf(`${CASES}/provider-rewrite`)) {
    const place = path.slice(`${CASES}/provider-rewrite/`.length);
    if (place !== parent) put(home, place, readFileSync(path));
  }
  return home;
}

/** The same home, without the parent. */
export function homeWithLonelyFork(home: string): string {
  put(home, fork, readFileSync(`${CASES}/provider-rewrite/${fork}`));
  return home;
}

/** What is changed in the last lines of the case `dup-ordinal`: settings, start, count and end of a turn. */
export const ordinalVariants = {
  'complete-repeats': [null, 27, 28, 28],
  'gap-of-one': [null, 28, 29, 30],
  'no-ordinal-on-settings': ['none', 27, 28, 29],
  'settings-repeats-25': [25, 26, 27, 28],
  'token_count-repeats': [null, 27, 27, 28],
  'whole-turn-repeats-26': [null, 26, 26, 26],
} as const satisfies Readonly<Record<string, readonly (number | 'none' | null)[]>>;

/** A home with a variant of `dup-ordinal`, whose last lines have other ordinals; null: the line is left out. */
export function homeWithOrdinals(home: string, variant: keyof typeof ordinalVariants): string {
  const original = caseRollout('dup-ordinal');
  const lines = readFileSync(original, 'utf8').trimEnd().split('\n');
  const changed = ordinalVariants[variant].flatMap((ordinal, i) => {
    const line = lines.at(i - 4) as string;
    if (ordinal === null) return [];
    return [line.replace(/"ordinal":\d+,/, ordinal === 'none' ? '' : `"ordinal":${ordinal},`)];
  });
  put(home, original.slice(`${CASES}/dup-ordinal`.length), `${[...lines.slice(0, -4), ...changed].join('\n')}\n`);
  return home;
}

function put(home: string, place: string, content: string | Buffer): void {
  const path = join(home, place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
