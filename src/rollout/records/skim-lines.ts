import { KindAtHead } from '../lines/kind-at-head.ts';
import type { LinePlace } from '../lines/line.ts';
import { isPlainOrdinal, type LineDecoder, ordinalOf } from './decode-line.ts';

const CLOSE_BRACE = 0x7d;

/**
 * Decodes only lines of the kinds that matter to who asks, by their names such as `event_msg/token_count`. Any other line
 * that begins and ends as Codex writes lines is taken on trust for an item of no matter: what stands in between is not looked
 * at. Lines that begin or end otherwise, or that are no UTF-8, are decoded.
 */
export function skimmingDecoder(decode: LineDecoder, matters: (kind: string) => boolean): LineDecoder {
  const head = new KindAtHead();
  return (line) => {
    const { place } = line;
    const kind = place ? head.read(place.block, place.start, place.end) : null;
    if (!place || kind === null || matters(kind) || !endsPayload(place) || !isPlainOrdinal(place.block, head)) {
      return decode(line);
    }
    const timestamp = place.block.toString('latin1', head.timestampStart, head.timestampEnd);
    return { kind: 'other', isKept: true, ordinal: ordinalOf(place.block, head), timestamp };
  };
}

function endsPayload({ block, end }: LinePlace): boolean {
  return block[end - 1] === CLOSE_BRACE && block[end - 2] === CLOSE_BRACE;
}
