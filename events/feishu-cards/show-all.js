import { signed } from '../sign.ts';

const event = signed('show-all', 'feishu-cards');
export { event as 'module.exports' };
