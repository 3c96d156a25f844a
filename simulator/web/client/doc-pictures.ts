const DATA = /\]\((?<url>data:image\/[a-z+]+;base64,[^)\s]+)\)/gu;

export type Pictures = {
  /** Takes pictures out of a text, so that it can be read while it is written. */
  readonly hide: (markdown: string) => string;
  readonly restore: (text: string) => string;
  /** Markdown for a new picture. */
  readonly add: (file: Blob & { readonly name?: string }) => Promise<string>;
};

const readUrl = (file: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => {
      resolve(typeof reader.result === 'string' ? reader.result : '');
    });
    reader.addEventListener('error', () => {
      reject(new Error('the picture cannot be read'));
    });
    reader.readAsDataURL(file);
  });

/** Pictures of one text, which stand in it as 图片1, 图片2 … */
export const createPictures = (): Pictures => {
  const urls: string[] = [];
  const nameOf = (url: string): string => {
    urls.push(url);
    return `图片${urls.length}`;
  };
  return {
    hide: (markdown) => markdown.replaceAll(DATA, (_, url: string) => `](${nameOf(url)})`),
    restore: (text) =>
      text.replaceAll(/\]\(图片(?<at>\d+)\)/gu, (whole, at: string) => {
        const url = urls[Number(at) - 1];
        return url === undefined ? whole : `](${url})`;
      }),
    add: async (file) => `![${file.name ?? '图片'}](${nameOf(await readUrl(file))})`,
  };
};
