import type { FileNode } from '../../tree/tree-node'
import { CommandError } from '../command'
import { curly, quoted } from './quotes'
import { complain, type Tool } from './tool'

/** A file that `tail -f` watches. */
export interface Followed {
  readonly name: string
  /** Undefined while there is none of that name. */
  node: FileNode | undefined
  /** Bytes that were shown. */
  at: number
}

interface Following {
  readonly followed: Followed[]
  readonly isByName: boolean
  readonly isTitled: boolean
  readonly code: number
}

/** Seldom enough to cost nothing, often enough to look immediate. */
const INTERVAL_MS = 100

/** Looks at the tree again and again until a signal ends the process, or the process of `--pid` is gone. */
export async function followFiles(tool: Tool, how: Following): Promise<number> {
  const { call, options, operands, out } = tool
  const missing = operands.filter((name) => name !== '-' && !how.followed.some((one) => one.name === name))
  const isRetrying = options.has('retry') || options.has('retrying')
  const watched = [...how.followed, ...(isRetrying ? missing.map((name): Followed => ({ name, node: undefined, at: 0 })) : [])]
  if (watched.length === 0) {
    if (missing.length > 0) await complain(tool, 'no files remaining')
    return how.code
  }
  const pid = options.value('pid')
  const wait = intervalOf(options.value('sleep'))
  let shown = how.followed.at(-1)?.name
  for (;;) {
    for (const file of watched) {
      if (how.isByName) await renewed(tool, file)
      const fresh = await freshBytes(tool, file)
      if (fresh === undefined) continue
      if (how.isTitled && shown !== file.name) out.putText(`\n==> ${file.name === '-' ? 'standard input' : file.name} <==\n`)
      shown = file.name
      await out.pass(fresh)
    }
    if (pid !== undefined && call.system.processes.find(Number(pid)) === undefined) return how.code
    await call.system.clock.sleep(wait, call.process.signal)
    await call.process.ready()
    call.tick()
  }
}

function intervalOf(text: string | undefined): number {
  if (text === undefined) return INTERVAL_MS
  const seconds = Number(text)
  if (text.trim() === '' || !(seconds >= 0)) throw new CommandError(`invalid number of seconds: ${curly(text)}`)
  return Math.max(10, seconds * 1000)
}

async function freshBytes(tool: Tool, file: Followed): Promise<Uint8Array | undefined> {
  if (file.node === undefined) return undefined
  const { bytes } = file.node
  if (bytes.length < file.at) {
    await complain(tool, `${file.name}: file truncated`)
    file.at = 0
  }
  if (bytes.length === file.at) return undefined
  const fresh = bytes.subarray(file.at)
  file.at = bytes.length
  return fresh
}

/** Follows the name: another file of that name is read from its start. */
async function renewed(tool: Tool, file: Followed): Promise<void> {
  if (file.name === '-') return
  const found = tool.call.system.tree.find(tool.call.at(file.name))
  const node = found?.type === 'file' ? found : undefined
  if (node === file.node) return
  if (node === undefined) await complain(tool, `${quoted(file.name)} has become inaccessible: No such file or directory`)
  else if (file.node === undefined) await complain(tool, `${quoted(file.name)} has appeared;  following new file`)
  else await complain(tool, `${quoted(file.name)} has been replaced;  following new file`)
  file.node = node
  file.at = 0
}
