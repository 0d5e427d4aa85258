/**
 * At most `length` characters, the sign for what was left out included.
 * @param {string} text
 * @param {number} length
 */
export function truncate(text, length) {
  if (text.length <= length) return text
  const room = text.slice(0, length - 1)
  const space = room.lastIndexOf(' ')
  const cut = text[length - 1] === ' ' || space <= 0 ? room : room.slice(0, space)
  return cut.trimEnd() + '…'
}
