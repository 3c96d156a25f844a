import * as z from 'zod';
import { parse } from '../../shared/parse.ts';
import { deskSchema, teamSchema } from '../../shared/tickets/desk.ts';

/** Who works on cases. Values that business owners change stand in the Base 「直达·设置」; these are the defaults. */
export const teams = parse(z.array(teamSchema), [
  {
    id: 'care',
    name: '客诉组',
    departments: ['客服'],
    lead: '客服组长',
    head: '部门负责人',
    calendar: 'care',
    mode: 'roundRobin',
    told: 'cards',
    cap: 25,
    group: '售后群',
  },
  {
    id: 'warehouse',
    name: '仓储',
    departments: ['仓储'],
    lead: '部门负责人',
    head: '部门负责人',
    calendar: 'warehouse',
    mode: 'roundRobin',
    told: 'list',
    cap: 60,
  },
  {
    id: 'qa',
    name: '品控',
    departments: ['品控'],
    lead: '品控负责人',
    head: '品控负责人',
    calendar: 'office',
    p0Calendar: 'qa-duty',
    mode: 'roundRobin',
    told: 'cards',
    cap: 20,
  },
  {
    id: 'product',
    name: '产品',
    departments: ['产品', '商品'],
    lead: '商品负责人',
    head: '部门负责人',
    calendar: 'office',
    mode: 'roundRobin',
    told: 'cards',
    cap: 20,
  },
  {
    id: 'legal',
    name: '法务',
    departments: ['法务'],
    lead: '部门负责人',
    head: '部门负责人',
    calendar: 'office',
    mode: 'roundRobin',
    told: 'cards',
    cap: 20,
  },
  {
    id: 'shops',
    name: '店铺运营',
    departments: ['天猫', '抖音', '小程序'],
    lead: '渠道负责人',
    head: '渠道总监',
    calendar: 'care',
    mode: 'roundRobin',
    told: 'cards',
    cap: 25,
  },
]);

export const leaders = parse(deskSchema.shape.leaders, {
  director: '副总经理',
  vp: '总经理',
  qaLead: '品控负责人',
  legalLead: '部门负责人',
});

export const askTeams = parse(deskSchema.shape.askTeams, {
  warehouse: 'warehouse',
  product: 'product',
  qa: 'qa',
  legal: 'legal',
});

export const defaultTeam = 'care';
