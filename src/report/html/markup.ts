import { escapeControls, visibleJson } from '../escape-controls.ts';
import { jsonText } from '../json.ts';

/** A piece of HTML. Only the functions of this file make one, so that text cannot be taken for it. */
export class Markup {
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** `text` is taken as it is: the caller vouches for it. */
  static trusted(text: string): Markup {
    return new Markup(text);
  }
}

/** What may stand in an `html` template: markup, a list of it, or something that is shown as text. Null is nothing. */
export type Content = Markup | readonly Markup[] | string | number | bigint | null;

/**
 * Markup with contents. Strings become text, on one line and with every character that a reader does not see written as an
 * escape; they are safe between tags and inside attribute values that are quoted with `"`.
 */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return Markup.trusted(String.raw({ raw: strings }, ...contents.map(htmlText)));
}

function htmlText(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return entities(escapeControls(content));
  if (typeof content === 'object') return content.map(({ text }) => text).join('');
  return String(content);
}

/**
 * A model as JSON text between tags, for a `<pre>` or `<template>`: the exact JSON once the page is parsed. Quotes, of which
 * JSON is full, stay as they are, so it is not safe inside an attribute.
 */
export function jsonMarkup(model: unknown): Markup {
  return Markup.trusted(visibleJson(jsonText(model)).replace(/[&<>]/g, entity));
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

function entities(text: string): string {
  return text.replace(/[&<>"']/g, entity);
}

function entity(character: string): string {
  return ENTITIES.get(character) as string;
}
