import { signed } from '../sign.ts';

const event = signed('unknown');
export { event as 'module.exports' };
