type Details = Readonly<Record<string, unknown>>;

/** Every error we throw on purpose. `code` is what alarms, tests and callers match on, never the message. */
export abstract class AppError extends Error {
  abstract override readonly name: string;
  readonly code: string;
  abstract readonly status: number;
  readonly retryable: boolean = false;
  readonly details: Details;

  constructor(code: string, message: string, options: { cause?: unknown; details?: Details } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The caller sent something we can't read; repeating it won't help. */
export class InvalidInputError extends AppError {
  override readonly name = 'InvalidInputError';
  override readonly status = 400;
}

/** The caller can't prove who it is: signature, token or timestamp. */
export class UnauthenticatedError extends AppError {
  override readonly name = 'UnauthenticatedError';
  override readonly status = 401;
}

/** We know who asks, and it isn't theirs. */
export class ForbiddenError extends AppError {
  override readonly name = 'ForbiddenError';
  override readonly status = 403;
}

/** The body is larger than anything we accept (bytes in `details`). */
export class TooLargeError extends AppError {
  override readonly name = 'TooLargeError';
  override readonly status = 413;
}

/** What was asked for doesn't exist. */
export class NotFoundError extends AppError {
  override readonly name = 'NotFoundError';
  override readonly status = 404;
}

/** The step isn't allowed in this state; `details.allowed` lists what is. */
export class ConflictError extends AppError {
  override readonly name = 'ConflictError';
  override readonly status = 409;
}

/** Configuration is wrong: names the file or variable and the field. Thrown at start and at package time. */
export class InvalidConfigError extends AppError {
  override readonly name = 'InvalidConfigError';
  override readonly status = 500;
}

/** A system we depend on failed or is out of reach; the same call may work later. */
export class UpstreamError extends AppError {
  override readonly name = 'UpstreamError';
  override readonly status = 502;
  override readonly retryable = true;
}

/** A stable code for anything thrown, so that every failure in a log or row can be matched. */
export const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : 'internal');
