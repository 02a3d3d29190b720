/** All digits, in groups of three: `1,234,567`. */
export function grouped(integer: bigint | number): string {
  return String(integer).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
