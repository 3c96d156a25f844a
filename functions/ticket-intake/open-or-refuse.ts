import { UnauthenticatedError } from '../../shared/errors.ts';
import type { HttpRequest } from '../../shared/lambda/http.ts';
import { errorFields, log } from '../../shared/log.ts';
import type { Opened, PushSource } from '../../shared/sources/source.ts';

/** A sender without proof hears it in the form that its own system takes for a failure. */
export const openOrRefuse = (source: PushSource, request: HttpRequest, now: Date): Opened => {
  try {
    return source.open(request, now);
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    log.warn('ticket_refused', { source: request.path['source'], ...errorFields(error) });
    return { kind: 'answer', reply: source.refuse(error) };
  }
};
