import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { meaningOf } from '../../shared/feishu/codes.ts';
import { dataOf, refused } from '../../shared/feishu/outcome.ts';

describe('a refusal', () => {
  it.each([99991400, 230020, 230049, 40003, 'no_connection', 'http_429'])(
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

  it('with a code that is new is tried again rather than lost', () => {
    expect(meaningOf(987654)).toEqual({ reason: 'code_unknown', retryable: true, final: false });
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
