import { homedir, tmpdir } from 'node:os';

/** Longest text that stays as Codex wrote it, in UTF-16 code units; what people say in samples is far shorter. */
const LONGEST_TEXT = 300;

/** A string in JSON text, with the colon after it if it is a key. */
const STRING = /("[^"\\]*(?:\\.[^"\\]*)*")(:?)/g;

const HISTORY_BASE = /("history_base":\{"thread_id":"([^"]+)","end_ordinal_exclusive":\d+,"end_byte_offset":)(\d+)/;

/** What no sample may hold beside the folders of this machine: an IPv4 address, an e-mail address. */
const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|[\w.]+@[\w-]+\.\w+/;

/**
 * Makes rollouts fit to publish. Long texts, which are Codex's own prompts, give way to their length, and the path
 * of `home` to a neutral one. All else stays byte for byte, but for the offsets by which a fork refers to its parent.
 * @param rollouts text by thread id, ancestors before their forks.
 * @throws when something private is left.
 */
export function publishable(rollouts: ReadonlyMap<string, string>, home: string): Map<string, string> {
  const results = new Map<string, string>();
  const movedEnds = new Map<string, Map<number, number>>();
  for (const [threadId, rollout] of rollouts) {
    const ends = new Map<number, number>();
    let result = '';
    let end = 0;
    for (const line of rollout.split(/(?<=\n)/)) {
      end += Buffer.byteLength(line);
      result += withMovedBase(neutral(line, home), movedEnds);
      ends.set(end, Buffer.byteLength(result));
    }
    refusePrivate(result);
    movedEnds.set(threadId, ends);
    results.set(threadId, result);
  }
  return results;
}

function neutral(line: string, home: string): string {
  return line.replace(STRING, withoutLongText).replaceAll(home, '/codex-home');
}

/** Keeps the tag around a text, by which Codex tells its own messages from the user's. */
function withoutLongText(json: string, string: string, colon: string): string {
  const text = JSON.parse(string) as string;
  if (colon !== '' || text.length <= LONGEST_TEXT) return json;
  const note = `(text removed: ${text.length.toLocaleString('en-US')} characters)`;
  const tag = /^<([\w ]+)>/.exec(text)?.[1];
  return JSON.stringify(tag !== undefined && text.endsWith(`</${tag}>`) ? `<${tag}>${note}</${tag}>` : note);
}

/** Points `history_base.end_byte_offset` to the end of the same line in the published parent, if that is among them. */
function withMovedBase(line: string, movedEnds: ReadonlyMap<string, ReadonlyMap<number, number>>): string {
  return line.replace(HISTORY_BASE, (_base, before: string, parent: string, offset: string) => {
    const ends = movedEnds.get(parent);
    if (!ends) return `${before}${offset}`;
    const moved = ends.get(Number(offset));
    if (moved === undefined) throw new Error(`history_base names byte ${offset} of ${parent}, where no line ends`);
    return `${before}${moved}`;
  });
}

function refusePrivate(rollout: string): void {
  const [address] = ADDRESS.exec(rollout) ?? [];
  const folder = [`${homedir()}/`, `${tmpdir()}/`].find((path) => rollout.includes(path));
  const found = address ?? folder;
  if (found !== undefined) throw new Error(`a sample would hold ${found}`);
}
