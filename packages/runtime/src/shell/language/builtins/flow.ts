import { FatalError, Jump, ShellError } from '../shell-error'
import { resolvePath } from '../../tree/tree-node'
import { textOf } from '../../text'
import { FsError } from '../../tree/fs-error'
import { descriptorNamed } from '../../streams/open-path'
import { readToEnd } from '../streams'
import { errnoText } from '../../tree/errno-text'
import type { Runner } from '../runner'
import { Source } from '../source'
import type { Builtin } from './builtin'
import { fatal } from './fatal'
import { builtinOptions } from './options'

function codeOf(runner: Runner, args: readonly string[]): number {
  const [word] = args
  if (word === undefined) return runner.trapStatus ?? runner.state.status
  if (!/^[+-]?\d+$/.test(word)) throw new ShellError(`${word}: numeric argument required`, 2)
  return Number(BigInt.asUintN(8, BigInt(word)))
}

async function exitCode(runner: Runner, args: readonly string[], name: string): Promise<number> {
  if (args.length > 1) return fatal(runner, `${name}: too many arguments`)
  try {
    return codeOf(runner, args)
  } catch (thrown) {
    if (!(thrown instanceof ShellError) || thrown.code !== 2) throw thrown
    await runner.complain(`${name}: ${thrown.message}`)
    return 2
  }
}

async function loopsOf(runner: Runner, args: readonly string[], to: string): Promise<number> {
  const [word = '1'] = args
  if (!/^[+-]?\d+$/.test(word)) throw new FatalError(`${to}: ${word}: numeric argument required`, 128)
  const count = Number(word)
  if (count > 0) return Math.min(count, runner.state.loops)
  // All loops are left then.
  await runner.complain(`${to}: ${word}: loop count out of range`)
  throw new Jump('break', runner.state.loops, 1)
}

function loopJump(to: 'break' | 'continue'): Builtin {
  return {
    names: [to],
    usage: `${to} [n]`,
    async run(runner, args) {
      if (runner.state.loops === 0) {
        await runner.complain(`${to}: only meaningful in a \`for', \`while', or \`until' loop`)
        return 0
      }
      throw new Jump(to, await loopsOf(runner, args, to))
    },
  }
}

/** Commands that change where a script goes on. */
export const FLOW: readonly Builtin[] = [
  { names: [':', 'true'], usage: ': [arguments]', run: () => Promise.resolve(0) },
  { names: ['false'], usage: 'false', run: () => Promise.resolve(1) },
  loopJump('break'),
  loopJump('continue'),
  {
    names: ['exit', 'logout'],
    usage: 'exit [n]',
    async run(runner, args, { name }) {
      throw new Jump('exit', await exitCode(runner, args, name))
    },
  },
  {
    names: ['return'],
    usage: 'return [n]',
    async run(runner, args, { name }) {
      if (runner.state.frames.length === 0) throw new ShellError("can only `return' from a function or sourced script", 2)
      throw new Jump('return', await exitCode(runner, args, name))
    },
  },
  {
    names: ['eval'],
    usage: 'eval [arg ...]',
    async run(runner, args) {
      const text = args.join(' ')
      if (text.trim() === '') return 0
      if (runner.state.traceDepth >= MOST_NESTED) throw new ShellError(`maximum eval nesting level exceeded (${MOST_NESTED})`)
      runner.state.traceDepth += 1
      let isRun: boolean
      try {
        isRun = await runner.runText({ text, name: runner.source.name, first: runner.line, place: 'eval' })
      } finally {
        runner.state.traceDepth -= 1
      }
      return isRun ? runner.state.status : 0
    },
  },
  { names: ['source', '.'], usage: 'source filename [arguments]', run: runSource },
]

/** Where bash itself has no limit but its memory. */
const MOST_NESTED = 10_000

async function runSource(runner: Runner, args: readonly string[]): Promise<number> {
  const { rest } = builtinOptions(args, '')
  const [name, ...positional] = rest
  if (name === undefined) throw new ShellError('filename argument required\nsource: usage: source filename [arguments]', 2)
  const { state } = runner
  if (state.frames.length >= MOST_NESTED) throw new ShellError(`maximum source nesting level exceeded (${MOST_NESTED})`)
  const text = await sourceText(runner, name)
  if (text === undefined) return 1
  const before = state.positional
  if (positional.length > 0) state.positional = positional
  state.frames.push({ type: 'source', name, source: new Source(text, name), callLine: runner.line })
  let returned: number | undefined
  let isRun = true
  try {
    isRun = await runner.runText({ text, name })
    return isRun ? state.status : 0
  } catch (thrown) {
    if (!(thrown instanceof Jump) || thrown.to !== 'return') throw thrown
    returned = thrown.count
    return returned
  } finally {
    if (state.traps.has('RETURN') && !runner.process.signal.aborted) await runner.runTrap('RETURN')
    state.status = returned ?? (isRun ? state.status : 0)
    state.frames.pop()
    if (positional.length > 0) state.positional = before
  }
}

/** Undefined: it was told that there is none. */
async function sourceText(runner: Runner, name: string): Promise<string | undefined> {
  const { state, system } = runner
  const folders = name.includes('/') ? [''] : [...(state.shopt.has('sourcepath') ? (state.vars.text('PATH') ?? '').split(':') : []), '.']
  const paths = folders.map((folder) => resolvePath(state.cwd, folder === '' ? name : `${folder}/${name}`))
  const path = paths.find((one) => system.tree.find(one)?.type === 'file') ?? paths.at(-1) ?? name
  try {
    const descriptor = descriptorNamed(path)
    if (descriptor !== undefined) return await readToEnd(runner, descriptor)
    if (path === '/dev/null') return ''
    return textOf(system.tree.readFile(path))
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    const isFolder = thrown.code === 'EISDIR'
    if (!isFolder) {
      await runner.complain(`${name}: ${errnoText(thrown)}`)
      return undefined
    }
    throw new ShellError(`${name}: is a directory`)
  }
}
