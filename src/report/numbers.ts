/** All digits, in groups of three: `1,234,567`. */
export function grouped(integer: bigint | number): string {
  return String(integer).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 rollout`, `2,000 rollouts`. */
export function counted(count: number, unit: string): string {
  return `${grouped(count)} ${unit}${count === 1 ? '' : 's'}`;
}
