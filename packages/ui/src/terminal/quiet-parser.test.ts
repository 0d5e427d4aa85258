import { Terminal } from '@xterm/xterm'
import { expect, it } from 'vitest'
import { quiet } from './quiet-parser'

const QUESTIONS = [
  '\x1b[c',
  '\x1b[0c',
  '\x1b[>c',
  '\x1b[=c',
  '\x1b[5n',
  '\x1b[6n',
  '\x1b[?6n',
  '\x1b[?996n',
  '\x1b[4$p',
  '\x1b[?2026$p',
  '\x1b[18t',
  '\x1b[>q',
  '\x1b[?u',
  '\x1bP$qm\x1b\\',
  '\x1bP$q"p\x1b\\',
  '\x1bP+q544e\x1b\\',
  '\x1b]4;1;?\x07',
  '\x1b]10;?\x07',
  '\x1b]11;?\x1b\\',
  '\x1b]12;?\x07',
  '\x1b]52;c;?\x07',
  '\x1bZ',
  '\x05',
]

interface Told {
  readonly typed: string[]
  readonly titles: string[]
  readonly screen: string
}

function written(text: string, prepare: (terminal: Terminal) => void): Promise<Told> {
  const terminal = new Terminal({ allowProposedApi: true, windowOptions: { getWinSizeChars: true } })
  prepare(terminal)
  const [typed, titles]: [string[], string[]] = [[], []]
  terminal.onData((data) => typed.push(data))
  terminal.onTitleChange((title) => titles.push(title))
  return new Promise((resolve) => {
    terminal.write(text, () => resolve({ typed, titles, screen: terminal.buffer.active.getLine(0)?.translateToString(true) ?? '' }))
  })
}

it('[O29] answers no question of a program, keeps the title, and turns no mouse or focus reports on', async () => {
  const text = `${QUESTIONS.join('')}\x1b]0;evil\x07\x1b]2;evil\x1b\\\x1b[?1003;1006h\x1b[?1004hend`
  const loud = await written(text, () => undefined)
  expect(loud.typed.length, 'the questions are ones that a terminal answers').toBeGreaterThan(5)
  expect(loud.titles).toContain('evil')
  expect(await written(text, quiet)).toEqual({ typed: [], titles: [], screen: 'end' })
})

it('[O29] turns no reporting on, and still takes the modes that change what is shown', async () => {
  const terminal = new Terminal({ allowProposedApi: true })
  quiet(terminal)
  await new Promise<void>((resolve) => terminal.write('\x1b[?1000h\x1b[?1004h\x1b[?1h\x1b[?2004h\x1b[?1049h', resolve))
  expect(terminal.modes).toMatchObject({ mouseTrackingMode: 'none', sendFocusMode: false, bracketedPasteMode: true })
  expect(terminal.buffer.active.type).toBe('alternate')
})
