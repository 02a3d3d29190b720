/** The beginning of a text that the server wrote, on one line: for a message to the user. `longest`: in characters. */
export function excerpt(text: string, longest = 200): string {
  const characters = [...oneLine(text.slice(0, 4 * longest))];
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : characters.join('');
}

/** The end of such a text, on one line. */
export function lastExcerpt(text: string, longest = 200): string {
  const characters = [...oneLine(text.slice(-4 * longest))];
  return characters.length > longest ? `…${characters.slice(-longest).join('')}` : characters.join('');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
