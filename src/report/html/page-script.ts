/** How many rows of a long list a page shows at first, and adds with each click. */
export const ROWS_SHOWN = 200;

/**
 * The script of every page. It shows more rows of a long list, filters rows, goes to a message that is linked, and shows the
 * body of a message when it is opened. It moves and clones what the page holds and never makes markup of text. A section has
 * at most one list that is filtered. All is opened and shown while the page is printed.
 */
export const pageScript = `'use strict';
const AT_ONCE = 20000;
const ROWS_SHOWN = ${ROWS_SHOWN};

const reach = (element) => {
  const target = (element?.matches('li, details') && element.querySelector('summary, a, button')) || element;
  if (target === element) target?.setAttribute('tabindex', '-1');
  target?.focus();
};

class List {
  constructor(section) {
    this.rows = section.querySelector('.rows');
    this.button = section.querySelector('.show-more');
    this.controls = [...section.querySelectorAll('.filters select')];
    this.count = section.querySelector('.filters .count');
    this.pages = [...section.querySelectorAll('template.more-rows')];
    // Rows that are not shown are kept outside of the page, which would be slow with tens of thousands of them.
    this.known = [...this.rows.children];
    this.passed = this.known.length;
    this.button?.addEventListener('click', () => reach(this.more()[0]));
    for (const control of this.controls) control.addEventListener('change', () => this.filter());
  }
  get isWhole() {
    return this.controls.every(({ value }) => value === '');
  }
  isWanted(row) {
    return this.controls.every(({ name, value }) => value === '' || row.dataset[name].split(' ').includes(value));
  }
  next() {
    if (this.passed === this.known.length && this.pages.length > 0) {
      const page = this.pages.shift();
      this.known.push(...page.content.children);
      page.remove();
    }
    return this.known[this.passed++];
  }
  more(most = ROWS_SHOWN) {
    const rows = [];
    for (let row; rows.length < most && (row = this.next()); ) if (this.isWanted(row)) rows.push(row);
    this.rows.append(...rows);
    this.isOver = rows.length < most || (this.passed === this.known.length && this.pages.length === 0);
    if (this.button) this.button.parentElement.hidden = this.isOver;
    return rows;
  }
  filter() {
    this.rows.replaceChildren();
    this.passed = 0;
    const shown = this.more().length;
    if (this.count) this.count.textContent = this.isWhole ? '' : this.isOver ? shown + ' shown' : 'the first ' + shown + ' shown';
  }
  all() {
    this.more(Infinity);
  }
  clear() {
    for (const control of this.controls) control.value = '';
    this.filter();
  }
}

const lists = [...document.querySelectorAll('section')].filter((each) => each.querySelector('.rows')).map((each) => new List(each));
const bodies = document.querySelector('template.bodies')?.content;

const addBodies = (details, seqs) => {
  const next = seqs.splice(0, 50);
  for (const seq of next) {
    const body = bodies.getElementById('body-' + seq)?.cloneNode(true);
    if (!body) continue;
    const text = body.textContent;
    if (text.length > AT_ONCE) body.textContent = text.slice(0, AT_ONCE);
    details.append(body);
    if (text.length > AT_ONCE) {
      addButton(details, 'Show all ' + text.length.toLocaleString('en') + ' characters', () => { body.textContent = text; });
    }
  }
  if (seqs.length > 0) addButton(details, 'Show the bodies of more of them: ' + seqs.length, () => addBodies(details, seqs));
};
const addButton = (details, name, act) => {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = name;
  button.addEventListener('click', () => { button.remove(); act(); });
  details.append(button);
};
document.addEventListener('toggle', ({ target }) => {
  if (!target.open || !target.dataset.bodies) return;
  const [first, last = first] = target.dataset.bodies.split(' ').map(Number);
  delete target.dataset.bodies;
  addBodies(target, Array.from({ length: last - first + 1 }, (_, i) => first + i));
}, true);

const goTo = (hash) => {
  const id = decodeURIComponent(hash.slice(1));
  let found = document.getElementById(id);
  for (const list of lists.filter(({ rows }) => !found && rows.id === 'messages')) {
    list.clear();
    for (found = document.getElementById(id); !found && list.more().length > 0; ) found = document.getElementById(id);
  }
  if (!found) return;
  if (found instanceof HTMLDetailsElement) found.open = true;
  found.scrollIntoView({ block: 'center' });
  reach(found);
};
addEventListener('hashchange', () => goTo(location.hash));
if (location.hash) goTo(location.hash);
document.addEventListener('click', ({ target }) => {
  const link = target.closest('a[href^="#"]');
  if (link && link.hash === location.hash) goTo(link.hash);
});

let opened = [];
addEventListener('beforeprint', () => {
  for (const list of lists) if (list.pages.length <= 10) list.all();
  opened = [...document.querySelectorAll('details:not([open], [data-bodies])')];
  for (const each of opened) each.open = true;
});
addEventListener('afterprint', () => {
  for (const each of opened) each.open = false;
});
`;
