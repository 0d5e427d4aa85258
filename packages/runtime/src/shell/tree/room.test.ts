import { describe, expect, it } from 'vitest'
import { labSystem } from '../../../../testkit/src/command-lab'
import { fileCommands } from '../commands/files'
import { textCommands } from '../commands/text'
import { runScript } from '../../../../testkit/src/run-script'
import { shellCommands } from '../language/shell-command'
import { FileTree } from './file-tree'

const full = expect.objectContaining({ code: 'ENOSPC' })
const bytes = (count: number): Uint8Array => new Uint8Array(count)

describe('the room of a tree', () => {
  it('ends a write that would pass it, and takes the next one once something was removed', () => {
    const tree = new FileTree({ bytes: 100, nodes: 10 })
    tree.writeFile('/a', bytes(60))
    expect(() => tree.writeFile('/b', bytes(60))).toThrow(full)
    expect(() => tree.appendFile('/a', bytes(60))).toThrow(full)
    expect(tree.stat('/a').size).toBe(60)
    tree.rm('/a')
    tree.writeFile('/b', bytes(60))
    tree.writeFile('/b', bytes(90))
    expect(tree.stat('/b').size).toBe(90)
  })

  it('counts a file of two names once', () => {
    const tree = new FileTree({ bytes: 100, nodes: 10 })
    tree.writeFile('/a', bytes(50))
    tree.link('/a', '/b')
    tree.writeFile('/c', bytes(40))
    expect(() => tree.writeFile('/d', bytes(11))).toThrow(full)
    tree.writeFile('/d', bytes(10))
  })

  it('ends what writes at a place far behind the end of a file, and what fills one up', () => {
    const tree = new FileTree({ bytes: 1000, nodes: 10 })
    tree.writeFile('/a', bytes(1))
    const node = tree.find('/a')
    if (node?.type !== 'file') throw new Error('the file is not there')
    expect(() => tree.writeAt(node, 2000, bytes(1))).toThrow(full)
    expect(() => tree.truncate(node, 2000)).toThrow(full)
    expect(() => tree.truncate(node, 10 * 1024 ** 3)).toThrow(expect.objectContaining({ code: 'EFBIG' }))
    expect(node.bytes.length).toBe(1)
  })

  it('holds so many names and no more, of whatever kind, and new ones once others are gone', () => {
    const tree = new FileTree({ bytes: 100, nodes: 4 })
    tree.mkdir('/f')
    tree.writeFile('/f/a', bytes(0))
    tree.symlink('a', '/f/l')
    tree.link('/f/a', '/f/b')
    expect(() => tree.writeFile('/f/c', bytes(0))).toThrow(full)
    expect(() => tree.mkdir('/g')).toThrow(full)
    expect(tree.find('/g')).toBeUndefined()
    tree.rm('/f', { recursive: true })
    for (const name of ['a', 'b', 'c', 'd']) tree.writeFile(`/${name}`, bytes(0))
    tree.rename('/a', '/e')
  })

  // Each of these opens files in a way of its own.
  it.each([
    'for i in 1 2 3 4 5 6 7 8 9; do > f$i || exit; done',
    'seq 9 | split -l 1',
    'seq 9 | tee 1 2 3 4 5 6 7 8 9 > /dev/null',
    'touch 1 2 3 4 5 6 7 8 9',
  ])('holds no more names for a shell that says %s', async (script) => {
    const tree = new FileTree({ bytes: 1000, nodes: 8 })
    const system = labSystem([...fileCommands, ...textCommands, ...shellCommands], tree)
    const { err } = await runScript(system, script, { cwd: '/workspace' })
    expect(err).toContain('No space left on device')
    expect(tree.readdir('/workspace')).toHaveLength(5)
  })
})
