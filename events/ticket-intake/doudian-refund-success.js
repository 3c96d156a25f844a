import { signed } from './sign.ts';

const event = signed('doudian-refund-success');
export { event as 'module.exports' };
