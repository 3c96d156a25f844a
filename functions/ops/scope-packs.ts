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

/** The first scope of each need that is not met: the narrowest one. */
export const missingOf = ({ needs }: ScopePack, granted: ReadonlySet<string>): readonly string[] =>
  needs.filter((any) => !any.some((scope) => granted.has(scope))).map(([first = '']) => first);
