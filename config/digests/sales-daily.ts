import { digest } from '../../shared/digests/definition.ts';

export const salesDaily = digest({
  id: 'sales-daily',
  name: '经营日报',
  category: '经营',
  owner: '财务负责人',
  source: { id: 'bi', name: 'BI' },
  trigger: { kind: 'ready', source: 'bi', notBefore: '08:30', notAfter: '09:20', onLate: 'sendStamped' },
  calendar: 'everyday',
  window: 'calendarDay',
  mondayShows: 'fridayToSunday',
  audience: {
    roles: ['总经理', '副总经理', '销售总监', '渠道总监', '财务负责人', '大区负责人', '渠道负责人'],
  },
  scope: {
    by: '大区',
    from: 'people.region',
    regions: ['华东', '华南', '华北', '西部'],
    wholeCompany: ['总经理', '副总经理', '销售总监', '渠道总监', '财务负责人', '渠道负责人'],
  },
  headline: ['paidAmount', 'orders', 'avgOrderValue', 'grossMarginRate'],
  brief: ['paidAmount'],
  compare: ['较昨日', '较上周同日', '较去年同期'],
  progress: { against: '时间进度' },
  abnormal: [
    {
      when: 'falls',
      metric: 'paidAmount',
      by: 'channel',
      percent: 30,
      versus: '较上周同日',
      min: { orders: 5 },
      level: 'orange',
    },
    { when: 'falls', metric: 'grossMarginRate', pt: 3, versus: '较上周同日', level: 'orange' },
  ],
  freshness: { maxAgeMinutes: 720, onStale: 'sayOnCard' },
  sections: [
    {
      id: 'sales',
      query: 'sales.days',
      metrics: ['paidAmount', 'orders', 'avgOrderValue', 'grossMarginRate'],
      definition:
        '支付金额为当日付款成功、含税、未扣退款；客单价＝支付金额÷订单数；毛利率＝毛利÷支付金额；较昨日指与前一天比。',
    },
    { id: 'target', query: 'sales.target' },
    { id: 'channels', query: 'sales.channels' },
    { id: 'products', query: 'sales.products' },
  ],
  bundle: 'morning',
});
