export type Child = Node | string | undefined | false;
type Handler = (event: Event) => void;
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | Handler>>;

const setAttribute = (element: Element, name: string, value: Attributes[string]): void => {
  if (typeof value === 'function') element.addEventListener(name.slice(2), value);
  else if (value === true) element.setAttribute(name, '');
  else if (value !== undefined && value !== false) element.setAttribute(name, String(value));
};

/** An element with attributes (`onclick` and the like take functions). Strings become text nodes, never markup. */
export const h = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
};

/** `yes` when it holds, else nothing: keeps conditional attributes and children short. */
export const when = <T>(holds: boolean, yes: () => T): T | undefined => (holds ? yes() : undefined);

/** Rejections of promises that nobody waits for end in the console, where a developer looks. */
export const run = (work: Promise<unknown>): void => {
  work.catch((error: unknown) => {
    console.error(error);
  });
};

/** Calls `task` for Enter and Space as a button would. */
export const onPress =
  (task: () => void) =>
  (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    task();
  };
