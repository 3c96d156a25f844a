import * as z from 'zod/mini';
import { parse } from '../shared/parse.ts';

const someSchema = z
  .strictObject({
    /** See config/roles.ts. */
    roles: z.array(z.string().check(z.minLength(1))),
    /** union_ids. */
    people: z.array(z.string().check(z.regex(/^on_\w+$/, 'is not a union_id'))),
  })
  .check(z.refine(({ roles, people }) => roles.length + people.length > 0, 'names nobody'));
export type Admins = z.output<typeof someSchema>;

/** Who is told what the system needs: people with one of these roles, and these people whatever their title. */
export const admins = parse(someSchema, {
  roles: ['直达管理员'],
  people: [],
});

/** Who is asked about a risky change in 「直达·设置」: the second person, never the one who made it. */
export const settingApprovers = parse(someSchema, {
  roles: ['副总经理', '总经理', '直达管理员'],
  people: [],
});
