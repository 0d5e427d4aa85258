/** Characters that are spelled out: what is left of them without their marks would be another word. */
export const SPELLED = new Map([
  ['ä', 'ae'],
  ['ö', 'oe'],
  ['ü', 'ue'],
  ['Ä', 'Ae'],
  ['Ö', 'Oe'],
  ['Ü', 'Ue'],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['ø', 'o'],
  ['å', 'aa'],
  ['&', ' and '],
  ['@', ' at '],
  ['%', ' percent '],
])
