import * as z from 'zod';
import { parse } from '../../shared/parse.ts';
import { deskSchema, rungSchema, slaPolicySchema } from '../../shared/tickets/desk.ts';
import { priorities } from '../../shared/tickets/ticket.ts';

const hour = 60;
/** 协办 of what can't wait. */
const soon = { minutes: 2 * hour, calendar: 'wall' };
/** One working day. */
const oneDay = { minutes: 7.5 * hour, calendar: 'office' };
const byOffices = { product: oneDay, qa: oneDay, legal: oneDay };

/** 时效: minutes, and the calendar that counts them. */
export const policies = parse(z.array(slaPolicySchema), [
  {
    priority: 'P0',
    firstResponse: { minutes: 10, calendar: 'wall' },
    nextResponse: { minutes: 30, calendar: 'wall' },
    resolution: { minutes: 24 * hour, calendar: 'wall' },
    asks: { warehouse: soon, product: soon, qa: soon, legal: soon },
  },
  {
    priority: 'P1',
    firstResponse: { minutes: 15, calendar: 'care' },
    nextResponse: { minutes: 30, calendar: 'care' },
    resolution: { minutes: 8 * hour, calendar: 'care' },
    asks: { warehouse: soon, product: soon, qa: soon, legal: soon },
  },
  {
    priority: 'P2',
    firstResponse: { minutes: 30, calendar: 'care' },
    nextResponse: { minutes: 60, calendar: 'care' },
    resolution: { minutes: 24 * hour, calendar: 'care' },
    asks: { ...byOffices, warehouse: { minutes: 4 * hour, calendar: 'warehouse' } },
  },
  {
    priority: 'P3',
    firstResponse: { minutes: 60, calendar: 'care' },
    nextResponse: { minutes: 120, calendar: 'care' },
    resolution: { minutes: 48 * hour, calendar: 'care' },
    asks: { ...byOffices, warehouse: { minutes: 8.5 * hour, calendar: 'warehouse' } },
  },
]);

/** 批次事件: its first answer, and 研判 by QA. */
export const batchBudgets = parse(deskSchema.shape.batch, {
  firstResponse: { minutes: 30, calendar: 'wall' },
  resolution: { minutes: 2 * hour, calendar: 'wall' },
});

/** A resolved case is closed after so many hours without another word. */
export const closeAfterHours = 72;

/** 升级: who is told when, and how. The ids are those that the rows of 「直达·设置」 give, so none is climbed twice. */
export const ladder = parse(z.array(rungSchema), [
  {
    id: 'p0-opened',
    priority: ['P0'],
    clock: 'resolution',
    at: { percent: 0 },
    to: ['lead', 'qaLead', 'legalLead'],
    channel: 'urgent',
  },
  {
    id: 'p0-half',
    priority: ['P0'],
    clock: 'resolution',
    at: { percent: 50 },
    to: ['director'],
    channel: 'urgent',
  },
  {
    id: 'p0-late',
    priority: ['P0'],
    clock: 'resolution',
    at: { percent: 100 },
    to: ['vp'],
    channel: 'urgent',
  },
  {
    id: 'p1-near',
    priority: ['P1'],
    clock: 'resolution',
    at: { percent: 80 },
    to: ['lead'],
    channel: 'card',
  },
  {
    id: 'p1-late',
    priority: ['P1'],
    clock: 'resolution',
    at: { percent: 100 },
    to: ['head'],
    channel: 'urgent',
  },
  {
    id: 'p1-long',
    priority: ['P1'],
    clock: 'resolution',
    at: { percent: 150 },
    to: ['director'],
    channel: 'card',
  },
  {
    id: 'p2-near',
    priority: ['P2'],
    clock: 'resolution',
    at: { percent: 80 },
    to: ['owner'],
    channel: 'card',
  },
  {
    id: 'p2-late',
    priority: ['P2'],
    clock: 'resolution',
    at: { percent: 100 },
    to: ['lead'],
    channel: 'card',
  },
  {
    id: 'p3-late',
    priority: ['P3'],
    clock: 'resolution',
    at: { percent: 100 },
    to: ['lead'],
    channel: 'card',
  },
  ...priorities.map((priority) => ({
    id: `${priority.toLowerCase()}-first`,
    priority: [priority],
    clock: 'firstResponse',
    at: { percent: 100 },
    to: ['lead'],
    channel: 'card',
  })),
  {
    id: 'platform-240',
    priority: ['P0', 'P1', 'P2', 'P3'],
    clock: 'platform',
    at: { minutesBefore: 240 },
    to: ['owner'],
    channel: 'card',
  },
  {
    id: 'platform-60',
    priority: ['P0', 'P1', 'P2', 'P3'],
    clock: 'platform',
    at: { minutesBefore: 60 },
    to: ['lead'],
    channel: 'card',
  },
  {
    id: 'platform-15',
    priority: ['P0', 'P1', 'P2', 'P3'],
    clock: 'platform',
    at: { minutesBefore: 15 },
    to: ['head'],
    channel: 'urgent',
  },
]);
