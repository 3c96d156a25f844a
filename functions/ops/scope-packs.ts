/**
 * What each feature needs, as a list of needs each met by any one scope of its own list: the scopes of an API's page
 * under open.feishu.cn/document/server-docs. Without its pack the feature is off and everything else works.
 */
export type ScopePack = {
  readonly id: string;
  readonly needs: readonly (readonly string[])[];
  readonly withoutIt: string;
  /** Nobody misses it in the daily work. */
  readonly isOptional?: true;
};

export const scopePacks: readonly ScopePack[] = [
  {
    id: 'send',
    needs: [['im:message:send_as_bot', 'im:message', 'im:message:send']],
    withoutIt: 'nothing can be sent',
  },
  {
    id: 'refresh',
    needs: [['im:message:send_as_bot', 'im:message', 'im:message:update']],
    withoutIt: 'cards are never refreshed',
  },
  {
    id: 'read',
    needs: [['im:message:readonly', 'im:message', 'im:message:basic']],
    withoutIt: 'nobody is seen to have read',
  },
  {
    id: 'read-back',
    needs: [['im:message:readonly', 'im:message', 'im:message.history:readonly']],
    withoutIt: 'a try without an answer ends as unknown after 50 minutes',
  },
  {
    id: 'answer',
    needs: [['im:message.p2p_msg:readonly', 'im:message.p2p_msg', 'im:message']],
    withoutIt: 'questions to the bot get no answer',
  },
  {
    id: 'answer-in-groups',
    needs: [
      ['im:message.group_at_msg:readonly', 'im:message.group_at_msg', 'im:message.group_msg', 'im:message'],
    ],
    withoutIt: 'the bot is deaf in groups',
  },
  {
    id: 'directory',
    needs: [
      ['contact:contact.base:readonly', 'contact:contact:readonly_as_app', 'contact:contact:access_as_app'],
      ['contact:user.base:readonly', 'contact:contact:readonly_as_app', 'contact:contact:access_as_app'],
      [
        'contact:user.department:readonly',
        'contact:contact:readonly_as_app',
        'contact:contact:access_as_app',
      ],
      ['contact:user.employee:readonly', 'contact:contact:readonly_as_app', 'contact:contact:access_as_app'],
    ],
    withoutIt: 'nobody new is known, so nobody new gets anything',
  },
  {
    id: 'urgent',
    needs: [['im:message.urgent:app_send', 'im:message.urgent']],
    withoutIt: '加急 in the app is off',
    isOptional: true,
  },
  {
    id: 'base',
    needs: [
      ['bitable:app'],
      ['docs:permission.member:create', 'drive:drive', 'docs:doc'],
      ['docs:event:subscribe', 'drive:drive', 'docs:doc'],
      ['space:document:retrieve', 'drive:drive', 'drive:drive:readonly', 'drive:drive.metadata:readonly'],
    ],
    withoutIt: 'tickets have no Base table, and settings none either',
  },
];

/** What the app of an account needs for its posts, beside sending. */
export const postPacks: readonly ScopePack[] = [
  {
    id: 'groups',
    needs: [['im:chat:read', 'im:chat:readonly', 'im:chat', 'im:chat.group_info:readonly']],
    withoutIt: 'posts stand in no group',
  },
  {
    id: 'wiki',
    needs: [
      ['wiki:node:read', 'wiki:wiki', 'wiki:wiki:readonly'],
      ['wiki:space:retrieve', 'wiki:wiki', 'wiki:wiki:readonly'],
      ['wiki:node:retrieve', 'wiki:wiki', 'wiki:wiki:readonly'],
      ['wiki:node:create', 'wiki:wiki'],
      ['wiki:node:update', 'wiki:wiki'],
    ],
    withoutIt: 'no post can be a page of the wiki: neither read nor published',
  },
  {
    id: 'documents',
    needs: [
      ['docx:document:readonly', 'docx:document'],
      ['docx:document:write_only', 'docx:document'],
      // Blocks are deleted under this one only.
      ['docx:document'],
      ['docs:document.media:upload', 'drive:drive'],
    ],
    withoutIt: 'no linked document can be read, no Markdown published',
  },
  {
    id: 'document-reads',
    needs: [['drive:file:view_record:readonly'], ['docs:event:subscribe', 'drive:drive', 'docs:doc']],
    withoutIt: '打开文章 counts only who comes through the Workbench',
    isOptional: true,
  },
];

/** The first scope of each need that is not met: the narrowest one. */
export const missingOf = ({ needs }: ScopePack, granted: ReadonlySet<string>): readonly string[] =>
  needs.filter((any) => !any.some((scope) => granted.has(scope))).map(([first = '']) => first);
