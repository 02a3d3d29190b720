/** The locale categories of POSIX and glibc. Others that begin with `LC_` are whatever somebody called so. */
const LOCALE =
  'ADDRESS|ALL|COLLATE|CTYPE|IDENTIFICATION|MEASUREMENT|MESSAGES|MONETARY|NAME|NUMERIC|PAPER|TELEPHONE|TIME';
const ALLOWED = new RegExp(`^(?:PATH|HOME|USER|LOGNAME|LANG|LC_(?:${LOCALE})|TERM|TMPDIR|TZ)$`);

/**
 * What a server sees of our environment `env`: what it needs to run at all and nothing that could be a secret, and
 * `more`, which goes before.
 */
export function allowedEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  more: Readonly<Record<string, string>>,
): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && ALLOWED.test(name)) allowed[name] = value;
  }
  return { ...allowed, ...more };
}
