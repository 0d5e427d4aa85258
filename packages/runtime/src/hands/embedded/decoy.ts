import { bytesOf } from '../../shell/text'
import { FsError } from '../../shell/tree/fs-error'
import type { Shell } from '../../shell/shell'
import { SHELL_ENV } from './shell'

/** Where the decoy lies: a name that programs which look for tokens find, and that no program means anything by. */
const PATH = `${SHELL_ENV.HOME}/.credentials`
const VARIABLE = 'DECOY_DEPLOY_TOKEN'

/** Plants a value that nobody has a use for. What is at its place already stays. */
export function plantDecoy(shell: Shell, value: string): void {
  shell.export(VARIABLE, value)
  const { tree } = shell
  try {
    if (tree.find(PATH) !== undefined) return
    tree.mkdir(SHELL_ENV.HOME, true)
    tree.writeFile(
      PATH,
      bytesOf(`# A decoy of this sandbox: it opens nothing, and no request that holds it is sent.\n[deploy]\ntoken = ${value}\n`),
    )
  } catch (thrown) {
    // Commands may have made anything of that folder; the variable is there.
    if (!(thrown instanceof FsError)) throw thrown
  }
}
