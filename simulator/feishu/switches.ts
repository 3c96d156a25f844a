import { z } from 'zod';

/** What Feishu's documents leave open, and what a developer wants to happen on demand. */
export const switchesSchema = z.strictObject({
  /**
   * The documents give 50/s and 1000/min but not the window: open.feishu.cn/document/server-docs/api-call-guide/frequency-control.
   * Fixed windows begin with the clock's second and minute, shifted ones 0.37 of a window later; a bucket runs out evenly.
   */
  rateWindow: z.enum(['fixed', 'shifted', 'sliding', 'bucket']),
  /** Calls per app and API; undefined in documents is never a reason to have none. */
  perSecond: z.int().positive(),
  perMinute: z.int().positive(),
  /** A second request with the same uuid within 1 h: the first message's id, or 230049. */
  uuidReplay: z.enum(['answer', 'refuse']),
  /** HTTP status of 99991661 / 63 / 68 / 72: undocumented. */
  tokenErrorStatus: z.union([z.literal(200), z.literal(400), z.literal(401)]),
  /** Status of business errors: as each page's table says, or always 200. */
  businessErrorStatus: z.enum(['documented', 'ok']),
  /** Calls a month of the whole tenant (基础免费版: 10,000); null is a paid plan. */
  monthlyQuota: z.int().nonnegative().nullable(),
  /** Tables in one card: 5 documented, 3 observed. */
  tablesPerCard: z.int().positive(),
  /** 单张卡片建议最多放置五个图表组件: advice in the documents, a limit here. */
  chartsPerCard: z.int().positive(),
  /** How long a bot may recall (管理员设定). Milliseconds. */
  recallWithinMs: z.int().positive(),
  /** Extra copies of every event, though the first was acknowledged. */
  eventDuplicates: z.int().nonnegative().max(10),
  /** Events of this many milliseconds are held together and pushed last first; 0 keeps their order. */
  eventReorderMs: z.int().nonnegative(),
  /** Of a hundred reading events so many are never pushed: nothing promises that all of them arrive. */
  readEventsLostPercent: z.int().min(0).max(100),
  /** Feishu waits 3 s for an answer to an event. */
  pushTimeoutMs: z.int().positive(),
  /** Whether url_verification carries signature headers: undocumented. */
  urlCheckSigned: z.boolean(),
  /** A card in the answer of a callback: taken, or refused with 200673 as one project reports. */
  callbackCard: z.enum(['accept', 'refuse']),
  /** A write of a Base's table is answered after this many real milliseconds; another one meanwhile is 1254291. */
  baseWriteMs: z.int().nonnegative().max(10_000),
  /** Rows of one table: the error text says 20,000, plans differ. */
  baseRecordLimit: z.int().positive(),
  /** A change of a 知识空间 is answered after this many real milliseconds; another one meanwhile is 131009. */
  wikiWriteMs: z.int().nonnegative().max(10_000),
  /** 访问记录 of documents, which a company may turn off: view_records answers 1069603 then. */
  accessRecords: z.boolean(),
});

export type Switches = z.infer<typeof switchesSchema>;

export const defaultSwitches: Switches = {
  rateWindow: 'sliding',
  perSecond: 50,
  perMinute: 1000,
  uuidReplay: 'answer',
  tokenErrorStatus: 400,
  businessErrorStatus: 'documented',
  monthlyQuota: null,
  tablesPerCard: 5,
  chartsPerCard: 5,
  recallWithinMs: 24 * 60 * 60 * 1000,
  eventDuplicates: 0,
  eventReorderMs: 0,
  readEventsLostPercent: 0,
  pushTimeoutMs: 3000,
  urlCheckSigned: false,
  callbackCard: 'accept',
  baseWriteMs: 5,
  baseRecordLimit: 20_000,
  wikiWriteMs: 5,
  accessRecords: true,
};
