import { signed } from '../sign.ts';

const event = signed('p2p-chat-create');
export { event as 'module.exports' };
