import * as z from 'zod/mini';
import { confirmed } from './dialog.ts';
import { run } from './dom.ts';
import { askCode } from './frame-api.ts';

/** What the script of h5-sdk.ts sends. `page` is where it says it is; its origin is checked. */
const callSchema = z.object({
  feishu: z.literal('h5'),
  id: z.number(),
  api: z.string(),
  document: z._default(z.string(), ''),
  page: z.url(),
  title: z.string(),
  params: z.record(z.string(), z.unknown()),
});
type Call = z.infer<typeof callSchema>;

const accessSchema = z.object({ appId: z.string(), scopes: z.array(z.string()) });
const linkSchema = z.object({ url: z.string() });

export type Frame = {
  readonly page: HTMLIFrameElement;
  readonly appName: string;
  readonly unionId: string;
  readonly close: () => void;
  /** What this document of the page is called. */
  readonly rename: (document: string, title: string) => void;
  /** Its load event is over. */
  readonly loaded: (document: string) => void;
  /** Follows a link as the client does. */
  readonly follow: (url: string) => void;
};

type Answer = { readonly data?: object; readonly error?: { readonly errno: number; readonly text: string } };

/** 103: the client doesn't know the call. Which number says that somebody refused is undocumented. */
const ERRNO = { unknown: 103, wrong: 104, denied: 1 } as const;

const access = async ({ unionId, appName }: Frame, { api, page, params }: Call): Promise<Answer> => {
  const given = accessSchema.safeParse(params);
  if (!given.success) return { error: { errno: ERRNO.wrong, text: 'invalid parameter' } };
  const asked = { ...given.data, api, page };
  let answer = await askCode(unionId, asked);
  if ('ask' in answer) {
    const isAgreed = await confirmed(`「${appName}」申请获得以下权限`, answer.ask.join('、'));
    if (!isAgreed) return { error: { errno: ERRNO.denied, text: 'auth deny' } };
    answer = await askCode(unionId, { ...asked, agreed: true });
  }
  if ('code' in answer) return { data: { code: answer.code } };
  const text = 'refused' in answer ? answer.refused.text : 'auth deny';
  return { error: { errno: 'refused' in answer ? answer.refused.code : ERRNO.denied, text } };
};

const HANDLERS: Readonly<Record<string, (frame: Frame, call: Call) => Answer | Promise<Answer>>> = {
  hello: ({ rename }, { document, title }) => {
    if (title !== '') rename(document, title);
    return { data: {} };
  },
  loaded: ({ loaded }, { document }) => {
    loaded(document);
    return { data: {} };
  },
  requestAccess: access,
  requestAuthCode: access,
  closeWindow: ({ close }) => {
    close();
    return { data: {} };
  },
  openLink: ({ follow }, { params }) => {
    follow(linkSchema.safeParse(params).data?.url ?? '');
    return { data: {} };
  },
};

const answerCall = async (frame: Frame, call: Call): Promise<Answer> =>
  (await HANDLERS[call.api]?.(frame, call)) ?? {
    error: { errno: ERRNO.unknown, text: 'feature is not supported' },
  };

/** Answers the calls of the page in the frame until the returned function is called. */
export const answerPage = (frame: Frame): (() => void) => {
  const listener = ({ data, origin, source }: MessageEvent<unknown>): void => {
    const call = callSchema.safeParse(data);
    // A page may only say where it is, never that it is another one.
    if (source !== frame.page.contentWindow || !call.success) return;
    if (new URL(call.data.page).origin !== origin) return;
    const reply = answerCall(frame, call.data).then((answer) => {
      frame.page.contentWindow?.postMessage({ feishu: 'h5', id: call.data.id, ...answer }, origin);
    });
    run(reply);
  };
  addEventListener('message', listener);
  return () => {
    removeEventListener('message', listener);
  };
};
