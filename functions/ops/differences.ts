/** Where two values of one thing differ: `cycles.0.resolvedAt`. Words of people are named and never shown. */
export type Difference = {
  readonly ticket: string;
  readonly path: string;
  readonly stored?: unknown;
  readonly folded?: unknown;
  readonly problem?: string;
};

const personal: ReadonlySet<string> = new Set([
  'attachments',
  'because',
  'buyerRefs',
  'content',
  'health',
  'logistics',
  'messages',
  'note',
  'raised',
]);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** An absent field and one that is undefined are the same row. */
const keysOf = (...values: readonly Readonly<Record<string, unknown>>[]): readonly string[] =>
  [...new Set(values.flatMap((value) => Object.keys(value)))].sort();

type Pair = { readonly path: string; readonly stored: unknown; readonly folded: unknown };

const walk = ({ path, stored, folded }: Pair): readonly Pair[] => {
  if (!isObject(stored) || !isObject(folded) || Array.isArray(stored) !== Array.isArray(folded))
    return Object.is(stored, folded) ? [] : [{ path, stored, folded }];
  return keysOf(stored, folded).flatMap((key) =>
    walk({ path: path === '' ? key : `${path}.${key}`, stored: stored[key], folded: folded[key] }),
  );
};

/** Every leaf in which two values differ, in the order of their names. */
export const differencesOf = (ticket: string, stored: unknown, folded: unknown): readonly Difference[] =>
  walk({ path: '', stored, folded }).map(({ path, ...values }) => {
    const [top = ''] = path.split('.');
    return personal.has(top) || path === 'resolution.note' ? { ticket, path } : { ticket, path, ...values };
  });
