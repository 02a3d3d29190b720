/** Meanings, not colours: what a piece of text is. */
export interface Style {
  readonly heading: (text: string) => string;
  readonly muted: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
}

const same = (text: string) => text;
/** For text without colour. */
export const plainStyle: Style = { heading: same, muted: same, good: same, warning: same, bad: same };

/** Chalk is loaded only when there is something to colour. */
export async function createStyle(color: boolean): Promise<Style> {
  if (!color) return plainStyle;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  // Yellow cannot be read on a white ground.
  return { heading: chalk.bold, muted: chalk.dim, good: chalk.green, warning: chalk.magenta, bad: chalk.red };
}
