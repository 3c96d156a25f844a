import * as z from 'zod';
import { type BotCard, call, type Sim } from './demo-people.ts';

/** What a person does with a card: the same request to the simulator as a tap in the web client. */
export type Tap = {
  /** As the card's own value says it: `acknowledge`, `assign`, `close` … */
  readonly do: string;
  /** What else it says, where a card has several of them: the ticket, the finding. */
  readonly with?: Readonly<Record<string, string>>;
  /** The choice of a list: union_id. */
  readonly option?: string;
  /** What is written or chosen in the fields of a form, by their placeholders; the others stay as they are. */
  readonly words?: Readonly<Record<string, string>>;
};

const answerSchema = z.object({
  ok: z.boolean(),
  cardUpdated: z.boolean(),
  toast: z.object({ type: z.string(), content: z.string() }).optional(),
});
export type TapAnswer = z.output<typeof answerSchema>;

const controlSchema = z.looseObject({
  tag: z.string(),
  behaviors: z.array(z.looseObject({ value: z.looseObject({ do: z.string() }) })),
});
const fieldSchema = z.looseObject({
  tag: z.enum(['input', 'select_static', 'multi_select_static', 'picker_datetime']),
  name: z.string(),
  placeholder: z.object({ content: z.string() }),
  default_value: z.string().optional(),
  initial_option: z.string().optional(),
  initial_datetime: z.string().optional(),
  selected_values: z.array(z.string()).optional(),
});
type Field = z.output<typeof fieldSchema>;

/** What stands in a field that nobody has touched; a day and a time as the client sends them. */
const standsIn = (field: Field): string | readonly string[] => {
  if (field.tag === 'multi_select_static') return field.selected_values ?? [];
  if (field.initial_datetime !== undefined) return `${field.initial_datetime} +0800`;
  return field.default_value ?? field.initial_option ?? '';
};

/** Everything inside a card that has this form. */
const partsOf = <T extends z.ZodType>(node: unknown, schema: T): readonly z.output<T>[] => {
  if (typeof node !== 'object' || node === null) return [];
  const own = schema.safeParse(node);
  const inside = Object.values(node).flatMap((part: unknown) => partsOf(part, schema));
  return own.success ? [own.data, ...inside] : inside;
};

const formValue = ({ content }: BotCard, words: Readonly<Record<string, string>>): object =>
  Object.fromEntries(
    partsOf(content, fieldSchema).map((field) => [
      field.name,
      words[field.placeholder.content] ?? standsIn(field),
    ]),
  );

/** `undefined`: the person's copy offers no such thing. */
export const tap = async (
  { url }: Sim,
  unionId: string,
  { card, on }: { readonly card: BotCard; readonly on: Tap },
): Promise<TapAnswer | undefined> => {
  const wanted = Object.entries({ ...on.with, do: on.do });
  const [control] = partsOf(card.content, controlSchema).filter(({ behaviors }) =>
    behaviors.some(({ value }) => wanted.every(([name, word]) => value[name] === word)),
  );
  if (!control) return undefined;
  const path = `${url}/sim/people/${unionId}/messages/${card.messageId}/action`;
  return call(path, answerSchema, {
    tag: control.tag,
    value: control.behaviors[0]?.value,
    ...(on.option !== undefined && { option: on.option }),
    ...(on.words && { formValue: formValue(card, on.words) }),
  });
};
