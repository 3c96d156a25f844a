/** A day is 'YYYY-MM-DD', a month 'YYYY-MM', both Asia/Shanghai; a list narrows to its members. */
export type QueryParams = Readonly<Record<string, string | readonly string[]>>;

export type QueryReply = {
  /** Numbers are JS numbers, days 'YYYY-MM-DD', instants ISO UTC, a missing value null. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** When the source last loaded what these rows come from (ISO UTC); never our own clock. */
  readonly asOf: string;
  /** More rows matched than the query's cap lets through. */
  readonly truncated: boolean;
};

export type Watermark = {
  /** Every day up to and including this one is complete in every dataset. */
  readonly completeThrough: string;
  /** The oldest load among the datasets (ISO UTC). */
  readonly asOf: string;
};

/**
 * A business system that answers named questions with rows.
 *
 * `run` and `watermark` throw `UpstreamError` `source_unavailable` (no connection), `source_timeout` or
 * `source_query_failed`; `run` throws `InvalidInputError` `unknown_query` or `invalid_query_params`.
 */
export type MetricSource = {
  readonly id: string;
  readonly run: (query: string, params: QueryParams) => Promise<QueryReply>;
  readonly watermark: () => Promise<Watermark>;
  readonly close: () => Promise<void>;
};
