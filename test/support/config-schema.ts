import { rules } from '../../src/check/rules/index.ts';
import { adjustableRule, severityNames } from '../../src/check/rules/severities.ts';

/** The part of the configuration's schema that lists the checks, made of their table. */
export function severityProperties(): Record<string, object> {
  const adjustable = rules.filter(({ id }) => 'id' in adjustableRule(id));
  return Object.fromEntries(adjustable.map(({ id, title }) => [id, { enum: [...severityNames], description: title }]));
}
