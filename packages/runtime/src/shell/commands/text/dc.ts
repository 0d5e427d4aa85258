import { readText } from '../../streams/stream'
import { FsError } from '../../tree/fs-error'
import { DcMachine, type DcWorld } from './dc-machine'
import { latinWord } from './latin'
import { complain, textTool, type Tool } from './tool'

/** Numbers longer than a line end in a backslash, so many letters each. */
const WIDTH = 70

function broken(digits: string, width: number): string {
  if (width === 0 || digits.length < width) return digits
  const lines: string[] = []
  for (let at = 0; at < digits.length; at += width - 1) lines.push(digits.slice(at, at + width - 1))
  return lines.join('\\\n')
}

function worldOf(tool: Tool): DcWorld {
  const { call, out } = tool
  const asked = Number(call.env.get('DC_LINE_LENGTH') ?? WIDTH)
  const width = asked === 0 || (Number.isInteger(asked) && asked > 1) ? asked : WIDTH
  let stdin: string | undefined
  return {
    put: (text) => out.put(text),
    putNumber: (digits) => out.put(broken(digits, width)),
    tell: async (message, isOpen) => {
      await out.flush()
      await call.stderr.write(isOpen ? message : `${message}\n`)
    },
    tick: () => call.tick(),
    line: async () => {
      await out.flush()
      stdin ??= latinWord(await readText(call.stdin))
      if (stdin === '') return undefined
      const end = stdin.indexOf('\n')
      const line = end < 0 ? stdin : stdin.slice(0, end)
      stdin = end < 0 ? '' : stdin.slice(end + 1)
      return line
    },
    system: async (line) => {
      await out.flush()
      await call.exec([line], { isScript: true })
    },
  }
}

/** A file that is not there is told and counts as empty: the exit code stays 0. */
async function fileText({ call, out }: Tool, name: string): Promise<string> {
  try {
    return latinWord(await readText(name === '-' ? call.stdin : call.open(name)))
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await complain({ call, out }, `Could not open file ${name}`)
    return ''
  }
}

async function dc(tool: Tool): Promise<number> {
  const { options, operands } = tool
  const machine = new DcMachine(worldOf(tool))
  const programs = options.found.flatMap(({ key, value = '' }) => (key === 'expression' || key === 'file' ? [{ key, value }] : []))
  for (const { key, value } of programs) {
    if (!machine.hasQuit) await machine.run(key === 'file' ? await fileText(tool, value) : latinWord(value))
  }
  const files = programs.length === 0 && operands.length === 0 ? ['-'] : operands
  for (const name of files) if (!machine.hasQuit) await machine.run(await fileText(tool, name))
  return 0
}

/** A calculator that takes its numbers first, in as many digits as they have. */
export const dcCommand = textTool({
  name: 'dc',
  summary: 'works out arithmetic of any precision on a stack',
  usage: '[OPTION]... [FILE]...',
  agrees: 'GNU dc 1.4.1',
  shape: {
    options: [
      { key: 'expression', short: 'e', long: ['expression'], value: 'required' },
      { key: 'file', short: 'f', long: ['file'], value: 'required' },
      { key: '--help', short: 'h' },
      { key: '--version', short: 'V' },
    ],
  },
  run: dc,
})
