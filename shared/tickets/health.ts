/** What somebody says about a body; the words in full are for the owner, QA and legal only. */
const statements: readonly (readonly [string, RegExp])[] = [
  ['过敏', /过敏|起疹|红疹|皮疹|荨麻疹|起疙瘩|嘴[唇巴].{0,2}肿|发痒|瘙痒/],
  [
    '身体不适',
    /呕吐|想吐|吐了|恶心|腹泻|拉肚子|拉稀|窜稀|肚子(?:疼|痛)|胃(?:疼|痛|不舒服|难受)|头晕|心慌|发烧|发热|便秘|胀气|身体不适|不舒服|难受|中毒/,
  ],
  ['就医', /就医|就诊|医院|急诊|住院|看医生|看病|输液|挂水|洗胃|诊断|病历|检查报告/],
  ['孕期', /怀孕|孕妇|孕期|备孕|孕早期|孕晚期|怀了|有孕|二胎/],
  ['哺乳期', /哺乳|喂奶|母乳|产后|坐月子/],
  [
    '疾病',
    /糖尿病|高血压|高血脂|高血糖|痛风|尿酸高|甲状腺|甲亢|甲减|结节|肾(?:病|结石|炎|功能)|肝(?:病|炎|功能)|脂肪肝|胃炎|胃溃疡|肠炎|癌|肿瘤|心脏病|多囊|抑郁|厌食|暴食|乳糖不耐|手术|术后/,
  ],
  ['用药', /吃药|服药|用药|在吃.{0,6}药|胰岛素|二甲双胍|抗生素|减肥药/],
  ['生理期', /月经|例假|姨妈|生理期/],
];

/** The kinds of health statements in a text, also those that only ask: a question about pregnancy tells of one. */
export const healthIn = (text: string): string[] =>
  statements.filter(([, words]) => words.test(text)).map(([name]) => name);
