import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { explainCode } from '../../shared/feishu/code-fixes.ts';
import { meaningOf } from '../../shared/feishu/codes.ts';
import { dataOf, refused } from '../../shared/feishu/outcome.ts';

describe('a refusal', () => {
  it.each([99991400, 230020, 230049, 40003, 131009, 1061045, 1770020, 'no_connection', 'http_429'])(
    'with %s may work in a moment',
    (code) => {
      expect(meaningOf(code)).toMatchObject({ retryable: true, final: false });
    },
  );

  it.each([230001, 230013, 230025, 230029, 230031, 230053, 230099, 230110, 99992361])(
    'with %i is over',
    (code) => {
      expect(meaningOf(code)).toMatchObject({ retryable: false, final: true });
    },
  );

  it.each([99991403, 99991672, 230006, 230027, 10014])('with %i waits for an administrator', (code) => {
    expect(meaningOf(code)).toMatchObject({ retryable: false, final: false });
  });

  it('with 230099 of a card on which somebody clicks right now may work in a moment', () => {
    const message = 'Failed to create card content, ext=ErrCode: 11310; ErrMsg: card action is lock; ';
    expect(refused(230099, message)).toMatchObject({
      reason: 'card_being_clicked',
      retryable: true,
      final: false,
    });
    expect(
      refused(230099, message.replace('card action is lock', 'element exceeds the limit')),
    ).toMatchObject({
      final: true,
    });
  });

  it('with a code that is new is tried again rather than lost', () => {
    expect(meaningOf(987654)).toEqual({ reason: 'code_unknown', retryable: true, final: false });
  });

  it.each([
    [99991672, 'scope_missing', '权限管理'],
    [230027, 'scope_missing', '权限管理'],
    [230099, 'card_refused', 'pre-flight'],
    [11310, 'card_too_many_tables', 'pre-flight'],
    [300305, 'card_too_many_elements', 'pre-flight'],
    [1254291, 'base_write_conflict', 'repeated by itself'],
    [1254302, 'base_permission_missing', '分享'],
    [1770032, 'document_forbidden', '添加文档应用'],
    [131006, 'document_forbidden', '成员管理'],
    [131009, 'wiki_busy', 'repeated by itself'],
    [1770011, 'document_too_large', 'split the article'],
    [230024, 'urgent_quota_used_up', '加急'],
    [11232, 'rate_limited', 'half hour'],
    [99991400, 'rate_limited', 'repeated by itself'],
    [99991403, 'quota_used_up', '"budget"'],
    [99991401, 'ip_not_allowed', 'IP 白名单'],
    [99991662, 'app_disabled', '应用管理'],
    [212100, 'app_not_installed', '版本管理与发布'],
    [230006, 'bot_ability_off', '添加应用能力'],
    [10003, 'app_credentials_wrong', 'feishu-apps'],
    [10014, 'app_credentials_wrong', 'feishu-apps'],
    [230013, 'person_not_available', '可用范围'],
    [41050, 'person_not_visible', '通讯录权限范围'],
    ['no_connection', 'no_connection', 'network'],
    [987654, 'code_unknown', 'search 987654'],
  ])('with %s is %s and says in one line how to mend it', (code, reason, words) => {
    const told = explainCode(code);
    expect(told.reason).toBe(reason);
    expect(told.fix).toContain(words);
    expect(told.fix).not.toContain('\n');
  });

  it('thrown names code, reason and log id, and never what was sent', () => {
    expect(() => dataOf(refused(230099, 'Failed to create card content', { logId: '20261123' }))).toThrow(
      expect.objectContaining({
        code: 'feishu_refused',
        message: 'Feishu: card_refused',
        details: { code: 230099, reason: 'card_refused', logId: '20261123' },
      }) as Error,
    );
  });
});

it.each(['cards', 'preflight', 'codes', 'markdown', 'verify'])(
  '%s.ts comes without the SDK',
  async (name) => {
    const { metafile } = await build({
      entryPoints: [`shared/feishu/${name}.ts`],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((path) => /@larksuiteoapi|axios/.test(path))).toEqual([]);
    expect(inputs).toContain(`shared/feishu/${name}.ts`);
  },
);
