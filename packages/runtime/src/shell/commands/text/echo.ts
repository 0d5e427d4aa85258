import type { Command } from '../command'
import { unescapedBytes } from './escapes'
import { bytesOfLatin, latinWord } from './latin'

/** `echo` as a program: what `xargs echo` and `find -exec echo` run. The shell has its own. */
export const echoCommand: Command = {
  name: 'echo',
  summary: 'writes its words',
  run: async (call) => {
    const words = [...call.args]
    let ends = true
    let reads = false
    while (/^-[neE]+$/.test(words[0] ?? '')) {
      for (const letter of words.shift() ?? '') {
        if (letter === 'n') ends = false
        if (letter === 'e' || letter === 'E') reads = letter === 'e'
      }
    }
    const text = latinWord(words.join(' '))
    const { latin, isOver } = reads ? unescapedBytes(text, 'echo') : { latin: text, isOver: false }
    await call.stdout.write(bytesOfLatin(`${latin}${ends && !isOver ? '\n' : ''}`))
    return 0
  },
}
