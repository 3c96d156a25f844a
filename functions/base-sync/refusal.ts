import * as z from 'zod';
import type { AppError } from '../../shared/errors.ts';

const saidSchema = z.object({ reason: z.string(), code: z.union([z.string(), z.number()]).optional() });

/** What Base said, or our own word when it said nothing. */
export const refusalIn = (error: AppError): { readonly reason: string; readonly code: string } => {
  const said = saidSchema.safeParse(error.details);
  const { reason = error.code, code = error.code } = said.success ? said.data : {};
  return { reason, code: String(code) };
};
