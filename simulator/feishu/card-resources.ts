import { z } from 'zod';
import { cardRefusal } from './card-refusal.ts';
import type { Node } from './card-tree.ts';
import type { Call } from './endpoint.ts';

type World = Pick<Call, 'tenant' | 'app'>;

const AT = /<at\s+ids?\s*=\s*["']?([^"'>\s]+)["']?\s*>/g;
const IMAGE = /!\[[^\]]*\]\(([^)\s]+)\)/g;
const listOf = z.catch(
  z.array(z.looseObject({ id: z.optional(z.string()), img_key: z.optional(z.string()) })),
  [],
);
const text = z.catch(z.string(), '');

const isPerson = ({ tenant, app }: World, id: string): boolean => {
  if (id.startsWith('on_')) return tenant.directory.byUnion(id) !== undefined;
  if (!id.startsWith('ou_')) return tenant.directory.byUserId(id) !== undefined;
  try {
    return tenant.directory.find(app.appId, 'open_id', id) !== undefined;
  } catch {
    // Another app's open_id is as invalid in a card as one that nobody has.
    return false;
  }
};

const peopleIn = ({ component }: Node): readonly string[] => {
  if (component.tag === 'person') return [text.parse(component['user_id'])];
  if (component.tag === 'person_list') {
    return component['drop_invalid_user_id'] === true
      ? []
      : listOf.parse(component['persons']).map(({ id }) => id ?? '');
  }
  if (component.tag !== 'markdown') return [];
  const mentioned = [...text.parse(component['content']).matchAll(AT)].flatMap(([, ids = '']) =>
    ids.split(','),
  );
  return mentioned.filter((id) => id !== 'all');
};

const imagesIn = ({ component }: Node): readonly string[] => {
  if (component.tag === 'img') return [text.parse(component['img_key'])];
  if (component.tag === 'img_combination')
    return listOf.parse(component['img_list']).map(({ img_key: key }) => key ?? '');
  if (component.tag === 'select_img')
    return listOf.parse(component['options']).map(({ img_key: key }) => key ?? '');
  if (component.tag !== 'markdown') return [];
  return [...text.parse(component['content']).matchAll(IMAGE)].map(([, key = '']) => key);
};

/** 100290: someone that nobody is; 200570: a picture that was never uploaded. */
export const checkResources = (nodes: readonly Node[], world: World): void => {
  const stranger = nodes.flatMap(peopleIn).find((id) => !isPerson(world, id));
  if (stranger !== undefined) {
    throw cardRefusal(
      100290,
      `ErrMsg: There is an invalid user resource(at/person) in your card; ErrorValue: ${stranger}`,
    );
  }
  const image = nodes.flatMap(imagesIn).find((key) => world.tenant.images.get(key) === undefined);
  if (image !== undefined) {
    throw cardRefusal(200570, `ErrMsg: card contains invalid image keys; ErrorValue: image key ${image}`);
  }
};
