/** The library: what the commands use. */

export type {
  LifecycleError,
  ReplayedUsage,
  ThreadTokenUsage,
  TokenUsageBreakdown,
} from './lifecycle/outcome.ts';
export { type Prediction, type PredictOptions, predictLifecycle } from './lifecycle/predict.ts';
export { NotARollout } from './rollout/open-rollout.ts';
export type { TokenUsage, TokenUsageInfo } from './rollout/token-count.ts';
export type { Notice, NoticeId } from './usage/notice.ts';
export { type NoUsageReason, type RestoredUsage, type RestoreOptions, restoreUsage } from './usage/restore-usage.ts';
