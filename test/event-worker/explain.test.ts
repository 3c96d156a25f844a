import { describe, expect, it } from 'vitest';
import { releases } from '../../config/bundles.ts';
import { explain, type Question } from '../../shared/digests/explain.ts';
import type { Delivery } from '../../shared/store/delivery.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Window } from '../../shared/store/windows.ts';
import { must } from './worker.ts';

const release = must(releases[0]);
const day = '2026-11-23';
const at = (time: string): Date => new Date(`${day}T${time}:00+08:00`);

const manager: Person = {
  person: 'on_1',
  directory: 'here',
  name: '沈南乔',
  jobTitle: '大区负责人',
  departments: ['华东大区'],
  roles: ['大区负责人'],
  region: '华东',
  chats: {},
  unsubscribed: [],
  syncedAt: '2026-11-22T19:17:00.000Z',
};
const sent: Window = {
  digest: 'morning',
  window: day,
  state: 'sent',
  subject: `digest:morning:${day}`,
  releaseAt: at('08:47').toISOString(),
  notAfter: at('09:20').toISOString(),
  releasedAt: at('08:47').toISOString(),
  attempt: 1,
  target: 12,
  versions: {},
};
const accepted: Delivery = {
  subject: sent.subject,
  recipient: 'on_1',
  state: 'accepted',
  sender: 'zhida',
  receiveIdType: 'union_id',
  receiveId: 'on_1',
  generation: 1,
  attempt: 1,
  eventAt: at('08:47').toISOString(),
  plannedAt: at('08:46').toISOString(),
  acceptedAt: at('08:47').toISOString(),
  daySubject: `${day}#${sent.subject}`,
};

const ask = (question: Partial<Question> = {}) =>
  explain({
    release,
    day,
    person: manager,
    window: sent,
    delivery: undefined,
    isWorkday: () => true,
    now: at('10:00'),
    ...question,
  });
const last = (question: Partial<Question>) => must(ask(question).at(-1));

describe('the explanation', () => {
  it('names every decision in order, ending with what happened', () => {
    expect(ask({ delivery: accepted }).map(({ code }) => code)).toEqual([
      'sales-daily:included',
      'stock-daily:not_in_audience',
      'people-finance:not_in_audience',
      'after-sales-daily:not_in_audience',
      'window_sent',
      'accepted',
    ]);
    expect(last({ delivery: accepted }).text).toBe('晨报已于 08:47 送达，尚未打开');
  });

  it.each<[string, Partial<Delivery>, string, string]>([
    ['planned', {}, 'planned', '晨报已排队，等待发送'],
    ['claimed', {}, 'claimed', '晨报正在发送'],
    ['read', { readAt: at('09:05').toISOString() }, 'read', '晨报已于 08:47 送达，09:05 已读'],
    ['suppressed', { reason: 'rehearsal' }, 'suppressed:rehearsal', '系统处于试运行，只推送给试用名单'],
    [
      'held',
      { reason: 'stopped', dueAt: at('10:01').toISOString() },
      'held:stopped',
      '推送已被管理员暂停，恢复后自动补发（10:01 再试）',
    ],
    [
      'failed',
      { code: '99991400', dueAt: at('10:02').toISOString() },
      'failed:99991400',
      '飞书限频，稍后自动重试（10:02 重试）',
    ],
    ['failed', { code: '230013' }, 'failed:230013', '晨报发送失败：你不在应用的可用范围内'],
    ['excluded', { reason: 'unsubscribed' }, 'excluded:unsubscribed', '其中的日报你都已退订'],
  ])('of a %s card says why', (...row) => {
    const [state, more, code, text] = row;
    const step = last({ delivery: { ...accepted, ...more, state: state as Delivery['state'] } });
    expect(step.code).toBe(code);
    expect(step.text).toContain(text);
  });

  it('before its time gives the time', () => {
    expect(last({ window: undefined, now: at('07:00') })).toMatchObject({ code: 'not_yet' });
    expect(last({ window: undefined, now: at('07:00') }).text).toMatch(/^晨报计划 08:4\d 推送，还没到时间$/);
  });

  it('of a window that waits for its source does not say that it is too late', () => {
    const armed: Window = { ...sent, state: 'armed', reason: 'source_not_ready' };
    expect(last({ window: armed, now: at('08:55') })).toEqual({
      code: 'window_waiting:source_not_ready',
      text: '晨报正在等待数据源就绪（最晚 09:20）',
    });
  });

  it('of a window that somebody is working on says so', () => {
    const claimed: Window = { ...sent, state: 'claimed' };
    expect(last({ window: claimed, now: at('08:47') })).toEqual({
      code: 'window_working',
      text: '晨报正在生成和推送',
    });
  });

  it('of a window that nobody has looked at yet says so', () => {
    expect(last({ window: { ...sent, state: 'armed' }, now: at('08:50') }).code).toBe('window_missing');
  });

  it('of a window that was skipped gives its reason', () => {
    const skipped: Window = { ...sent, state: 'skipped', reason: 'source_not_ready' };
    expect(last({ window: skipped }).text).toBe('晨报本期未推送：到最晚推送时间数据仍未就绪');
  });

  it('to somebody who came after it had left does not pretend that they got it', () => {
    expect(last({})).toEqual({
      code: 'came_after_release',
      text: '推送时名单里还没有你，下一期起推送',
    });
  });

  it('to somebody who unsubscribed says how to get it again', () => {
    const steps = ask({ person: { ...manager, unsubscribed: ['sales-daily'] } });
    expect(steps[0]).toEqual({
      code: 'sales-daily:unsubscribed',
      text: '经营日报：你已退订，发送「订阅 经营日报」可恢复',
    });
    expect(steps.at(-1)?.code).toBe('not_a_recipient');
  });

  it('to a manager without a region says that there is nothing to show', () => {
    expect(ask({ person: { ...manager, region: undefined } })[0]?.code).toBe('sales-daily:nothing_to_show');
  });

  it('to somebody outside the directory says only that', () => {
    expect(ask({ person: undefined }).map(({ code }) => code)).toEqual(['not_in_directory']);
    const left = { ...manager, directory: undefined, left: { at: day, reason: 'left_company' } };
    expect(ask({ person: left })).toEqual([{ code: 'not_in_directory', text: '已离职或不在应用可用范围' }]);
    // What left before they did keeps its own story.
    expect(ask({ person: left, delivery: accepted }).map(({ code }) => code)).toEqual([
      'not_in_directory',
      'accepted',
    ]);
  });

  it('on a day off leaves out what is for working days', () => {
    const codes = ask({ isWorkday: () => false }).map(({ code }) => code);
    expect(codes).not.toContain('people-finance:not_in_audience');
    expect(codes).toContain('after-sales-daily:not_in_audience');
    const weekdays = {
      ...release,
      digests: release.digests.filter(({ calendar }) => calendar === 'workdays'),
    };
    expect(ask({ release: weekdays, isWorkday: () => false })).toEqual([
      { code: 'not_a_push_day', text: '2026-11-23 不是晨报的推送日' },
    ]);
  });

  const failed = (code?: string): string =>
    last({ delivery: { ...accepted, state: 'failed', code } }).text.replace('晨报发送失败：', '');

  it.each([
    ['timeout', '飞书响应超时'],
    ['no_reply', '飞书没有返回结果'],
    ['no_connection', '连接不上飞书'],
    ['no_token', '暂时无法取得飞书的访问凭证'],
    ['http_503', '飞书暂时没有响应'],
    ['content_missing', '卡片内容已不在，无法发送'],
    ['never_finished', '多次处理都没有完成，需要管理员处理'],
    ['99991672', '应用缺少权限，需要管理员开通'],
    ['230027', '应用缺少权限，需要管理员开通'],
    ['10003', '应用凭证有误，需要管理员处理'],
    ['99991662', '应用已被停用，需要管理员启用'],
    ['99991401', '服务器地址不在飞书的白名单内，需要管理员处理'],
    ['99991673', '应用尚未安装，需要管理员安装'],
  ])('of the code %s speaks Chinese', (code, words) => {
    expect(failed(code)).toBe(words);
  });

  it('of a code without words says that Feishu is silent when another try may help, else whom to ask', () => {
    expect(failed('230049')).toBe('飞书暂时没有响应');
    expect(failed('230099')).toBe('需要管理员处理（代码 230099）');
    expect(failed('constructor')).toBe('需要管理员处理（代码 constructor）');
    expect(failed()).toBe('原因未记录');
  });
});
