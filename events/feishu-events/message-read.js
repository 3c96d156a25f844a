import { signed } from '../sign.ts';

const event = signed('message-read');
export { event as 'module.exports' };
