import table from './shapes.json' with { type: 'json' };

/**
 * Every word of the protocol: the names of fields, the tags of variants and the values that a field can only have one of.
 * No text of a user is among them, unless it happens to be such a word.
 */
export function protocolWords(): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [name, versions] of Object.entries(table)) {
    const tag = name.split('/')[1];
    if (tag !== undefined) words.add(tag);
    for (const [, shape] of versions) collect(shape, words);
  }
  return words;
}

function collect(shape: unknown, words: Set<string>): void {
  if (Array.isArray(shape)) {
    const [kind, ...rest] = shape;
    for (const each of rest) {
      if (kind === 'one of' && typeof each === 'string') words.add(each);
      else collect(each, words);
    }
  } else if (typeof shape === 'object' && shape !== null) {
    for (const [key, member] of Object.entries(shape)) {
      if (key !== 'fields' && key !== 'tagged') words.add(key.replace(/\?$/, ''));
      collect(member, words);
    }
  }
}
