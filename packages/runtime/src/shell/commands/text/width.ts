/** Columns that characters take on a terminal. */
const ZERO = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u
const CONTROL = /[\p{Cc}\p{Cn}\p{Cs}]/u
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18aff],
  [0x1b000, 0x1b2fb],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
]
const EMOJI = /\p{Emoji_Presentation}/u
const REGIONAL = /[\u{1F1E6}-\u{1F1FF}]/u

/** Columns of one character; -1 for one that cannot be shown. */
export function columnsOf(letter: string): number {
  const code = letter.codePointAt(0) ?? 0
  if (code >= 0x20 && code < 0x7f) return 1
  if (code === 0) return 0
  if (code === 0xad) return 1
  if (CONTROL.test(letter)) return -1
  if (ZERO.test(letter)) return 0
  if (WIDE.some(([from, to]) => code >= from && code <= to)) return 2
  return EMOJI.test(letter) && !REGIONAL.test(letter) ? 2 : 1
}

/** Columns of a text; what cannot be shown takes none. */
export function textColumns(text: string): number {
  let columns = 0
  for (const letter of text) columns += Math.max(0, columnsOf(letter))
  return columns
}
