import type { Problem } from './case-words.ts';

/** What must be seen at once. */
export const dangers: readonly [Problem, ...Problem[]] = [
  {
    group: '食品安全',
    name: '异物',
    weight: 3,
    reason: '质量问题',
    kind: 'complaint',
    texts: ['{商品}里面吃出一根头发，太恶心了', '咬到一小块塑料片，就在{商品}里'],
  },
  {
    group: '食品安全',
    name: '变质/霉变/胀包',
    weight: 3,
    reason: '质量问题',
    kind: 'complaint',
    texts: ['{商品}发霉了，上面一层绿毛', '刚到手的{商品}就胀包了，打开一股臭味，变质了'],
  },
  {
    group: '食品安全',
    name: '身体不适/过敏',
    weight: 3,
    reason: '质量问题',
    kind: 'complaint',
    texts: ['吃完{商品}当晚就上吐下泻，去医院挂了急诊', '喝了{商品}起疹子，全身痒，医生说是过敏'],
  },
  {
    group: '监管与法务',
    name: '12315/市监',
    weight: 1,
    reason: '其他',
    kind: 'complaint',
    texts: ['再不处理我就打12315投诉了', '已经向市监局举报，等着吧'],
  },
];

/** The same words without the problem: none of them is a danger. */
export const negations: readonly [Problem, ...Problem[]] = [
  {
    group: '咨询',
    name: '适用人群',
    weight: 1,
    reason: '其他',
    kind: 'consult',
    texts: ['我对花生过敏，{商品}可以吃吗', '孕妇能喝{商品}吗，会不会拉肚子', '会不会过敏，配料里有没有坚果'],
  },
  {
    group: '咨询',
    name: '产品咨询',
    weight: 1,
    reason: '其他',
    kind: 'consult',
    texts: ['{商品}保质期多久，不会快过期了吧', '东西没有异物也没有变质，就是想问问怎么保存'],
  },
];

/** One batch that goes wrong: three cases and more in a morning. */
export const batchTexts: readonly [string, ...string[]] = [
  '批次{批次}的{商品}打开就有霉点，发霉了',
  '{商品}有一股馊味，明显变质，批次号{批次}',
  '吃了一根{商品}就开始呕吐，包装上批号{批次}',
  '{商品}（批次{批次}）胀袋，不敢吃',
  '{商品}里有黑色的东西，像是霉变，生产批号{批次}',
];

export const agentWords: readonly [string, ...string[]] = [
  '您好，非常抱歉给您带来不便，麻烦拍张照片给我看一下',
  '已经帮您登记，核实后尽快回复您',
  '请问方便提供一下批次号吗？',
];

export const moreWords: readonly [string, ...string[]] = [
  '照片发过了，怎么还没人回',
  '在吗？',
  '到底什么时候能处理好',
  '好的，那我等消息',
];
