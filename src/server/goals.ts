import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { now } from './clock.ts';

/** What a client changes of a goal; what is missing stays. */
export interface GoalChange {
  readonly objective: string | null;
  readonly status: string | null;
  readonly tokenBudget: JsonValue;
}

/** The goals of threads, as long as this server runs. */
export class Goals {
  readonly #goals = new Map<string, JsonObject>();

  of(threadId: string): JsonObject | null {
    return this.#goals.get(threadId) ?? null;
  }

  /** Sets or changes a goal; null when there is none to change and the change names no objective. */
  set(threadId: string, { objective, status, tokenBudget }: GoalChange): JsonObject | null {
    const before = this.of(threadId);
    const wanted = objective ?? before?.objective ?? null;
    if (wanted === null) return null;
    const at = Math.floor(now() / 1_000);
    const goal: JsonObject = {
      ...{ threadId, objective: wanted, status: status ?? (objective === null ? before?.status : null) ?? 'active' },
      tokenBudget: tokenBudget ?? before?.tokenBudget ?? null,
      ...{ tokensUsed: before?.tokensUsed ?? 0, timeUsedSeconds: before?.timeUsedSeconds ?? 0 },
      ...{ createdAt: before?.createdAt ?? at, updatedAt: at },
    };
    this.#goals.set(threadId, goal);
    return goal;
  }

  /** Whether there was one. */
  clear(threadId: string): boolean {
    return this.#goals.delete(threadId);
  }
}
