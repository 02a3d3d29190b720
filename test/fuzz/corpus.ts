import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';

/** Longer rollouts are left out, so that many small changes can be tried. In bytes. */
const LONGEST = 24 * 1024;

/** What is changed: rollouts of real Codex versions, those of the recorded answers, and reported ones. */
export function corpus(): readonly Buffer[] {
  const paths = globSync(['samples/*/*.jsonl', 'test/oracle/*/rollout.jsonl', 'test/cases/**/*.jsonl']).sort();
  return paths.map((path) => readFileSync(path)).filter(({ length }) => length <= LONGEST);
}

/** The lines of rollouts that real Codex versions wrote, or took as they are. */
export function healthyLines(): readonly string[] {
  return globSync(['samples/*/*.jsonl', 'test/oracle/{baseline,p_baseline}/rollout.jsonl']).flatMap((path) =>
    readFileSync(path, 'utf8').trimEnd().split('\n'),
  );
}
