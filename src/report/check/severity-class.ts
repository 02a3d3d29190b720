import type { Finding } from '../../check/finding.ts';

/** What a page draws a severity as. */
export const severityClass: Readonly<Record<Finding['severity'], string>> = {
  error: 'bad',
  warning: 'warning',
  info: 'muted',
};
