export type Choice = {
  readonly kind: 'choice';
  readonly options: readonly (readonly [value: string | number, label: string])[];
};
export type Amount = { readonly kind: 'amount'; readonly unit: string; readonly isOptional?: true };
type Toggle = { readonly kind: 'toggle' };
export type Control = { readonly key: string; readonly label: string; readonly hint: string } & (
  | Choice
  | Amount
  | Toggle
);

/** The simulator's switches and what Feishu's documents leave open about each. */
export const CONTROLS: readonly Control[] = [
  {
    key: 'rateWindow',
    label: '限流窗口',
    hint: '文档给出 50 次/秒、1000 次/分钟，没写窗口怎么算',
    kind: 'choice',
    options: [
      ['sliding', '滑动窗口'],
      ['fixed', '固定窗口'],
      ['shifted', '固定窗口（不在整秒整分起算）'],
      ['bucket', '令牌桶'],
    ],
  },
  { key: 'perSecond', label: '每秒上限', hint: '每个应用每个接口', kind: 'amount', unit: '次' },
  { key: 'perMinute', label: '每分钟上限', hint: '每个应用每个接口', kind: 'amount', unit: '次' },
  {
    key: 'monthlyQuota',
    label: '每月调用额度',
    hint: '基础免费版 10,000 次；留空表示付费版',
    kind: 'amount',
    unit: '次',
    isOptional: true,
  },
  {
    key: 'uuidReplay',
    label: '重复的 uuid',
    hint: '1 小时内用同一个 uuid 再发一次',
    kind: 'choice',
    options: [
      ['answer', '返回原消息'],
      ['refuse', '报错 230049'],
    ],
  },
  {
    key: 'tokenErrorStatus',
    label: '凭证错误的 HTTP 状态',
    hint: '99991661 / 63 / 68 / 72',
    kind: 'choice',
    options: [
      [200, '200'],
      [400, '400'],
      [401, '401'],
    ],
  },
  {
    key: 'businessErrorStatus',
    label: '业务错误的 HTTP 状态',
    hint: '按文档，或一律 200',
    kind: 'choice',
    options: [
      ['documented', '按文档'],
      ['ok', '一律 200'],
    ],
  },
  {
    key: 'tablesPerCard',
    label: '每张卡片的表格数',
    hint: '文档写 5，有人实测 3',
    kind: 'amount',
    unit: '个',
  },
  { key: 'chartsPerCard', label: '每张卡片的图表数', hint: '文档建议不超过 5', kind: 'amount', unit: '个' },
  { key: 'eventDuplicates', label: '事件重复推送', hint: '每个事件多推几份', kind: 'amount', unit: '份' },
  {
    key: 'eventReorderMs',
    label: '事件乱序',
    hint: '攒够这么久再倒序推送，0 为不乱序',
    kind: 'amount',
    unit: '毫秒',
  },
  {
    key: 'readEventsLostPercent',
    label: '已读事件丢失',
    hint: '每一百次已读里有几次不推送事件',
    kind: 'amount',
    unit: '次',
  },
  { key: 'pushTimeoutMs', label: '推送超时', hint: '飞书等待应答的时间', kind: 'amount', unit: '毫秒' },
  {
    key: 'callbackCard',
    label: '回调应答里的卡片',
    hint: '有项目报告会被拒绝（200673）',
    kind: 'choice',
    options: [
      ['accept', '接受'],
      ['refuse', '拒绝'],
    ],
  },
  {
    key: 'baseWriteMs',
    label: '多维表格写入耗时',
    hint: '写入期间同一张表的另一个写请求会报 1254291',
    kind: 'amount',
    unit: '毫秒',
  },
  {
    key: 'baseRecordLimit',
    label: '每张数据表的记录数',
    hint: '错误码说明里写 20,000，套餐不同上限不同',
    kind: 'amount',
    unit: '条',
  },
  {
    key: 'wikiWriteMs',
    label: '知识库写入耗时',
    hint: '写入期间同一知识空间的另一个写请求会报 131009',
    kind: 'amount',
    unit: '毫秒',
  },
  {
    key: 'accessRecords',
    label: '文档访问记录',
    hint: '关掉后，获取访问记录报 1069603',
    kind: 'toggle',
  },
  {
    key: 'urlCheckSigned',
    label: '地址校验带签名',
    hint: 'url_verification 请求是否有签名头',
    kind: 'toggle',
  },
];
