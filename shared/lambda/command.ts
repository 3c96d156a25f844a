import * as z from 'zod';
import { AppError, InvalidInputError } from '../errors.ts';
import { errorFields, log } from '../log.ts';
import { describeIssues } from '../parse.ts';

export type CommandReply = Readonly<Record<string, unknown>>;
export type Command = {
  readonly input: z.ZodType;
  readonly run: (input: unknown, now: Date) => Promise<CommandReply>;
};

/** One admin command: its input schema and what it does. Writes are dry runs unless the input says `confirm: true`. */
export const command = <T extends z.ZodType>(
  input: T,
  run: (input: z.output<T>, now: Date) => Promise<CommandReply>,
): Command => ({
  input,
  run: (value, now) => {
    const parsed = input.safeParse(value);
    if (parsed.success) return run(parsed.data, now);
    throw new InvalidInputError('invalid_input', describeIssues(parsed.error.issues));
  },
});

const doSchema = z.object({ do: z.string() });

const dispatch = (commands: Readonly<Record<string, Command>>, event: unknown): Promise<CommandReply> => {
  const asked = doSchema.safeParse(event);
  const names = Object.keys(commands).join(' | ');
  const chosen =
    asked.success && Object.hasOwn(commands, asked.data.do) ? commands[asked.data.do] : undefined;
  if (!chosen) throw new InvalidInputError('unknown_command', `"do" must be one of: ${names}`);
  return chosen.run(event, new Date());
};

/**
 * Runs an admin's `{"do": …}`. What the admin can mend comes back as `{ok: false, code, message}` instead of a stack
 * trace; anything else is thrown, so that the CLI shows a failed invocation.
 */
export const runCommand = async (
  commands: Readonly<Record<string, Command>>,
  event: unknown,
): Promise<CommandReply> => {
  try {
    return { ok: true, ...(await dispatch(commands, event)) };
  } catch (error) {
    if (!(error instanceof AppError)) {
      log.error('command_failed', errorFields(error));
      throw error;
    }
    // The admin's typing, names of people among it, is answered and never logged.
    log.warn('command_failed', { code: error.code, error: error.name });
    return { ...error.details, ok: false, code: error.code, message: error.message };
  }
};
