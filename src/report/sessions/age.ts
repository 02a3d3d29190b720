const steps: readonly (readonly [number, string])[] = [
  [60, 's'],
  [60, 'min'],
  [24, 'h'],
  [7, 'd'],
  [Number.POSITIVE_INFINITY, 'w'],
];

/** How long ago a time was, in one unit: `5 min`, `3 h`, `12 d`. */
export function ageText(time: string, now: Date): string {
  let amount = Math.max(0, (now.getTime() - Date.parse(time)) / 1000);
  for (const [size, unit] of steps) {
    if (amount < size) return `${Math.floor(amount)} ${unit}`;
    amount /= size;
  }
  return '';
}
