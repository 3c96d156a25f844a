import { signed } from '../sign.ts';

const event = signed('close', 'feishu-cards');
export { event as 'module.exports' };
