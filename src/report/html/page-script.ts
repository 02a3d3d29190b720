/**
 * The script of every page. It shows more rows of a long list, filters the messages of a sequence, and shows the body of a
 * message when it is opened. It moves and clones what the page holds and never makes markup of text. A section has at most
 * one list.
 */
export const pageScript = `'use strict';
const sections = document.querySelectorAll('section');
for (const section of sections) {
  const rows = section.querySelector('.rows');
  const button = section.querySelector('.show-more');
  const filters = section.querySelector('.filters');
  const isShown = (row) => !filters || [...filters.querySelectorAll('select')]
    .every(({ name, value }) => value === '' || row.dataset[name] === value);
  const filter = () => {
    for (const row of rows.children) row.hidden = !isShown(row);
  };
  const addPage = () => {
    const next = section.querySelector('template.more-rows');
    if (!next) return false;
    rows.append(next.content);
    next.remove();
    if (!section.querySelector('template.more-rows')) button.parentElement.remove();
    return true;
  };
  const addVisible = () => {
    const visible = () => [...rows.children].filter((row) => !row.hidden).length;
    const before = visible();
    while (visible() === before && addPage()) filter();
  };
  button?.addEventListener('click', addVisible);
  filters?.addEventListener('change', () => {
    filter();
    if (![...rows.children].some((row) => !row.hidden)) addVisible();
  });
}
document.addEventListener('toggle', ({ target }) => {
  const body = document.getElementById('bodies')?.content.getElementById(target.dataset.body);
  if (target.open && body && !target.querySelector('pre')) target.append(body.cloneNode(true));
}, true);
`;
