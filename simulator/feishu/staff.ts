import { hexOf, type Person } from '../company.ts';
import type { AppRegistration } from './apps.ts';
import { idsOf } from './directory.ts';
import { NoSuchThing } from './no-such-thing.ts';
import type { Tenant } from './tenant.ts';
import { userView } from './user-view.ts';

/** What the company's administrator does; each change is pushed to the apps that see the person. */
type Staff = {
  readonly hire: (newcomer: {
    readonly name: string;
    readonly jobTitle: string;
    readonly department: string;
    /** More departments by name. */
    readonly alsoIn?: readonly string[];
  }) => Person;
  readonly change: (
    unionId: string,
    change: { readonly jobTitle?: string; readonly department?: string },
  ) => Person;
  readonly resign: (unionId: string) => Person;
  /** The bot is added to a group by one of its members. */
  readonly addBot: (chatId: string, appId: string) => void;
  /** The person stops the bot from writing to them: 230053. */
  readonly mute: (unionId: string, appId: string, isMuted: boolean) => void;
};

const SCOPES = [
  'contact:contact.base:readonly',
  'contact:contact:readonly_as_app',
  'contact:contact:access_as_app',
];

const audience = (tenant: Tenant, person: Person): readonly AppRegistration[] =>
  [...tenant.apps.values()].filter(
    (app) => tenant.directory.isAvailable(app, person) && SCOPES.some((scope) => app.scopes.includes(scope)),
  );

const IDS = { user: 'open_id', department: 'open_department_id' } as const;

/** People outside an app's range make no event for it: open.feishu.cn/document/server-docs/contact-v3/user/events/updated. */
const announce = (
  tenant: Tenant,
  kind: 'created' | 'updated' | 'deleted',
  [after, before]: [Person, Person?],
): void => {
  for (const app of audience(tenant, after)) {
    const object = userView({ tenant, app, ids: IDS }, after);
    const old = before ? userView({ tenant, app, ids: IDS }, before) : {};
    const changed = Object.fromEntries(
      Object.entries(old).filter(
        ([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(object, name)),
      ),
    );
    const event = kind === 'created' ? { object } : { object, old_object: changed };
    tenant.pushes.push(app, { type: `contact.user.${kind}_v3`, event });
  }
};

const personOf = (tenant: Tenant, unionId: string): Person => {
  const person = tenant.directory.byUnion(unionId);
  if (!person) throw new NoSuchThing('no such person');
  return person;
};

const departmentOf = (
  tenant: Tenant,
  name: string,
): { readonly id: string; readonly leaderUserId: string } => {
  const department = tenant.directory.departments.find((one) => one.name === name);
  if (!department) throw new NoSuchThing('no such department');
  return department;
};

const hire = (tenant: Tenant, newcomer: Parameters<Staff['hire']>[0]): Person => {
  const { name, jobTitle, department, alsoIn = [] } = newcomer;
  const { id, leaderUserId } = departmentOf(tenant, department);
  const number = tenant.directory.people().length + 1;
  const userId = hexOf(`user:${name}:${number}`, 8);
  const person: Person = {
    unionId: `on_${hexOf(`union:${name}:${number}`)}`,
    userId,
    name,
    employeeNo: `BH${String(number).padStart(4, '0')}`,
    jobTitle,
    departmentIds: [id, ...alsoIn.map((one) => departmentOf(tenant, one).id)],
    leaderUserId,
    email: `${userId}@bohe.example`,
    mobile: `+861990000${String(number).padStart(4, '0')}`,
    joinedAtSeconds: Math.floor(tenant.clock.now() / 1000),
    resigned: false,
  };
  tenant.directory.put(person);
  announce(tenant, 'created', [person]);
  return person;
};

const change = (tenant: Tenant, before: Person, patch: Partial<Person>): Person => {
  const after = { ...before, ...patch };
  tenant.directory.put(after);
  announce(tenant, after.resigned ? 'deleted' : 'updated', [after, before]);
  return after;
};

/** open.feishu.cn/document/server-docs/group/chat-member/event/added: im.chat.member.bot.added_v1. */
const addBot = (tenant: Tenant, chatId: string, appId: string): void => {
  const chat = tenant.chats.chat(chatId);
  const app = tenant.apps.get(appId);
  if (!chat || !app || chat.kind === 'p2p') throw new NoSuchThing('no such group or app');
  chat.bots.add(appId);
  const operator = tenant.directory.byUnion(chat.ownerUnionId ?? '');
  tenant.pushes.push(app, {
    type: 'im.chat.member.bot.added_v1',
    event: {
      chat_id: chatId,
      ...(operator ? { operator_id: idsOf(app, operator) } : {}),
      external: false,
      operator_tenant_key: tenant.company.tenantKey,
      name: chat.name,
      i18n_names: { zh_cn: chat.name },
    },
  });
};

export const staffOf = (tenant: Tenant): Staff => ({
  hire: (newcomer) => hire(tenant, newcomer),
  change: (unionId, { jobTitle, department }) =>
    change(tenant, personOf(tenant, unionId), {
      ...(jobTitle === undefined ? {} : { jobTitle }),
      ...(department === undefined ? {} : { departmentIds: [departmentOf(tenant, department).id] }),
    }),
  resign: (unionId) => change(tenant, personOf(tenant, unionId), { resigned: true }),
  addBot: (chatId, appId) => {
    addBot(tenant, chatId, appId);
  },
  mute: (unionId, appId, isMuted) => {
    const { chat } = tenant.chats.p2p(appId, personOf(tenant, unionId));
    if (isMuted) chat.mutedBy.add(unionId);
    else chat.mutedBy.delete(unionId);
  },
});
