import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { Killed } from '../../signals'
import type { Output } from '../../streams/stream'
import { quoteIfNeeded } from './quotes'
import { complain, textTool, type Tool } from './tool'

interface Target {
  readonly name: string
  readonly output: Output
}

async function tee(tool: Tool): Promise<number> {
  const { call, options, operands } = tool
  let code = 0
  if (options.has('ignore')) call.process.onSignal = (signal) => signal === 'INT'
  const survives = options.has('pipe')
  const targets: Target[] = [{ name: 'standard output', output: call.stdout }]
  for (const name of operands) {
    try {
      targets.push({ name, output: call.create(name, { append: options.has('append') }) })
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await complain(tool, `${quoteIfNeeded(name)}: ${errnoText(thrown)}`)
      code = 1
    }
  }
  for (let chunk = await call.stdin.read(); chunk !== undefined; chunk = await call.stdin.read()) {
    call.tick()
    for (const target of targets.slice()) {
      const told = await written(target, chunk, survives)
      if (told === undefined) continue
      targets.splice(targets.indexOf(target), 1)
      if (told === '') continue
      await complain(tool, told)
      code = 1
    }
    if (targets.length === 0) break
  }
  return code
}

/** Undefined when it went well, else what is to be told of it. */
async function written({ name, output }: Target, chunk: Uint8Array, survives: boolean): Promise<string | undefined> {
  try {
    await output.write(chunk)
    return undefined
  } catch (thrown) {
    if (thrown instanceof FsError) return `${quoteIfNeeded(name)}: ${errnoText(thrown)}`
    if (survives && thrown instanceof Killed && thrown.signal === 'PIPE') return ''
    throw thrown
  }
}

/** Copies standard input to files and on. */
export const teeCommand = textTool({
  name: 'tee',
  summary: 'copies standard input to each file and to standard output',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'append', short: 'a', long: ['append'] },
      { key: 'ignore', short: 'i', long: ['ignore-interrupts'] },
      { key: 'pipe', short: 'p' },
      { key: 'pipe', long: ['output-error'], value: 'optional' },
    ],
  },
  run: tee,
})
