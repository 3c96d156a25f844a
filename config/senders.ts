/** A sender is one Feishu app with its own name, secret, encrypt key, rate and mute. Start with one. */
export const senders = [
  { id: 'zhida', name: '直达' },
  { id: 'legal', name: '薄荷法讯' },
] as const;

/** Who sends digests and answers. */
export const digestSender = 'zhida';
