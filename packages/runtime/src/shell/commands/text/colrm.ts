import { lines } from '../../streams/stream'
import { CommandError } from '../command'
import { textTool } from './tool'
import { columnsOf } from './width'

/** Leaves out columns, from one to another. */
export const colrmCommand = textTool({
  name: 'colrm',
  summary: 'leaves out columns of lines',
  usage: '[FIRST [LAST]]',
  agrees: 'util-linux 2.38.1',
  shape: { options: [] },
  run: async ({ operands, out, call }) => {
    for (const word of operands) if (!/^\d+$/.test(word)) throw new CommandError(`first argument: '${word}'`)
    const first = Number(operands[0] ?? 0)
    const last = operands[1] === undefined ? Infinity : Number(operands[1])
    for await (const { text, isEnded } of lines(call.stdin)) {
      call.tick()
      let column = 0
      let kept = ''
      const isKept = (at: number): boolean => first === 0 || at < first || at > last
      for (const letter of text) {
        const from = column
        column = letter === '\t' ? column + 8 - (column % 8) : column + columnsOf(letter)
        // A tab that is cut leaves the blanks that it stood for.
        const left = letter === '\t' ? Array.from({ length: column - from }, (_, i) => from + i + 1).filter(isKept).length : 0
        if (letter === '\t') kept += left === column - from ? letter : ' '.repeat(left)
        else if (isKept(column)) kept += letter
      }
      out.putText(kept + (isEnded ? '\n' : ''))
      await out.settle()
    }
    return 0
  },
})
