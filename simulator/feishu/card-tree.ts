type Component = Readonly<Record<string, unknown>> & { readonly tag: string };

/** A component in its place. */
export type Node = {
  readonly component: Component;
  /** `ROOT -> body -> elements -> [0](tag: chart)`. */
  readonly path: string;
  /** Tags of the containers around it, the outermost first. Columns belong to their set and don't count. */
  readonly around: readonly string[];
};

type JsonObject = Readonly<Record<string, unknown>>;

// Guards, not schemas: a card holds hundreds of objects and each send walks all of them.
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isComponent = (value: unknown): value is Component =>
  isObject(value) && typeof value['tag'] === 'string';

type Parent = { readonly path: string; readonly around: readonly string[] };

const nodesOf = (list: unknown, { path, around }: Parent): readonly Node[] =>
  (Array.isArray(list) ? list : []).filter(isComponent).flatMap((component, index) => {
    const own = `${path} -> [${index}](tag: ${component.tag})`;
    const inner = component.tag === 'column' ? around : [...around, component.tag];
    return [
      { component, path: own, around },
      ...nodesOf(component['columns'], { path: `${own} -> columns`, around: inner }),
      ...nodesOf(component['elements'], { path: `${own} -> elements`, around: inner }),
    ];
  });

/** Every component below the body, containers before what they hold. */
export const componentsOf = (elements: unknown): readonly Node[] =>
  nodesOf(elements, { path: 'ROOT -> body -> elements', around: [] });

// A chart's spec is VChart's, a callback's value is the app's own, rows are data.
const FOREIGN = ['chart_spec', 'value', 'rows'];
const collectTagged = (value: unknown, found: JsonObject[]): void => {
  if (Array.isArray(value)) {
    for (const item of value) collectTagged(item, found);
    return;
  }
  if (!isObject(value)) return;
  if (typeof value['tag'] === 'string') found.push(value);
  for (const name of Object.keys(value)) if (!FOREIGN.includes(name)) collectTagged(value[name], found);
};

/** Every object with a tag: components and elements such as plain_text, header included. */
export const taggedObjects = (card: unknown): readonly JsonObject[] => {
  const found: JsonObject[] = [];
  collectTagged(card, found);
  return found;
};
