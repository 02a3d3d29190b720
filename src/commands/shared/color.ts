export type ColorChoice = 'auto' | 'always' | 'never';

/** Whether to colour: what was asked for, else NO_COLOR and FORCE_COLOR, else whether it goes to a terminal. */
export function wantsColor(
  asked: ColorChoice,
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (asked !== 'auto') return asked === 'always';
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}
