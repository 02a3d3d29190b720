import { expect, test } from 'vitest';
import { steadyClock } from '../../src/tap/observe/clock.ts';

test('a clock that is fine, goes on after a sleep of the machine, and never goes back', () => {
  const now = { machine: 1_000, fine: 5.25 };
  const clock = steadyClock(
    () => now.machine,
    () => now.fine,
  );
  expect(clock()).toBe(1_000);
  Object.assign(now, { machine: 1_001, fine: 6.5 });
  expect(clock()).toBe(1_001.25);
  // It slept for an hour.
  Object.assign(now, { machine: 3_601_001, fine: 6.75 });
  expect(clock()).toBe(3_601_001);
  // Somebody sets it back.
  Object.assign(now, { machine: 0, fine: 7.75 });
  expect(clock()).toBe(3_601_002);
});
