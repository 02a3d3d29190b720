import { escapeControls } from '../escape-controls.ts';
import { widthAtMost } from '../table.ts';

/** `text` as lines of at most `room` columns, broken between words where that is possible; safe to show like `text`. */
export function wrapped(text: string, room: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((each) => pieces(each, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthAtMost(longer) <= room) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  // What stood inside a line may now begin one, where a CI runner looks for commands.
  return [...lines, line].map(escapeControls);
}

/** A word in pieces that fit; there is room for a character at least. */
function pieces(word: string, room: number): string[] {
  const all: string[] = [];
  let piece = '';
  for (const character of word) {
    if (widthAtMost(piece + character) > room) {
      all.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...all, piece];
}
