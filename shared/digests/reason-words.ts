import { meaningOf } from '../feishu/codes.ts';

const noAnswer = '飞书没有返回结果';
const quiet = '飞书暂时没有响应';
const scopeMissing = '应用缺少权限，需要管理员开通';
const credentials = '应用凭证有误，需要管理员处理';

/** Words for the reasons and codes that rows carry: ours, and those of Feishu that people meet. */
const wordsOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    rehearsal: '系统处于试运行，只推送给试用名单',
    stopped: '推送已被管理员暂停，恢复后自动补发',
    expired: '超过当日有效时间，不再推送',
    quiet_hours: '当时是休息时间（21:30–08:00、12:00–13:30）',
    own_quiet_hours: '当时在你设置的免打扰时段',
    off_shift: '当时不在你的班次内',
    on_leave: '你在休假',
    attention_limit: '当天普通消息已满 4 条，等下一次晨报合并',
    carried_by_bundle: '已合并进晨报，发送「合并消息」查看原文',
    budget_reserved: '本月飞书调用额度快用完，只发送紧急消息',
    quota_used_up: '本月飞书调用额度已用完',
    unsubscribed: '其中的日报你都已退订',
    nothing_to_show: '没有你可查看的内容',
    follow_up_closed: '事项已办结，不再提醒',
    post_paused: '这篇文章已暂停发送',
    post_recalled: '这篇文章已撤回',
    post_superseded: '这篇文章已有新版本',
    post_closed: '这篇文章已截止',
    already_done: '你已完成，无需提醒',
    left_company: '已离职',
    frozen: '账号已冻结',
    not_activated: '尚未激活飞书账号',
    out_of_scope: '不在应用的可用范围内',
    unknown_person: '通讯录中找不到',
    missed: '错过推送时间且超过补发时限',
    no_recipients: '没有接收人',
    source_not_ready: '到最晚推送时间数据仍未就绪',
    source_unavailable: '数据源连接不上',
    source_timeout: '数据源查询超时',
    source_stale: '数据源太久没有更新',
    outcome_unknown: `${noAnswer}，为避免重复不再重发`,
    timeout: '飞书响应超时',
    no_reply: noAnswer,
    no_connection: '连接不上飞书',
    no_token: '暂时无法取得飞书的访问凭证',
    unreadable_reply: '飞书返回的内容无法识别',
    sender_unknown: '发送的应用已被移除，需要管理员处理',
    message_too_old: '消息发出已超过 14 天',
    content_missing: '卡片内容已不在，无法发送',
    never_finished: '多次处理都没有完成，需要管理员处理',
    '230011': '消息已被撤回',
    '230031': '消息发出已超过 14 天',
    '230110': '消息已被删除',
    '230111': '消息已被删除',
    '230013': '你不在应用的可用范围内',
    '230029': '接收人已离职',
    '230053': '你屏蔽了机器人',
    '99991400': '飞书限频，稍后自动重试',
    '230020': '飞书限频，稍后自动重试',
    '99991403': '本月接口调用量已用完，需要管理员处理',
    '99991672': scopeMissing,
    '230027': scopeMissing,
    '10003': credentials,
    '10014': credentials,
    '99991662': '应用已被停用，需要管理员启用',
    '99991401': '服务器地址不在飞书的白名单内，需要管理员处理',
    '99991673': '应用尚未安装，需要管理员安装',
  }),
);

const withoutWords = (reason: string): string => {
  const isNumber = /^\d+$/u.test(reason);
  const passes = isNumber ? meaningOf(Number(reason)).retryable : reason.startsWith('http_');
  return passes ? quiet : `需要管理员处理（代码 ${reason}）`;
};

/** Why, for a person; a code that has no words of its own is for an administrator to look up. */
export const reasonInWords = (reason: string | undefined): string =>
  reason === undefined ? '原因未记录' : (wordsOf.get(reason) ?? withoutWords(reason));
