import { signed } from '../sign.ts';

const event = signed('acknowledge', 'feishu-cards');
export { event as 'module.exports' };
