import { createHash } from 'node:crypto';
import { html, jsonMarkup, Markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';

/** What a page says. */
export interface Page {
  /** What was looked at, for the title and the first heading. */
  readonly title: string;
  /** One sentence with the answer. */
  readonly answer: Markup;
  readonly body: readonly Markup[];
  /** What `--json` prints: a program finds it as the text of `template#model`. */
  readonly model: unknown;
}

/**
 * A self-contained HTML page. Its Content-Security-Policy allows the style and the script of this program, by their
 * hashes, and nothing else: no request leaves the page, whatever the text in it says.
 */
export function pageText({ title, answer, body, model }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(pageStyle)}'`,
    `script-src '${hashOf(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="rollout-inspect">
<meta http-equiv="Content-Security-Policy" content="${Markup.trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${Markup.trusted(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>${title}</h1>
<p class="answer">${answer}</p>
</header>
<main id="main" tabindex="-1">
${body}
</main>
<template id="model">${jsonMarkup(model)}</template>
<script>${Markup.trusted(pageScript)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
