import { signed } from '../sign.ts';

const event = signed('base-record-changed');
export { event as 'module.exports' };
