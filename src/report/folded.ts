// biome-ignore lint/suspicious/noControlCharactersInRegex: how colours are written
const COLOURS = /\u001b\[[0-9;]*m/g;
/** A label and the gap behind it: `thread   `, `pass  `. */
const LABEL = /^ *\S+(?: \S+)? {2,}(?=\S)/;
/** What a CI runner takes for a command where a line begins with it. */
const CI_COMMAND = /^(?:::|#*##)/;

/**
 * Text for people whose lines are broken between words where they are longer than `columns`: what goes on stands below what
 * the line says, behind its label. A word that is longer than that, as a path may be, stays whole, so that it can be copied.
 * What is safe to show stays so.
 */
export function folded(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (columnsOf(line) <= columns ? line : foldedLine(line, columns)))
    .join('\n');
}

function foldedLine(line: string, columns: number): string {
  const visible = line.replace(COLOURS, '');
  const label = LABEL.exec(visible)?.[0].length ?? 0;
  const beginning = visible.search(/[^ ]/);
  const indent = ' '.repeat(label > 0 && label <= columns / 3 ? label : beginning + 2);
  const lines: string[] = [];
  let current = '';
  let gap = '';
  for (const part of line.match(/ +|[^ ]+/g) ?? []) {
    if (part.startsWith(' ')) {
      gap = part;
      continue;
    }
    const isFirst = columnsOf(current) <= indent.length;
    const fits = columnsOf(current) + gap.length + columnsOf(part) <= columns;
    if (fits || isFirst || CI_COMMAND.test(part.replace(COLOURS, ''))) current += gap + part;
    else {
      lines.push(current);
      current = indent + part;
    }
    gap = '';
  }
  return [...lines, current].join('\n');
}

/** How many columns a text takes where signs like `…` and `█` take one, as on nearly every terminal. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text.replace(COLOURS, '')) {
    const point = character.codePointAt(0) as number;
    columns += point < 0x1100 || (point >= 0x2000 && point < 0x2e80) ? 1 : 2;
  }
  return columns;
}
