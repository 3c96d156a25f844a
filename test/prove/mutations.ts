import type { Distort } from './libraries.ts';

/** The ledger with one of its parts taken out, on the wire: what its code says is left alone. */
export type Mutation = { readonly name: string; readonly distort: Distort; readonly applied: () => number };

type Update = {
  UpdateExpression: string;
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, unknown>;
};

const isUpdate = (input: Record<string, unknown>): boolean => typeof input['UpdateExpression'] === 'string';

/** DynamoDB refuses a name or value that no expression uses. */
const dropUnused = (update: Update): void => {
  const text = `${update.UpdateExpression} ${update.ConditionExpression ?? ''}`;
  const isUsed = (name: string): boolean => new RegExp(`${name}\\b`).test(text);
  for (const fields of [update.ExpressionAttributeNames, update.ExpressionAttributeValues])
    for (const name of Object.keys(fields ?? {}))
      if (fields && !isUsed(name)) Reflect.deleteProperty(fields, name);
};

/** Rewrites the updates of the ledger that `change` knows. */
const rewrite = (name: string, change: (update: Update) => Partial<Update> | undefined): Mutation => {
  let count = 0;
  return {
    name,
    applied: () => count,
    distort: {
      dynamodb: (_, input) => {
        if (!isUpdate(input) || !String(input['TableName']).endsWith('-deliveries')) return;
        const update = input as Update;
        const changed = change(update);
        if (!changed) return;
        count += 1;
        Object.assign(update, changed);
        dropUnused(update);
      },
    },
  };
};

const without = (text: string, ...parts: readonly string[]): string =>
  parts.reduce((left, part) => left.replaceAll(part, ''), text);

const pins = 'sending = if_not_exists(sending, wanted)';

/** Whoever asks gets the delivery. */
const withoutClaim = (): Mutation =>
  rewrite('claim', ({ UpdateExpression }) =>
    UpdateExpression.includes(pins) ? { ConditionExpression: undefined } : undefined,
  );

/** Every POST is a new message to Feishu. */
const withoutUuid = (): Mutation => {
  let count = 0;
  return {
    name: 'uuid',
    applied: () => count,
    distort: {
      feishu: (_, body) => {
        if (Reflect.has(body, 'uuid')) count += 1;
        Reflect.deleteProperty(body, 'uuid');
      },
    },
  };
};

/** A refresh doesn't say that it is on its way. */
const withoutLease = (): Mutation =>
  rewrite('lease', ({ UpdateExpression }) =>
    UpdateExpression.includes('sending = wanted')
      ? { UpdateExpression: without(UpdateExpression, 'leaseUntil = :until, ', ', unsettled = :true') }
      : undefined,
  );

/** A repeat sends what is wanted by then. */
const withoutPin = (): Mutation =>
  rewrite('pinned content', ({ UpdateExpression }) =>
    UpdateExpression.includes(pins)
      ? { UpdateExpression: UpdateExpression.replace(pins, 'sending = wanted') }
      : undefined,
  );

const confirms = ', dueShard = :shard, dueAt = :at, confirmAt = :confirmAt';

/** What may still land late is not sent once more. */
const withoutConfirm = (): Mutation =>
  rewrite('confirming PATCH', ({ UpdateExpression }) =>
    UpdateExpression.startsWith('SET shown = sending') && UpdateExpression.includes(confirms)
      ? { UpdateExpression: `${without(UpdateExpression, confirms)}, dueShard, dueAt` }
      : undefined,
  );

export const mutations: readonly (() => Mutation)[] = [
  withoutClaim,
  withoutUuid,
  withoutLease,
  withoutPin,
  withoutConfirm,
];
