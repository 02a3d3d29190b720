import { type CodexVersion, isAtLeast } from './version.ts';

/** The releases of `@openai/codex` on npm that the rules reach: of each minor version its patches. */
const patches: readonly (readonly [minor: number, ...patches: number[]])[] = [
  [98, 0],
  [99, 0],
  [100, 0],
  [101, 0],
  [104, 0],
  [105, 0],
  [106, 0],
  [107, 0],
  [110, 0],
  [111, 0],
  [113, 0],
  [114, 0],
  [115, 0],
  [116, 0],
  [117, 0],
  [118, 0],
  [120, 0],
  [121, 0],
  [122, 0],
  [123, 0],
  [124, 0],
  [125, 0],
  [128, 0],
  [129, 0],
  [130, 0],
  [131, 0],
  [132, 0],
  [133, 0],
  [134, 0],
  [135, 0],
  [136, 0],
  [137, 0],
  [138, 0],
  [139, 0],
  [140, 0],
  [141, 0],
  [142, 0, 1, 2, 3, 4, 5],
  [143, 0],
  [144, 0, 1, 2, 3, 4, 5, 6],
  [145, 0],
  [146, 0, 1],
  [147, 0],
  [148, 0],
  [149, 0, 1],
  [150, 0, 1],
  [151, 0],
  [152, 0, 1],
  [153, 0, 1, 2, 3, 4],
  [154, 0],
  [155, 0, 1],
  [156, 0, 1],
  [157, 0, 1],
  [158, 0],
  [159, 0, 1, 2, 3],
  [160, 0, 1],
  [161, 0],
  [162, 0, 1],
  [163, 0],
  [164, 0],
  [165, 0],
  [166, 0],
  [167, 2],
  [169, 0],
  [171, 0],
];

/** What npm has for other systems than Linux only. */
const notForLinux: readonly string[] = ['0.142.1', '0.153.1'];

/** Every released version, the oldest first. */
export const releases: readonly CodexVersion[] = patches.flatMap(([minor, ...each]) =>
  each.map((patch): CodexVersion => [0, minor, patch]),
);

/** The released versions from `first` to `last`, both included. */
export function releasesBetween(first: CodexVersion, last: CodexVersion): CodexVersion[] {
  return releases.filter((version) => isAtLeast(version, first) && isAtLeast(last, version));
}

/** Whether npm has a binary of this version for Linux. */
export function isReleasedForLinux(version: CodexVersion): boolean {
  return !notForLinux.includes(version.join('.'));
}
