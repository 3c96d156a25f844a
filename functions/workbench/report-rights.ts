import { admins } from '../../config/admins.ts';
import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import type { Person } from '../../shared/store/people.ts';

const isAdmin = ({ person, roles }: Person): boolean =>
  admins.people.includes(person) || roles.some((role) => admins.roles.includes(role));

/** Whoever writes for the account or agrees to its posts, and the administrators; what they may do is said by the steps. */
export const maySeeReports = (person: Person, account: Account, now: Date): boolean => {
  const { isEditor, isApprover } = rightsOf(person, account, now);
  return isEditor || isApprover || isAdmin(person);
};
