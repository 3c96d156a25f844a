import { signed } from './sign.ts';

const event = signed('refund-rate-normal');
export { event as 'module.exports' };
