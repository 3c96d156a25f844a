import type { Random } from '../bi/random.ts';

/** The commonest surnames first, as often as they are common. */
const SURNAMES: readonly [string, ...string[]] = [
  ...splitOf('王李张刘陈杨黄赵周吴'.repeat(4)),
  ...splitOf('徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡'.repeat(2)),
  ...splitOf(
    '余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵',
  ),
];
const GIVEN: readonly [string, ...string[]] = splitOf(
  '一乐云亦佳依俊倩健元凯刚勇华博卓嘉国坤墨天奇妍娜婷子宁安宇宏家宸小岚峰峻川强彤彦心志思怡恒悦慧成文新旭明星春晓晨智晴景晗月朗杰松林果枫柏柔桐梅楠欣歌正毅民水永江沐沛波泽洋洁浩海涛涵淼清源潇瀚灵烨然燕爽琪琳瑞瑜璇瑶甜白睿知磊祥秋秀程立竹笑米素红纯绮维美翔翰耀聪舒良艺芳芸苒英茜茹荣莉莹菲萌萱蓉蕾薇蓝虹行西言诗诚语谦豪贝超越路轩辉辰远连逸遥里金钰铭锐长雅雨雪雯雷霖青静韵风飞馨高鸣鹏鹤麟黎',
);

function splitOf(text: string): [string, ...string[]] {
  const [first = '', ...rest] = text;
  return [first, ...rest];
}

/** Two of ten thousand may have the same name, as in life. */
export const nameOf = ({ next, pick }: Random): string =>
  `${pick(SURNAMES)}${pick(GIVEN)}${next() < 0.75 ? pick(GIVEN) : ''}`;

type Field = { readonly name: string; readonly titles: readonly [string, ...string[]] };

/** What a centre does and who works in it. */
const FIELDS: readonly [Field, ...Field[]] = [
  { name: '营销', titles: ['销售经理', '销售代表', '区域督导', '渠道专员'] },
  { name: '电商', titles: ['店铺运营', '直播运营', '投放专员', '商品运营'] },
  { name: '供应链', titles: ['计划专员', '采购专员', '物流专员', '生产跟单'] },
  { name: '客户服务', titles: ['客服专员', '售后专员', '质检专员', '客服培训师'] },
  { name: '产品研发', titles: ['产品经理', '研发工程师', '配方工程师', '测试工程师'] },
  { name: '质量安全', titles: ['品控专员', '体系专员', '化验员', '安全员'] },
  { name: '仓储', titles: ['仓管', '拣货员', '打包员', '库存专员'] },
  { name: '品牌', titles: ['品牌专员', '设计师', '内容编辑', '媒介专员'] },
  { name: '人力行政', titles: ['招聘专员', '薪酬专员', '行政专员', '培训专员'] },
  { name: '财经', titles: ['会计', '出纳', '财务分析师', '税务专员'] },
  { name: '信息技术', titles: ['运维工程师', '数据分析师', '开发工程师', '桌面支持'] },
  { name: '法务合规', titles: ['法务专员', '合规专员', '知识产权专员', '合同专员'] },
];

/** 营销, 电商 … and from the thirteenth on 营销二, 电商二. */
export const fieldOf = (index: number): Field => {
  const { name, titles } = FIELDS[index % FIELDS.length] ?? FIELDS[0];
  const round = Math.floor(index / FIELDS.length);
  return { name: round === 0 ? name : `${name}${chineseNumber(round + 1)}`, titles };
};

const DIGITS = '零一二三四五六七八九';

/** 1 … 99 in words: 十二, 四十. */
export const chineseNumber = (value: number): string => {
  const tens = Math.floor(value / 10);
  const ones = value % 10 === 0 ? '' : (DIGITS[value % 10] ?? '');
  if (tens === 0) return ones;
  return `${tens === 1 ? '' : (DIGITS[tens] ?? '')}十${ones}`;
};
