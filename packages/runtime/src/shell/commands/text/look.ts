import { CommandError } from '../command'
import { lookFor } from '../files/look'
import { readText } from '../../streams/stream'
import { openOrFail, textTool, usageError } from './tool'

/** Behind the line that a place is in. */
function behindLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

/** Where lines that begin with a word may start: by halves of the bytes, then line by line, as in a list that is sorted. */
function firstOf(text: string, order: (at: number) => number): number | undefined {
  let front = 0
  let back = text.length
  for (
    let at = behindLine(text, Math.floor(back / 2));
    at < back && back > front;
    at = behindLine(text, front + Math.floor((back - front) / 2))
  ) {
    if (order(at) > 0) front = at
    else back = at
  }
  for (; front < text.length; front = behindLine(text, front)) {
    const way = order(front)
    if (way === 0) return front
    if (way < 0) return undefined
  }
  return undefined
}

/** Lines that begin with a word. */
export const lookCommand = textTool({
  name: 'look',
  summary: 'prints the lines of a sorted file that begin with a word',
  usage: '[OPTION]... STRING [FILE]',
  agrees: 'util-linux 2.38.1',
  shape: {
    options: [
      { key: 'alternative', short: 'a', long: ['alternative'], missing: true },
      { key: 'letters', short: 'd', long: ['alphanum'] },
      { key: 'nocase', short: 'f', long: ['ignore-case'] },
      { key: 'end', short: 't', long: ['terminate'], value: 'required' },
    ],
  },
  run: async (tool) => {
    const { operands, options, out, call } = tool
    const [word, file] = operands
    if (word === undefined) return usageError('bad usage')
    if (file === undefined) throw new CommandError('/usr/share/dict/words: No such file or directory')
    if (lookFor(call, file)?.type === 'pipe') throw new CommandError(`${file}: Invalid argument`)
    const shape = (text: string): string => {
      const letters = options.has('letters') ? text.replace(/[^\p{L}\p{N} \t]/gu, '') : text
      return options.has('nocase') ? letters.toLowerCase() : letters
    }
    const end = options.value('end')
    const cut = end === undefined || !word.includes(end) ? word : word.slice(0, word.indexOf(end) + 1)
    const wanted = shape(cut)
    let code = 1
    const all = await readText(openOrFail(tool, file))
    const lineAt = (at: number): string => all.slice(at, behindLine(all, at)).replace(/\n$/, '')
    const order = (at: number): number => {
      const head = shape(lineAt(at)).slice(0, wanted.length)
      return wanted === head ? 0 : wanted > head ? 1 : -1
    }
    for (let at = firstOf(all, order); at !== undefined && at < all.length && order(at) === 0; at = behindLine(all, at)) {
      call.tick()
      out.putText(`${lineAt(at)}\n`)
      await out.settle()
      code = 0
    }
    return code
  },
})
