/** How a word stands in a sentence. 「吃到头发」 says it, 「没有头发」 denies it, 「会不会有头发」 asks. */
export type Polarity = 'said' | 'denied' | 'asked';

const clauseEnd = /[，。！？!?；;,\n\r…~～]/;

type Place = {
  readonly before: string;
  readonly word: string;
  readonly after: string;
  readonly sentence: string;
};

const links =
  '(?:任何|什么|明显|去|有|发现|看到|看见|见到|见|吃到|吃出|喝到|喝出|闻到|出现|发生|引起|导致|造成|添加|过|到){0,3}';
const deniedBefore = new RegExp(
  `(?:没有|没|无|未|并非|(?<!是)不是|不含|不会|从未|毫无|未曾)${links}$|(?<!要)不$|(?:还|尚|并)(?:没有|没|未)$`,
);
const deniedAfter = /^的?(?:倒|是|都|也|确实){0,2}(?:没有|没发现|没看到|没见到|不存在)(?:的|过)?$/;

/** 「会不会是过敏了」 tells of something that has happened. */
const happened = /^(?:了|到|起来|的情况了)/;
const asksBefore =
  /(?:会不会|会否|有没有|有无|能不能|是否会|是否有|是否含|是不是会|怎么避免|如何避免|怎样避免)(?!.*是$)/;
const supposesBefore = /(?:如果|假如|要是|万一|担心|怕|以防|防止|避免|以免|预防|假设)(?!是|.*再)/;
const openBefore = /(?:会|容易|含|含有|有|可能|引起|导致|需要|用)[^，]{0,6}$/;
const asksAtEnd = /(?:吗|么|不|嘛|没有)$|^(?:吗|么|嘛)/;
const isAfterEating = /[吃喝用服](?:了|完|过|后|下去)|之后|以后|昨[天晚]|今[天早]/;
/** May somebody with this have the product? */
const mayEat =
  /(?:能|可以|可不可以|能不能|能否|适合|适不适合|可|敢)(?:够|不能)?(?:放心)?(?:吃|喝|用|食用|服用|买|饮用)/;
const ofBody = /过敏|疹|吐|泻|拉肚子|医|急诊|中毒/;
/** An allergy that was there before: 「我对牛奶过敏」. */
const allergicTo = /对[^，。]{1,8}$/;

const isDenied = ({ before, after }: Place): boolean => deniedBefore.test(before) || deniedAfter.test(after);

/** Before anything was eaten: 「我对牛奶过敏，可以喝吗」. */
const asksForSomebody = ({ before, word, after, sentence }: Place): boolean => {
  if (!ofBody.test(word) || isAfterEating.test(sentence) || happened.test(after)) return false;
  return mayEat.test(sentence) || (allergicTo.test(before) && /[?？吗]/.test(sentence));
};

const isAsked = (place: Place): boolean => {
  const { before, after } = place;
  if (supposesBefore.test(before)) return true;
  const asks = asksBefore.test(before) || (openBefore.test(before) && asksAtEnd.test(after || before));
  return asks ? !happened.test(after) : asksForSomebody(place);
};

/** With the sign that ends it: it may be a question. */
const sentenceAt = (text: string, index: number): string => {
  const start =
    Math.max(...['。', '！', '!', '？', '?', '\n'].map((end) => text.lastIndexOf(end, index))) + 1;
  const rest = text.slice(start);
  const end = rest.slice(index - start).search(/[。！!？?\n]/);
  return end < 0 ? rest : rest.slice(0, index - start + end + 1);
};

const polarityAt = (text: string, word: string, index: number): Polarity => {
  const before = text.slice(0, index).split(clauseEnd).at(-1) ?? '';
  const after = text.slice(index + word.length).split(clauseEnd)[0] ?? '';
  const place = { before, word, after: after.trim(), sentence: sentenceAt(text, index) };
  // 「有没有」 holds a 「没有」.
  if (isAsked(place)) return 'asked';
  return isDenied(place) ? 'denied' : 'said';
};

/** How the word stands, wherever it stands. */
export const polaritiesOf = (text: string, word: string): readonly Polarity[] => {
  const found: Polarity[] = [];
  if (word === '') return found;
  for (let index = text.indexOf(word); index >= 0; index = text.indexOf(word, index + word.length)) {
    found.push(polarityAt(text, word, index));
  }
  return found;
};
