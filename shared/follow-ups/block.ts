import { clockTime } from '../calendar/day.ts';
import { selectMenu, textForm } from '../feishu/card-controls.ts';
import type { Button, CardElement, SelectStatic } from '../feishu/card-json.ts';
import { type CallbackValue, callbackButton, coloured, controlRow, markdown } from '../feishu/cards.ts';
import { clip, escapeMarkdown } from '../feishu/markdown.ts';
import { blockId, dayAndTime, type FollowUp, type FollowUpAct, maxWords } from './follow-up.ts';
import { spanOf } from './span.ts';

/** Whose copy of which card this is. */
export type BlockPlace = {
  /** The delivery of the card. */
  readonly subject: string;
  /** union_id, or `chat:<id>`: a group's card has no form. */
  readonly recipient: string;
};

/** A longer list is searched, not read; each name costs about 100 bytes of the card, three times. */
const maxChoices = 6;

const valueOf = (act: FollowUpAct, { item, since }: FollowUp, { subject }: BlockPlace): CallbackValue => ({
  do: act,
  item,
  since,
  subject,
});

const plain = (text: string, longest = 20): string => escapeMarkdown(clip(text, longest));

const assignedText = ({ assigned }: FollowUp): readonly string[] => {
  if (!assigned) return [];
  const { to, by, at } = assigned;
  const given = by.person === to.person ? '' : `（${plain(by.name)} 指派）`;
  return [coloured(`${plain(to.name)} 跟进中，自 ${dayAndTime(at)} 起${given}`, 'blue')];
};

const closedText = ({ closed, followedSince }: FollowUp): readonly string[] => {
  if (!closed) return [];
  const { by, at, cause, measure } = closed;
  const took = followedSince ? ` · 用时 ${spanOf(followedSince, at)}` : '';
  return [
    coloured(`✔ 已办结 · ${plain(by.name)} · ${dayAndTime(at)}${took}`, 'green'),
    `原因：${plain(cause, maxWords)}`,
    `措施：${plain(measure, maxWords)}`,
  ];
};

const acknowledgedText = ({ acknowledged }: FollowUp): readonly string[] =>
  acknowledged
    ? [coloured(`${plain(acknowledged.by.name)} 已于 ${dayAndTime(acknowledged.at)} 知晓`, 'grey')]
    : [];

const stateText = (followUp: FollowUp): readonly string[] => {
  if (followUp.state === 'closed') return closedText(followUp);
  return followUp.state === 'assigned' ? assignedText(followUp) : acknowledgedText(followUp);
};

/** A card that is about nothing else (an alert) has said the line in its title and figures. */
const lineText = ({ item, line, state }: FollowUp, { subject }: BlockPlace): readonly string[] => {
  if (item !== subject) return [line];
  return state === 'open' ? [coloured('还没有人跟进', 'orange')] : [];
};

const reminderText = ({ state, reminders }: FollowUp, { recipient }: BlockPlace): readonly string[] => {
  const at = reminders[recipient];
  return at === undefined || state === 'closed'
    ? []
    : [coloured(`将于 ${clockTime(new Date(at))} 提醒你`, 'grey')];
};

/** The reader first, then as given; nobody is offered what they already have. */
const choicesFor = ({ people, assigned }: FollowUp, { recipient }: BlockPlace) =>
  [...people]
    .filter(({ person }) => person !== assigned?.to.person)
    .sort((a, b) => Number(b.person === recipient) - Number(a.person === recipient))
    .slice(0, maxChoices)
    .map(({ person, name }) => ({
      text: person === recipient ? `我来跟进（${clip(name, 10)}）` : clip(name, 10),
      value: person,
    }));

type Control = Button | SelectStatic;

const menu = (act: 'assign' | 'handOver', followUp: FollowUp, place: BlockPlace): readonly Control[] => {
  const choices = choicesFor(followUp, place);
  const text = act === 'assign' ? '指派跟进' : '转派';
  return choices.length === 0 ? [] : [selectMenu({ text, value: valueOf(act, followUp, place), choices })];
};

const buttonWords = { acknowledge: '已知晓', later: '稍后 2 小时' } as const;
const button = (act: keyof typeof buttonWords, followUp: FollowUp, place: BlockPlace): Control =>
  callbackButton({
    text: buttonWords[act],
    kind: 'text',
    size: 'small',
    value: valueOf(act, followUp, place),
  });

/** In a group a reminder would have nobody to go to. */
const later = (followUp: FollowUp, place: BlockPlace): readonly Control[] =>
  place.recipient.startsWith('chat:') || followUp.reminders[place.recipient] !== undefined
    ? []
    : [button('later', followUp, place)];

const controls = (followUp: FollowUp, place: BlockPlace): readonly Control[] => {
  const { state, assigned } = followUp;
  if (state === 'closed') return [];
  if (state === 'assigned') {
    const isMine = [assigned?.to.person, assigned?.by.person].includes(place.recipient);
    return isMine ? [...menu('handOver', followUp, place), ...later(followUp, place)] : [];
  }
  return [
    ...menu('assign', followUp, place),
    ...(state === 'open' ? [button('acknowledge', followUp, place)] : []),
    ...later(followUp, place),
  ];
};

/** Names of the fields of 办结 in `form_value`: unique in a card that carries several. */
export const closeFields = (item: string): { readonly cause: string; readonly measure: string } => ({
  cause: `${blockId(item)}_cause`,
  measure: `${blockId(item)}_measure`,
});

/** Cause and measure, on the own card of whoever follows it up. */
const closeForm = (followUp: FollowUp, place: BlockPlace): readonly CardElement[] => {
  const { state, assigned, item } = followUp;
  if (state !== 'assigned' || assigned?.to.person !== place.recipient) return [];
  const names = closeFields(item);
  return [
    textForm({
      id: `${blockId(item)}_2`,
      fields: [
        { name: names.cause, text: '原因', maxLength: maxWords },
        { name: names.measure, text: '措施', maxLength: maxWords },
      ],
      submit: { text: '办结', value: valueOf('close', followUp, place) },
    }),
  ];
};

/**
 * The elements of one follow-up on one person's (or group's) copy of a card, for the root of the card: its line, who
 * follows it up since when or how it was closed, and what this reader can do about it. At most three elements.
 */
export const followUpBlock = (followUp: FollowUp, place: BlockPlace): readonly CardElement[] => {
  const id = blockId(followUp.item);
  const lines = [...lineText(followUp, place), ...stateText(followUp), ...reminderText(followUp, place)];
  const offered = controls(followUp, place);
  return [
    markdown(lines.join('\n'), { id: `${id}_0` }),
    ...(offered.length > 0 ? [controlRow(offered, `${id}_1`)] : []),
    ...closeForm(followUp, place),
  ];
};
