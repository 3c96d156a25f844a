import { signed } from '../sign.ts';

const event = signed('assign', 'feishu-cards');
export { event as 'module.exports' };
