import { rules } from '../../check/rules/index.ts';
import { type ExitCode, exitCode, UserError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { ruleSection } from '../../report/check/index.ts';

/** `check --explain <id>`: what a check finds, why it matters, what Codex does and what to do, as docs/checks.md says it. */
export async function explain(id: string, io: Io): Promise<ExitCode> {
  const rule = rules.find((each) => each.id === id);
  if (!rule)
    throw new UserError(`there is no check ${id}`, { hint: `one of ${rules.map((each) => each.id).join(', ')}` });
  await io.out(ruleSection(rule));
  return exitCode.ok;
}
