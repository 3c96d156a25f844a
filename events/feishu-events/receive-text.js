import { signed } from '../sign.ts';

const event = signed('receive-text');
export { event as 'module.exports' };
