import type { Account } from '../../shared/broadcasts/account.ts';
import { type DocRef, docRefOf } from '../../shared/broadcasts/article-ref.ts';
import { rightsOf } from '../../shared/broadcasts/audience.ts';
import type { Broadcast } from '../../shared/broadcasts/broadcast.ts';
import { openDraft } from '../../shared/broadcasts/open-draft.ts';
import { takeStep } from '../../shared/broadcasts/take-step.ts';
import { AppError } from '../../shared/errors.ts';
import type { Card } from '../../shared/feishu/card-json.ts';
import type { Person } from '../../shared/store/people.ts';
import type { Heard } from './desk.ts';
import { chooseCard, editorsCard, refusedCard, runningCard } from './draft-cards.ts';
import { done, type PostsDeps, sayTo } from './posts.ts';
import type { Reacted } from './reactions.ts';

type Linked = { readonly heard: Heard; readonly ref: DocRef; readonly by: Person };

/** Only words carry a link; a file or a picture belongs to a ticket. */
const wordTypes = ['text', 'post'];

const documentIn = ({ message }: Heard): DocRef | undefined =>
  wordTypes.includes(message.message_type) ? docRefOf(message.content) : undefined;

const answer = async (deps: PostsDeps, heard: Heard, build: (place: Place) => Card): Promise<string> => {
  const { person, sender, at, message } = heard;
  const subject = `reply:${message.message_id}`;
  return sayTo(deps, { person, sender, at, subject }, build({ subject, recipient: person }));
};
type Place = { readonly subject: string; readonly recipient: string };

const isForPeople = (error: unknown): error is AppError => error instanceof AppError && error.status < 500;

/** The same document again while it is a draft: it has changed, and is read anew. */
const readAgain = async (deps: PostsDeps, { heard, ref, by }: Linked, post: Broadcast): Promise<Reacted> => {
  const draft = { article: { kind: 'document', ref } } as const;
  try {
    const after = await takeStep(deps)({ broadcast: post.broadcast, acts: [{ step: 'edit', draft }], by });
    return done(`read_again:${await answer(deps, heard, (place) => runningCard(deps, place, after))}`);
  } catch (error) {
    if (!isForPeople(error)) throw error;
    return done(`refused:${await answer(deps, heard, (place) => refusedCard(place, error.message))}`);
  }
};

const draft = async (deps: PostsDeps, linked: Linked, account: Account): Promise<Reacted> => {
  const { heard, ref, by } = linked;
  const { kind, post } = await openDraft(deps)({
    account,
    by: { person: by.person, name: by.name },
    article: { kind: 'document', ref },
    asked: heard.message.message_id,
  });
  // The form is the answer: the function `broadcast` reads the article first.
  if (kind !== 'running') return done(kind === 'opened' ? 'draft_opened' : 'draft_known');
  if (post.state === 'draft') return readAgain(deps, linked, post);
  return done(`running:${await answer(deps, heard, (place) => runningCard(deps, place, post))}`);
};

const accountsOf = ({ accounts }: PostsDeps, sender: string): readonly Account[] =>
  accounts.filter((account) => account.sender === sender);

const linkedBy = async (deps: PostsDeps, heard: Heard): Promise<Linked | undefined> => {
  const ref = documentIn(heard);
  if (!ref || accountsOf(deps, heard.sender).length === 0) return undefined;
  const by = (await deps.people()).find(({ person }) => person === heard.person);
  return by && { heard, ref, by };
};

/** A document from one of the editors becomes a draft. `undefined`: it is no document, or they are no editor. */
export const draftFromLink =
  (deps: PostsDeps) =>
  async (heard: Heard): Promise<Reacted | undefined> => {
    const linked = await linkedBy(deps, heard);
    if (!linked) return undefined;
    const theirs = accountsOf(deps, heard.sender).filter(
      (account) => rightsOf(linked.by, account, deps.now()).isEditor,
    );
    const [first, ...others] = theirs;
    if (!first) return undefined;
    if (others.length === 0) return draft(deps, linked, first);
    const { ref } = linked;
    const message = heard.message.message_id;
    return done(
      `asked_account:${await answer(deps, heard, (place) => chooseCard(place, { accounts: theirs, ref, message }))}`,
    );
  };

/** A document from somebody else: who writes for the accounts of this bot. */
export const tellEditors =
  (deps: PostsDeps) =>
  async (heard: Heard): Promise<Reacted | undefined> => {
    if (!(await linkedBy(deps, heard))) return undefined;
    const people = await deps.people();
    const writers = accountsOf(deps, heard.sender).map((account) => ({
      account: account.name,
      editors: people.filter((one) => rightsOf(one, account, deps.now()).isEditor).map(({ name }) => name),
    }));
    return done(`not_an_editor:${await answer(deps, heard, (place) => editorsCard(place, writers))}`);
  };
