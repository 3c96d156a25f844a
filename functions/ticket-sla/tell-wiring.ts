import { digestSender } from '../../config/senders.ts';
import { type Outbox, outbox } from '../../shared/delivery/outbox.ts';
import { sendNow } from '../../shared/delivery/send.ts';
import { wantContent } from '../../shared/delivery/want.ts';
import { feishuMessages } from '../../shared/feishu/messages.ts';
import type { ListDeps } from '../../shared/tickets/redraw.ts';
import type { BoardsDeps } from './boards.ts';
import type { TellListsDeps } from './lists.ts';

type Tells = TellListsDeps & BoardsDeps & Pick<Outbox, 'settle'>;

/** What lists and boards need to reach anybody, from the environment. */
export const tellWiring = (reads: ListDeps): Tells => {
  const out = outbox('digest', 2_000);
  const { sending, senders, people } = out;
  return {
    ...out,
    ...reads,
    groups: people.listGroups,
    sendNow: sendNow(sending),
    wantContent: wantContent(sending),
    messages: feishuMessages(senders.bySender(digestSender)),
    sender: digestSender,
  };
};
