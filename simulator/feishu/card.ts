import { z } from 'zod';
import { containerComponents } from './card-containers.ts';
import { checkData } from './card-data.ts';
import { displayComponents } from './card-display.ts';
import { inputComponents } from './card-inputs.ts';
import { checkPlaces } from './card-place.ts';
import { cardRefusal, parseRefusal } from './card-refusal.ts';
import { checkResources } from './card-resources.ts';
import { rootSchema } from './card-root.ts';
import { selectComponents } from './card-selects.ts';
import { componentsOf, type Node, taggedObjects } from './card-tree.ts';
import type { Call } from './endpoint.ts';
import type { Switches } from './switches.ts';

const MAX_ELEMENTS = 200;
const COMPONENTS: Readonly<Record<string, z.ZodObject>> = {
  ...displayComponents,
  ...inputComponents,
  ...selectComponents,
  ...containerComponents,
};
/** Of 1.0 only: …/feishu-cards/card-json-v2-breaking-changes-release-notes. */
const ABANDONED = ['action', 'note'];

const configSchema = z.looseObject({
  schema: z.optional(z.string()),
  config: z.optional(z.looseObject({ update_multi: z.optional(z.boolean()) })),
});

/** `2.0`, `1.0` or, when a card doesn't say, 1.0. */
export const schemaOf = (content: string): string => configSchema.parse(JSON.parse(content)).schema ?? '1.0';

/** Whether updates of a card show to everyone: 2.0 is shared unless it says false, 1.0 only when it says true. */
export const isShared = (content: string): boolean => {
  const card = configSchema.safeParse(JSON.parse(content));
  if (!card.success) return false;
  return card.data.config?.update_multi ?? card.data.schema === '2.0';
};

const describe = ({ issues: [issue] }: z.ZodError): string => {
  const place = issue?.path.map(String).join('.') ?? '';
  const what =
    issue?.code === 'unrecognized_keys' ? `unknown property ${issue.keys.join()}` : (issue?.message ?? '');
  return place === '' ? what : `${what}, at ${place}`;
};

const checkProperties = ({ component, path }: Node): void => {
  const schema = COMPONENTS[component.tag];
  if (ABANDONED.includes(component.tag)) {
    throw cardRefusal(
      200861,
      `ErrPath: ${path}; ErrMsg: cards of schema V2 no longer support this capability; ErrorValue: unsupported tag ${component.tag}`,
    );
  }
  if (!schema) throw parseRefusal(path, `unknown tag ${component.tag}`);
  const result = schema.safeParse(component);
  if (!result.success) throw parseRefusal(path, describe(result.error));
};

type Tagged = ReturnType<typeof taggedObjects>;

const countOf = (nodes: readonly Node[], tag: string): number =>
  nodes.filter(({ component }) => component.tag === tag).length;

const checkCounts = (tagged: Tagged, nodes: readonly Node[], switches: Switches): void => {
  if (tagged.length > MAX_ELEMENTS) throw cardRefusal(11310, 'ErrMsg: element exceeds the limit');
  if (countOf(nodes, 'table') > switches.tablesPerCard) {
    throw cardRefusal(11310, 'ErrMsg: card table number over limit');
  }
  if (countOf(nodes, 'chart') > switches.chartsPerCard) {
    throw cardRefusal(11310, 'ErrMsg: card chart number over limit');
  }
};

/** 在同一张卡片内，该字段的值全局唯一. */
const checkElementIds = (tagged: Tagged): void => {
  const seen = new Set<unknown>();
  for (const { element_id: id } of tagged) {
    if (id === undefined) continue;
    if (seen.has(id))
      throw cardRefusal(300301, `ErrMsg: element_id is duplicated; ErrorValue: ${JSON.stringify(id)}`);
    seen.add(id);
  }
};

const checkNewCard = (value: object, call: Pick<Call, 'tenant' | 'app'>): void => {
  const root = rootSchema.safeParse(value);
  if (!root.success) throw parseRefusal('ROOT', describe(root.error));
  if (root.data.config?.update_multi === false) {
    throw cardRefusal(300302, 'ErrMsg: cards of schema V2 only support update_multi true');
  }
  const nodes = componentsOf(root.data.body?.elements);
  const tagged = taggedObjects(value);
  checkCounts(tagged, nodes, call.tenant.switches());
  for (const node of nodes) checkProperties(node);
  checkElementIds(tagged);
  checkPlaces(nodes);
  checkData(nodes);
  checkResources(nodes, call);
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Templates and card entities are never published here. */
const refuseReference = (value: object): void => {
  if ('schema' in value || !('type' in value)) return;
  if (value.type === 'template') throw cardRefusal(200380, 'ErrMsg: template does not exist');
  if (value.type === 'card') throw cardRefusal(200740, 'ErrMsg: card entity does not exist');
};

/**
 * Throws 230099 with the sub-code of what is wrong. JSON 2.0 is checked to the last property; 1.0 ignores what it
 * doesn't know, so it passes.
 */
export const checkCard = (value: unknown, call: Pick<Call, 'tenant' | 'app'>): void => {
  if (!isObject(value)) throw parseRefusal('ROOT', 'not an object');
  refuseReference(value);
  if ('schema' in value && value.schema === '2.0') checkNewCard(value, call);
};
