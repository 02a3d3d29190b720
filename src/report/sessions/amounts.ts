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

/** A size in bytes, in thousands: `14 kB`, `1.2 GB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${amount < 9.95 && unit > 0 ? amount.toFixed(1) : Math.round(amount)} ${units[unit]}`;
}
