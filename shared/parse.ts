import * as z from 'zod/mini';
import { InvalidInputError } from './errors.ts';

type Issue = { readonly path: readonly PropertyKey[]; readonly message: string };

/** `a.b.0: expected string` for the first few issues: enough to fix the input, never its values. */
export const describeIssues = (issues: readonly Issue[]): string =>
  issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || '(root)'}: ${message}`)
    .join('; ');

/** Unknown → typed. Throws `invalid_input` that names the fields, never the values. */
export const parse = <T extends z.core.$ZodType>(schema: T, value: unknown): z.core.output<T> => {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new InvalidInputError('invalid_input', describeIssues(result.error.issues));
};

/** JSON text → unknown. Throws `invalid_json`. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidInputError('invalid_json', 'the body is not JSON', { cause });
  }
};
