/** How a number is written and compared: fen, fen per order, a ratio 0..1, days, minutes, points, or a count with its word. */
export type Unit = 'money' | 'price' | 'ratio' | 'days' | 'minutes' | 'points' | { readonly count: string };

type Metric = {
  readonly label: string;
  /** For the one-line form and the notification. */
  readonly short: string;
  readonly unit: Unit;
  /** Which direction is good for us; decides the colour, never the arrow. */
  readonly good: 'up' | 'down' | 'neutral';
  readonly query: QueryName;
};

/** Where figures come from; `shared/connectors` can reach these. */
export const ownSource = 'zhida';
export const sourceIds: readonly string[] = ['bi', ownSource];

export const queryNames = [
  'sales.days',
  'sales.channels',
  'sales.products',
  'sales.target',
  'stock.summary',
  'stock.risks',
  'stock.expiring',
  'finance.receivables',
  'people.headcount',
  'followUps.week',
  'afterSales.day',
  'agent.week',
] as const;
export type QueryName = (typeof queryNames)[number];

export const metricNames = [
  'paidAmount',
  'orders',
  'avgOrderValue',
  'grossMarginRate',
  'stockCost',
  'turnoverDays',
  'stockoutSkus',
  'riskSkus',
  'expiringLots',
  'receivables',
  'overdueAmount',
  'overdueCount',
  'collectedMonth',
  'payable7d',
  'onRoll',
  'attendedRatio',
  'joinedMonth',
  'leftMonth',
  'pendingApprovals',
  'followUpsOpen',
  'followUpAge',
  'followUpsClosed',
  'followUpTime',
  'casesOpened',
  'casesResolved',
  'firstResponse',
  'casesInTime',
  'casesOverdue',
  'batchEvents',
  'unclassified',
  'platformRefunds',
  'agentPoints',
  'agentFirstResponse',
  'agentResolved',
  'agentReopened',
] as const;
export type MetricName = (typeof metricNames)[number];

const sales = { query: 'sales.days' } as const;
const stock = { query: 'stock.summary' } as const;
const finance = { query: 'finance.receivables' } as const;
const people = { query: 'people.headcount' } as const;
const followUps = { query: 'followUps.week' } as const;
const afterSales = { query: 'afterSales.day' } as const;
const agent = { query: 'agent.week' } as const;

export const metrics: Readonly<Record<MetricName, Metric>> = {
  paidAmount: { ...sales, label: '支付金额', short: '支付', unit: 'money', good: 'up' },
  orders: { ...sales, label: '订单数', short: '订单', unit: { count: '单' }, good: 'up' },
  avgOrderValue: { ...sales, label: '客单价', short: '客单价', unit: 'price', good: 'up' },
  grossMarginRate: { ...sales, label: '毛利率', short: '毛利率', unit: 'ratio', good: 'up' },
  stockCost: { ...stock, label: '可售库存（成本）', short: '库存', unit: 'money', good: 'neutral' },
  turnoverDays: { ...stock, label: '周转天数', short: '周转', unit: 'days', good: 'down' },
  stockoutSkus: { ...stock, label: '缺货单品', short: '缺货', unit: { count: '个' }, good: 'down' },
  riskSkus: { ...stock, label: '缺货风险单品', short: '缺货风险', unit: { count: '个' }, good: 'down' },
  expiringLots: { ...stock, label: '临期批次', short: '临期', unit: { count: '批' }, good: 'down' },
  receivables: { ...finance, label: '应收余额', short: '应收', unit: 'money', good: 'neutral' },
  overdueAmount: { ...finance, label: '逾期应收', short: '逾期', unit: 'money', good: 'down' },
  overdueCount: { ...finance, label: '逾期应收笔数', short: '逾期应收', unit: { count: '笔' }, good: 'down' },
  collectedMonth: { ...finance, label: '本月回款', short: '回款', unit: 'money', good: 'up' },
  payable7d: { ...finance, label: '7 天内应付', short: '应付', unit: 'money', good: 'neutral' },
  onRoll: { ...people, label: '在职', short: '在职', unit: { count: '人' }, good: 'neutral' },
  attendedRatio: { ...people, label: '到岗率', short: '到岗', unit: 'ratio', good: 'up' },
  joinedMonth: { ...people, label: '本月入职', short: '入职', unit: { count: '人' }, good: 'neutral' },
  leftMonth: { ...people, label: '本月离职', short: '离职', unit: { count: '人' }, good: 'neutral' },
  pendingApprovals: {
    ...people,
    label: '超 24 小时待审',
    short: '待审',
    unit: { count: '单' },
    good: 'down',
  },
  followUpsOpen: { ...followUps, label: '未办结', short: '未办结', unit: { count: '项' }, good: 'down' },
  followUpAge: { ...followUps, label: '已跟进（中位）', short: '已跟进', unit: 'minutes', good: 'down' },
  followUpsClosed: { ...followUps, label: '上周办结', short: '上周办结', unit: { count: '项' }, good: 'up' },
  followUpTime: { ...followUps, label: '办结用时（中位）', short: '用时', unit: 'minutes', good: 'down' },
  casesOpened: {
    ...afterSales,
    label: '新增工单',
    short: '新增工单',
    unit: { count: '件' },
    good: 'neutral',
  },
  casesResolved: { ...afterSales, label: '已结工单', short: '已结', unit: { count: '件' }, good: 'up' },
  firstResponse: { ...afterSales, label: '首响（中位）', short: '首响', unit: 'minutes', good: 'down' },
  casesInTime: { ...afterSales, label: '时效达成率', short: '时效达成', unit: 'ratio', good: 'up' },
  casesOverdue: { ...afterSales, label: '超时工单', short: '超时', unit: { count: '件' }, good: 'down' },
  batchEvents: { ...afterSales, label: '批次事件', short: '批次事件', unit: { count: '起' }, good: 'down' },
  unclassified: { ...afterSales, label: '未分类率', short: '未分类', unit: 'ratio', good: 'down' },
  platformRefunds: {
    ...afterSales,
    label: '平台自动退款',
    short: '平台退款',
    unit: { count: '件' },
    good: 'down',
  },
  agentPoints: { ...agent, label: '积分', short: '积分', unit: 'points', good: 'up' },
  agentFirstResponse: { ...agent, label: '首响（中位）', short: '首响', unit: 'minutes', good: 'down' },
  agentResolved: { ...agent, label: '已解决', short: '已解决', unit: { count: '件' }, good: 'up' },
  agentReopened: { ...agent, label: '重开率', short: '重开', unit: 'ratio', good: 'down' },
};
