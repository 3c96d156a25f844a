import type { Account } from '../../shared/broadcasts/account.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import type { Person } from '../../shared/store/people.ts';

const hasWritten = ({ editors }: Pick<Broadcast, 'editors'>, { person }: Pick<Person, 'person'>): boolean =>
  editors.some((editor) => editor.person === person);

/** Everybody who may agree to this post: never who has written it, nobody whom nothing reaches. */
export const approversOf = (
  here: readonly Person[],
  {
    account,
    broadcast,
    now,
  }: { readonly account: Account; readonly broadcast: Broadcast; readonly now: Date },
): readonly Person[] =>
  here.filter(
    (person) =>
      rightsOf(person, account, now).isApprover &&
      !hasWritten(broadcast, person) &&
      person.notActivated !== true,
  );
