import type { Check } from './check.ts';
import { notPersisted } from './not-persisted.ts';
import { protocol } from './protocol.ts';
import { response } from './response.ts';
import { usageThread, usageTurn, usageValues } from './usage-content.ts';
import { forkStartedAfterUsage, usageAfterResponse, usageBeforeTurn } from './usage-order.ts';
import { usageOnce, usagePresent, usageTargeted } from './usage-presence.ts';

/** The checks on a replay, in the order they are told. Their ids are stable. */
export const checks: readonly Check[] = [
  response,
  usagePresent,
  usageAfterResponse,
  usageOnce,
  usageValues,
  usageTurn,
  usageThread,
  usageTargeted,
  usageBeforeTurn,
  forkStartedAfterUsage,
  notPersisted,
  protocol,
];
