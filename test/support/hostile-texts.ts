/** Texts that act on a terminal, a CI log, a table or a spreadsheet when they are shown as they are. */
export const hostileTexts: readonly string[] = [
  '\u001b[31mred',
  '\u001b]0;title\u0007',
  '\u001b]52;c;YWJj\u0007',
  '\u001b]8;;https://example.com\u001b\\link\u001b]8;;\u001b\\',
  '\u001bP1$r\u001b\\',
  '\u001b_apc\u001b\\',
  '\u001b^pm\u001b\\',
  '\u001bXsos\u001b\\',
  '\u001b[2J\u001b[H',
  '\u001b[',
  '\u001b\u001b[[3131mm',
  '\u009b31mred',
  '\u009d0;title\u009c',
  '\u0000',
  '\u0007',
  'over\rwritten',
  'back\b\b\b\bspace',
  'two\nlines',
  '\u007f',
  '\u0085next',
  '\u202egnp.exe',
  '\u2066isolate\u2069',
  '\u200bzero\u200dwidth\ufeff',
  '\u{e0041}\u{e0042}',
  '\u2028\u2029',
  '\ud800',
  '::error::forged',
  '\u00a0::stop-commands::x',
  '\r::add-mask::e',
  'x ##[add-mask]e',
  '###[error]x',
  '##vso[task.setvariable variable=a]b',
  "##teamcity[message text='x']",
  '=HYPERLINK("http://example.com")',
  '+1',
  '@SUM(1)',
];

/** Whether a text holds a control, bidirectional or other character that a terminal would act on. */
export function actsOnTerminal(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]|\p{Cs}/u.test(
    text,
  );
}
