import type { Person } from './api.ts';
import { avatar } from './avatar.ts';
import { h, run, when } from './dom.ts';
import { icon } from './icons.ts';
import type { Session } from './session.ts';
import type { Store } from './store.ts';

const matches = ({ name, jobTitle, department }: Person, query: string): boolean =>
  query.split(/\s+/).every((word) => `${name}${jobTitle}${department}`.includes(word));

const personButton = (person: Person, session: Session): HTMLElement =>
  h(
    'button',
    {
      type: 'button',
      class: 'person',
      onclick: () => {
        run(session.choosePerson(person.unionId));
      },
    },
    avatar({ name: person.name, colour: person.avatarColor }, 40),
    h(
      'span',
      { class: 'person-text' },
      h(
        'strong',
        {},
        person.name,
        when(person.resigned, () => h('em', { class: 'tag tag-grey' }, '已离职')),
      ),
      h('span', { class: 'muted' }, person.jobTitle),
    ),
  );

const byDepartment = (people: readonly Person[]): ReadonlyMap<string, readonly Person[]> =>
  Map.groupBy(people, ({ department }) => department);

const section = ([department, people]: readonly [string, readonly Person[]], session: Session): HTMLElement =>
  h(
    'section',
    { class: 'people-group' },
    h('h2', {}, department, h('span', { class: 'count' }, String(people.length))),
    h('div', { class: 'people-grid' }, ...people.map((person) => personButton(person, session))),
  );

/** Arrow keys walk through the people, ↓ from the search box goes to the first. */
const walk = (root: HTMLElement, event: Event): void => {
  if (!(event instanceof KeyboardEvent)) return;
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const isTyping = event.target instanceof HTMLInputElement;
  if (step === undefined || (isTyping && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  const buttons = [...root.querySelectorAll<HTMLElement>('.person')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  buttons.at(Math.min(at + step, buttons.length - 1))?.focus();
};

const groupsOf = (people: readonly Person[], query: string, session: Session): readonly HTMLElement[] => {
  const found = people.filter((person) => matches(person, query));
  const groups = [...byDepartment(found)].map((group) => section(group, session));
  return groups.length > 0 ? groups : [h('p', { class: 'empty' }, `没有找到「${query}」`)];
};

/** The screen on which one chooses whose Feishu to look at. */
export const peopleScreen = (store: Store, session: Session): HTMLElement => {
  const results = h('div', { class: 'people-results' });
  const search = h('input', {
    type: 'search',
    placeholder: '搜索姓名、职务或部门',
    'aria-label': '搜索姓名、职务或部门',
  });
  const fill = (): void => {
    results.replaceChildren(...groupsOf(store.get().people, search.value.trim(), session));
  };
  search.addEventListener('input', fill);
  const hint = '这是本地的飞书模拟器：选一位同事，看看 TA 收到了什么。';
  const screen = h(
    'main',
    { class: 'people-screen' },
    h(
      'header',
      {},
      h('h1', {}, '以谁的身份登录？'),
      h('p', { class: 'muted' }, hint),
      h('div', { class: 'search' }, icon('search', 18), search),
    ),
    results,
  );
  screen.addEventListener('keydown', (event) => {
    walk(screen, event);
  });
  let known: readonly Person[] = [];
  store.watch(({ people, me }) => {
    screen.hidden = me !== undefined;
    if (people === known) return;
    known = people;
    fill();
  });
  return screen;
};
