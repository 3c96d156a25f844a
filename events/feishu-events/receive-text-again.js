import { signed } from '../sign.ts';

const event = signed('receive-text-again');
export { event as 'module.exports' };
