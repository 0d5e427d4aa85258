import { readText } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { BcMachine } from './bc-machine'
import { BcFault } from './bc-number'
import { BcParser } from './bc-parser'
import { BcSyntaxError, type BcExpression } from './bc-syntax'
import { textTool, type Tool } from './tool'

/** Breaks what is written at a width, as bc does: 68 characters and a backslash. */
class Wrapped {
  readonly #put: (text: string) => void
  readonly #width: number
  #column = 0

  constructor(put: (text: string) => void, width: number) {
    this.#put = put
    this.#width = width
  }

  put(text: string): void {
    if (this.#width === 0) return this.#put(text)
    const out: string[] = []
    for (const letter of text) {
      if (letter === '\n') this.#column = -1
      else if (this.#column === this.#width - 2) {
        out.push('\\\n')
        this.#column = 0
      }
      out.push(letter)
      this.#column += 1
    }
    return this.#put(out.join(''))
  }
}

function expressionIn(text: string): BcExpression | undefined {
  const [first] = new BcParser(text).line() ?? []
  return first?.type === 'expression' ? first.value : undefined
}

async function bc(tool: Tool): Promise<number> {
  const { call, operands, options, out } = tool
  const asked = Number(call.env.get('BC_LINE_LENGTH') ?? '70')
  const wrapped = new Wrapped((text) => out.putText(text), asked === 0 ? 0 : asked >= 3 && Number.isInteger(asked) ? asked : 70)
  let stdin = ''
  const world = {
    put: (text: string) => wrapped.put(text),
    tick: () => call.tick(),
    hasMath: options.has('math'),
    read: () => {
      const end = stdin.indexOf('\n')
      const line = end < 0 ? stdin : stdin.slice(0, end)
      stdin = end < 0 ? '' : stdin.slice(end + 1)
      return expressionIn(line)
    },
  }
  const machine = new BcMachine(world)
  for (const name of operands) {
    const text = await programOf(tool, name)
    if (/\bread\s*\(/.test(text)) stdin = await readText(call.stdin)
    if (await interpret(tool, machine, { name, text })) return 0
  }
  await interpret(tool, machine, { name: '(standard_in)', text: stdin === '' ? await readText(call.stdin) : stdin })
  return 0
}

async function programOf({ call }: Tool, name: string): Promise<string> {
  try {
    return await readText(call.open(name))
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`File ${name} is unavailable. ${errnoText(thrown)}`.replace(/ [A-Z][a-z ]+$/, ''))
    throw thrown
  }
}

interface Source {
  readonly name: string
  readonly text: string
}

/** Runs a program. True: it asked to end. */
async function interpret({ call, out }: Tool, machine: BcMachine, { name, text }: Source): Promise<boolean> {
  const tell = async (message: string): Promise<void> => {
    await out.flush()
    await call.stderr.write(`${message}\n`)
  }
  let parser: BcParser
  try {
    parser = new BcParser(text)
  } catch (thrown) {
    if (!(thrown instanceof BcSyntaxError)) throw thrown
    await tell(`${name} 1: ${thrown.message}`)
    return false
  }
  for (;;) {
    const at = parser.lineNumber
    try {
      const line = parser.line()
      if (line === undefined) return false
      // `quit` counts as soon as it is read.
      if (line.some(({ type }) => type === 'quit') || line.some((statement) => machine.run(statement) === 'quit')) return true
      for (const warning of machine.warnings.splice(0)) await tell(`Runtime warning (func=(main), adr=0): ${warning}`)
    } catch (thrown) {
      if (thrown instanceof BcSyntaxError) await tell(`${name} ${at}: ${thrown.message}`)
      else if (thrown instanceof BcFault) await tell(`Runtime error (func=(main), adr=0): ${thrown.message}`)
      else throw thrown
    }
    await out.settle()
  }
}

/** Arithmetic of any precision. */
export const bcCommand = textTool({
  name: 'bc',
  summary: 'works out arithmetic of any precision, in a small language',
  usage: '[OPTION]... [FILE]...',
  agrees: 'GNU bc 1.07.1',
  shape: {
    options: [
      { key: 'interactive', short: 'i', long: ['interactive'] },
      { key: 'math', short: 'l', long: ['mathlib'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'standard', short: 's', long: ['standard'] },
      { key: 'warn', short: 'w', long: ['warn'] },
    ],
  },
  run: bc,
})
