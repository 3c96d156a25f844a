import type { Clock } from '../clock.ts';
import { httpPost, type Post } from '../feishu/post.ts';
import { stoppable } from '../feishu/stoppable.ts';
import type { CaseEvent } from './case-events.ts';
import { habits } from './retries.ts';
import { type Message, signPush } from './sign.ts';
import { type KfMessage, type WecomKf, wecomKf } from './wecom-api.ts';

export type Delivery = {
  readonly message: Message;
  /** HTTP status of each try, or that there was no answer. */
  tries: readonly (number | 'failed')[];
  state: 'waiting' | 'delivered' | 'dropped';
};

export type SendersOptions = {
  /** Of the ingress: `/tickets/<source>` stands below it. */
  readonly url: string;
  readonly clock: Clock;
  readonly post?: Post;
};

/** The shops and service systems as senders that sign for real and repeat until they hear what they want to hear. */
export type Senders = {
  readonly send: (message: Message) => Delivery;
  /** A customer or an agent writes in 微信客服: kept to be pulled, and the callback is sent. */
  readonly say: (message: KfMessage) => Delivery;
  /** Everything of a day, each at its moment from now on. */
  readonly play: (events: readonly CaseEvent[]) => void;
  /** What has been sent so far, in its order. */
  readonly deliveries: () => readonly Delivery[];
  readonly kf: WecomKf;
  /** Until no request is on its way; tries that wait for their time are not waited for. */
  readonly idle: () => Promise<void>;
  /** Gives up all tries that wait. */
  readonly stop: () => void;
};

/** Youzan counts its tries inside the body, so every one has other bytes and another signature. */
const asTry = (message: Message, tries: number): Message =>
  message.source === 'youzan'
    ? { ...message, body: message.body.replace(/"sendCount":\d+/, `"sendCount":${tries}`) }
    : message;

type Wire = { readonly url: string; readonly clock: Clock; readonly post: Post };

/** One try; true when the source takes the answer for a success. */
const tryOnce = async ({ url, clock, post }: Wire, delivery: Delivery): Promise<boolean> => {
  const { message, tries } = delivery;
  const { timeoutMs, isAccepted } = habits[message.source];
  const { query, ...signed } = signPush(asTry(message, tries.length), new Date(clock.now()));
  const address = `${url}/tickets/${message.source}${query && `?${query}`}`;
  const answer = await post(address, signed, timeoutMs).catch(() => undefined);
  delivery.tries = [...tries, answer?.status ?? 'failed'];
  return answer !== undefined && isAccepted(answer);
};

type Courier = Pick<Senders, 'send' | 'deliveries' | 'idle'>;

const courier = (wire: Wire): Courier => {
  const running = new Set<Promise<void>>();
  const deliveries: Delivery[] = [];
  const track = (task: Promise<void>): void => {
    const tracked = task.finally(() => running.delete(tracked));
    running.add(tracked);
  };
  const carry = async (delivery: Delivery): Promise<void> => {
    const pauseMs = habits[delivery.message.source].pausesMs[delivery.tries.length];
    if (await tryOnce(wire, delivery)) delivery.state = 'delivered';
    else if (pauseMs === undefined) delivery.state = 'dropped';
    else {
      wire.clock.after(pauseMs, () => {
        track(carry(delivery));
      });
    }
  };
  return {
    deliveries: () => deliveries,
    send: (message) => {
      const delivery: Delivery = { message, tries: [], state: 'waiting' };
      deliveries.push(delivery);
      track(carry(delivery));
      return delivery;
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
};

export const senders = ({ url, clock: given, post = httpPost }: SendersOptions): Senders => {
  const { clock, stop } = stoppable(given);
  const kf = wecomKf(clock);
  const { send, ...rest } = courier({ url, clock, post });
  const say: Senders['say'] = (message) => send({ source: 'wecom', body: kf.post(message) });
  return {
    ...rest,
    send,
    say,
    kf,
    stop,
    play: (events) => {
      for (const event of events) {
        clock.after(event.afterMs, () => {
          if ('push' in event) send(event.push);
          else say(event.kf);
        });
      }
    },
  };
};
