/**
 * Whether a JSON number is written as Rust itself writes that f64: without exponent; or, in its other way, with one
 * outside 1e-5 to 1e16 and with `.0` after a whole number.
 */
export function isCanonicalFloat(raw: string): boolean {
  const written = raw.replace('E', 'e').replace('e+', 'e');
  const float = Number(written);
  if (!Number.isFinite(float)) return false;
  if (Object.is(float, -0)) return written === '-0.0';
  const [digits = '', exponent = ''] = float.toExponential().replace('e+', 'e').split('e');
  const plain = withoutExponent(digits, Number(exponent));
  const size = Math.abs(float);
  const isPlainSize = size === 0 || (size >= 1e-5 && size < 1e16);
  return written === plain || written === (isPlainSize ? withFraction(plain) : `${digits}e${exponent}`);
}

function withoutExponent(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return sign + (fraction === '' ? whole : `${whole}.${fraction}`);
}

function withFraction(plain: string): string {
  return plain.includes('.') ? plain : `${plain}.0`;
}
