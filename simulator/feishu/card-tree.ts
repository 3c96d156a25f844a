import { z } from 'zod';

export type Component = Readonly<Record<string, unknown>> & { readonly tag: string };

/** A component in its place. */
export type Node = {
  readonly component: Component;
  /** `ROOT -> body -> elements -> [0](tag: chart)`. */
  readonly path: string;
  /** Tags of the containers around it, the outermost first. Columns belong to their set and don't count. */
  readonly around: readonly string[];
};

const componentSchema = z.looseObject({ tag: z.string() });
const listSchema = z.catch(z.array(componentSchema), []);

type Parent = { readonly path: string; readonly around: readonly string[] };

const nodesOf = (list: unknown, { path, around }: Parent): readonly Node[] =>
  listSchema.parse(list ?? []).flatMap((component, index) => {
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
const objectSchema = z.record(z.string(), z.unknown());

const objectsIn = (value: unknown): readonly z.infer<typeof objectSchema>[] => {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  const object = objectSchema.safeParse(value);
  if (!object.success) return [];
  const inner = Object.entries(object.data).filter(([name]) => !FOREIGN.includes(name));
  return [object.data, ...inner.flatMap(([, child]) => objectsIn(child))];
};

/** Every object with a tag: components and elements such as plain_text, header included. */
export const taggedObjects = (card: unknown): readonly Readonly<Record<string, unknown>>[] =>
  objectsIn(card).filter(({ tag }) => typeof tag === 'string');
