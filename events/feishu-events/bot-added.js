import { signed } from '../sign.ts';

const event = signed('bot-added');
export { event as 'module.exports' };
