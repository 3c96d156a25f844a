import { hashJson, hashText } from './canonical.ts';
import { chain, type Evidence, type EvidenceBody, type EvidentPerson } from './evidence.ts';
import { isSigned, keyIdOf } from './evidence-keys.ts';
import { standings } from './report.ts';

/** `code` is stable; `detail` names what differs. */
export type Problem = { readonly code: string; readonly detail: string };
export type Checked = { readonly holds: boolean; readonly problems: readonly Problem[] };

const problem = (code: string, detail: string): Problem => ({ code, detail });

const signatureProblems = ({ body, signature }: Evidence, known: readonly string[]): readonly Problem[] => {
  const digest = hashJson(body);
  return [
    ...(digest === signature.digest
      ? []
      : [problem('body_changed', `the body's SHA-256 is ${digest}, signed was ${signature.digest}`)]),
    ...(isSigned(signature) ? [] : [problem('signature_wrong', 'the key of the file has not signed this')]),
    ...(known.includes(signature.publicKey) && signature.keyId === keyIdOf(signature.publicKey)
      ? []
      : [problem('key_unknown', `key ${keyIdOf(signature.publicKey)} is none of ours`)]),
  ];
};

const personProblems = ({ hash, ...facts }: EvidentPerson): readonly Problem[] =>
  hashJson(facts) === hash ? [] : [problem('person_changed', facts.person)];

const stepProblems = ({ steps }: EvidenceBody): readonly Problem[] => {
  const expected = chain(steps);
  const wrong = steps.findIndex(({ hash }, index) => hash !== expected[index]?.hash);
  return wrong < 0 ? [] : [problem('steps_changed', `the chain breaks at step ${wrong + 1}`)];
};

const audienceProblems = ({ audience }: EvidenceBody): readonly Problem[] =>
  audience.flatMap(({ hash, text }, index) =>
    hashText(text) === hash ? [] : [problem('audience_changed', `part ${index + 1}`)],
  );

const contentProblems = ({ content }: EvidenceBody): readonly Problem[] =>
  content.text === undefined || hashText(content.text) === content.hash
    ? []
    : [problem('content_changed', 'the text is not what its hash is of')];

const countProblems = ({ sum, levels, people, cards }: EvidenceBody): readonly Problem[] => {
  const count = (is: (person: EvidentPerson) => boolean): number => people.filter(is).length;
  const differ = (what: string, said: number | undefined, found: number): readonly Problem[] =>
    said === found
      ? []
      : [problem('counts_differ', `${what}: ${said ?? 'nothing'} is said, ${found} are listed`)];
  const unknownCards = people.filter(({ card }) => card !== undefined && !cards.includes(card));
  return [
    ...differ('target', sum['target'], people.length),
    ...standings.flatMap((each) =>
      differ(
        each,
        // A file of before there was such a standing names none: nobody stands there.
        sum[each] ?? 0,
        count(({ state }) => state === each),
      ),
    ),
    ...differ(
      'readCard',
      levels['readCard'],
      count(({ readAt }) => readAt !== undefined),
    ),
    ...differ(
      'opened',
      levels['opened'],
      count(({ openedAt }) => openedAt !== undefined),
    ),
    ...differ(
      'levels.confirmed',
      levels['confirmed'],
      count(({ state }) => state === 'confirmed'),
    ),
    ...unknownCards.map(({ person }) => problem('card_unknown', person)),
  ];
};

/** Without any system of ours: the signature by a known key, the hashes along the file, and that its counts are its people. */
export const verifyEvidence = (file: Evidence, known: readonly string[]): Checked => {
  const { body } = file;
  const problems = [
    ...signatureProblems(file, known),
    ...contentProblems(body),
    ...audienceProblems(body),
    ...stepProblems(body),
    ...body.people.flatMap(personProblems),
    ...countProblems(body),
  ];
  return { holds: problems.length === 0, problems };
};
