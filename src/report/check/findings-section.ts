import type { Finding } from '../../check/finding.ts';
import type { FindingGroup } from '../../check/finding-group.ts';
import { Filter, filterControls } from '../html/filters.ts';
import { html, type Markup } from '../html/markup.ts';
import { inPages, moreButton, section } from '../html/section.ts';
import { grouped } from '../numbers.ts';
import { severityClass } from './severity-class.ts';
import { fixLines, messageLines, placeWords, shown } from './words.ts';

/** A finding that follows from no other one, and where it was found. */
interface Found extends FindingGroup {
  readonly path: string;
}

/** Characters of one text: the model in the page has all of them. */
const LONGEST = 500;

/** Every finding that follows from no other one, with what follows from it folded below it. */
export function findingsSection(groups: readonly Found[]): Markup {
  const filters = {
    severity: new Filter('severity', 'Severity'),
    rule: new Filter('rule', 'Finding'),
    rollout: new Filter('rollout', 'Rollout'),
  };
  const items = groups.map((found) => {
    const { severity, cause, path } = found;
    const marks = html`${filters.severity.mark(severity)} ${filters.rule.mark(cause.id)} ${filters.rollout.mark(path)}`;
    return html`<li ${marks}>${findingItem(found)}</li>
`;
  });
  return section(
    'Findings',
    'The gravest of a rollout come first. What follows from a finding is folded below it.',
    filterControls(Object.values(filters)),
    inPages(items, (items) => html`<ol class="findings rows">${items}</ol>`),
    moreButton(groups.length, 'findings'),
  );
}

function findingItem(found: Found): Markup {
  const { path, cause, severity, followers } = found;
  const [message = '', ...details] = messageLines(cause, cut);
  const more = [...details, ...fixLines(found, cut)];
  return html`<p><strong class="${severityClass[severity]}">${severity}</strong> ${ruleLink(cause)} <span class="muted">${placeWords(cause)}</span> <span class="code">${path}</span></p>
<p>${message}</p>${more.length === 0 ? null : html`<p class="more-words muted">${more.map((line) => html`<span>${line}</span> `)}</p>`}${followers.length === 0 ? null : followersOf(followers)}`;
}

function followersOf(followers: readonly Finding[]): Markup {
  const what = followers.length === 1 ? 'finding follows' : 'findings follow';
  return html`<details><summary>${grouped(followers.length)} ${what} from it</summary><ul>${followers.map(
    (each) => html`<li>${ruleLink(each)}: ${cut(each.message)}</li>`,
  )}</ul></details>`;
}

function ruleLink({ id }: Finding): Markup {
  return html`<a class="code" href="#rule-${id}">${id}</a>`;
}

function cut(text: string): string {
  return shown(text, LONGEST);
}
