import { accountSchema } from '../../shared/broadcasts/account.ts';
import { parse } from '../../shared/parse.ts';
import { defaultLadder } from './default-ladder.ts';

export const policies = parse(accountSchema, {
  id: 'policies',
  name: '制度与流程',
  sender: 'zhida',
  editors: [{ departments: ['人力资源'] }],
  approvers: [{ roles: ['人力资源负责人'] }, { departments: ['法务'], roles: ['部门负责人'] }],
  audience: { everyone: true },
  cadenceDays: 60,
  wikiSpace: '企业制度与订阅号',
  groups: ['全员群'],
  mustConfirm: true,
  joinersOnePerDay: true,
  ladder: defaultLadder,
  contact: '人力资源部',
});
