import { settingsBase, ticketTable } from './demo-bases.ts';

type Day = { readonly cases: number; readonly seconds: number };

/** What to try of a post of an account, in its order; an editor and an approver need no command for it. */
const postWords = (): string => `
  订阅号         一篇文章从链接到凭证，全部在浏览器里（下面的命令给管理员）
    1 裴律安     法务，「薄荷法讯」的编辑：云文档 → 打开「广告法新规…」或「新建文档」→ 发送到会话 → 薄荷法讯
                 在该会话的草稿卡上填摘要、范围、是否需确认（选「需要每个人确认」）、截止时间 → 预览给自己 → 提交审批
    2 闻人杰     审批人：薄荷法讯会话里的审批卡（人数变化、不可触达、调用量）→ 同意并立即发送
    3 全员       「模拟器」→「全员」打开全员模拟，速度选 600 倍：同事们各按习惯看卡片、开文档、确认
    4 林知夏     手机宽度打开「工作台」→「直达」：待读、确认、往期、我的数据
    5 裴律安     报告卡每分钟更新；点「催未读」，还没确认的人各收到一张新卡片；名单和凭证在「工作台 → 直达 → 报告」
    制度与流程   发给「直达」：编辑 常悦（人力资源），审批人 戴明薇、闻人杰；对机器人说「我的文章」「待读」
  文章一览       npx serverless invoke local -f broadcast -d '{"do":"list"}'
  触达报告       npx serverless invoke local -f broadcast -d '{"do":"report","post":"legal-1"}'
  触达对账       npx serverless invoke local -f broadcast -d '{"do":"standing","post":"legal-1"}'
  名单 CSV       npx serverless invoke local -f broadcast -d '{"do":"export","post":"legal-1"}'
  导出凭证       npx serverless invoke local -f broadcast -d '{"do":"evidence","post":"legal-1"}' > evidence.json
  核对凭证       npx serverless invoke local -f ops -d '{"do":"verify","evidence":"'$PWD'/evidence.json"}'`;

/** What to see of the day of after-sales that plays meanwhile. */
const afterSalesWords = (day: Day, today: string): string => `
  售后           正在播放一天的售后：${day.cases} 个问题在 ${day.seconds / 60} 分钟内从有赞、抖店、七鱼、微信客服、App 到达，之后每分钟约 1 个
    孙佳禾       客服：急件的工单卡（请仓储核实、标记已解决）；发「我的工单」看全部，发「提交客诉」建单
    潘小雨       客服组长：升级与无人可派    闻人杰  法务负责人：没有人在班的律师函与 12315
    柳青瑶       品控：批次事件与食品安全    牛宏伟  仓储：「我的工单」里答复「确认漏发」
    售后群       置顶的看板，每 10 分钟刷新
    多维表格     「${ticketTable.base}」改优先级或处理人，卡片随之更新；「${settingsBase}」改时效，看「生效状态」
  工单对账       npx serverless invoke local -f ops -d '{"do":"verify","tickets":{"from":"${today}","to":"${today}"}}'
  售后数字       npx serverless invoke local -f ops -d '{"do":"numbers","period":{"from":"${today}","to":"${today}"},"by":"person","lists":false}'
  表格对账       npx serverless invoke local -f ops -d '{"do":"base","check":true}'
  设置版本       npx serverless invoke local -f ops -d '{"do":"settings"}'`;

/** Both, as `npm start` prints them. */
export const wordsToTry = (day: Day, today: string): string =>
  `${postWords()}\n${afterSalesWords(day, today)}`;
