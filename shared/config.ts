import * as z from 'zod/mini';
import { InvalidConfigError } from './errors.ts';
import { describeIssues } from './parse.ts';

/** Reads environment variables at cold start. Throws `invalid_config` that names the variable, never its value. */
export const readEnv = <T extends z.core.$ZodShape>(
  shape: T,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.core.output<z.ZodMiniObject<T>> => {
  const result = z.safeParse(z.object(shape), env);
  if (result.success) return result.data;
  throw new InvalidConfigError('invalid_config', `environment: ${describeIssues(result.error.issues)}`);
};

/** A JSON text in an environment variable. A `{{resolve:…}}` that CloudFormation left as it is, is told apart from broken JSON. */
export const jsonText = <T extends z.core.$ZodType>(schema: T): z.ZodMiniType<z.core.output<T>, string> =>
  z.pipe(
    z.pipe(
      z.string(),
      z.transform((text, context) => {
        try {
          const value: unknown = JSON.parse(text);
          return value;
        } catch {
          const message = text.startsWith('{{resolve:') ? 'is an unresolved reference' : 'is not JSON';
          context.issues.push({ code: 'custom', message, input: '' });
          return z.NEVER;
        }
      }),
    ),
    schema,
  );
