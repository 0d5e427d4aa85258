import { NotImplemented } from '../../commands/command'
import type { Runner } from '../runner'
import type { Builtin } from './builtin'
import { builtinOptions } from './options'

/** Those that POSIX calls special. */
const SPECIAL: ReadonlySet<string> = new Set([
  '.', ':', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift', 'source', 'times', 'trap', 'unset',
]) // prettier-ignore

async function list(runner: Runner, letters: readonly string[]): Promise<void> {
  const { disabled } = runner.state
  const shown = runner.builtinNames.filter((name) => {
    if (letters.includes('s') && !SPECIAL.has(name)) return false
    return letters.includes('a') || disabled.has(name) === letters.includes('n')
  })
  const lines = shown.toSorted((a, b) => (a < b ? -1 : 1)).map((name) => `enable ${disabled.has(name) ? '-n ' : ''}${name}\n`)
  await runner.write(lines.join(''))
}

/** `enable`: which of the shell's own commands stand before programs of the same name. */
export const enable: Builtin = {
  names: ['enable'],
  usage: 'enable [-a] [-dnps] [-f filename] [name ...]',
  async run(runner, args) {
    const { letters, rest } = builtinOptions(args, 'adf:nps')
    if (letters.includes('f')) throw new NotImplemented('loading built-ins with enable -f')
    if (letters.includes('d') && rest.length > 0) throw new NotImplemented('unloading built-ins with enable -d')
    if (rest.length === 0 || letters.includes('p')) {
      await list(runner, letters)
      return 0
    }
    let status = 0
    for (const name of rest) {
      if (!runner.builtinNames.includes(name)) {
        await runner.complain(`enable: ${name}: not a shell builtin`)
        status = 1
      } else if (letters.includes('n')) runner.state.disabled.add(name)
      else runner.state.disabled.delete(name)
    }
    return status
  },
}
