import { contentOf } from './card-context.ts';
import { confirmed } from './dialog.ts';
import { childOf, type Json } from './json.ts';

/** Asks an element's `confirm`, if it has one, before anything is sent. */
export const isConfirmed = async (element: Json): Promise<boolean> => {
  const question = childOf(element, 'confirm');
  return (
    question === undefined || (await confirmed(contentOf(question, 'title'), contentOf(question, 'text')))
  );
};
