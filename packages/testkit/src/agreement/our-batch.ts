import { embeddedSystem, placeCommands } from '../../../runtime/src/hands/embedded/system'
import { runScript } from '../run-script'
import { bytesOf } from '../../../runtime/src/shell/text'
import type { FileTree } from '../../../runtime/src/shell/tree/file-tree'
import { parentName } from '../../../runtime/src/shell/tree/tree-node'
import type { Outcome } from '../command-lab'
import { FIXTURE_TIME, type RealTrial } from './real-batch'

/** A script has so long, in milliseconds. */
const PATIENCE = 15_000
/** The exit code of a script that did not end: none that a script can give. */
export const HUNG = -9

/** What our shell makes of a script, without a frame around it. Programs of Node do not run here. */
export async function ourOutcome({ script, files }: RealTrial, patience = PATIENCE): Promise<Outcome> {
  const until = performance.now() + patience
  const system = embeddedSystem({
    spawn: () => {
      throw new Error('programs do not run here')
    },
    isOver: () => performance.now() > until,
  })
  const { tree } = system
  plant(tree, files)
  placeCommands(system)
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ out: '', err: 'did not end\n', code: HUNG }), patience + 500)
  })
  const ended = await Promise.race([runScript(system, script, { cwd: '/workspace' }), late])
  clearTimeout(timer)
  return ended
}

function plant(tree: FileTree, files: RealTrial['files']): void {
  const made = new Set(['/workspace'])
  for (const [path, text] of Object.entries(files)) {
    const target = `/workspace/${path}`
    tree.mkdir(parentName(target), true)
    tree.writeFile(target, bytesOf(text))
    for (let at = target; at !== '/workspace'; at = parentName(at)) made.add(at)
  }
  for (const at of made) tree.utimes(at, FIXTURE_TIME * 1000)
}
