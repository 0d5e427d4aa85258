import { parseLength } from '../../units/src/index.js'

/**
 * Boards to buy and what to cut from each: the longest piece first, into the first board that has room.
 * @param {string[]} pieces lengths as text
 * @param {{ board: string, kerf?: string }} options `board`: length of one; `kerf`: what the saw takes of it between two pieces
 * @returns {{ cuts: number[], left: number }[]} in millimetres
 */
export function plan(pieces, { board, kerf = '0 mm' }) {
  const length = parseLength(board)
  const lost = parseLength(kerf)
  const boards = []
  for (const piece of pieces.map(parseLength).sort((a, b) => b - a)) {
    if (piece > length) throw new RangeError(`a piece of ${piece} mm does not fit on a board of ${length} mm`)
    const fitting = boards.find((one) => one.left >= piece)
    if (fitting) {
      fitting.cuts.push(piece)
      fitting.left -= piece + lost
    } else boards.push({ cuts: [piece], left: length - piece - lost })
  }
  return boards
}
