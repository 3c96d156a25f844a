import * as z from 'zod';
import { InvalidConfigError } from '../../shared/errors.ts';
import type { StreamRecord } from './stream.ts';

type Matcher = (value: unknown) => boolean;

const objectSchema = z.record(z.string(), z.unknown());
const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const operatorSchemas = {
  exists: z.boolean(),
  prefix: z.string(),
  'anything-but': z.union([scalarSchema.transform((one) => [one]), z.array(scalarSchema).min(1)]),
};

const refuse = (path: string, what: string): never => {
  throw new InvalidConfigError('invalid_config', `filterPatterns ${path}: ${what}`);
};

const isLeaf = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** Operators of Lambda's filter syntax that we emulate; any other is refused rather than guessed. */
const operator = (path: string, name: string, operand: unknown): Matcher => {
  const read = <T extends z.ZodType>(schema: T): z.output<T> => {
    const result = schema.safeParse(operand);
    return result.success ? result.data : refuse(path, `${name} has a wrong operand`);
  };
  switch (name) {
    case 'exists': {
      const wanted = read(operatorSchemas.exists);
      return (value) => isLeaf(value) === wanted;
    }
    case 'prefix': {
      const prefix = read(operatorSchemas.prefix);
      return (value) => typeof value === 'string' && value.startsWith(prefix);
    }
    case 'anything-but': {
      const refused = new Set<unknown>(read(operatorSchemas['anything-but']));
      return (value) => isLeaf(value) && !refused.has(value);
    }
    default:
      return refuse(path, `the operator ${name} isn't emulated here`);
  }
};

const alternative = (path: string, wanted: unknown): Matcher => {
  if (isLeaf(wanted)) return (value) => value === wanted;
  const entries = Object.entries(objectSchema.safeParse(wanted).data ?? {});
  const [entry] = entries;
  if (!entry || entries.length > 1) return refuse(path, 'a value or one operator is expected');
  return operator(path, entry[0], entry[1]);
};

/** A list is "any of"; an object is "all of". A stored list or set matches when any of its elements does. */
const compile = (path: string, pattern: unknown): Matcher => {
  if (Array.isArray(pattern)) {
    if (pattern.length === 0) return refuse(path, 'an empty list matches nothing');
    const matchers = pattern.map((wanted) => alternative(path, wanted));
    return (value) => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return matchers.some((matches) => values.some(matches));
    };
  }
  const fields = objectSchema.safeParse(pattern);
  if (!fields.success) return refuse(path, 'a list of values or an object is expected');
  const matchers = Object.entries(fields.data).map(([name, inner]) => {
    if (name.startsWith('$')) return refuse(`${path}.${name}`, "isn't emulated here");
    return { name, matches: compile(`${path}.${name}`, inner) };
  });
  return (value) => {
    const object = objectSchema.safeParse(value).data ?? {};
    return matchers.every(({ name, matches }) => matches(object[name]));
  };
};

/**
 * Lambda's event filter, as far as our mappings use it: a record passes when any pattern matches (no pattern: always).
 * Numbers of DynamoDB are strings on the wire, so they compare as strings. Throws `invalid_config` for what isn't emulated.
 */
export const compileFilter = (patterns: readonly unknown[]): ((record: StreamRecord) => boolean) => {
  const matchers = patterns.map((pattern, index) => compile(String(index), pattern));
  return (record) => matchers.length === 0 || matchers.some((matches) => matches(record));
};
