/** One replacement that turns a text into another, as small as its common ends allow. Offsets are UTF-16 units of the old text. */
export interface TextEdit {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The part that differs. So small a replacement keeps cursor, folds and scroll where they are. */
export function smallestEdit(before: string, after: string): TextEdit {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head += 1
  let tail = 0
  while (tail < most - head && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)) tail += 1
  // Never between the two halves of a surrogate pair, nor of a CRLF.
  if (head > 0 && isFirstHalf(before.charCodeAt(head - 1))) head -= 1
  if (tail > 0 && isSecondHalf(before.charCodeAt(before.length - tail))) tail -= 1
  return { from: head, to: before.length - tail, text: after.slice(head, after.length - tail) }
}

const isFirstHalf = (unit: number): boolean => (unit >= 0xd800 && unit <= 0xdbff) || unit === 0x0d
const isSecondHalf = (unit: number): boolean => (unit >= 0xdc00 && unit <= 0xdfff) || unit === 0x0a
