import type { Reporter, ReporterName, ReporterSetting } from './reporter.ts';

export { type Reporter, type ReporterName, type ReporterSetting, reporterNames } from './reporter.ts';
export { ruleSection } from './rule-section.ts';
export { stepSummary } from './step-summary.ts';
export { updateLines } from './update-lines.ts';

/** The reporter of that name. Each keeps what it has seen, and is good for one run. */
export async function createReporter(name: ReporterName, setting: ReporterSetting): Promise<Reporter> {
  switch (name) {
    case 'pretty':
      return (await import('./pretty.ts')).prettyReporter(setting);
    case 'json':
      return (await import('./json.ts')).jsonReporter();
    case 'ndjson':
      return (await import('./json.ts')).ndjsonReporter();
    case 'junit':
      return (await import('./junit.ts')).junitReporter(setting);
    case 'github':
      return (await import('./github.ts')).githubReporter(setting);
    case 'html':
      return (await import('./page.ts')).pageReporter(setting);
    case 'sarif':
      return (await import('./sarif.ts')).sarifReporter(setting);
  }
}
