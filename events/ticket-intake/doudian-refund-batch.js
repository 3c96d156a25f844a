import { signed } from './sign.ts';

const event = signed('doudian-refund-batch');
export { event as 'module.exports' };
