import type { Button, Card, HeaderColour } from '../feishu/card-json.ts';
import { card, deliveryElementId, markdown } from '../feishu/cards.ts';
import { clip } from '../feishu/markdown.ts';

export type Place = { readonly subject: string; readonly recipient: string };

export type PostNotice = {
  readonly place: Place;
  readonly title: string;
  /** Plain text for the phone's list. */
  readonly summary: string;
  /** Markdown, one line each. */
  readonly lines: readonly string[];
  readonly colour?: HeaderColour;
  readonly buttons?: readonly Button[];
  /** 为什么收到. */
  readonly why: string;
};

/** What an editor, an approver or a reader is told about posts: a refusal, a problem, a list. */
export const postNoticeCard = ({
  place,
  title,
  summary,
  lines,
  colour,
  buttons = [],
  why,
}: PostNotice): Card =>
  card({
    id: deliveryElementId(place.subject, place.recipient),
    summary: clip(summary, 38),
    header: { title, colour: colour ?? 'blue' },
    elements: [markdown(lines.join('\n')), ...buttons],
    footer: [why],
  });
