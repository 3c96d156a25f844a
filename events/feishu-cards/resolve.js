import { signed } from '../sign.ts';

const event = signed('resolve', 'feishu-cards');
export { event as 'module.exports' };
