import { signed } from './sign.ts';

const event = signed('refund-rate-high');
export { event as 'module.exports' };
