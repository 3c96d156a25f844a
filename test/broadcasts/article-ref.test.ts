import { describe, expect, it } from 'vitest';
import { docRefOf } from '../../shared/broadcasts/article-ref.ts';

const DOC = 'QhR1dPzkRoTcZfxVbq5cXlkFnTg';
const NODE = 'NbQ3wT8Ksi2LmekA7zUcYvHrnEf';
const docx = { kind: 'docx', token: DOC };
const wiki = { kind: 'wiki', token: NODE };

describe('a document in a message', () => {
  it.each([
    [`https://mint.feishu.cn/docx/${DOC}`, docx],
    [`https://mint.feishu.cn/wiki/${NODE}`, wiki],
    [`https://feishu.cn/docx/${DOC}`, docx],
    [`请发布https://mint.feishu.cn/docx/${DOC}，谢谢！`, docx],
    [`（https://mint.feishu.cn/wiki/${NODE}）。`, wiki],
    [`https://mint.feishu.cn/wiki/${NODE}?from=from_copylink&table=x`, wiki],
    [`https://mint.feishu.cn/docx/${DOC}#share-abc`, docx],
    [`https://mint.feishu.cn/docx/${DOC}/`, docx],
    [`HTTPS://Mint.Feishu.CN/docx/${DOC}`, docx],
    [`《制度》\nhttps://mint.feishu.cn/docx/${DOC}\n麻烦了`, docx],
    [`[制度](https://mint.feishu.cn/docx/${DOC})`, docx],
    [`https://example.com/a 然后 https://mint.feishu.cn/wiki/${NODE}`, wiki],
    [
      `https://applink.feishu.cn/client/web_url/open?mode=window&url=${encodeURIComponent(`https://mint.feishu.cn/wiki/${NODE}?a=1`)}`,
      wiki,
    ],
    [
      `https://applink.feishu.cn/client/docs/open?URL=${encodeURIComponent(`https://mint.feishu.cn/docx/${DOC}`)}`,
      docx,
    ],
    [
      String.raw`{"text":"https://applink.feishu.cn/client/web_url/open?mode=window\u0026url=${encodeURIComponent(`https://mint.feishu.cn/wiki/${NODE}`)}"}`,
      wiki,
    ],
  ])('%s is found', (text, ref) => {
    expect(docRefOf(text)).toEqual(ref);
  });

  it.each([
    '',
    '你好',
    `docx/${DOC}`,
    'https://mint.feishu.cn/docx/short',
    `https://mint.feishu.cn/docx/${DOC}${DOC}`,
    `https://mint.feishu.cn/sheets/${DOC}`,
    `https://mint.feishu.cn/base/${DOC}`,
    `https://evilfeishu.cn/docx/${DOC}`,
    `https://feishu.cn.evil.com/docx/${DOC}`,
    `https://mint.feishu.cn@evil.com/docx/${DOC}`,
    `https://evil.com/?next=https%3A%2F%2Fmint.feishu.cn%2Fdocx%2F${DOC}`,
    'https://applink.feishu.cn/client/web_url/open?url=%E0%A4%A',
    'http://[',
  ])('%s names none', (text) => {
    expect(docRefOf(text)).toBeUndefined();
  });
});
