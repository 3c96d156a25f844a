const thanks =
  /^(?:好[的嘞吧呀啊]?|嗯+|哦+|噢+|ok|okay|收到了?|谢谢?(?:你们?|您|客服|啦|了)?|谢了|感谢|多谢|辛苦(?:了|啦|你们了)?|知道了|明白了?|了解了?|没事了?|可以了?|行吧?|好评|已收到|再见|拜拜|不客气|不用了|解决了|[\p{Emoji_Presentation}\s。，！!,.~～、])+$/iu;

/** 「好的谢谢」 after a case is resolved asks for nothing. */
export const isMereThanks = (text: string): boolean => text.length <= 20 && thanks.test(text.trim());
