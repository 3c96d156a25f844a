const PATHS = {
  chat: 'M4 5.5h16v11H9.5L5.5 20v-3.5H4z M8 9.5h8 M8 12.8h5',
  grid: 'M4 4h6.5v6.5H4z M13.5 4H20v6.5h-6.5z M4 13.5h6.5V20H4z M13.5 13.5H20V20h-6.5z',
  dial: 'M4 7h9 M17 7h3 M4 17h3 M11 17h9 M15 4.8v4.4 M9 14.8v4.4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13z M15.5 15.5L20.5 20.5',
  back: 'M14.5 5L7.5 12l7 7',
  enlarge: 'M14 4.5h5.5V10 M10 19.5H4.5V14 M19 5l-6 6 M5 19l6-6',
  down: 'M12 5v13 M6 12.5l6 6l6-6',
  warning: 'M12 4.500L21 19.500H3z M12 10v4.500 M12 17.200h.01',
  close: 'M6 6l12 12 M18 6L6 18',
  send: 'M4 12L20 4.5L15.5 20L11.5 13.5z M11.5 13.5L20 4.5',
  chevron: 'M9 5.5l6.5 6.5L9 18.5',
  more: 'M5.5 12h.01 M12 12h.01 M18.5 12h.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  external: 'M13 5h6v6 M19 5l-8.5 8.5 M10 6H5v13h13v-5',
  swap: 'M4 8.5h14l-3.5-3.5 M20 15.5H6l3.5 3.5',
  menu: 'M5 7h14 M5 12h14 M5 17h14',
  reply: 'M9.5 6L4.5 11l5 5 M5 11h8a6 6 0 0 1 6 6v1.500',
  pin: 'M9 4h6 M10 4l.5 6L7 13.500h10L13.500 10L14 4 M12 13.500V20',
  table: 'M4 5h16v14H4z M4 10h16 M4 14.500h16 M10 5v14',
  page: 'M6 3.5h8.5L19 8v12.500H6z M14 3.800V8.500h4.800 M9 12h7 M9 15.500h7',
  plus: 'M12 5v14 M5 12h14',
  bin: 'M5 7h14 M9.500 7V5h5v2 M7 7l1 12h8l1-12 M10.500 10.500v5.500 M13.500 10.500v5.500',
  image: 'M4 5h16v14H4z M4 16l4.5-4.5l4 4l3-3L20 17 M15.5 8.8h.01',
  people:
    'M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5z M3.5 19c.4-3.4 2.600-5.200 5.500-5.200s5.100 1.800 5.500 5.200 M15.500 5.600a3 3 0 0 1 0 5.600 M17 14.200c2 .6 3.200 2.200 3.500 4.800',
  bell: 'M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15z M10 20.500h4',
} as const;

export type IconName = keyof typeof PATHS;

const SVG = 'http://www.w3.org/2000/svg';

/** A line icon of 24 × 24 units in the colour of the text around it; decoration, so hidden from screen readers. */
export const icon = (name: IconName, size = 20): SVGSVGElement => {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  for (const [key, value] of Object.entries({
    viewBox: '0 0 24 24',
    width: String(size),
    height: String(size),
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': name === 'more' ? '2.6' : '1.7',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(key, value);
  svg.append(path);
  return svg;
};
