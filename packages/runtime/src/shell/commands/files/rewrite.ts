import type { FileNode } from '../../tree/tree-node'
import { CommandError } from '../command'
import { countOf } from '../text/counts'
import { curly } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { openPath } from '../../streams/open-path'
import { failure, lookAt, why } from './look'

function nodeOf({ call }: Tool, path: string, isMade: boolean): FileNode {
  const file = openPath(call, call.at(path), { write: true, ...(isMade ? { create: 0o666 & ~call.umask } : {}) })
  const { node } = file
  file.release()
  if (node === undefined) throw new CommandError(`${path}: invalid file type`)
  return node
}

function shred(tool: Tool, path: string): void {
  const { options, call } = tool
  const { tree } = call.system
  const look = lookAt(call, path)
  if (look.type === 'folder') throw new CommandError(`${path}: failed to open for writing: Is a directory`)
  if (options.has('force') && (look.mode & 0o200) === 0) tree.chmod(call.at(path), look.mode | 0o200)
  const node = nodeOf(tool, path, false)
  const size = options.has('exact') ? node.bytes.length : Math.ceil(node.bytes.length / 4096) * 4096
  const passes = Number(options.value('iterations') ?? 3)
  for (let pass = 0; pass < passes + (options.has('zero') ? 1 : 0); pass++) {
    const bytes = new Uint8Array(size)
    // 64 KiB is what the platform gives at a time.
    if (pass < passes) for (let at = 0; at < size; at += 65_536) call.system.random(bytes.subarray(at, at + 65_536))
    tree.truncate(node, 0)
    tree.writeAt(node, 0, bytes)
    call.tick()
  }
  if (options.has('remove')) tree.unlink(call.at(path))
}

/** Writes over files before they go. */
export const shredCommand = textTool({
  name: 'shred',
  summary: 'writes over files, with -u removes them',
  usage: '[OPTION]... FILE...',
  shape: {
    options: [
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'iterations', short: 'n', long: ['iterations'], value: 'required' },
      { key: 'source', long: ['random-source'], value: 'required', missing: true },
      { key: 'size', short: 's', long: ['size'], value: 'required', missing: true },
      { key: 'remove', short: 'u' },
      { key: 'remove', long: ['remove'], value: 'optional' },
      { key: 'verbose', short: 'v', long: ['verbose'], missing: true },
      { key: 'exact', short: 'x', long: ['exact'] },
      { key: 'zero', short: 'z', long: ['zero'] },
    ],
  },
  run: async (tool) => {
    const { operands, options } = tool
    if (operands.length === 0) usageError('missing file operand')
    const passes = options.value('iterations')
    if (passes !== undefined && !/^\d+$/.test(passes)) throw new CommandError(`invalid number of passes: ${curly(passes)}`)
    let code = 0
    for (const path of operands) {
      try {
        shred(tool, path)
      } catch (thrown) {
        const message = thrown instanceof CommandError ? thrown.message : `${path}: failed to open for writing: ${why(failure(thrown))}`
        await complain(tool, message)
        code = 1
      }
    }
    return code
  },
})

/** Gives a file its size at once. */
export const fallocateCommand = textTool({
  name: 'fallocate',
  summary: 'gives a file room',
  usage: '-l LENGTH [-o OFFSET] FILE',
  agrees: 'util-linux 2.38.1',
  shape: {
    options: [
      { key: 'length', short: 'l', long: ['length'], value: 'required' },
      { key: 'offset', short: 'o', long: ['offset'], value: 'required' },
      { key: 'keep', short: 'n', long: ['keep-size'] },
      { key: 'posix', short: 'x', long: ['posix'] },
      { key: 'rest', short: 'cdipz', missing: true },
    ],
  },
  run: (tool) => {
    const { operands, options, call } = tool
    const [path, extra] = operands
    if (path === undefined) throw new CommandError('no filename specified')
    if (extra !== undefined) throw new CommandError('unexpected number of arguments')
    const length = options.value('length')
    if (length === undefined) throw new CommandError('no length argument specified')
    const [size, offset] = [countOf(length), countOf(options.value('offset') ?? '0')]
    if (size === undefined || size === 0) throw new CommandError('invalid length value specified')
    if (offset === undefined) throw new CommandError('invalid offset value specified')
    try {
      const node = nodeOf(tool, path, true)
      const end = offset + size
      if (end > node.bytes.length && !options.has('keep')) call.system.tree.truncate(node, end)
    } catch (thrown) {
      const { code } = failure(thrown)
      throw new CommandError(
        code === 'EFBIG' || code === 'ENOSPC' ? `fallocate failed: ${why(thrown)}` : `cannot open ${path}: ${why(thrown)}`,
      )
    }
    return Promise.resolve(0)
  },
})
