import type { Priority } from '../../shared/tickets/ticket.ts';

const split = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Any of them, said and not denied or asked for, is P0 whatever the rules say. Base may add words, never remove one. */
export const p0Words = split(`
  异物 虫 头发 塑料 铁丝 玻璃 霉 变质 发臭 胀袋 过期 过敏 起疹 呕吐 腹泻 拉肚子 就医 医院 急诊 中毒
  12315 市监 职业打假 律师
`);

/** Somebody was treated: one such case makes a batch an event. */
export const treatmentWords = split('就医 就诊 医院 急诊 住院 输液 挂水 洗胃');

/** They hold a word of a rule and mean something else. */
export const harmless = split(`
  冬虫夏草 虫草 掉头发 脱头发 养头发
  塑料袋装 塑料杯 塑料瓶 塑料勺 塑料盒 玻璃瓶 玻璃杯 玻璃罐
  券过期 会员过期 积分过期 活动过期 链接过期 验证码过期
  快过期 快要过期 马上过期 马上就过期 即将过期 什么时候过期 多久过期 几月过期 过期时间 过期日期
  过敏体质 过敏原 过敏源 过敏史 过敏人群 过敏信息 易过敏 抗过敏 防过敏
  防霉 防虫 驱虫 互联网医院
`);

type Problem = {
  readonly name: string;
  readonly anyOf: readonly string[];
  readonly noneOf: readonly string[];
};

/** One problem a line: 二级: words | words that rule it out. */
const problemsOf = (lines: string): readonly Problem[] =>
  lines
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', words = ''] = line.trim().split(': ');
      const [anyOf = '', noneOf = ''] = words.split(' | ');
      return { name, anyOf: split(anyOf), noneOf: noneOf === '' ? [] : split(noneOf) };
    });

type Group = {
  /** 一级. */
  readonly group: string;
  readonly team: string;
  readonly priority: Priority;
  readonly problems: readonly Problem[];
};

/** 一级 › 二级, and the words that people use for it. The first that fits counts, so the graver ones stand first. */
export const categories: readonly Group[] = [
  {
    group: '监管与法务',
    team: 'legal',
    priority: 'P0',
    problems: problemsOf(`
      律师函: 律师函 律师 起诉 法院 传票
      职业索赔: 职业打假 打假人 十倍赔偿 十倍赔付 退一赔三 假一赔十 退一赔十
      12315/市监: 12315 市监 市场监督 工商局 工商投诉 食药监 消协 消费者协会 12345
      广告宣称: 虚假宣传 夸大宣传 广告法 违法宣传 虚假广告 功效宣称
    `),
  },
  {
    group: '食品安全',
    team: 'care',
    priority: 'P0',
    problems: problemsOf(`
      身体不适/过敏: 过敏 起疹 红疹 荨麻疹 呕吐 腹泻 拉肚子 拉稀 窜稀 上吐下泻 食物中毒 中毒 就医 医院 急诊 吃坏 肚子疼 肚子痛 胃疼 胃痛 嘴唇肿 嘴唇发麻 喉咙发紧 红疙瘩 起疙瘩 红点 身痒 发痒 想吐 一直吐 吐了 反胃 身体不适
      虫害: 虫子 活虫 虫卵 飞虫 蛾 蟑螂 苍蝇 蚊子 蚂蚁 老鼠 生虫 长虫 蛆 虫
      异物: 异物 头发 发丝 毛发 塑料 铁丝 钢丝 金属丝 玻璃 石子 小石头 线头 指甲 创可贴 橡皮筋 硬物 颗粒物 黑色颗粒 刀片 木刺 铁屑 根毛 骨头渣 纸屑 塑胶
      变质/霉变/胀包: 霉 长毛 绿毛 白毛 黑毛 变质 发臭 臭味 臭了 馊 酸败 哈喇味 哈喇 胀袋 胀包 鼓包 鼓袋 胀得 鼓得 发绿 发黏 腐烂 腐败 腐臭 烂掉 坏掉 坏了不能吃
      疑似过期: 过期 过了期 超过保质期 过了保质期 篡改日期 涂改 改日期 日期是后贴 日期是贴 日期被刮
    `),
  },
  {
    group: '平台',
    team: 'shops',
    priority: 'P1',
    problems: problemsOf(`
      平台介入/仲裁: 平台介入 客服介入 小二介入 官方介入 仲裁 申诉
      临近超时: 即将超时 临近超时 超时自动退款 快超时
      违规: 违规 扣分 处罚通知
    `),
  },
  {
    group: '舆情',
    team: 'care',
    priority: 'P1',
    problems: problemsOf(`
      直播间: 直播间骂 直播间曝光 直播间投诉
      小红书/微博/黑猫: 小红书 微博 黑猫 曝光你 发抖音 发朋友圈曝光 媒体曝光 找媒体 挂网上 发到网上 | 小红书看到 小红书推荐 小红书种草 小红书买 小红书下单 小红书店 小红书上看 微博看到
    `),
  },
  {
    group: '品质',
    team: 'care',
    priority: 'P2',
    problems: problemsOf(`
      结块/溶解: 结块 结团 成块 冲不开 冲不散 溶解不 不溶 化不开 摇不开 硬块
      口味异常: 味道不对 味道怪 怪味 异味 发苦 发酸 苦味 和以前味道 跟之前味道 口感不对 口感变 味道变 塑胶味 药味 很难吃 太难吃 难以下咽 难喝
      封口/漏粉: 漏粉 封口没 封口不 封口开 没封好 密封不 包装漏气 漏气 开口的 瘪了
      净含量: 净含量 克重不 分量不足 份量不足 重量不够 缺斤少两 不够秤 少了几克 称了
      标签日期不清: 日期模糊 日期不清 看不清日期 没有生产日期 没生产日期 标签掉 喷码不清 标签错 日期看不清
    `),
  },
  {
    group: '仓储发货',
    team: 'care',
    priority: 'P2',
    problems: problemsOf(`
      赠品缺失: 赠品没 没有赠品 没赠品 赠品少 少赠品 赠品漏 赠品缺 没送摇杯 摇杯没 没有摇杯 赠品呢
      漏发/少发: 漏发 少发 少了一 少了两 少了2 少了1 少一 只收到 少寄 漏寄 数量不对 缺了 少了 | 少了几克 少一点 少一些 少了点
      错发: 发错 错发 寄错 不是我买的 不是我拍的 不是我下单的 口味发 型号不对 口味不对 发成了 拿错货
      破损/漏液: 破损 漏液 破了 压坏 压扁 摔坏 碎了 全碎 碎成 压碎 瓶子裂 裂开 漏了 磕坏 变形 盒子烂 烂了 湿了
      临期发货: 临期 日期太近 日期不新鲜 快过期 快要过期 马上过期 马上就过期 即将过期 效期短 效期太短 日期老
      未按备注: 没按备注 未按备注 备注没 没看备注 不看备注 按备注
    `),
  },
  {
    group: '物流',
    team: 'care',
    priority: 'P2',
    problems: problemsOf(`
      停滞/丢件: 物流不动 没有物流 物流没更新 物流停 不更新 丢件 快递丢 包裹丢 还没收到 没收到货 没收到快递 一直没到 还没到 显示签收 未收到货 没有收到 卡在
      改址拦截: 改地址 修改地址 换地址 地址写错 地址填错 拦截 改收货
      拒收: 拒收 拒签
      派送: 送货上门 不送上门 驿站 派送 快递员 放门口 派件 快递柜 快递态度
    `),
  },
  {
    group: '价格活动',
    team: 'shops',
    priority: 'P3',
    problems: problemsOf(`
      保价: 保价 价保 降价 差价 买贵
      优惠未生效: 优惠券 优惠没 满减 没优惠 红包没 折扣没 活动价 券用不了 券过期
      赠品规则: 赠品规则 送什么 有赠品吗 怎么送 赠品活动
    `),
  },
  {
    group: '效果与服务',
    team: 'care',
    priority: 'P2',
    problems: problemsOf(`
      会员扣费: 自动续费 扣费 自动扣 会员退款 续费 取消会员 乱扣钱
      营养师服务: 营养师 顾问不回 老师不回 教练不回 | 问营养师 咨询营养师 营养师推荐
      无效果/退营: 没效果 没有效果 无效果 退营 没瘦 反弹 不瘦 还胖了 退训练营 没用
    `),
  },
  {
    group: 'App',
    team: 'product',
    priority: 'P3',
    problems: problemsOf(`
      闪退/登录: 闪退 登录不 登不上 登录失败 打不开 卡死 白屏 验证码 黑屏 登陆不 | 盖子打不开 瓶盖打不开 包装打不开
      食物库纠错: 食物库 热量不对 热量错 卡路里 搜不到食物 数据纠错 食物数据
      数据丢失: 数据丢 记录没了 记录丢 数据没了 打卡记录 同步不 体重记录
    `),
  },
  {
    group: '退换退款',
    team: 'care',
    priority: 'P2',
    problems: problemsOf(`
      退款慢: 还没退款 退款没到 退款慢 什么时候退 没退钱 还不退款 退款进度 钱没到 退款呢 没有退款
      运费: 运费 邮费 运费险
      补发: 补发 重新发 补寄 重发
      换货: 换货 换一 调换 想换 要换
      退货退款: 退货 退回去 退掉 七天无理由 7天无理由 寄回
      仅退款: 仅退款 退款 退钱 不想要 不要了 拍错 多拍 取消订单
    `),
  },
  {
    group: '咨询',
    team: 'care',
    priority: 'P3',
    problems: problemsOf(`
      发票: 发票 没有发票 没发票 开票 抬头 专票
      催发货: 什么时候发 几时发 催发货 还不发货 没发货 未发货 还没发 发货了吗 多久发 快点发 尽快发 发什么快递
      适用人群: 孕妇 怀孕 备孕 哺乳 糖尿病 高血压 痛风 尿酸 小孩能 孩子能 儿童能 老人能 能不能吃 能吃吗 可以吃吗 能喝吗 可以喝吗 适合 过敏体质 过敏原 过敏源 甲状腺 乳糖不耐 胃不好 肾不好
      食用方法: 怎么吃 怎么喝 怎么冲 如何食用 几勺 多少水 水温 一天几 一天吃 饭前 饭后 食用方法 代替正餐 怎么保存 开封后
      产品咨询: 保质期 什么时候过期 多久过期 过期时间 配料 成分 热量 含糖 有货 补货 规格 区别 哪个好 多少钱 生产日期是
    `),
  },
  {
    group: '建议',
    team: 'product',
    priority: 'P3',
    problems: problemsOf(`
      表扬: 好吃 好喝 很满意 非常满意 点赞 表扬 服务很好 会回购 推荐给 | 不好吃 不好喝 没那么好
      口味/规格/新品: 建议 希望出 能不能出 出个 出一款 新口味 小包装 希望增加 希望能出 多出点
    `),
  },
];
