/** What customers write about a problem. Written for this simulator; the people and orders in it are invented. */
export type Problem = {
  /** 一级 › 二级, as the house calls it. */
  readonly group: string;
  readonly name: string;
  /** How often, among the others. */
  readonly weight: number;
  /** What the buyer picks from the platform's list. */
  readonly reason: string;
  readonly kind: 'refund' | 'return' | 'exchange' | 'complaint' | 'consult' | 'feedback';
  readonly texts: readonly [string, ...string[]];
};

/** Ordinary days: goods, warehouse, carriers, money, questions. `{商品}` and `{数}` are filled in. */
export const problems: readonly [Problem, ...Problem[]] = [
  {
    group: '仓储发货',
    name: '漏发/少发',
    weight: 14,
    reason: '少件/漏发',
    kind: 'refund',
    texts: [
      '买了{数}盒{商品}，收到只有一盒，少发了',
      '箱子里少了一袋{商品}，麻烦核实一下补给我',
      '{商品}漏发了，订单里明明有，快递单上也写着',
      '说好{数}件的，拆开数了两遍，就是少发一件',
      '东西没发全，{商品}没有在包裹里',
    ],
  },
  {
    group: '仓储发货',
    name: '错发',
    weight: 6,
    reason: '发错货',
    kind: 'exchange',
    texts: [
      '我拍的是{商品}，发来的是别的口味，发错了',
      '发错货了，要的香草味，来的是可可味',
      '地址是我的，里面东西不是我买的，错发了吧',
    ],
  },
  {
    group: '仓储发货',
    name: '破损/漏液',
    weight: 8,
    reason: '包装/商品破损',
    kind: 'refund',
    texts: [
      '快递盒子压扁了，{商品}的罐子也破损了',
      '收到的时候外箱是湿的，里面{商品}破了一袋',
      '包装烂了，{数}袋{商品}都压碎了，没法吃',
    ],
  },
  {
    group: '仓储发货',
    name: '赠品缺失',
    weight: 4,
    reason: '少件/漏发',
    kind: 'complaint',
    texts: ['页面写着送摇摇杯，赠品没有收到', '赠品没发，客服说会有的'],
  },
  {
    group: '品质',
    name: '结块/溶解',
    weight: 7,
    reason: '质量问题',
    kind: 'return',
    texts: [
      '{商品}结块了，摇半天都冲不开',
      '打开就是一块一块的，{商品}以前没有这样结块',
      '冲出来全是疙瘩，根本不溶，是不是受潮了',
    ],
  },
  {
    group: '品质',
    name: '封口/漏粉',
    weight: 6,
    reason: '质量问题',
    kind: 'return',
    texts: ['{商品}封口没封好，漏粉漏得箱子里到处都是', '有一袋封口是开的，粉都漏出来了'],
  },
  {
    group: '品质',
    name: '口味异常',
    weight: 5,
    reason: '口味不符',
    kind: 'complaint',
    texts: ['这批{商品}味道不对，比上次苦很多', '{商品}口感变了，又腥又涩，换配方了吗'],
  },
  {
    group: '物流',
    name: '停滞/丢件',
    weight: 9,
    reason: '物流问题',
    kind: 'complaint',
    texts: [
      '物流{数}天没更新了，一直停在分拨中心',
      '显示已签收，我根本没收到，快递丢件了吧',
      '快递停了好几天不动，帮我催一下',
    ],
  },
  {
    group: '物流',
    name: '改址拦截',
    weight: 3,
    reason: '物流问题',
    kind: 'consult',
    texts: ['地址填错了，能帮我拦截一下改地址吗', '刚下单，想改收货地址'],
  },
  {
    group: '退换退款',
    name: '退款慢',
    weight: 5,
    reason: '退款慢',
    kind: 'complaint',
    texts: ['退货寄回去{数}天了，退款一直没到账', '说好三天退款，到现在还没退'],
  },
  {
    group: '退换退款',
    name: '仅退款',
    weight: 9,
    reason: '多拍/错拍/不想要',
    kind: 'refund',
    texts: ['拍错了，还没发货，申请退款', '不想要了，麻烦退款', '多拍了一份{商品}，退一份'],
  },
  {
    group: '退换退款',
    name: '退货退款',
    weight: 6,
    reason: '七天无理由',
    kind: 'return',
    texts: ['七天无理由退货，没拆封', '{商品}买多了，想退货，运费谁出'],
  },
  {
    group: '价格活动',
    name: '保价',
    weight: 3,
    reason: '其他',
    kind: 'consult',
    texts: ['昨天刚买今天就降价了，能退差价吗', '双十二会不会更便宜，有没有保价'],
  },
  {
    group: 'App',
    name: '闪退/登录',
    weight: 3,
    reason: '其他',
    kind: 'feedback',
    texts: ['App 一打开记录页就闪退', '换了手机登录不上，验证码收不到'],
  },
  {
    group: '效果与服务',
    name: '会员扣费',
    weight: 2,
    reason: '其他',
    kind: 'complaint',
    texts: ['没有确认就自动续费了，要求退回会员费'],
  },
  {
    group: '咨询',
    name: '食用方法',
    weight: 6,
    reason: '其他',
    kind: 'consult',
    texts: ['{商品}用热水冲还是冷水冲', '{商品}一天可以吃几份，饭前还是饭后吃'],
  },
  {
    group: '咨询',
    name: '催发货',
    weight: 5,
    reason: '其他',
    kind: 'consult',
    texts: ['下单两天了怎么还不发货', '今天能发货吗，周末要用'],
  },
  {
    group: '咨询',
    name: '发票',
    weight: 3,
    reason: '其他',
    kind: 'consult',
    texts: ['发票怎么开，抬头是公司', '电子发票一直没收到'],
  },
  {
    group: '建议',
    name: '口味/规格/新品',
    weight: 3,
    reason: '其他',
    kind: 'feedback',
    texts: ['希望{商品}出个小包装，出差带着方便', '能不能出抹茶味的，很期待'],
  },
  {
    group: '建议',
    name: '表扬',
    weight: 2,
    reason: '其他',
    kind: 'feedback',
    texts: ['客服小姐姐很耐心，给个好评', '{商品}很好喝，会回购'],
  },
];
