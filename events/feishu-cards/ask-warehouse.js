import { signed } from '../sign.ts';

const event = signed('ask-warehouse', 'feishu-cards');
export { event as 'module.exports' };
