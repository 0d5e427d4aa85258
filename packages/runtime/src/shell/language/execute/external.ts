import { runProgram, startOf, faultTold, writeTo } from './programs'
import { ShellError } from '../shell-error'
import { bytesOf } from '../../text'
import type { WordsHow } from '../runner'
import { functionText } from '../function-text'
import type { Executor } from './executor'

/** Linux's, for one word and for all of them with the environment. */
const MAX_WORD = 131_072
const MAX_WORDS = 2_097_152
/** What a pointer to each word takes of it. */
const POINTER = 8

/** Whether a system would refuse to start a program with these words. */
function isTooLong(words: readonly string[], env: ReadonlyMap<string, string>): boolean {
  let size = 0
  const add = (length: number): boolean => {
    size += length + 1 + POINTER
    return length < MAX_WORD && size <= MAX_WORDS
  }
  for (const word of words) if (!add(lengthOf(word))) return true
  for (const [name, value] of env) if (!add(name.length + 1 + lengthOf(value))) return true
  return false
}

/** Bytes are counted only where the count of characters leaves it open. */
function lengthOf(word: string): number {
  return word.length < MAX_WORD / 3 ? word.length : bytesOf(word).length
}

/** Runs a program: in a child, or in this process where it is the last thing that it does. */
export async function runExternal(executor: Executor, words: readonly string[], how: WordsHow): Promise<number> {
  const { state, system } = executor
  const [name = ''] = words
  const path = how.path ?? state.vars.text('PATH')
  const env = how.env ?? environmentOf(executor, name)
  // `hash -p` says where a name leads.
  const known = name.includes('/') ? undefined : state.hashed.get(name)
  const argv = known === undefined ? words : [known, ...words.slice(1)]
  const start = { argv, env, cwd: state.cwd, umask: state.umask, path, title: how.title }
  try {
    startOf(system, argv, { cwd: state.cwd, path })
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown
    const handler =
      thrown.code === 127 && !name.includes('/') && !how.skipFunctions ? state.functions.get('command_not_found_handle') : undefined
    if (handler !== undefined) return executor.runWords(['command_not_found_handle', ...words])
    await executor.complain(thrown.message)
    const reason = thrown.code === 127 ? system.lacking?.(name) : undefined
    if (reason !== undefined) await writeTo(executor.process, 2, `${name}: ${reason}\n`)
    return thrown.code
  }
  if (isTooLong(words, env)) {
    await executor.complain(`${name}: Argument list too long`)
    return 126
  }
  executor.process.title = executor.isTail ? words.join(' ') : executor.process.title
  if (executor.isTail && !state.traps.has('EXIT')) return runProgram(system, executor.process, start)
  const child = system.processes.spawn({
    parent: executor.process,
    group: executor.process.group,
    title: words.join(' '),
    files: executor.process.files,
    body: (process) => runProgram(system, process, start),
    onFault: faultTold,
  })
  return executor.waitFor(child, words.join(' '))
}

/** What a program gets; exported functions go as bash passes them on. */
function environmentOf(executor: Executor, name: string): Map<string, string> {
  const { state } = executor
  const env = state.vars.environment()
  for (const own of state.functions.values())
    if (own.isExported)
      env.set(
        `BASH_FUNC_${own.name}%%`,
        functionText(own)
          .slice(own.name.length + 1)
          .trimEnd(),
      )
  env.set('_', name)
  return env
}
