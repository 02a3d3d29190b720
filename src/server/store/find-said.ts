import { sourceOf } from '../../history/source.ts';
import { isJsonObject, type JsonValue, memberAt } from '../../json/json-value.ts';
import type { ByteProbe } from '../../rollout/lines/line.ts';
import { openRollout } from '../../rollout/lines/open-rollout.ts';
import { readForward } from '../../rollout/lines/random-access.ts';
import { scanForward } from '../../rollout/lines/scan-forward.ts';
import { completedItem } from '../items/completed-item.ts';
import { legacyItem } from '../items/legacy-item.ts';
import { saidIn } from '../items/said-in.ts';
import { textsOf } from '../items/wire-words.ts';
import { parsedLine } from './parsed-line.ts';

const BLOCK = 256 * 1024;
const LONGEST = 1024 * 1024;
const MARKS = ['"item_completed"', '"user_message"', '"agent_message"', '"response_item"'];
/** Who says what is searched: not those who instruct the model. */
const SPEAKERS = new Set<JsonValue>(['user', 'assistant']);
const marked: ByteProbe = {
  reach: Math.max(...MARKS.map((mark) => mark.length)),
  matches: (bytes) => MARKS.some((mark) => bytes.includes(mark)),
};

/** The first message of the rollout at `path` itself that holds `term`, in either case; null when none does. */
export async function findSaid(path: string, term: string): Promise<string | null> {
  const source = sourceOf(await openRollout(path));
  if (source.kind !== 'file') return null;
  try {
    for await (const lines of scanForward(readForward(source.file, source.file.size, BLOCK), {
      probe: marked,
      holdBytes: LONGEST,
    })) {
      for (const { matched, bytes } of lines) {
        const text = matched && bytes ? saidInLine(bytes) : '';
        if (text.toLowerCase().includes(term.toLowerCase())) return text;
      }
    }
    return null;
  } finally {
    source.file.close();
  }
}

function saidInLine(bytes: Buffer): string {
  const payload = memberAt(parsedLine(bytes), 'payload');
  if (!isJsonObject(payload)) return '';
  if (payload.type === 'message') return SPEAKERS.has(payload.role ?? null) ? textsOf(payload.content).join('\n') : '';
  const item = payload.type === 'item_completed' ? completedItem(payload) : legacyItem(payload, '');
  return item ? saidIn(item) : '';
}
