import type { Rule } from '../finding.ts';

/** How the bytes of a rollout are written. */
export const encodingRules = [
  {
    id: 'byte-order-mark',
    severity: 'warning',
    title: 'the file begins with a byte order mark',
    why: 'An editor on Windows puts it there. It spoils the first line, which is the session_meta.',
    codex: 'The first line is no JSON, so that the rollout has no session_meta: refused by every version.',
    fix: "Remove the first three bytes: `sed -i '1s/^\\xEF\\xBB\\xBF//' FILE`.",
  },
  {
    id: 'utf16',
    severity: 'warning',
    title: 'the file is UTF-16',
    why: 'A redirection in PowerShell writes it. Not a single line can be read.',
    codex: 'Refused by every version.',
    fix: 'Convert it: `iconv -f UTF-16 -t UTF-8 FILE`.',
  },
  {
    id: 'cr-only-lines',
    severity: 'warning',
    title: 'lines end with a carriage return only',
    why: 'Codex ends a line at `\\n` only, so that many records are one line, and this line is no record.',
    codex:
      'The line is skipped. If it is the first one, there is no session_meta, and every version refuses the rollout.',
    fix: "Convert it: `tr '\\r' '\\n' < FILE`.",
  },
  {
    id: 'invalid-utf8',
    severity: 'warning',
    title: 'a line holds invalid UTF-8',
    why: 'The file was cut, joined or changed in the middle of a character.',
    codex:
      'A legacy rollout is refused as a whole, whatever the line is; a paginated one too up to 0.154. Since 0.155 only the line of a paginated rollout is skipped.',
    fix: 'Remove the line, or mend its bytes.',
  },
] as const satisfies readonly Rule[];
