import type { Rule } from '../finding.ts';
import { encodingRules } from './encoding.ts';
import { expectationRules } from './expectation.ts';
import { identityRules } from './identity.ts';
import { lineRules } from './lines.ts';
import { loadingRules } from './loading.ts';
import { usageRules } from './usage.ts';

const all = [
  ...loadingRules,
  ...expectationRules,
  ...encodingRules,
  ...lineRules,
  ...identityRules,
  ...usageRules,
] as const;

/** Every rule, in the order of `docs/checks.md`. */
export const rules: readonly Rule[] = all;

/** The id of a rule. */
export type RuleId = (typeof all)[number]['id'];

/** Whether a rule is called so. */
export function isRuleId(id: string): id is RuleId {
  return all.some((rule) => rule.id === id);
}
