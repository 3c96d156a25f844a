import { signed } from '../sign.ts';

const event = signed('not-ours', 'feishu-cards');
export { event as 'module.exports' };
