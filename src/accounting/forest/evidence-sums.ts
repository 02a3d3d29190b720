import { noTokens, plus } from '../token-sums.ts';
import { usageRules } from '../usage-rule.ts';
import type { Evidence } from './evidence.ts';
import type { ThreadUsage } from './thread-account.ts';

type SpentUsage = Pick<ThreadUsage, 'own' | 'rolledBack' | 'recovered'>;

const nothing: SpentUsage = { own: noTokens, rolledBack: noTokens, recovered: noTokens };

/** What the records that count add up to, by thread; by path where no thread is named. */
export class EvidenceSums {
  readonly #usage = new Map<string, SpentUsage>();
  readonly #models = new Map<string, Set<string>>();
  readonly #threadIds = new Set<string>();

  constructor(evidence: readonly Evidence[]) {
    for (const each of evidence) if (usageRules[each.rule].counts) this.#add(each);
  }

  /** Threads that something counts for. */
  get threadIds(): ReadonlySet<string> {
    return this.#threadIds;
  }

  usageOf(key: string): SpentUsage {
    return this.#usage.get(key) ?? nothing;
  }

  modelsOf(key: string): string[] {
    return [...(this.#models.get(key) ?? [])].sort();
  }

  #add({ threadId, path, rule, usage, isUndone, model }: Evidence): void {
    const key = threadId ?? path;
    if (threadId !== null) this.#threadIds.add(threadId);
    const { own, rolledBack, recovered } = this.usageOf(key);
    const isRecovered = rule === 'recovered' || rule === 'recovered-total';
    this.#usage.set(key, {
      own: plus(own, usage),
      rolledBack: isUndone ? plus(rolledBack, usage) : rolledBack,
      recovered: isRecovered ? plus(recovered, usage) : recovered,
    });
    if (model === null) return;
    const models = this.#models.get(key);
    if (models) models.add(model);
    else this.#models.set(key, new Set([model]));
  }
}
