import { web } from '../../shared/lambda/web.ts';
import { workbenchApp } from './app.ts';
import { wiring } from './wiring.ts';

export const handler = web(workbenchApp(wiring()).fetch);
