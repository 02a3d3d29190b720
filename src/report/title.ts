const LONGEST_TITLE = 200;

/** What people know a thread by, on one line: the beginning of its name, or of what its user wrote first. */
export function titleText(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > LONGEST_TITLE ? `${characters.slice(0, LONGEST_TITLE - 1).join('')}…` : line;
}
