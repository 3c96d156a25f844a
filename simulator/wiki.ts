import { docActsOf, joinSpace, type Written } from './feishu/docs/acts.ts';
import type { Doc } from './feishu/docs/model.ts';
import type { Tenant } from './feishu/tenant.ts';

/** The space that the accounts publish to. */
const wikiSpaceName = '企业制度与订阅号';

const step = (_: unknown, at: number): string => {
  const middle = 48 + at * 124;
  const arrow = `<path d="M${middle - 82} 48h40m-8-7 8 7-8 7" fill="none" stroke="#646a73" stroke-width="2"/>`;
  const circle = `<circle cx="${middle}" cy="48" r="30" fill="#e1eaff" stroke="#3370ff" stroke-width="2"/>`;
  const number = `<text x="${middle}" y="57" text-anchor="middle" font-size="26" fill="#1f54d6">${at + 1}</text>`;
  return `${at === 0 ? '' : arrow}${circle}${number}`;
};

/** Steps as a picture inside the text: a document has one, without a file in the project or a Chinese font in a picture. */
const flow = (steps: number): string => {
  const parts = Array.from({ length: steps }, step).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${steps * 124 - 28}" height="96" font-family="sans-serif">${parts}</svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
};

const CLAIMS = `## 一句话

详情页、直播口播、客服话术里的功效宣称，都要**有依据、说得清、留得住**。

## 五条红线

1. 普通食品不得宣称预防、治疗疾病，「降血糖」「治便秘」一律不写。
2. 不得使用「最」「第一」「国家级」等绝对化用语。
3. 用户好评不能代替依据，截图引用前先征得同意。
4. 「0 糖」「低脂」须与营养成分表一致：

| 宣称 | 每 100 克（固体）要求 |
| --- | --- |
| 0 糖 / 无糖 | 糖 ≤ 0.5 克 |
| 低糖 | 糖 ≤ 5 克 |
| 低脂 | 脂肪 ≤ 3 克 |

5. 与竞品对比，必须同条件、同批次、可复现。

## 上架前怎么做

三步走完再上架：1 自查，2 法务确认，3 留档。

![上架前三步](${flow(3)})

- [ ] 对照红线自查详情页与口播稿
- [ ] 拿不准的，在「薄荷法讯」里直接问法务
- [ ] 依据文件存进商品档案

> 已上架的页面请在截止日前改完；逾期未改的，店铺运营先下架再修改。
`;

const TRAVEL = `## 适用范围

全体员工因公出差。**先申请，后出行**；未申请的费用不予报销。

## 住宿标准

| 城市 | 每晚上限 |
| --- | --- |
| 北京、上海、广州、深圳 | 500 元 |
| 省会及计划单列市 | 400 元 |
| 其他城市 | 300 元 |

## 报销流程

1 提交单据，2 主管审批，3 财务复核，4 打款。

![报销四步](${flow(4)})

1. 返程后 15 天内提交，发票抬头写公司全称。
2. 高铁二等座、飞机经济舱据实报销。
3. 超标部分由本人承担；确需超标的，事先由部门负责人书面同意。

有疑问请联系人力资源部。
`;

const SECURITY = `## 三件必须做的事

1. 账号开启两步验证，离开座位锁屏。
2. 客户手机号、地址不截图外发，不存个人网盘。
3. 收到可疑邮件先转发给管理员，不点链接。

## 发现泄露怎么办

- 立刻告诉直属主管和管理员
- 保留现场，不要自行删除记录
`;

type Seed = Omit<Written, 'spaceId'> & { readonly author: string; readonly isPage?: true };

const seedsFor = (zhida: string, legal: string): readonly Seed[] => [
  {
    author: '裴律安',
    title: '广告法新规：功效宣称的 5 条红线',
    markdown: CLAIMS,
    apps: { [legal]: 'full_access', [zhida]: 'view' },
  },
  { author: '常悦', title: '差旅与报销制度（第三版）', markdown: TRAVEL, apps: { [zhida]: 'full_access' } },
  { author: '许念', title: '员工信息安全守则', markdown: SECURITY, isPage: true },
];

/** What the editors have written before anybody starts: a public space of the accounts' apps, two documents and a page. */
export const seedWiki = (tenant: Tenant): readonly Doc[] => {
  const [zhida = '', legal = ''] = tenant.apps.keys();
  const { id: spaceId } = tenant.spaces.create({
    name: wikiSpaceName,
    description: '订阅号文章与公司制度，全员可读',
    isPublic: true,
  });
  for (const appId of [zhida, legal]) joinSpace(tenant, spaceId, [appId, 'admin']);
  const unionOf = (name: string): string =>
    tenant.directory.people().find((person) => person.name === name)?.unionId ?? name;
  return seedsFor(zhida, legal).map(({ author, isPage, ...written }) =>
    docActsOf(tenant, unionOf(author)).write({ ...written, ...(isPage ? { spaceId } : {}) }),
  );
};
