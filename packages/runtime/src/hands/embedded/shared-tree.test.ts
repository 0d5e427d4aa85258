import { expect, it } from 'vitest'
import { FileTree } from '../../shell/tree/file-tree'
import { bytesOf, textOf } from '../../shell/text'
import { treeOf } from './carried-tree'
import { ProcessTree } from './process-tree'
import { snapshotOf } from './shared-tree'

function project(): FileTree {
  const tree = new FileTree()
  tree.mkdir('/workspace/src', true)
  for (const folder of ['/bin', '/dev']) tree.mkdir(folder, true)
  tree.writeFile('/bin/ls', bytesOf('a command'))
  tree.device('/dev/null', () => undefined)
  tree.writeFile('/workspace/src/ä b.js', bytesOf('one'), 0o755)
  tree.writeFile('/workspace/empty', bytesOf(''))
  tree.symlink('src/ä b.js', '/workspace/link')
  return tree
}

it('tells a program all files but commands and devices, with modes and times', () => {
  const tree = project()
  tree.utimes('/workspace/src/ä b.js', 12_345)
  const own = treeOf(structuredClone(snapshotOf(tree).carried))
  expect(textOf(own.readFile('/workspace/link'))).toBe('one')
  expect(own.stat('/workspace/src/ä b.js')).toMatchObject({ mode: 0o755, mtime: 12_345, size: 3 })
  expect([own.readFile('/workspace/empty').length, own.readlink('/workspace/link'), own.find('/bin')]).toEqual([0, 'src/ä b.js', undefined])
  // Its own from here on, whatever others do with the memory behind it.
  own.appendFile('/workspace/src/ä b.js', bytesOf(' more'))
  expect(textOf(own.readFile('/workspace/src/ä b.js'))).toBe('one more')
  expect(own.readFile('/workspace/src/ä b.js').buffer).toBeInstanceOf(ArrayBuffer)
})

it('is no way for a program into the files of others, whatever it puts in the place of the platform’s own', () => {
  const tree = project()
  const { carried } = snapshotOf(tree)
  const own = treeOf(carried)
  const seized = new Set<unknown>()
  const seize = {
    get(this: unknown) {
      seized.add(this)
      return undefined
    },
    configurable: true,
  }
  const kind = Object.getPrototypeOf(Uint8Array.prototype)
  const places = [
    ...['slice', 'subarray', 'set'].map((name) => [kind, name] as const),
    [Uint8Array.prototype, 'constructor'] as const,
    [kind, Symbol.iterator] as const,
  ]
  const before = places.map(([on, name]) => [on, name, Object.getOwnPropertyDescriptor(on, name) ?? {}] as const)
  let bytes: unknown
  try {
    for (const [on, name] of places) Object.defineProperty(on, name, seize)
    const file = own.find('/workspace/src/ä b.js')
    bytes = file?.type === 'file' ? file.bytes : undefined
  } finally {
    for (const [on, name, was] of before) Object.defineProperty(on, name, was)
  }
  expect(bytes).toEqual(bytesOf('one'))
  expect([...seized]).toEqual([])
  expect(carried.packs[0]).toBeInstanceOf(SharedArrayBuffer)
})

it('copies what changed since the last start alone, and nothing where nothing did', () => {
  const tree = project()
  const first = snapshotOf(tree)
  expect(snapshotOf(tree)).toBe(first)
  tree.writeFile('/workspace/new.js', bytesOf('12345'))
  const second = snapshotOf(tree)
  expect(second.carried.packs[0]).toBe(first.carried.packs[0])
  expect(second.carried.packs.slice(1).map(({ byteLength }) => byteLength)).toEqual([5])
  expect(first.carried.packs).toHaveLength(1)
})

it('does not keep for ever what nobody needs', () => {
  const tree = project()
  for (let n = 0; n < 12; n++) {
    tree.writeFile('/workspace/large', new Uint8Array(2_000_000).fill(n))
    snapshotOf(tree)
  }
  const { packs } = snapshotOf(tree).carried
  expect(packs.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(16_000_000)
  expect(treeOf(snapshotOf(tree).carried).readFile('/workspace/large')[0]).toBe(11)
})

it('tells a program what others did, and not what it did itself', () => {
  const tree = project()
  const [one, two] = [new ProcessTree(tree), new ProcessTree(tree)]
  one.carried()
  two.carried()
  expect([one.news(), two.news()]).toEqual([[], []])
  one.take({ type: 'write', path: '/workspace/made', bytes: bytesOf('x'), mode: 0o644 })
  expect(one.news()).toEqual([])
  expect(two.news()).toMatchObject([{ type: 'write', path: '/workspace/made' }])
  two.take({ type: 'remove', path: '/workspace/src' })
  expect([two.news(), two.news()]).toEqual([[], []])
  expect(one.news().map(({ path }) => path)).toEqual(expect.arrayContaining(['/workspace/src', '/workspace/src/ä b.js']))
  // A start after all that begins with all that.
  const three = new ProcessTree(tree)
  expect(treeOf(three.carried()).find('/workspace/src')).toBeUndefined()
  expect(three.news()).toEqual([])
})
