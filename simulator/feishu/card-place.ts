import { cardRefusal, parseRefusal } from './card-refusal.ts';
import type { Node } from './card-tree.ts';

const CONTAINERS = ['column_set', 'form', 'interactive_container', 'collapsible_panel'];
const INTERACTIVE = [
  'input',
  'button',
  'overflow',
  'select_static',
  'multi_select_static',
  'select_person',
  'multi_select_person',
  'date_picker',
  'picker_time',
  'picker_datetime',
  'select_img',
  'checker',
];
const ROOT_ONLY = ['table', 'form'];
const FORM_ONLY = ['multi_select_static', 'multi_select_person'];
const MAX_DEPTH = 5;

const isInForm = ({ around }: Node): boolean => around.includes('form');

type PlaceRule = { readonly isBroken: (node: Node) => boolean; readonly problem: string };

const has = (tags: readonly string[], { component }: Node): boolean => tags.includes(component.tag);

// 嵌套规则 of …/containers/*, …/content-components/table and …/interactive-components/multi-select-*.
const PLACE_RULES: readonly PlaceRule[] = [
  {
    isBroken: (node) => has(ROOT_ONLY, node) && node.around.length > 0,
    problem: 'tables and forms are allowed at the root only',
  },
  { isBroken: (node) => has(['chart'], node) && isInForm(node), problem: 'a form holds no chart' },
  {
    isBroken: (node) => has(FORM_ONLY, node) && !isInForm(node),
    problem: 'multi selects are allowed in a form only',
  },
  {
    isBroken: (node) => node.component['multi_select'] === true && !isInForm(node),
    problem: 'multi_select is allowed in a form only',
  },
  {
    isBroken: (node) => has(['column'], node) !== / -> columns -> \[\d+\][^>]*$/.test(node.path),
    problem: 'columns, and nothing else, stand in a column_set',
  },
];

const requirePlace = (node: Node): void => {
  const broken = PLACE_RULES.find(({ isBroken }) => isBroken(node));
  if (broken) throw parseRefusal(node.path, broken.problem);
};

/** 容器类组件最多支持嵌套五层组件. */
const requireDepth = ({ component, path, around }: Node): void => {
  const depth = around.filter((tag) => CONTAINERS.includes(tag)).length;
  if (CONTAINERS.includes(component.tag) && depth >= MAX_DEPTH)
    throw parseRefusal(path, 'nested deeper than 5 levels');
};

const isSubmit = ({ component }: Node): boolean =>
  component.tag === 'button' &&
  (component['form_action_type'] === 'submit' || component['action_type'] === 'form_submit');

/** Every form has a submit button of its own; its interactive components have a name. */
const requireForms = (nodes: readonly Node[]): void => {
  for (const form of nodes.filter(({ component }) => component.tag === 'form')) {
    const inside = nodes.filter(({ path }) => path.startsWith(`${form.path} -> `));
    if (!inside.some(isSubmit))
      throw parseRefusal(form.path, 'a form needs a button with form_action_type submit');
    const nameless = inside.find(
      ({ component }) => INTERACTIVE.includes(component.tag) && !component['name'],
    );
    if (nameless)
      throw cardRefusal(200530, `ErrPath: ${nameless.path}; ErrMsg: a component in a form needs a name`);
  }
};

const requireUniqueNames = (nodes: readonly Node[]): void => {
  const seen = new Set<unknown>();
  for (const node of nodes) {
    const { component, path } = node;
    if (component.tag !== 'form' && !isInForm(node)) continue;
    const name = component['name'];
    if (typeof name !== 'string') continue;
    if (seen.has(name)) throw parseRefusal(path, `the name ${name} is used twice`);
    seen.add(name);
  }
};

/** Where components may stand, and what a form asks of them. */
export const checkPlaces = (nodes: readonly Node[]): void => {
  for (const node of nodes) {
    requirePlace(node);
    requireDepth(node);
  }
  requireForms(nodes);
  requireUniqueNames(nodes);
};
