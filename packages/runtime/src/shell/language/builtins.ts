import type { Builtin } from './builtins/builtin'
import { echo } from './builtins/echo'
import { enable } from './builtins/enable'
import { FLOW } from './builtins/flow'
import { FOLDERS } from './builtins/folders'
import { JOBS } from './builtins/jobs'
import { NAMES } from './builtins/names'
import { OTHERS } from './builtins/other'
import { printf } from './builtins/printf'
import { READING } from './builtins/read'
import { SETTINGS } from './builtins/settings'
import { test } from './builtins/test'
import { VARIABLES } from './builtins/variables'

const LIST: readonly Builtin[] = [
  echo,
  printf,
  test,
  enable,
  ...FLOW,
  ...FOLDERS,
  ...READING,
  ...VARIABLES,
  ...SETTINGS,
  ...NAMES,
  ...JOBS,
  ...OTHERS,
]

const help: Builtin = {
  names: ['help'],
  usage: 'help [pattern ...]',
  async run(runner, args) {
    const shown = LIST.filter((one) => args.length === 0 || one.names.some((name) => args.includes(name)))
    await runner.write(shown.map((one) => `${one.names[0] ?? ''}: ${one.usage}\n`).join(''))
    return shown.length > 0 ? 0 : 1
  },
}

/** The shell's own commands by name. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map([...LIST, help].flatMap((one) => one.names.map((name) => [name, one])))
