/** One self-built app of the tenant as its developer console describes it. */
export type AppRegistration = {
  readonly appId: string;
  readonly appSecret: string;
  readonly name: string;
  readonly encryptKey: string;
  readonly verificationToken: string;
  /** 请求地址 of events; absent: the app subscribes to nothing. */
  readonly eventUrl?: string;
  /** Card callbacks go here, else to `eventUrl`. */
  readonly callbackUrl?: string;
  readonly scopes: readonly string[];
  /** 网页应用 → 桌面端主页, also used on phones here; absent: the app has no page. */
  readonly homepageUrl?: string;
  /** 安全设置 → 重定向 URL. */
  readonly redirectUrls?: readonly string[];
  /** The ability 机器人 is not added. */
  readonly botOff?: boolean;
  /** user_ids outside 可用范围; 'company' takes the company's own list. */
  readonly outOfRange: readonly string[] | 'company';
  /** Colour of the bot's avatar in the web client. */
  readonly avatar: string;
};

/** Everything that the endpoints here ask for; tests take some away. */
export const ALL_SCOPES: readonly string[] = [
  'im:message',
  'im:message:send_as_bot',
  'im:message:update',
  'im:message:recall',
  'im:message:readonly',
  'im:message.history:readonly',
  'im:message.group_msg',
  'im:message.p2p_msg:readonly',
  'im:message.group_at_msg:readonly',
  'im:message.urgent:app_send',
  'im:chat:readonly',
  'im:resource',
  'im:message.pins:read',
  'im:message.pins:write_only',
  'bitable:app',
  'drive:drive',
  'docs:event:subscribe',
  'docx:document',
  'docx:document.block:convert',
  'docs:document.media:upload',
  'drive:file:view_record:readonly',
  'wiki:wiki',
  'contact:contact.base:readonly',
  'contact:department.organize:readonly',
  'contact:user.base:readonly',
  'contact:user.employee_id:readonly',
  'contact:user.employee:readonly',
  'contact:user.department:readonly',
  'contact:user.email:readonly',
  'contact:user.id:readonly',
  'offline_access',
];

/** The pages of ours that the local apps show: the Workbench, and where its login ends. In process there are none. */
const localPages = (eventUrl: string): Pick<AppRegistration, 'homepageUrl' | 'redirectUrls'> => {
  if (!URL.canParse(eventUrl)) return {};
  const homepageUrl = `${new URL(eventUrl).origin}/workbench`;
  return { homepageUrl, redirectUrls: [homepageUrl, `${homepageUrl}/login`] };
};

/** The two apps of the local tenant. Their secrets are development values and protect nothing. */
export const localApps = (
  eventUrl = 'http://127.0.0.1:4520/feishu/events',
  callbackUrl = eventUrl.replace(/\/events$/u, '/cards'),
): readonly AppRegistration[] => [
  {
    appId: 'cli_a1zhida00000001',
    appSecret: 'dev-secret-zhida',
    name: '直达',
    encryptKey: 'dev-encrypt-key-zhida',
    verificationToken: 'dev-token-zhida',
    eventUrl,
    callbackUrl,
    ...localPages(eventUrl),
    scopes: ALL_SCOPES,
    outOfRange: 'company',
    avatar: '#3370ff',
  },
  {
    appId: 'cli_a1legal00000002',
    appSecret: 'dev-secret-legal',
    name: '薄荷法讯',
    encryptKey: 'dev-encrypt-key-legal',
    verificationToken: 'dev-token-legal',
    eventUrl,
    callbackUrl,
    ...localPages(eventUrl),
    scopes: ALL_SCOPES,
    outOfRange: [],
    avatar: '#14b8a6',
  },
];
