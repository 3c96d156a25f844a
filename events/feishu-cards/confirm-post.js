import { signed } from '../sign.ts';

const event = signed('confirm-post', 'feishu-cards');
export { event as 'module.exports' };
