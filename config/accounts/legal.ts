import { accountSchema } from '../../shared/broadcasts/account.ts';
import { parse } from '../../shared/parse.ts';
import { defaultLadder } from './default-ladder.ts';

export const legal = parse(accountSchema, {
  id: 'legal',
  name: '薄荷法讯',
  sender: 'legal',
  editors: [{ departments: ['法务'] }],
  approvers: [{ departments: ['法务'], roles: ['部门负责人'] }],
  audience: { everyone: true },
  // Every two weeks; a week late is worth a word.
  cadenceDays: 21,
  wikiSpace: '企业制度与订阅号',
  groups: ['全员群'],
  mustConfirm: false,
  joinersOnePerDay: false,
  ladder: defaultLadder,
  contact: '法务部',
});
