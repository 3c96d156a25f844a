import { signed } from '../sign.ts';

const event = signed('url-verification', 'feishu-cards');
export { event as 'module.exports' };
